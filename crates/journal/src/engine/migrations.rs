//! Which steps of the schema a database still needs.
//!
//! Never runs a step twice, and never goes on where a step that ran is not the step that the program brings.

use crate::{Migration, Row, Schema, Statement, statement};
use liengia_kernel::CommuneId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (commune TEXT NOT NULL, \
                                name TEXT NOT NULL, sha256 BYTEA NOT NULL, PRIMARY KEY (commune, name))";
pub(crate) const DONE: &str = "SELECT name, sha256 FROM migrations ORDER BY name";
const NOTE: &str = "INSERT INTO migrations (commune, name, sha256) VALUES ($1, $2, $3)";

/// A step that ran: its name, and the SHA-256 of its text.
pub(crate) type Done = BTreeMap<String, Vec<u8>>;

/// The steps that ran, from the rows of [`DONE`].
pub(crate) fn done(rows: &[Row]) -> Result<Done, String> {
    let read = |row: &Row| Ok((row.text(0)?.to_owned(), row.bytes(1)?.to_vec()));
    rows.iter().map(read).collect::<Result<_, crate::BadColumn>>().map_err(|error| error.to_string())
}

/// The steps that are still to run, in order.
pub(crate) fn pending(schema: &Schema, done: &Done) -> Result<Vec<&'static Migration>, String> {
    let mut pending = Vec::new();
    for migration in schema.migrations() {
        match done.get(migration.name) {
            Some(ran) if *ran == sha256(migration) => {}
            Some(_) => return Err(format!("migration {} was changed after it ran", migration.name)),
            None => pending.push(migration),
        }
    }
    Ok(pending)
}

/// The steps that ran elsewhere, in order, so that they can be run here.
pub(crate) fn repeat(schema: &Schema, elsewhere: &Done) -> Result<Vec<&'static Migration>, String> {
    let known: BTreeMap<_, _> = schema.migrations().map(|migration| (migration.name, migration)).collect();
    if let Some(unknown) = elsewhere.keys().find(|name| !known.contains_key(name.as_str())) {
        return Err(format!("migration {unknown} is not known here: a newer liengia made this"));
    }
    let missing = pending(schema, elsewhere)?;
    let ran = |migration: &&Migration| !missing.iter().any(|other| other.name == migration.name);
    Ok(schema.migrations().filter(ran).collect())
}

/// The statement that notes that this step ran.
pub(crate) fn note(migration: &Migration) -> Statement {
    // The schema is the whole database's, so its table names no commune.
    let nobody = CommuneId::from_bytes([0; 16]);
    statement!(NOTE, nobody, migration.name, sha256(migration))
}

fn sha256(migration: &Migration) -> Vec<u8> {
    Sha256::digest(migration.sql.as_bytes()).to_vec()
}
