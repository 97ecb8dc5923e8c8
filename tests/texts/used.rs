//! Every text that the code asks for is there.
//!
//! A simple look: an id written out in one of the calls below. An id put together while running is not seen; whole
//! ids are better, and where a code from elsewhere makes one, let a text that exists stand in.

use crate::read::{messages, texts};
use liengia_tests::{File, Finding, files, nothing_found, rust};
use std::collections::BTreeSet;

/// A call that asks for texts.
struct Asks {
    call: &'static str,
    /// Which argument names it, from 0.
    argument: usize,
    /// From the argument to the ids.
    ids: fn(&str) -> Vec<String>,
}

const IN_THE_BROWSER: [Asks; 1] = [Asks { call: "t(", argument: 0, ids: |id| vec![id.to_owned()] }];

const IN_RUST: [Asks; 4] = [
    Asks { call: "say(", argument: 1, ids: |id| vec![id.to_owned()] },
    Asks {
        call: "Kind::new(",
        argument: 1,
        ids: |code| {
            let id = format!("problem-{}", code.replace('_', "-"));
            vec![format!("{id}.detail"), id]
        },
    },
    Asks { call: "Fault::new(", argument: 0, ids: |code| vec![format!("fault-{}", code.replace('_', "-"))] },
    Asks { call: "Field::new(", argument: 1, ids: |code| vec![format!("field-{}", code.replace('_', "-"))] },
];

/// The arguments of a call whose bracket opens just before `source`.
fn arguments(source: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth, mut quote, mut escaped) = (Vec::new(), 0, 0_i32, None, false);
    for (at, c) in source.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')') if depth == 0 => {
                found.push(source[start..at].trim());
                return found;
            }
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                found.push(source[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    Vec::new()
}

/// What stands between the quotes of an argument that is one written-out id.
fn written_out(argument: &str) -> Option<&str> {
    let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inside = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    let plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    (plain && inside.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(inside)
}

/// Every id asked for in `source`, with its line.
fn asked(source: &str, asking: &[Asks]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for asks in asking {
        for (at, call) in source.match_indices(asks.call) {
            let before = source[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            let arguments = arguments(&source[at + call.len()..]);
            if let Some(written) = arguments.get(asks.argument).and_then(|argument| written_out(argument)) {
                let line = source[..at].matches('\n').count() + 1;
                found.extend((asks.ids)(written).into_iter().map(|id| (line, id)));
            }
        }
    }
    found
}

fn findings(file: &File, known: &BTreeSet<String>) -> Vec<Finding> {
    let asked = if file.path.starts_with("ui/") && file.ends_with(&["ts", "svelte"]) {
        asked(&file.text, &IN_THE_BROWSER)
    } else if file.path.starts_with("crates/") && file.ends_with(&["rs"]) {
        let lines = rust::read(&file.text).into_iter();
        let code = lines.map(|line| if line.in_test { String::new() } else { line.code_and_strings });
        asked(&code.collect::<Vec<_>>().join("\n"), &IN_RUST)
    } else {
        Vec::new()
    };
    let missing = asked.into_iter().filter(|(_, id)| !known.contains(id));
    missing
        .map(|(line, id)| {
            Finding::at(&file.path, line, format!("asks for the text {id}, which texts/vi has not"))
        })
        .collect()
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

#[cfg(test)]
mod known_to_fail {
    use super::findings;
    use liengia_tests::{File, as_text};
    use std::collections::BTreeSet;

    fn said(path: &str, text: &str) -> String {
        let known = ["fire-raise", "problem-busy", "problem-busy.detail", "field-too-long"];
        let known: BTreeSet<String> = known.into_iter().map(ToOwned::to_owned).collect();
        as_text(&findings(&File { path: path.into(), text: text.into() }, &known))
    }

    #[test]
    fn a_screen_that_asks_for_a_text_that_is_not_there() {
        let screen = "<h1>{t('fire-raise')}</h1>\n<p>{t(\"fire-gone\", { count: f(1, 2) })}</p>\n";
        assert_eq!(
            said("ui/home/Fire.svelte", screen),
            "ui/home/Fire.svelte:2: asks for the text fire-gone, which texts/vi has not"
        );
        assert_eq!(said("ui/home/a.ts", "format('fire-gone'); a.split('x'); t(`fire-${state}`)\n"), "");
    }

    #[test]
    fn a_problem_without_words() {
        let code = "const A: Kind = Kind::new(Class::Busy, \"busy\");\nconst B: Kind =\n    Kind::new(Class::Gone, \"used_up\");\n";
        let said = said("crates/access/src/kinds.rs", code);
        assert!(said.contains("kinds.rs:3: asks for the text problem-used-up,"), "{said}");
        assert!(said.contains("problem-used-up.detail") && !said.contains("busy"), "{said}");
    }

    #[test]
    fn a_field_and_a_sentence_without_words() {
        let code = "Field::new(format!(\"a, {b}\"), \"too_long\");\nField::new(\"name\", \"too_odd\");\nsay(language, \"gone\", &args);\n";
        let said = said("crates/access/src/api/join.rs", code);
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.contains("field-too-odd") && said.contains("the text gone"), "{said}");
    }

    #[test]
    fn what_tests_ask_for_does_not_count() {
        assert_eq!(
            said("crates/http/src/a.rs", "#[cfg(test)]\nmod tests { fn a() { say(vi, \"gone\", &b); } }\n"),
            ""
        );
    }
}
