//! The three languages say the same things.

use crate::{
    LANGUAGES,
    read::{Messages, language_and_area, messages, texts},
};
use liengia_tests::{File, Finding, nothing_found};
use std::collections::BTreeMap;
use unicode_normalization::is_nfc;

fn findings(texts: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut areas: BTreeMap<&str, BTreeMap<&str, Messages>> = BTreeMap::new();
    for file in texts {
        let (read, unread) = messages(file);
        found.extend(unread);
        for (number, line) in file.text.lines().enumerate().filter(|(_, line)| !is_nfc(line)) {
            found.push(Finding::at(
                &file.path,
                number + 1,
                format!("holds taken-apart letters (not NFC): {line}"),
            ));
        }
        match language_and_area(&file.path) {
            Some((language, area)) if LANGUAGES.contains(&language) && !area.contains('/') => {
                areas.entry(area).or_default().insert(language, read);
            }
            _ => found.push(Finding::about(&file.path, "is not texts/{vi,en,id}/<area>.ftl")),
        }
    }
    let nothing = Messages::new();
    for (area, spoken) in &areas {
        let said = |language: &str| spoken.get(language).unwrap_or(&nothing);
        let first = said(LANGUAGES[0]);
        for language in &LANGUAGES[1..] {
            found.extend(differences(area, first, language, said(language)));
        }
    }
    found.extend(said_twice(&areas));
    found
}

fn differences(area: &str, first: &Messages, language: &str, other: &Messages) -> Vec<Finding> {
    let path = |language: &str| format!("texts/{language}/{area}.ftl");
    let mut found = Vec::new();
    for (id, variables) in first {
        match other.get(id) {
            None => found.push(Finding::about(&path(language), format!("does not say {id}"))),
            Some(others) if others != variables => {
                let says = format!("{id} has the variables {others:?}, in {} {variables:?}", LANGUAGES[0]);
                found.push(Finding::about(&path(language), says));
            }
            Some(_) => {}
        }
    }
    for id in other.keys().filter(|id| !first.contains_key(*id)) {
        found.push(Finding::about(&path(LANGUAGES[0]), format!("does not say {id}, but {language} does")));
    }
    found
}

/// One id in two areas of one language: they are read into one bundle, and the second would be lost. The phone's app and
/// the desk's are never in one bundle, and Rust reads neither.
fn said_twice(areas: &BTreeMap<&str, BTreeMap<&str, Messages>>) -> Vec<Finding> {
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for (area, spoken) in areas {
        for id in spoken.get(LANGUAGES[0]).into_iter().flat_map(Messages::keys) {
            if let Some(other) = owner.insert(id, area)
                && !matches!((other, *area), ("home", "desk") | ("desk", "home"))
            {
                found.push(Finding::about(
                    &format!("texts/*/{area}.ftl"),
                    format!("{id} stands in {other} already"),
                ));
            }
        }
    }
    found
}

#[test]
fn the_three_languages_say_the_same_things() {
    nothing_found(findings(&texts()));
}

#[cfg(test)]
mod known_to_fail {
    use super::findings;
    use liengia_tests::{File, as_text};

    fn said(texts: &[(&str, &str)]) -> String {
        let file = |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        as_text(&findings(&texts.iter().map(file).collect::<Vec<_>>()))
    }

    fn in_three(vi: &str, en: &str, id: &str) -> String {
        said(&[("texts/vi/fire.ftl", vi), ("texts/en/fire.ftl", en), ("texts/id/fire.ftl", id)])
    }

    #[test]
    fn a_message_that_one_language_lacks() {
        assert!(
            in_three("a = A\nb = B\n", "a = A\n", "a = A\nb = B\n")
                .contains("texts/en/fire.ftl: does not say b")
        );
        assert!(in_three("a = A\n", "a = A\nb = B\n", "a = A\n").contains("does not say b, but en does"));
        assert!(said(&[("texts/vi/fire.ftl", "a = A\n")]).contains("texts/id/fire.ftl: does not say a"));
    }

    #[test]
    fn a_variable_that_one_language_lacks() {
        let vi = "coming = { $count ->\n    [0] Chưa ai đến\n   *[other] { $count } người của { $team } đang đến\n}\n";
        let en = "coming = { $count } people are coming\n";
        let said = in_three(vi, en, vi);
        assert!(said.contains("texts/en/fire.ftl: coming has the variables {\"count\"}"), "{said}");
        assert!(!said.contains("texts/id"), "{said}");
    }

    #[test]
    fn an_attribute_counts_as_a_message() {
        assert!(
            in_three("a = A\n    .hint = H\n", "a = A\n", "a = A\n    .hint = H\n")
                .contains("does not say a.hint")
        );
    }

    #[test]
    fn a_letter_taken_apart_and_a_line_that_is_not_fluent() {
        assert!(in_three("a = Ba\u{301}o\n", "a = A\n", "a = A\n").contains("not NFC"));
        assert!(in_three("a = A\n", "a = A\nb { = \n", "a = A\n").contains("is not Fluent"));
    }

    #[test]
    fn an_id_said_twice() {
        assert!(in_three("a = A\na = B\n", "a = A\n", "a = A\n").contains("says a twice"));
        let files = ["vi", "en", "id"].map(|language| {
            [
                (format!("texts/{language}/fire.ftl"), "a = A\n"),
                (format!("texts/{language}/home.ftl"), "a = A\n"),
            ]
        });
        let files: Vec<(&str, &str)> =
            files.iter().flatten().map(|(path, text)| (path.as_str(), *text)).collect();
        assert!(said(&files).contains("a stands in fire already"));
    }

    #[test]
    fn a_text_in_no_known_place() {
        assert!(said(&[("texts/fr/fire.ftl", "a = A\n")]).contains("is not texts/"));
    }
}
