//! `rebuild`: every view table made anew from the entries, and `rebuild --check`: is it what is there already?
//!
//! Promises: entries, vault, cursors and every other table that is no view come through untouched; either the
//! whole rebuild takes effect or nothing does. Both engines' views are made by SQLite, in a file that is quick to
//! fill: one SQL text runs on both, so that what PostgreSQL made row by row is also compared with what SQLite makes.

mod compare;
mod late;
pub(crate) mod postgres;
mod replay;
mod scratch;
pub(crate) mod sqlite;

use crate::{
    Database, QueryError, Schema, VerifyError,
    engine::{migrations, source::Source},
    progress::{Progress, Reporter},
    statement,
    table::{Role, Table},
    writer::Failure,
};
pub use compare::{Difference, Differs};
pub(crate) use replay::replay;
pub(crate) use scratch::{Scratch, beside, sync_folder};

/// What was rebuilt or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Entries that were replayed.
    pub entries: u64,
    /// Entries among them whose body is withheld: a view that needs the body has nothing of them.
    pub withheld: u64,
    /// Rows of all views.
    pub rows: u64,
}

/// Why nothing was rebuilt, or why the views are not as they should be.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A node or another task uses the database.
    #[error("the journal is in use: stop the node (and any backup or check), then rebuild")]
    InUse,
    /// The entries cannot be trusted.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A body that this program cannot read.
    #[error("{0}: this needs the program that wrote it, or a newer one")]
    Body(#[from] crate::BadBody),
    /// The schema is not this program's.
    #[error("the schema is not up to date (migration {0} has not run): start the node once, then try again")]
    Schema(&'static str),
    /// A view is not what the entries give.
    #[error("{0}")]
    Differs(Box<Difference>),
    /// A database or file failed.
    #[error("the rebuild stopped, and nothing was changed: {0}")]
    Storage(String),
}

impl From<Failure> for RebuildError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.to_string())
    }
}

impl From<QueryError> for RebuildError {
    fn from(error: QueryError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<rusqlite::Error> for RebuildError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<std::io::Error> for RebuildError {
    fn from(error: std::io::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

/// Makes every view anew. The node must be stopped (on PostgreSQL its commits wait).
pub async fn rebuild(
    database: Database,
    schema: Schema,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Rebuilt, RebuildError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let mut reporter = Reporter::new(&mut progress);
        match &database {
            Database::Sqlite(path) => sqlite::rebuild(path, &schema, &mut reporter),
            Database::Postgres(url) => postgres::rebuild(url, &schema, &runtime, &mut reporter),
        }
    });
    task.await.map_err(|error| RebuildError::Storage(error.to_string()))?
}

/// Compares every view with what its entries give. Works while the node runs.
pub async fn check(
    database: Database,
    schema: Schema,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Rebuilt, RebuildError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let mut source = Source::open(&database, &runtime).map_err(RebuildError::Storage)?;
        check_source(&mut source, &Scratch::place_for(&database), &schema, &mut Reporter::new(&mut progress))
    });
    task.await.map_err(|error| RebuildError::Storage(error.to_string()))?
}

fn check_source(
    source: &mut Source,
    place: &std::path::Path,
    schema: &Schema,
    reporter: &mut Reporter<'_>,
) -> Result<Rebuilt, RebuildError> {
    up_to_date(source, schema)?;
    let mut scratch = Scratch::hidden(place, schema)?;
    let mut rebuilt = replay(source, schema, &mut scratch, reporter)?;
    let tables = views(source, schema)?;
    rebuilt.rows = compare::all(source, &scratch, &tables, reporter)?;
    Ok(rebuilt)
}

/// Refuses a database whose schema is older than the program.
fn up_to_date(source: &mut Source, schema: &Schema) -> Result<(), RebuildError> {
    let rows = source.query(&statement!(migrations::DONE))?;
    let done = migrations::done(&rows).map_err(RebuildError::Storage)?;
    let pending = migrations::pending(schema, &done).map_err(RebuildError::Storage)?;
    pending.first().map_or(Ok(()), |migration| Err(RebuildError::Schema(migration.name)))
}

/// The view tables.
fn views(source: &mut Source, schema: &Schema) -> Result<Vec<Table>, RebuildError> {
    let tables = source.tables().map_err(RebuildError::Storage)?;
    Ok(tables.into_iter().filter(|table| table.role(schema) == Role::View).collect())
}
