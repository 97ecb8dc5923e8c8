//! Indexes that are made last, since a sorted whole is quicker than row by row; but for those that a statement of
//! the replay needs to find its rows, which are made the moment it first comes.

use super::RebuildError;
use crate::{Schema, Statement, engine::sqlite::Sqlite, table::quoted};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

const INDEXES: &str =
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

/// Indexes that are not made yet.
#[derive(Default)]
pub(crate) struct Late {
    /// Name -> the statement that makes it.
    waiting: BTreeMap<String, String>,
    /// Texts that were looked at: of the replay's own few, by address.
    seen: BTreeSet<(usize, usize)>,
    /// The same tables with all indexes and no rows: it tells which index a statement would use.
    adviser: Option<Sqlite>,
}

impl Late {
    /// Takes the plain indexes of the views out of a new, empty file.
    pub(super) fn put_off(sqlite: &mut Sqlite, schema: &Schema) -> Result<Self, RebuildError> {
        let views: BTreeSet<&str> = schema.views().collect();
        let mut waiting = BTreeMap::new();
        for row in sqlite.query(&Statement::new(INDEXES, []))? {
            let told = |error: crate::BadColumn| RebuildError::Storage(error.to_string());
            let (name, table, sql) =
                (row.text(0).map_err(told)?, row.text(1).map_err(told)?, row.text(2).map_err(told)?);
            // ON CONFLICT needs a unique one from the first row on.
            if views.contains(table) && !sql.to_uppercase().starts_with("CREATE UNIQUE") {
                sqlite.batch(&format!("DROP INDEX {}", quoted(name))).map_err(RebuildError::Storage)?;
                waiting.insert(name.to_owned(), sql.to_owned());
            }
        }
        let mut adviser = Sqlite::memory().map_err(RebuildError::Storage)?;
        adviser.migrate(schema).map_err(RebuildError::Storage)?;
        Ok(Self { waiting, seen: BTreeSet::new(), adviser: Some(adviser) })
    }

    /// Makes the indexes that this statement needs, when its text comes for the first time.
    pub(super) fn before(&mut self, sqlite: &mut Sqlite, statement: &Statement) -> Result<(), RebuildError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let sql = match &statement.sql {
            Cow::Borrowed(sql) if self.seen.insert((sql.as_ptr().addr(), sql.len())) => sql,
            Cow::Borrowed(_) => return Ok(()),
            // A text made while running may be another every time.
            Cow::Owned(_) => return self.make_all(sqlite),
        };
        let Some(adviser) = &mut self.adviser else { return Ok(()) };
        let plan =
            adviser.query(&Statement::new(format!("EXPLAIN QUERY PLAN {sql}"), statement.values.clone()))?;
        let details: Vec<&str> = plan.iter().filter_map(|row| row.text(3).ok()).collect();
        let used = |name: &String| details.iter().any(|detail| detail.split(' ').any(|word| word == name));
        let needed: Vec<String> = self.waiting.keys().filter(|name| used(name)).cloned().collect();
        for name in needed {
            if let Some(sql) = self.waiting.remove(&name) {
                sqlite.batch(&sql).map_err(RebuildError::Storage)?;
            }
        }
        Ok(())
    }

    /// Makes all that are left.
    pub(super) fn make_all(&mut self, sqlite: &mut Sqlite) -> Result<(), RebuildError> {
        for sql in std::mem::take(&mut self.waiting).values() {
            sqlite.batch(sql).map_err(RebuildError::Storage)?;
        }
        Ok(())
    }
}
