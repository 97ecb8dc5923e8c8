//! What each capability brings to the database: migrations, views, vault tables.

use crate::{BadBody, Entry, Statement, own::OWN};

/// One step of the schema. Steps are only ever appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its name, `capability/0001_what`.
    pub name: &'static str,
    /// Its statements, each ended by a semicolon at the end of a line.
    pub sql: &'static str,
}

impl Migration {
    /// The single statements of this step.
    pub fn statements(&self) -> impl Iterator<Item = &'static str> {
        self.sql.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
    }
}

/// A table of the vault: personal data, outside the journal and erasable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vault {
    /// The table.
    pub table: &'static str,
    /// The column that holds the id of the person (or household) whose data a row is.
    pub owner: &'static str,
}

/// What one capability brings.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The capability, as in [`crate::Event::SLICE`].
    pub slice: &'static str,
    /// Its steps of the schema.
    pub migrations: &'static [Migration],
    /// The tables that are made of its entries and nothing else.
    pub views: &'static [&'static str],
    /// Its tables of personal data.
    pub vault: &'static [Vault],
    /// What an entry of this capability changes in its views: a pure function.
    pub apply: fn(&Entry) -> Result<Vec<Statement>, BadBody>,
}

/// What all capabilities bring, the journal's own tables first.
#[derive(Clone, Debug)]
pub struct Schema {
    parts: Vec<Part>,
}

impl Schema {
    /// The schema of these capabilities.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut all = vec![OWN];
        all.extend(parts);
        Self { parts: all }
    }

    /// The schema of these parts alone, without the journal's own.
    #[cfg(feature = "testing")]
    pub(crate) fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect() }
    }

    /// The capabilities.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// All steps, in order.
    pub fn migrations(&self) -> impl Iterator<Item = &'static Migration> {
        self.parts.iter().flat_map(|part| part.migrations)
    }

    /// Every view table.
    pub fn views(&self) -> impl Iterator<Item = &'static str> {
        self.parts.iter().flat_map(|part| part.views.iter().copied())
    }

    /// Every vault table.
    pub fn vault(&self) -> impl Iterator<Item = &'static Vault> {
        self.parts.iter().flat_map(|part| part.vault)
    }

    /// What this entry changes in the views.
    pub fn apply(&self, entry: &Entry) -> Result<Vec<Statement>, BadBody> {
        match self.parts.iter().find(|part| part.slice == &*entry.slice) {
            Some(part) => (part.apply)(entry),
            None => Ok(Vec::new()),
        }
    }
}
