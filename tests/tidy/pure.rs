//! The kernel and every room of rules: no async, I/O, clock, randomness or map iteration order.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// What must not be named there.
const IMPURE: [&str; 24] = [
    "async fn",
    "async move",
    "async {",
    ".await",
    "Instant::now",
    "SystemTime",
    "HashMap",
    "HashSet",
    "thread_rng",
    "rand::",
    "getrandom",
    "now_v7",
    "new_v4",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "tokio",
    "rusqlite",
    "tracing::",
    "println!",
    "static mut",
];

/// The one file that is itself the way out: the ports for time and chance, filled by the binary.
const PORTS: &str = "crates/kernel/src/port.rs";

fn must_be_pure(path: &str) -> bool {
    let Some((folder, inside)) = path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    // The journal's engines are databases.
    let room = parts.contains(&"rules") || (parts.contains(&"engine") && folder != "journal");
    (room || (folder == "kernel" && parts[0] == "src")) && path != PORTS && !rust::is_test_file(path)
}

fn findings(file: &File) -> Vec<Finding> {
    if !file.ends_with(&["rs"]) || !must_be_pure(&file.path) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in rust::read(&file.text).iter().enumerate().filter(|(_, line)| !line.in_test) {
        for impure in IMPURE.iter().filter(|impure| rust::stands_alone(&line.code, impure)) {
            let says =
                format!("`{impure}`: rules are functions from values to values; take it as an argument");
            found.push(Finding::at(&file.path, number + 1, says));
        }
    }
    found
}

#[test]
fn rules_are_functions_from_values_to_values() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn a_rule_that_looks_at_the_clock_is_known_to_fail() {
    let file = |path: &str| {
        File {
        path: path.into(),
        text: "// Instant::now\nfn late() -> bool { started < Instant::now() }\n#[cfg(test)]\nmod tests { use std::fs; }\n"
            .into(),
    }
    };
    let lines = |path: &str| findings(&file(path)).iter().map(|finding| finding.line).collect::<Vec<_>>();
    assert_eq!(lines("crates/fire/src/rules.rs"), [2]);
    assert_eq!(lines("crates/fire/src/rules/ladder.rs"), [2]);
    assert_eq!(lines("crates/fire/src/engine/step.rs"), [2]);
    assert_eq!(lines("crates/kernel/src/text.rs"), [2]);
    assert_eq!(lines("crates/fire/src/api/press.rs"), [0; 0]);
    assert_eq!(lines("crates/journal/src/engine/sqlite.rs"), [0; 0]);
    assert_eq!(lines("crates/fire/src/rules/tests.rs"), [0; 0]);
}
