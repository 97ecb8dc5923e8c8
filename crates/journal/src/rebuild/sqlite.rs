//! The rebuild on SQLite: a fresh file, renamed into the place of the old one.

use super::{RebuildError, Rebuilt, Scratch, replay, scratch::beside, views};
use crate::{
    Schema, Statement,
    engine::{
        lease::{Lease, NoLease},
        source::Source,
        sqlite::{Sqlite, is_there},
    },
    progress::{Reporter, Step},
    table::{Role, Table, quoted},
    verify::source_is_whole,
};
use std::path::Path;

/// Makes every view anew in a fresh file that then takes the place of this one.
pub(super) fn rebuild(
    path: &Path,
    schema: &Schema,
    reporter: &mut Reporter<'_>,
) -> Result<Rebuilt, RebuildError> {
    is_there(path).map_err(RebuildError::Storage)?;
    let _alone = Lease::exclusive(path).map_err(|refused| match refused {
        NoLease::InUse => RebuildError::InUse,
        other @ NoLease::Io { .. } => RebuildError::Storage(other.to_string()),
    })?;
    let mut old = Sqlite::alone(path).map_err(RebuildError::Storage)?;
    old.migrate(schema).map_err(RebuildError::Storage)?;
    let mut source = Source::alone(path).map_err(RebuildError::Storage)?;
    source_is_whole(&mut source, reporter)?;
    let mut scratch = Scratch::named(&beside(path, "-rebuild"), schema)?;
    let rebuilt = fill(path, &mut source, schema, &mut scratch, reporter)?;
    drop(source);
    // The old file's log must be empty and gone: the new file would be taken to be continued by it.
    old.batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(RebuildError::Storage)?;
    drop(old);
    let log = beside(path, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(RebuildError::InUse);
    }
    scratch.replace(path)?;
    Ok(rebuilt)
}

/// Fills a file with all tables: views from the entries, everything else as it is in the file at `path`.
pub(crate) fn fill(
    path: &Path,
    source: &mut Source,
    schema: &Schema,
    scratch: &mut Scratch,
    reporter: &mut Reporter<'_>,
) -> Result<Rebuilt, RebuildError> {
    let mut rebuilt = replay(source, schema, scratch, reporter)?;
    let tables = source.tables().map_err(RebuildError::Storage)?;
    let place = path.to_string_lossy().into_owned();
    scratch.sqlite.connection().execute("ATTACH ?1 AS old", [place])?;
    reporter.begin(Step::Copying, 0);
    for table in tables.iter().filter(|table| table.role(schema) != Role::View) {
        reporter.add(carry_over(scratch, table)?);
    }
    reporter.end();
    scratch.sqlite.batch("DETACH old").map_err(RebuildError::Storage)?;
    for table in views(source, schema)? {
        let sql = format!("SELECT COUNT(*) FROM {}", quoted(&table.name));
        let count = scratch.sqlite.query(&Statement::new(sql, []))?;
        rebuilt.rows += count.first().and_then(|row| row.count(0).ok()).unwrap_or(0);
    }
    Ok(rebuilt)
}

fn carry_over(scratch: &mut Scratch, table: &Table) -> Result<u64, RebuildError> {
    let name = quoted(&table.name);
    let fresh = scratch.sqlite.tables().map_err(RebuildError::Storage)?;
    match fresh.iter().find(|fresh| fresh.name == table.name) {
        Some(fresh) if fresh == table => {}
        Some(_) => {
            let why = format!("table {name} has other columns than the program's migrations give it");
            return Err(RebuildError::Storage(why));
        }
        // What no capability of this program knows is kept all the same.
        None => {
            let sql = "SELECT sql FROM old.sqlite_master WHERE tbl_name = $1 AND sql IS NOT NULL ORDER BY type DESC";
            for row in scratch.sqlite.query(&crate::statement!(sql, &table.name))? {
                let sql = row.text(0).map_err(|error| RebuildError::Storage(error.to_string()))?;
                scratch.sqlite.batch(sql).map_err(RebuildError::Storage)?;
            }
        }
    }
    // Every row comes from the old file, also those that the migrations put here.
    scratch.sqlite.batch(&format!("DELETE FROM main.{name}")).map_err(RebuildError::Storage)?;
    let copied = scratch
        .sqlite
        .connection()
        .execute(&format!("INSERT INTO main.{name} SELECT * FROM old.{name}"), [])?;
    Ok(copied as u64)
}
