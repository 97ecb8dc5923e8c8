//! PostgreSQL: the province node's engine. The statements of a group are pipelined in one transaction.

pub(crate) mod bulk;
mod convert;
pub(crate) mod write;

use super::{FIRST_HEAD, head_of, migrations};
use crate::{Migration, Row, Schema, Statement, Value, plan::Head, statement, writer::Failure};
use convert::owned;
use futures_util::{TryStreamExt, future::try_join_all};
use liengia_kernel::CommuneId;
use std::{collections::HashMap, error::Error, time::Duration};
use tokio_postgres::{Client, Config, NoTls};

/// Prepared statements that a connection keeps.
const KEPT_STATEMENTS: usize = 512;

/// How long a server may be silent before its connection counts as lost.
const SILENCE: Duration = Duration::from_secs(10);

/// Never less than the server's own disk; a server set to do more keeps doing more.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
                       WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// Holds off any other writer to the end of the transaction, also one whose connection we lost.
const LOCK_HEAD: &str = "SELECT seq, epoch, hash FROM heads WHERE commune = $1 FOR UPDATE";

/// A connection that runs our statements.
pub(crate) struct Postgres {
    url: String,
    client: Client,
    prepared: HashMap<String, tokio_postgres::Statement>,
    durable: bool,
}

impl Postgres {
    /// Connects.
    pub(crate) async fn connect(url: &str) -> Result<Self, String> {
        let mut config: Config = url.parse().map_err(|error| told(&error))?;
        // A server that is gone without a word must be found out: the defaults wait for many minutes.
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(SILENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        let (client, connection) = config.connect(NoTls).await.map_err(|error| told(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(why = told(&error), "the connection to PostgreSQL ended");
            }
        });
        Ok(Self { url: url.to_owned(), client, prepared: HashMap::new(), durable: false })
    }

    /// Connects for the writer and brings the schema up to date.
    pub(crate) async fn writer(url: &str, schema: &Schema) -> Result<Self, String> {
        let mut postgres = Self::connect(url).await?;
        // A role or a database may have been set otherwise: what is acknowledged must be on the disk.
        postgres.durable = true;
        postgres.batch(DURABLE).await?;
        postgres.migrate(schema).await?;
        Ok(postgres)
    }

    /// Connects again if the connection is lost.
    pub(crate) async fn revive(&mut self) -> Result<(), String> {
        if self.client.is_closed() {
            let durable = self.durable;
            *self = Self::connect(&self.url.clone()).await?;
            if durable {
                self.durable = true;
                self.batch(DURABLE).await?;
            }
        }
        Ok(())
    }

    /// Brings the schema up to date.
    pub(crate) async fn migrate(&mut self, schema: &Schema) -> Result<(), String> {
        self.batch(migrations::TABLE).await?;
        let done = self.done_migrations().await?;
        for migration in migrations::pending(schema, &done)? {
            self.batch("BEGIN").await?;
            self.run_migration(migration).await?;
            self.batch("COMMIT").await?;
        }
        Ok(())
    }

    /// The steps of the schema that ran here.
    pub(crate) async fn done_migrations(&mut self) -> Result<migrations::Done, String> {
        let rows = self.query(&statement!(migrations::DONE)).await.map_err(|failure| failure.to_string())?;
        migrations::done(&rows)
    }

    /// Runs this step and notes it.
    pub(crate) async fn run_migration(&mut self, migration: &Migration) -> Result<(), String> {
        for sql in migration.statements() {
            self.batch(sql).await.map_err(|why| format!("migration {}: {why}", migration.name))?;
        }
        self.execute(&[migrations::note(migration)]).await.map_err(|failure| failure.to_string())?;
        Ok(())
    }

    /// The end of this commune's chain; begins the chain if there is none.
    pub(crate) async fn head(&mut self, commune: CommuneId) -> Result<Head, String> {
        let first = statement!(FIRST_HEAD, commune, [0_u8; 32]);
        self.execute(&[first]).await.map_err(|failure| failure.to_string())?;
        // Waits for the last transaction of a writer that died a moment ago: it may still come through.
        let rows =
            self.query(&statement!(LOCK_HEAD, commune)).await.map_err(|failure| failure.to_string())?;
        head_of(&rows).map_err(|error| error.to_string())
    }

