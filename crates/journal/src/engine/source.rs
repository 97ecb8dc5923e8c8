//! One state of a database, read from its first row to its last while others go on writing.
//!
//! Blocks its thread: long tasks run on one of their own.

use super::{postgres::Postgres, sqlite::Sqlite};
use crate::{Database, Row, Statement, cell::Record, statement, table::Table, writer::Failure};
use std::path::Path;
use tokio::runtime::Handle;

/// A connection that looks at one state of the database for as long as it lives.
pub(crate) enum Source {
    Sqlite(Sqlite),
    Postgres(Postgres, Handle),
}

impl Source {
    /// Looks at the database as it is now.
    pub(crate) fn open(database: &Database, runtime: &Handle) -> Result<Self, String> {
        let mut source = match database {
            Database::Sqlite(path) => Self::of_sqlite(Sqlite::reader(path)?)?,
            Database::Postgres(url) => {
                let postgres = runtime.block_on(async {
                    let postgres = Postgres::connect(url).await?;
                    postgres.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                    Ok::<_, String>(postgres)
                })?;
                Self::Postgres(postgres, runtime.clone())
            }
        };
        // The first read is what fixes the state.
        source.query(&statement!("SELECT COUNT(*) FROM heads")).map_err(|failure| failure.to_string())?;
        Ok(source)
    }

    /// Looks at a SQLite file of which the caller holds the lease.
    pub(crate) fn alone(path: &Path) -> Result<Self, String> {
        Self::of_sqlite(Sqlite::reading(path, None)?)
    }

    fn of_sqlite(sqlite: Sqlite) -> Result<Self, String> {
        sqlite.batch("PRAGMA cache_size = -64000; BEGIN")?;
        Ok(Self::Sqlite(sqlite))
    }

    /// The tables that are there.
    pub(crate) fn tables(&mut self) -> Result<Vec<Table>, String> {
        match self {
            Self::Sqlite(sqlite) => sqlite.tables(),
            Self::Postgres(postgres, runtime) => runtime.block_on(postgres.tables()),
        }
    }

    /// Runs one query.
    pub(crate) fn query(&mut self, statement: &Statement) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query(statement),
            Self::Postgres(postgres, runtime) => runtime.block_on(postgres.query(statement)),
        }
    }

    /// Runs one query and shows each row as it comes, until one is refused.
    pub(crate) fn each<E: From<Failure>>(
        &mut self,
        statement: &Statement,
        take: &mut dyn FnMut(&dyn Record) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Sqlite(sqlite) => sqlite.each(statement, take),
            Self::Postgres(postgres, runtime) => runtime.block_on(postgres.each(statement, take)),
        }
    }

    /// Shows all rows of a table in the order of its key, until one is refused.
    pub(crate) fn rows_in_order<E: From<Failure>>(
        &mut self,
        table: &Table,
        take: &mut dyn FnMut(&dyn Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let bytewise = match self {
            Self::Sqlite(_) => "",
            Self::Postgres(..) => " COLLATE \"C\"",
        };
        self.each(&Statement::new(table.select_in_order(bytewise), []), take)
    }
}
