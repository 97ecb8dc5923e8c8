//! What `cargo metadata` knows of the workspace and of everything it is built from.

use serde_json::Value;
use std::process::Command;

/// One crate, the workspace's own or another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The name it is published or known under.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression; empty when it names none.
    pub license: String,
    /// The names of the crates it asks for itself, for whatever purpose (also building and testing).
    pub asks_for: Vec<String>,
    /// The path of its Cargo.toml.
    pub manifest: String,
}

/// The workspace's own crates.
///
/// # Panics
/// When `cargo metadata` fails, with what it said.
pub fn workspace_members() -> Vec<Package> {
    packages(&metadata(&["--no-deps"]))
}

/// Every crate that the program is built from on Linux, the workspace's own among them.
///
/// # Panics
/// When `cargo metadata` fails, with what it said.
pub fn resolved() -> Vec<Package> {
    packages(&metadata(&["--filter-platform", "x86_64-unknown-linux-gnu"]))
}

fn metadata(arguments: &[&str]) -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version", "1", "--quiet"]).args(arguments).current_dir(crate::root());
    let output = command.output().unwrap_or_else(|e| panic!("cargo metadata does not start: {e}"));
    assert!(output.status.success(), "cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("cargo metadata gave no JSON: {e}"))
}

fn packages(metadata: &Value) -> Vec<Package> {
    let mut packages: Vec<Package> = list(&metadata["packages"])
        .iter()
        .map(|package| Package {
            name: text(&package["name"]),
            version: text(&package["version"]),
            license: text(&package["license"]),
            asks_for: list(&package["dependencies"])
                .iter()
                .map(|dependency| text(&dependency["name"]))
                .collect(),
            manifest: text(&package["manifest_path"]),
        })
        .collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    packages
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
