//! Tests wait for a condition or move the clock; they do not sleep and hope.
//!
//! Where time itself is needed, a pause between two looks at a condition or a finger held down, a comment beside it says
//! so.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// How far above the call its comment may stand.
const NEAR: usize = 3;

/// One line, as this rule sees it.
struct Seen {
    sleeps: bool,
    has_comment: bool,
}

fn findings(file: &File) -> Vec<Finding> {
    let lines = if file.ends_with(&["rs"]) { in_rust(file) } else { in_the_browser(file) };
    let mut found = Vec::new();
    for (number, _) in lines.iter().enumerate().filter(|(_, line)| line.sleeps) {
        if !lines[number.saturating_sub(NEAR)..=number].iter().any(|line| line.has_comment) {
            let says =
                "a test that sleeps; wait for a condition, or say in a comment why time itself is waited for";
            found.push(Finding::at(&file.path, number + 1, says));
        }
    }
    found
}

fn in_rust(file: &File) -> Vec<Seen> {
    let tests = rust::is_test_file(&file.path);
    let lines = rust::read(&file.text).into_iter();
    let seen = lines.map(|line| Seen {
        sleeps: (tests || line.in_test) && rust::stands_alone(&line.code, "sleep("),
        has_comment: line.has_comment,
    });
    seen.collect()
}

fn in_the_browser(file: &File) -> Vec<Seen> {
    let tests = file.path.starts_with("ui/") && file.ends_with(&["ts", "mjs", "js"]);
    let lines = file.text.lines();
    let seen = lines.map(|line| Seen {
        sleeps: tests && line.contains("waitForTimeout("),
        has_comment: line.trim_start().starts_with("//") || line.contains(" // ") || line.contains("*/"),
    });
    seen.collect()
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
    assert_eq!(
        found("ui/tests/browser/fire.ts", "// The finger stays.\nawait page.waitForTimeout(1150);\n"),
        0
    );
}
