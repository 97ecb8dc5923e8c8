//! No work left lying about: what is not done is an issue, not a note in the code. No names that explain nothing.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// Put together here so that this file does not find itself.
fn leftovers() -> [String; 8] {
    let joined = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X:"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["dbg", "!("],
        ["console", ".log("],
        ["debug", "ger;"],
    ];
    joined.map(|parts| parts.concat())
}

/// Words in a file's name that say the thing is not understood yet.
const EMPTY_NAMES: [&str; 5] = ["manager", "util", "helper", "common", "misc"];

fn findings(file: &File) -> Vec<Finding> {
    if file.is_generated() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for leftover in leftovers().iter().filter(|leftover| rust::stands_alone(line, leftover)) {
            if leftover.starts_with("console") && !file.ends_with(&["ts", "svelte"]) {
                continue; // A script on the command line speaks that way.
            }
            let says = format!("`{leftover}`: do it, or file it and take the note out");
            found.push(Finding::at(&file.path, number + 1, says));
        }
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = stem.split(['_', '-']).collect();
    let plural = |word: &str| format!("{word}s");
    if EMPTY_NAMES.iter().any(|empty| words.iter().any(|word| word == empty || *word == plural(empty))) {
        found.push(Finding::about(&file.path, "its name says nothing; name what it is about"));
    }
    found
}

#[test]
fn nothing_is_left_lying_about() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn a_note_to_oneself_is_known_to_fail() {
    let found = |path: &str, text: &str| findings(&File { path: path.into(), text: text.into() }).len();
    assert_eq!(found("a.rs", &format!("// {}: later\n", leftovers()[0])), 1);
    assert_eq!(found("a.rs", &format!("    {})\n", leftovers()[3])), 1);
    assert_eq!(found("a.ts", &format!("{}1)\n", leftovers()[6])), 1);
    assert_eq!(found("a.mjs", &format!("{}1)\n", leftovers()[6])), 0);
    assert_eq!(found("a.md", &format!("{}ĐÊ\n", leftovers()[0])), 0);
    assert_eq!(found("crates/fire/src/alarm_helpers.rs", ""), 1);
    assert_eq!(found("ui/shared/bell.ts", ""), 0);
}
