//! The file, read to its end: every key that is unknown, missing or of the wrong kind is told at once, with its line.
//!
//! What does not fit is told and taken out, what is missing is told and made up, and the rest is read again, until all of
//! it can be read.

use super::Config;
use serde_path_to_error::{Path, Segment};
use std::{collections::BTreeSet, ops::Range};
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Deserializer},
};

/// Most things that are told of one file; whoever has more looks at another file than they think.
const MOST: usize = 100;

/// Stands in for a text, a path, a name or an address.
const MADE_UP: &str = "127.0.0.1:0";

/// What a file says, as far as it can be read.
pub struct Reading {
    /// None where not even the rest can be read.
    pub config: Option<Config>,
    /// What is wrong, each with its line.
    pub problems: Vec<String>,
    /// Keys that are not what the file says.
    made_up: BTreeSet<String>,
}

/// A step on the way to a value.
enum Key {
    Name(String),
    Place(usize),
}

impl Reading {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let (table, broken) = DeTable::parse_recoverable(text);
        let mut found: Vec<(usize, String)> =
            broken.iter().map(|error| (line(text, error.span()), error.message().to_owned())).collect();
        let mut made_up = BTreeSet::new();
        // What stands around broken lines would be guessed at.
        let config = if broken.is_empty() { read(text, table, &mut found, &mut made_up) } else { None };
        found.sort();
        let told =
            |(line, what): (usize, String)| if line == 0 { what } else { format!("line {line}: {what}") };
        Self { config, problems: found.into_iter().map(told).collect(), made_up }
    }

    /// Whether this was found about a key that was made up here, and so says nothing of the file.
    pub fn is_made_up(&self, problem: &str) -> bool {
        concerns(&self.made_up, problem)
    }
}

fn read(
    text: &str,
    table: Spanned<DeTable<'_>>,
    found: &mut Vec<(usize, String)>,
    made_up: &mut BTreeSet<String>,
) -> Option<Config> {
    let span = table.span();
    let mut root = DeValue::Table(table.into_inner());
    for _ in 0..MOST {
        let DeValue::Table(table) = root.clone() else { return None };
        let whole = Deserializer::from(Spanned::new(span.clone(), table));
        let error = match serde_path_to_error::deserialize::<_, Config>(whole) {
            Ok(config) => return Some(config),
            Err(error) => error,
        };
        let mut keys = keys(error.path())?;
        let why = error.inner().message();
        let missing = why.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        // A whole file has no line.
        let line = if keys.is_empty() { 0 } else { line(text, error.inner().span()) };
        keys.extend(missing.map(|key| Key::Name(key.to_owned())));
        let name = name(&keys);
        if !concerns(made_up, &name) {
            found.push((line, in_words(&name, why)));
        }
        made_up.insert(name);
        mend(&mut root, &keys, missing.is_some())?;
    }
    None
}

/// Takes out what is there, or makes up what is missing.
fn mend(root: &mut DeValue<'_>, keys: &[Key], missing: bool) -> Option<()> {
    let (last, way) = keys.split_last()?;
    let mut at = root;
    for key in way {
        at = match (at, key) {
            (DeValue::Table(table), Key::Name(name)) => table.get_mut(name.as_str())?.get_mut(),
            (DeValue::Array(array), Key::Place(place)) => array.get_mut(*place)?.get_mut(),
            _ => return None,
        };
    }
    match (at, last) {
        (DeValue::Table(table), Key::Name(name)) if missing => {
            let value = match (way.len(), name.as_str()) {
                (0, "http") => DeValue::Table(DeTable::new()),
                (1, "listen") | (_, "channels" | "dns_hook") => DeValue::Array(DeArray::new()),
                _ => DeValue::String(MADE_UP.into()),
            };
            table.insert(Spanned::new(0..0, name.clone().into()), Spanned::new(0..0, value));
        }
        (DeValue::Table(table), Key::Name(name)) => {
            table.remove(name.as_str());
        }
        (DeValue::Array(array), Key::Place(place)) => {
            *array.get_mut(*place)? = Spanned::new(0..0, DeValue::String(MADE_UP.into()));
        }
        _ => return None,
    }
    Some(())
}

fn keys(path: &Path) -> Option<Vec<Key>> {
    let key = |segment: &Segment| match segment {
        Segment::Map { key } => Some(Key::Name(key.clone())),
        Segment::Seq { index } => Some(Key::Place(*index)),
        _ => None,
    };
    path.iter().map(key).collect()
}

fn name(keys: &[Key]) -> String {
    keys.iter().fold(String::new(), |name, key| match key {
        Key::Name(key) if name.is_empty() => key.clone(),
        Key::Name(key) => format!("{name}.{key}"),
        // People count from 1.
        Key::Place(place) => format!("{name}[{}]", place + 1),
    })
}

fn in_words(name: &str, why: &str) -> String {
    if why.starts_with("missing field") {
        return format!("{name} is missing");
    }
    match why.strip_prefix("unknown field").and_then(|rest| rest.split_once("expected ")) {
        Some((_, known)) => format!("{name} is not known here: use {known}"),
        None => format!("{name}: {why}"),
    }
}

fn concerns(keys: &BTreeSet<String>, said: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    keys.iter().any(|key| said.strip_prefix(key.as_str()).is_some_and(ends))
}

fn line(text: &str, span: Option<Range<usize>>) -> usize {
    let before = span.and_then(|span| text.get(..span.start));
    before.map_or(0, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Reading::of(text).problems
    }

    #[test]
    fn every_unknown_missing_and_wrong_key_is_told_at_once_with_its_line() {
        let text = "host = 5\ncolour = \"red\"\n[http]\nlisten = [\"nowhere\", \"127.0.0.1:80\"]\ntsl = 1\n\
                    [mqtt]\nlisten = 1883\n[[alarm.gateways]]\nname = \"a\"\nurl = \"https://a.vn\"\n";
        let found = problems(text);
        let begins = [
            "data is missing",
            "line 1: host: invalid type: integer `5`",
            "line 2: colour is not known here: use ",
            "line 4: http.listen[1]: ",
            "line 5: http.tsl is not known here: use ",
            "line 7: mqtt.listen: ",
            "line 8: alarm.gateways[1].channels is missing",
            "line 8: alarm.gateways[1].secret_file is missing",
        ];
        assert_eq!(found.len(), begins.len(), "{found:#?}");
        for (found, begin) in found.iter().zip(begins) {
            assert!(found.starts_with(begin), "{found} is not: {begin}");
        }
    }

    #[test]
    fn every_broken_line_is_told() {
        let found = problems("data = \nhost = \"a.vn\"\n[http\nlisten = []\n");
        assert!(found.len() >= 2 && found[0].starts_with("line 1: "), "{found:#?}");
    }

    #[test]
    fn nothing_is_said_about_what_was_made_up_and_an_empty_file_lacks_three_keys() {
        let reading = Reading::of("");
        assert_eq!(reading.problems, ["data is missing", "host is missing", "http is missing"]);
        assert!(reading.config.is_some());
        assert!(reading.is_made_up("host = \"127.0.0.1:0\" is not a DNS name"));
        assert!(reading.is_made_up("http.listen is empty") && !reading.is_made_up("database.postgres"));
    }
}
