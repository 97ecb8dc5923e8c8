//! Every crate follows the workspace: its lints, its versions, its edition and licence.

use liengia_tests::{Finding, nothing_found, root, workspace_members};
use toml::{Table, Value};

const SHARED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

fn follows(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

/// A crate that asks for itself with more features, for its own tests.
fn is_itself(wanted: &Value) -> bool {
    wanted.get("path").and_then(Value::as_str) == Some(".")
}

fn findings(path: &str, text: &str) -> Vec<Finding> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(e) => return vec![Finding::about(path, format!("is not TOML: {e}"))],
    };
    let mut found = Vec::new();
    if !follows(manifest.get("lints")) {
        found.push(Finding::about(path, "needs `[lints] workspace = true`"));
    }
    let package = &manifest["package"];
    for key in SHARED.iter().filter(|key| !follows(package.get(**key))) {
        found.push(Finding::about(path, format!("needs `{key}.workspace = true`")));
    }
    if package.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
        found.push(Finding::about(path, "needs a `description`"));
    }
    for kind in DEPENDENCIES {
        let named = manifest.get(kind).and_then(Value::as_table).into_iter().flatten();
        for (name, _) in named.filter(|(_, wanted)| !follows(Some(wanted)) && !is_itself(wanted)) {
            found.push(Finding::about(
                path,
                format!("{name}: its version belongs in the root's `[workspace.dependencies]`"),
            ));
        }
    }
    found
}

#[test]
fn every_crate_follows_the_workspace() {
    let root = root();
    nothing_found(workspace_members().into_iter().flat_map(|package| {
        let text = std::fs::read_to_string(&package.manifest).expect("cargo just read it");
        let path = package.manifest.trim_start_matches(&*root.to_string_lossy()).trim_start_matches('/');
        findings(path, &text)
    }));
}

#[test]
fn a_crate_that_goes_its_own_way_is_known_to_fail() {
    let alone = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nserde = \"1\"\ntokio = { version = \"1\" }\n";
    let said: Vec<String> = findings("Cargo.toml", alone).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1 + SHARED.len() + 1 + 2, "{said:#?}");
    let follows = "[package]\nname = \"a\"\ndescription = \"A.\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n\
        [dependencies]\nserde.workspace = true\ntokio = { workspace = true, features = [\"net\"] }\n";
    assert_eq!(findings("Cargo.toml", follows), []);
    let itself = format!("{follows}[dev-dependencies]\na = {{ path = \".\", features = [\"testing\"] }}\n");
    assert_eq!(findings("Cargo.toml", &itself), []);
}
