//! Rows out of a backup into a scratch file, leaving out whoever was erased.

use super::{
    RestoreError,
    format::{Manifest, Unpacker},
    watch::Watch,
};
use crate::{
    ChainEnd, Schema,
    cell::Cell,
    engine::{migrations, sqlite::translated},
    progress::{Reporter, Step},
    rebuild::Scratch,
    table::Table,
};
use std::{collections::BTreeSet, io::Read};

/// What came out of a backup.
pub(super) struct Loaded {
    pub(super) chains: Vec<ChainEnd>,
    pub(super) rows: u64,
    /// Rows that were left out because their owner was erased.
    pub(super) left_out: u64,
}

/// Makes the tables as they were when the backup was made, and fills them.
pub(super) fn load<R: Read>(
    mut unpacker: Unpacker<R>,
    manifest: &Manifest,
    schema: &Schema,
    erased: &BTreeSet<&str>,
    scratch: &mut Scratch,
    reporter: &mut Reporter<'_>,
) -> Result<Loaded, RestoreError> {
    let ran = manifest.migrations.iter().map(|(name, hash)| (name.clone(), hash.0.to_vec())).collect();
    let steps = migrations::repeat(schema, &ran).map_err(RestoreError::Schema)?;
    scratch.sqlite.batch(migrations::TABLE).map_err(RestoreError::Storage)?;
    scratch.sqlite.run_migrations(steps).map_err(RestoreError::Storage)?;
    let known = scratch.sqlite.tables().map_err(RestoreError::Storage)?;
    let mut watch = Watch::default();
    let (mut rows, mut left_out) = (0, 0);
    scratch.sqlite.batch("BEGIN").map_err(RestoreError::Storage)?;
    reporter.begin(Step::Copying, 0);
    for shape in &manifest.tables {
        let table = shape.table()?;
        prepare(scratch, &known, &table)?;
        let erasure = Erasure::of(&table, schema, erased);
        let mut insert = scratch.sqlite.connection().prepare(&translated(&table.insert()))?;
        while let Some(row) = unpacker.row(table.columns.len())? {
            watch.row(&table.name, &row)?;
            if erasure.concerns(row.cells()) {
                left_out += 1;
            } else {
                insert.execute(rusqlite::params_from_iter(row.cells()))?;
                rows += 1;
            }
            reporter.add(1);
        }
    }
    unpacker.finish()?;
    let chains = watch.finish()?;
    scratch.sqlite.batch("COMMIT").map_err(RestoreError::Storage)?;
    scratch.sqlite.migrate(schema).map_err(RestoreError::Storage)?;
    reporter.end();
    Ok(Loaded { chains, rows, left_out })
}

/// Empties a table that a migration may have put rows into; makes one that no capability knows any more.
fn prepare(scratch: &Scratch, known: &[Table], table: &Table) -> Result<(), RestoreError> {
    let sql = match known.iter().find(|known| known.name == table.name) {
        Some(known) if table.columns.iter().all(|column| known.columns.contains(column)) => {
            table.delete_all()
        }
        Some(_) => {
            return Err(RestoreError::Schema(format!("table {} has other columns there", table.name)));
        }
        None => table.create(),
    };
    scratch.sqlite.batch(&sql).map_err(RestoreError::Storage)
}

/// Which rows of a table are an erased owner's.
enum Erasure<'a> {
    Owner(usize, &'a BTreeSet<&'a str>),
    Mentions(usize, &'a BTreeSet<&'a str>),
    Nobody,
}

impl<'a> Erasure<'a> {
    fn of(table: &Table, schema: &Schema, erased: &'a BTreeSet<&'a str>) -> Self {
        let vault = schema.vault().find(|vault| vault.table == table.name);
        match vault.and_then(|vault| table.position(vault.owner)) {
            Some(column) => Self::Owner(column, erased),
            // An answer kept for a repeated command may show what it created.
            None if table.name == "answers" => {
                table.position("answer").map_or(Self::Nobody, |column| Self::Mentions(column, erased))
            }
            None => Self::Nobody,
        }
    }

    fn concerns(&self, cells: &[Cell<'_>]) -> bool {
        let text = |column: usize| match cells.get(column) {
            Some(Cell::Text(text)) => std::str::from_utf8(text).unwrap_or_default(),
            _ => "",
        };
        match self {
            Self::Owner(column, erased) => erased.contains(text(*column)),
            Self::Mentions(column, erased) => {
                let words =
                    text(*column).split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
                words.into_iter().any(|word| erased.contains(word))
            }
            Self::Nobody => false,
        }
    }
}
