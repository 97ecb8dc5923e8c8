//! The texts that people read, from texts/{vi,en,id}/*.ftl, carried in the program.

use crate::{Args, Language};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{collections::BTreeMap, sync::LazyLock};

/// Language, file, content.
const SOURCES: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/texts.rs"));

static BUNDLES: LazyLock<BTreeMap<Language, FluentBundle<FluentResource>>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|language| (language, bundle(language))).collect());

/// One thing that a text is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Words.
    Text(String),
    /// A number, which may choose between forms of the sentence.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let tag = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    for (_, file, text) in SOURCES.iter().filter(|source| source.0 == language.tag()) {
        // The texts' own test refuses a file that cannot be read whole; a node speaks with what it has.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| {
            tracing::error!(file, "a text file cannot be read whole");
            resource
        });
        if bundle.add_resource(resource).is_err() {
            tracing::error!(file, "a text stands twice");
        }
    }
    bundle
}

/// The text `id` (or its attribute, `id.detail`) in this language, filled; the id itself where there is no such text.
pub fn say(language: Language, id: &str, args: &Args) -> String {
    find(language, id, args).unwrap_or_else(|| id.to_owned())
}

/// Whether this language has this text.
pub fn says(language: Language, id: &str) -> bool {
    find(language, id, &Args::new()).is_some()
}

fn find(language: Language, id: &str, args: &Args) -> Option<String> {
    let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
    let bundle = BUNDLES.get(&language)?;
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut filled = FluentArgs::new();
    for (name, value) in args {
        filled.set(
            *name,
            match value {
                Arg::Text(text) => FluentValue::from(text.as_str()),
                Arg::Number(number) => FluentValue::from(*number),
            },
        );
    }
    // A variable that is missing shows as {$name}, which is better than no sentence.
    Some(bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned())
}