    /// Runs text that carries no values.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), String> {
        self.client.batch_execute(sql).await.map_err(|error| told(&error))
    }

    async fn prepare(&mut self, sql: &str) -> Result<tokio_postgres::Statement, Failure> {
        if let Some(prepared) = self.prepared.get(sql) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(sql).await.map_err(|error| failed(&error))?;
        if self.prepared.len() >= KEPT_STATEMENTS {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    /// Prepares what is not prepared yet.
    async fn prepare_all(
        &mut self,
        statements: &[Statement],
    ) -> Result<Vec<tokio_postgres::Statement>, Failure> {
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(self.prepare(&statement.sql).await?);
        }
        Ok(prepared)
    }

    /// Runs these statements in order, pipelined; answers how many rows each changed.
    async fn run_all(
        &self,
        prepared: &[tokio_postgres::Statement],
        statements: &[Statement],
    ) -> Result<Vec<u64>, Failure> {
        let running = prepared.iter().zip(statements).map(|(prepared, statement)| async move {
            self.client.execute_raw(prepared, &statement.values).await.map_err(|error| failed(&error))
        });
        try_join_all(running).await
    }

    /// Runs these statements in order, pipelined.
    pub(crate) async fn execute(&mut self, statements: &[Statement]) -> Result<Vec<u64>, Failure> {
        let prepared = self.prepare_all(statements).await?;
        self.run_all(&prepared, statements).await
    }

    /// Runs one query.
    pub(crate) async fn query(&mut self, statement: &Statement) -> Result<Vec<Row>, Failure> {
        let prepared = self.prepare(&statement.sql).await?;
        read(&self.client, &prepared, &statement.values).await
    }

    /// Runs these queries, pipelined, on one state of the database.
    pub(crate) async fn query_all(&mut self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Failure> {
        if let [statement] = statements {
            return Ok(vec![self.query(statement).await?]);
        }
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map_err(Failure::Database)?;
        let answers = self.questions(statements).await;
        self.batch(if answers.is_ok() { "COMMIT" } else { "ROLLBACK" }).await.map_err(Failure::Database)?;
        answers
    }

    async fn questions(&mut self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Failure> {
        let prepared = self.prepare_all(statements).await?;
        self.ask(&prepared, statements).await
    }

    /// Runs these queries in order, pipelined.
    async fn ask(
        &self,
        prepared: &[tokio_postgres::Statement],
        statements: &[Statement],
    ) -> Result<Vec<Vec<Row>>, Failure> {
        let running = prepared
            .iter()
            .zip(statements)
            .map(|(prepared, statement)| read(&self.client, prepared, &statement.values));
        try_join_all(running).await
    }
}

async fn read(
    client: &Client,
    prepared: &tokio_postgres::Statement,
    values: &[Value],
) -> Result<Vec<Row>, Failure> {
    let stream = client.query_raw(prepared, values).await.map_err(|error| failed(&error))?;
    stream.map_err(|error| failed(&error)).and_then(async |row| owned(&row)).try_collect().await
}

/// What the server said: `tokio_postgres` hides it behind "db error".
fn told(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    // "error connecting to server" alone helps nobody.
    let (said, why) = (error.to_string(), error.source().map(ToString::to_string));
    match why {
        Some(why) if !said.contains(&why) => format!("{said}: {why}"),
        _ => said,
    }
}

fn failed(error: &tokio_postgres::Error) -> Failure {
    let why = told(error);
    let Some(code) = error.code() else {
        // No answer of the server: the connection is gone. Anything else is a value that does not fit its column.
        let lost = error.is_closed() || error.source().is_some_and(<dyn Error>::is::<std::io::Error>);
        return if lost { Failure::Lost(why) } else { Failure::Refused(why) };
    };
    match code.code() {
        // Serialization failure, deadlock.
        "40001" | "40P01" => Failure::Again(why),
        // Terminated or shut down: the connection ends with it.
        "57P01" | "57P02" | "57P03" => Failure::Lost(why),
        // Out of disk, memory or connections; stopped by an operator; the system's errors; the server's own.
        code if ["53", "57", "58", "XX"].iter().any(|class| code.starts_with(class)) => {
            Failure::Database(why)
        }
        _ => Failure::Refused(why),
    }
}
