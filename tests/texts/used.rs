//! Every id that the code asks for is there.
//!
//! A simple look: a string handed straight to one of the functions below. An id put together while running is not
//! seen; whole ids are better, and where a code from elsewhere makes one, let a text that exists stand in.

use crate::read::{messages, texts};
use liengia_tests::{File, Finding, files, nothing_found, rust};
use std::collections::BTreeSet;

/// How texts are asked for in the browser: `t('id')`, `t("id", { ... })`.
const IN_THE_BROWSER: [&str; 1] = ["t("];

fn is_an_id(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    letters && word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The strings handed to `call` in `line`.
fn asked<'a>(line: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(call).filter_map(move |(at, _)| {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            return None;
        }
        let rest = &line[at + call.len()..];
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
        let word = rest[1..].split(quote).next()?;
        is_an_id(word).then_some(word)
    })
}

fn findings(file: &File, known: &BTreeSet<String>) -> Vec<Finding> {
    let calls = match file {
        file if file.path.starts_with("ui/") && file.ends_with(&["ts", "svelte"]) => &IN_THE_BROWSER,
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for id in calls.iter().flat_map(|call| asked(line, call)).filter(|id| !known.contains(*id)) {
            found.push(Finding::at(
                &file.path,
                number + 1,
                format!("asks for the text {id}, which texts/vi has not"),
            ));
        }
    }
    found
}

fn known() -> BTreeSet<String> {
    let vi = texts().into_iter().filter(|file| file.path.starts_with("texts/vi/"));
    vi.flat_map(|file| messages(&file).0.into_keys()).collect()
}

#[test]
fn every_text_that_the_code_asks_for_is_there() {
    let known = known();
    let asking = files().into_iter().filter(|file| !rust::is_test_file(&file.path));
    nothing_found(asking.flat_map(|file| findings(&file, &known)));
}

#[test]
fn a_text_that_is_not_there_is_known_to_fail() {
    let known = BTreeSet::from(["fire-raise".to_owned()]);
    let found =
        |text: &str| findings(&File { path: "ui/home/Fire.svelte".into(), text: text.into() }, &known).len();
    assert_eq!(found("<h1>{t('fire-raise')}</h1><p>{t(\"fire-gone\", { count })}</p>\n"), 1);
    assert_eq!(found("format('fire-gone'); a.split('x')\n"), 0);
    assert_eq!(found("t(`fire-${state}`)\n"), 0);
}
