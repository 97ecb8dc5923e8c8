//! SQLite: the commune node's engine. One connection writes, on a thread of its own; a few read.

pub(crate) mod write;

use super::{FIRST_HEAD, READ_HEAD, head_of, lease::Lease, migrations};
use crate::{
    Migration, QueryError, Row, Schema, Statement, Value,
    cell::{Cell, Record},
    plan::Head,
    statement,
    system::{give_to_owner_of_folder, in_words},
    table::{Column, Kind, Table},
    writer::Failure,
};
use liengia_kernel::CommuneId;
use rusqlite::{
    Connection, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use std::{
    borrow::Cow, collections::HashMap, fs::File, io::ErrorKind, path::Path, sync::Arc, time::Duration,
};

/// Prepared statements that a connection keeps.
const KEPT_STATEMENTS: usize = 512;

/// How long a connection waits for another process that holds the file's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const TABLES: &str = "SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid";

impl rusqlite::ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Real(number) => ValueRef::Real(number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Record for rusqlite::Row<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>, Failure> {
        Ok(match self.get_ref(column).map_err(|error| failed(&error))? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Int(number),
            ValueRef::Real(number) => Cell::Real(number),
            ValueRef::Text(text) => Cell::Text(text),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        })
    }
}

/// Refuses a file that is not there, or that this user may not see.
pub(crate) fn is_there(path: &Path) -> Result<(), String> {
    let Err(why) = std::fs::metadata(path) else { return Ok(()) };
    let words = match why.kind() {
        ErrorKind::NotFound => {
            "is not there: no node was ever started with this configuration. Name the right one with --config"
                .into()
        }
        _ => format!("cannot be opened: {}", in_words(&why)),
    };
    Err(format!("{} {words}", path.display()))
}

/// SQLite keeps the system's reason to itself.
fn unopened(path: &Path, error: &rusqlite::Error) -> String {
    let why = File::open(path).err().map_or_else(|| error.to_string(), |why| in_words(&why));
    format!("{}: {why}", path.display())
}

/// A connection that runs our statements.
pub(crate) struct Sqlite {
    connection: Connection,
    /// Our text -> SQLite's: it numbers `$n` by first appearance and `?n` by number.
    translated: HashMap<String, Arc<str>>,
    /// Held for as long as the file is used.
    _lease: Option<Lease>,
}

impl Sqlite {
    /// Opens the file for the writer, makes it if it is not there, and brings its schema up to date.
    pub(crate) fn writer(path: &Path, schema: &Schema) -> Result<Self, String> {
        let lease = Lease::shared(path).map_err(|error| error.to_string())?;
        let new = !path.exists();
        let connection = Connection::open(path).map_err(|error| unopened(path, &error))?;
        if new {
            let given = File::open(path).and_then(|file| give_to_owner_of_folder(&file, path));
            given.map_err(|why| format!("{}: {}", path.display(), in_words(&why)))?;
        }
        let mut sqlite = Self::with(connection, Some(lease))?;
        // FULL: a commit is on the disk before it is acknowledged (NORMAL lost some in a power-cut test).
        // secure_delete: an erased name is overwritten, not only unlinked; and nothing goes to temporary files.
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
                        PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA foreign_keys = OFF;";
        sqlite.batch(settings)?;
        sqlite.migrate(schema)?;
        Ok(sqlite)
    }

    /// Opens the file for reading only.
    pub(crate) fn reader(path: &Path) -> Result<Self, String> {
        // Before anything is made beside a file that is not there.
        is_there(path)?;
        let lease = Lease::shared(path).map_err(|error| error.to_string())?;
        Self::reading(path, Some(lease))
    }

