//! Every Rust file begins with what it promises and what it never does. (A module of tests, with its first test.)

use liengia_tests::{File, Finding, files, nothing_found, rust};

fn finding(file: &File) -> Option<Finding> {
    let test_module = file.path.contains("/src/") && rust::is_test_file(&file.path);
    let wanted = file.ends_with(&["rs"]) && !file.is_generated() && !test_module;
    let begins =
        file.text.strip_prefix("//!").is_some_and(|rest| rest.lines().next().is_some_and(|l| l.len() > 10));
    (wanted && !begins)
        .then(|| Finding::at(&file.path, 1, "begins with `//!`: what it promises and never does"))
}

#[test]
fn every_file_begins_with_what_it_promises() {
    nothing_found(files().iter().filter_map(finding));
}

#[test]
fn a_file_without_a_word_is_known_to_fail() {
    let file = |text: &str| File { path: "crates/fire/src/bell.rs".into(), text: text.into() };
    assert!(finding(&file("use std::fmt;\n")).is_some());
    assert!(finding(&file("//!\nuse std::fmt;\n")).is_some());
    assert!(finding(&file("//! A bell: rings when told and never by itself.\n")).is_none());
}
