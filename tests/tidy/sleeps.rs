//! Tests wait for a condition or move the clock; they do not sleep and hope.
//!
//! The pause between two looks at a condition is the one sleep that is needed; it says so in a comment beside it.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// How far above the call its comment may stand.
const NEAR: usize = 3;

fn findings(file: &File) -> Vec<Finding> {
    if file.ends_with(&["rs"]) {
        return in_rust(file);
    }
    let browser = file.path.starts_with("ui/") && file.ends_with(&["ts", "mjs", "js"]);
    let sleeping =
        file.text.lines().enumerate().filter(|(_, line)| browser && line.contains("waitForTimeout("));
    sleeping
        .map(|(number, _)| Finding::at(&file.path, number + 1, "wait for what you want to see, not for time"))
        .collect()
}

fn in_rust(file: &File) -> Vec<Finding> {
    let lines = rust::read(&file.text);
    let tests = rust::is_test_file(&file.path);
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let sleeps = (tests || line.in_test) && rust::stands_alone(&line.code, "sleep(");
        let near = &lines[number.saturating_sub(NEAR)..=number];
        if sleeps && !near.iter().any(|line| line.has_comment) {
            let says = "a test that sleeps; wait for a condition, or say in a comment which one is looked at in between";
            found.push(Finding::at(&file.path, number + 1, says));
        }
    }
    found
}

#[test]
fn no_test_sleeps_and_hopes() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn a_sleeping_test_is_known_to_fail() {
    let found = |path: &str, text: &str| findings(&File { path: path.into(), text: text.into() }).len();
    assert_eq!(found("tests/faults/kill.rs", "fn a() {\n    tokio::time::sleep(SECOND).await;\n}\n"), 1);
    assert_eq!(
        found("crates/fire/src/a.rs", "#[cfg(test)]\nmod tests {\n    fn a() { thread::sleep(b); }\n}\n"),
        1
    );
    assert_eq!(found("tests/faults/kill.rs", "    // Until the port answers.\n    sleep(PAUSE).await;\n"), 0);
    assert_eq!(found("crates/signal/src/retry.rs", "sleep(pause).await;\n"), 0);
    assert_eq!(found("ui/tests/browser/fire.mjs", "await page.waitForTimeout(500);\n"), 1);
}