    /// Opens the file for reading only; the caller holds its lease.
    pub(crate) fn reading(path: &Path, lease: Option<Lease>) -> Result<Self, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| unopened(path, &error))?;
        let sqlite = Self::with(connection, lease)?;
        sqlite.batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000;")?;
        Ok(sqlite)
    }

    /// Opens the file for changes; the caller holds its lease, alone.
    pub(crate) fn alone(path: &Path) -> Result<Self, String> {
        let connection = Connection::open(path).map_err(|error| error.to_string())?;
        let sqlite = Self::with(connection, None)?;
        sqlite.batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
        Ok(sqlite)
    }

    /// Brings every change into the file itself and empties the log; not if someone looks at an older state or
    /// writes just now.
    pub(crate) fn empty_log(path: &Path) -> Result<bool, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| error.to_string())?;
        let mut sqlite = Self::with(connection, None)?;
        sqlite.connection.busy_timeout(Duration::ZERO).map_err(|error| error.to_string())?;
        // The first one copies beside the writer; the second one has little left to hold it up with.
        sqlite.batch("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)")?;
        let told = |failure: Failure| failure.to_string();
        let rows = sqlite.query(&statement!("PRAGMA wal_checkpoint(TRUNCATE)")).map_err(told)?;
        Ok(rows.first().is_some_and(|row| row.int(0) == Ok(0)))
    }

    /// An empty database that is nowhere but in memory.
    pub(crate) fn memory() -> Result<Self, String> {
        Self::with(Connection::open_in_memory().map_err(|error| error.to_string())?, None)
    }

    /// Makes a new file that is quick to fill and worth nothing until it is whole: nothing is synced, nothing
    /// can be undone.
    pub(crate) fn scratch(path: &Path) -> Result<Self, String> {
        let connection = Connection::open(path).map_err(|error| error.to_string())?;
        let sqlite = Self::with(connection, None)?;
        sqlite.batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA main.locking_mode = EXCLUSIVE; \
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF;",
        )?;
        Ok(sqlite)
    }

    fn with(connection: Connection, lease: Option<Lease>) -> Result<Self, String> {
        connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| error.to_string())?;
        connection.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        Ok(Self { connection, translated: HashMap::new(), _lease: lease })
    }

    /// Brings the schema up to date.
    pub(crate) fn migrate(&mut self, schema: &Schema) -> Result<(), String> {
        self.batch(&clustered(migrations::TABLE))?;
        let done = self.done_migrations()?;
        self.run_migrations(migrations::pending(schema, &done)?)
    }

    /// The steps of the schema that ran here.
    pub(crate) fn done_migrations(&mut self) -> Result<migrations::Done, String> {
        let rows = self.query(&statement!(migrations::DONE)).map_err(|failure| failure.to_string())?;
        migrations::done(&rows)
    }

    /// Runs these steps, each with its note in one transaction.
    pub(crate) fn run_migrations(&mut self, steps: Vec<&'static Migration>) -> Result<(), String> {
        for migration in steps {
            self.batch("BEGIN IMMEDIATE")?;
            for sql in migration.statements() {
                self.batch(&clustered(sql)).map_err(|why| format!("migration {}: {why}", migration.name))?;
            }
            self.execute(&migrations::note(migration)).map_err(|failure| failure.to_string())?;
            self.batch("COMMIT")?;
        }
        Ok(())
    }

    /// The end of this commune's chain; begins the chain if there is none.
    pub(crate) fn head(&mut self, commune: CommuneId) -> Result<Head, String> {
        self.execute(&statement!(FIRST_HEAD, commune, [0_u8; 32])).map_err(|failure| failure.to_string())?;
        let rows = self.query(&statement!(READ_HEAD, commune)).map_err(|failure| failure.to_string())?;
        head_of(&rows).map_err(|error| error.to_string())
    }

    /// The tables that are in the file.
    pub(crate) fn tables(&mut self) -> Result<Vec<Table>, String> {
        let rows = self.query(&statement!(TABLES)).map_err(|failure| failure.to_string())?;
        let mut tables: Vec<(Table, Vec<(i64, usize)>)> = Vec::new();
        for row in &rows {
            let read = || Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?));
            let (name, column, kind, key) = read().map_err(|error: crate::BadColumn| error.to_string())?;
            if tables.last().is_none_or(|(table, _)| table.name != name) {
                let table = Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() };
                tables.push((table, Vec::new()));
            }
            if let Some((table, keys)) = tables.last_mut() {
                if key > 0 {
                    keys.push((key, table.columns.len()));
                }
                table.columns.push(Column { name: column.to_owned(), kind: Kind::of(kind)? });
            }
        }
        Ok(tables.into_iter().map(|(table, keys)| table.with_key(keys)).collect())
    }

    /// The connection itself, for what is SQLite's alone.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Runs text that carries no values.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), String> {
        self.connection.execute_batch(sql).map_err(|error| error.to_string())
    }

    fn translate(&mut self, sql: &str) -> Arc<str> {
        if let Some(known) = self.translated.get(sql) {
            return known.clone();
        }
        let known: Arc<str> = translated(sql).into();
        if self.translated.len() < KEPT_STATEMENTS {
            self.translated.insert(sql.to_owned(), known.clone());
        }
        known
    }

    /// Runs one statement; answers how many rows it changed.
    pub(crate) fn execute(&mut self, statement: &Statement) -> Result<usize, Failure> {
        let sql = self.translate(&statement.sql);
        let mut prepared = self.connection.prepare_cached(&sql).map_err(|error| failed(&error))?;
        prepared.execute(rusqlite::params_from_iter(&statement.values)).map_err(|error| failed(&error))
    }

    /// Runs one query.
    pub(crate) fn query(&mut self, statement: &Statement) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        let columns = self.prepare(&statement.sql)?.column_count();
        self.each(statement, &mut |record: &dyn Record| {
            let values = (0..columns).map(|column| Ok(record.cell(column)?.to_value()));
            rows.push(Row(values.collect::<Result<_, Failure>>()?));
            Ok::<_, Failure>(())
        })?;
        Ok(rows)
    }

    fn prepare(&mut self, sql: &str) -> Result<rusqlite::CachedStatement<'_>, Failure> {
        let sql = self.translate(sql);
        self.connection.prepare_cached(&sql).map_err(|error| failed(&error))
    }

    /// Runs one query and shows each row as it comes, until one is refused.
    pub(crate) fn each<E: From<Failure>>(
        &mut self,
        statement: &Statement,
        take: &mut dyn FnMut(&dyn Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut prepared = self.prepare(&statement.sql)?;
        let mut rows =
            prepared.query(rusqlite::params_from_iter(&statement.values)).map_err(|error| failed(&error))?;
        while let Some(row) = rows.next().map_err(|error| failed(&error))? {
            take(row)?;
        }
        Ok(())
    }

    /// Runs these queries on one state of the database; shows each row, with the number of its query, of which one is held
    /// at a time.
    pub(crate) fn show_all(
        &mut self,
        statements: &[Statement],
        show: &mut dyn FnMut(usize, &Row) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        self.batch("BEGIN").map_err(QueryError::Storage)?;
        for (number, statement) in statements.iter().enumerate() {
            let columns = self.prepare(&statement.sql)?.column_count();
            let mut row = Row(vec![Value::Null; columns]);
            self.each(statement, &mut |record: &dyn Record| {
                for (column, value) in row.0.iter_mut().enumerate() {
                    record.cell(column)?.fill(value);
                }
                show(number, &row)
            })?;
        }
        self.batch("COMMIT").map_err(QueryError::Storage)
    }

    /// Runs these queries on one state of the database.
    pub(crate) fn query_all(&mut self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Failure> {
        let together = statements.len() > 1;
        if together {
            self.batch("BEGIN").map_err(Failure::Database)?;
        }
        let answers = statements.iter().map(|statement| self.query(statement)).collect();
        if together {
            self.batch("COMMIT").map_err(Failure::Database)?;
        }
        answers
    }
}

/// The text of a migration as SQLite runs it: a table lies in the order of its key, which is then no second tree beside it.
fn clustered(sql: &str) -> Cow<'_, str> {
    let makes_table = sql.lines().any(|line| line.starts_with("CREATE TABLE"));
    if makes_table && sql.contains("PRIMARY KEY") {
        format!("{sql} WITHOUT ROWID").into()
    } else {
        sql.into()
    }
}

/// The text as SQLite numbers its placeholders.
pub(crate) fn translated(sql: &str) -> String {
    sql.replace('$', "?")
}

pub(crate) fn failed(error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode as Code;
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(
            Code::DiskFull
            | Code::SystemIoFailure
            | Code::ReadOnly
            | Code::CannotOpen
            | Code::PermissionDenied
            | Code::DatabaseCorrupt
            | Code::NotADatabase
            | Code::DatabaseBusy
            | Code::DatabaseLocked
            | Code::FileLockingProtocolFailed
            | Code::OutOfMemory,
        ) => Failure::Database(why),
        _ => Failure::Refused(why),
    }
}
