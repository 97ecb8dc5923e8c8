//! Every queue has a named limit; one without an end fills the memory on the worst night.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// Each makes a queue without an end.
const ENDLESS: [&str; 4] = ["unbounded_channel", "unbounded(", "mpsc::channel()", "UnboundedSender"];

fn findings(file: &File) -> Vec<Finding> {
    if !file.ends_with(&["rs"]) || rust::is_test_file(&file.path) {
        return Vec::new();
    }
    let lines = rust::read(&file.text);
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.in_test) {
        if ENDLESS.iter().any(|endless| line.code.contains(endless)) {
            let says = "a queue without an end; give it a named limit and say what a full one does";
            found.push(Finding::at(&file.path, number + 1, says));
        }
        if has_a_bare_number(&line.code) {
            found.push(Finding::at(
                &file.path,
                number + 1,
                "give this limit a name, and say why it is so much",
            ));
        }
    }
    found
}

/// `channel(64)`. One is no limit but a hand-over.
fn has_a_bare_number(code: &str) -> bool {
    code.match_indices("channel(").any(|(at, call)| {
        let argument = code[at + call.len()..].split(')').next().unwrap_or_default();
        argument != "1" && argument.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[test]
fn every_queue_has_an_end() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn an_endless_queue_is_known_to_fail() {
    let found =
        |text: &str| findings(&File { path: "crates/signal/src/push.rs".into(), text: text.into() }).len();
    assert_eq!(found("let (tx, rx) = mpsc::unbounded_channel();\n"), 1);
    assert_eq!(found("let (tx, rx) = std::sync::mpsc::channel();\n"), 1);
    assert_eq!(found("let (tx, rx) = broadcast::channel(1_024);\n"), 1);
    assert_eq!(found("let (tx, rx) = mpsc::channel(RINGS_WAITING);\n"), 0);
}
