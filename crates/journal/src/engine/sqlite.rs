//! SQLite: the commune node's engine. One connection writes, on a thread of its own; a few read.

use super::{
    DONE_MIGRATIONS, FIRST_HEAD, MIGRATIONS_TABLE, NOTE_MIGRATION, READ_HEAD, head_of, schema_owner,
};
use crate::{
    Commit, Row, Schema, Statement, Value,
    plan::{self, Head, Plan},
    statement,
    writer::{Failure, Job, Turn, gather},
};
use liengia_kernel::CommuneId;
use rusqlite::{
    Connection, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// Prepared statements that a connection keeps.
const KEPT_STATEMENTS: usize = 512;

/// How long a connection waits for another process that holds the file's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

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

/// A connection that runs our statements.
pub(crate) struct Sqlite {
    connection: Connection,
    /// Our text -> SQLite's: it numbers `$n` by first appearance and `?n` by number.
    translated: HashMap<String, Arc<str>>,
}

impl Sqlite {
    /// Opens the file for the writer, makes it if it is not there, and brings its schema up to date.
    pub(crate) fn writer(path: &Path, schema: &Schema) -> Result<Self, String> {
        let connection = Connection::open(path).map_err(|error| error.to_string())?;
        let mut sqlite = Self::with(connection)?;
        // FULL: a commit is on the disk before it is acknowledged (NORMAL lost some in a power-cut test).
        // secure_delete: an erased name is overwritten, not only unlinked.
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
                        PRAGMA cache_size = -16000; PRAGMA foreign_keys = OFF;";
        sqlite.connection.execute_batch(settings).map_err(|error| error.to_string())?;
        sqlite.migrate(schema)?;
        Ok(sqlite)
    }

    /// Opens the file for reading only.
    pub(crate) fn reader(path: &Path) -> Result<Self, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| error.to_string())?;
        connection.execute_batch("PRAGMA cache_size = -4000;").map_err(|error| error.to_string())?;
        Self::with(connection)
    }

    fn with(connection: Connection) -> Result<Self, String> {
        connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| error.to_string())?;
        connection.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        Ok(Self { connection, translated: HashMap::new() })
    }

    fn migrate(&mut self, schema: &Schema) -> Result<(), String> {
        self.batch(MIGRATIONS_TABLE)?;
        let done: HashMap<String, Vec<u8>> = self
            .query(&statement!(DONE_MIGRATIONS))
            .map_err(|failure| failure.to_string())?
            .into_iter()
            .filter_map(|row| Some((row.text(0).ok()?.to_owned(), row.bytes(1).ok()?.to_vec())))
            .collect();
        for migration in schema.migrations() {
            let sha256 = Sha256::digest(migration.sql.as_bytes()).to_vec();
            match done.get(migration.name) {
                Some(applied) if *applied == sha256 => continue,
                Some(_) => return Err(format!("migration {} was changed after it ran", migration.name)),
                None => {}
            }
            self.batch("BEGIN IMMEDIATE")?;
            for sql in migration.statements() {
                self.batch(sql)?;
            }
            self.execute(&statement!(NOTE_MIGRATION, schema_owner(), migration.name, sha256))
                .map_err(|failure| failure.to_string())?;
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

    /// Runs text that carries no values.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), String> {
        self.connection.execute_batch(sql).map_err(|error| error.to_string())
    }

    fn translate(&mut self, sql: &str) -> Arc<str> {
        if let Some(known) = self.translated.get(sql) {
            return known.clone();
        }
        let known: Arc<str> = sql.replace('$', "?").into();
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
        self.each(statement, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Runs one query and hands over each row as it comes.
    pub(crate) fn each(&mut self, statement: &Statement, mut take: impl FnMut(Row)) -> Result<(), Failure> {
        let sql = self.translate(&statement.sql);
        let mut prepared = self.connection.prepare_cached(&sql).map_err(|error| failed(&error))?;
        let columns = prepared.column_count();
        let mut rows =
            prepared.query(rusqlite::params_from_iter(&statement.values)).map_err(|error| failed(&error))?;
        while let Some(row) = rows.next().map_err(|error| failed(&error))? {
            let values = (0..columns).map(|column| row.get_ref(column).map(owned)).collect::<Result<_, _>>();
            take(Row(values.map_err(|error| failed(&error))?));
        }
        Ok(())
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

    fn transact<'a>(
        &mut self,
        turn: &Turn,
        commits: impl Iterator<Item = &'a Commit> + Clone,
    ) -> Result<Plan, Failure> {
        self.batch("BEGIN IMMEDIATE").map_err(Failure::Database)?;
        let outcome = self.run(turn, commits).and_then(|plan| {
            self.batch("COMMIT").map_err(Failure::Database)?;
            Ok(plan)
        });
        if outcome.is_err() && !self.connection.is_autocommit() {
            // If even this fails, the next BEGIN says so.
            let _ = self.batch("ROLLBACK");
        }
        outcome
    }

    fn run<'a>(
        &mut self,
        turn: &Turn,
        commits: impl Iterator<Item = &'a Commit> + Clone,
    ) -> Result<Plan, Failure> {
        turn.still_ours(&self.query(&statement!(READ_HEAD, turn.rules.commune))?)?;
        let questions = plan::questions(&turn.rules, commits.clone());
        let answers =
            questions.iter().map(|question| self.query(question)).collect::<Result<Vec<_>, Failure>>()?;
        let plan = plan::plan(&turn.rules, turn.head, commits, &answers);
        for statement in plan.statements.iter().chain(&plan.fence) {
            self.execute(statement)?;
        }
        Ok(plan)
    }
}

fn failed(error: &rusqlite::Error) -> Failure {
    Failure::Database(error.to_string())
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

/// The writer's thread: runs until the last journal handle is gone, and leaves nothing that was accepted undone.
pub(crate) fn write(mut sqlite: Sqlite, mut turn: Turn, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.blocking_recv() {
        let jobs = gather(first, &mut waiting);
        match sqlite.transact(&turn, jobs.iter().map(|job| &job.commit)) {
            Ok(plan) => turn.settle(plan, jobs),
            Err(_) => one_by_one(&mut sqlite, &mut turn, jobs),
        }
    }
    // Leaves one file without a log beside it; if it cannot, the next start reads the log.
    let _ = sqlite.batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// A group that failed, run again singly: only the commit that cannot be done is refused.
fn one_by_one(sqlite: &mut Sqlite, turn: &mut Turn, jobs: Vec<Job>) {
    for job in jobs {
        match sqlite.transact(turn, std::iter::once(&job.commit)) {
            Ok(plan) => turn.settle(plan, [job]),
            Err(failure) => turn.refuse(job, &failure),
        }
    }
}
