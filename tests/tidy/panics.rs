//! `unwrap` and `expect` outside tests only where a reason stands beside them.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// How far above the call its comment may stand.
const NEAR: usize = 3;
/// How far above the call an `#[expect(clippy::unwrap_used, reason = "...")]` for its function may stand.
const WITHIN_A_FUNCTION: usize = 60;

fn findings(file: &File) -> Vec<Finding> {
    // A build script has no other way to stop a build.
    let builds = file.path.ends_with("/build.rs") && !file.path.contains("/src/");
    if !file.ends_with(&["rs"]) || rust::is_test_file(&file.path) || builds {
        return Vec::new();
    }
    let lines = rust::read(&file.text);
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let panics = line.code.contains(".unwrap()") || line.code.contains(".expect(");
        if !panics || line.in_test {
            continue;
        }
        let near = &lines[number.saturating_sub(NEAR)..=number];
        let function = &lines[number.saturating_sub(WITHIN_A_FUNCTION)..=number];
        let expected =
            function.iter().any(|l| l.code.contains("unwrap_used") || l.code.contains("expect_used"));
        if !expected && !near.iter().any(|line| line.has_comment) {
            let says = "a panic outside tests needs its reason in a comment beside it, or better an error";
            found.push(Finding::at(&file.path, number + 1, says));
        }
    }
    found
}

#[test]
fn no_panic_stands_without_a_reason() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn a_bare_expect_is_known_to_fail() {
    let found =
        |text: &str| findings(&File { path: "crates/fire/src/bell.rs".into(), text: text.into() }).len();
    assert_eq!(found("fn a() {\n    b().unwrap();\n    c().expect(\"it works\");\n}\n"), 2);
    assert_eq!(found("fn a() {\n    // The list was just filled.\n    b().unwrap();\n}\n"), 0);
    assert_eq!(
        found("#[expect(clippy::unwrap_used, reason = \"just filled\")]\nfn a() {\n    b().unwrap();\n}\n"),
        0
    );
    assert_eq!(found("#[cfg(test)]\nmod tests {\n    fn a() { b().unwrap(); }\n}\n"), 0);
    assert_eq!(found("fn a() { f(\".unwrap()\"); }\n"), 0);
}
