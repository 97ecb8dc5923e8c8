//! PostgreSQL: the province node's engine. The statements of a group are pipelined in one transaction.

use super::{
    DONE_MIGRATIONS, FIRST_HEAD, MIGRATIONS_TABLE, NOTE_MIGRATION, READ_HEAD, head_of, schema_owner,
};
use crate::{
    Commit, Row, Schema, Statement, Value,
    plan::{self, Head, Plan},
    statement,
    writer::{Failure, Job, Turn, gather},
};
use bytes::BytesMut;
use futures_util::{TryStreamExt, future::try_join_all};
use liengia_kernel::CommuneId;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, error::Error, time::Duration};
use tokio::sync::mpsc;
use tokio_postgres::{
    Client, NoTls,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// Prepared statements that a connection keeps.
const KEPT_STATEMENTS: usize = 512;

/// How long the writer waits before it tries a lost connection again.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(&Type::INT8, out),
            Self::Real(number) => number.to_sql(&Type::FLOAT8, out),
            Self::Text(text) => text.to_sql(&Type::TEXT, out),
            Self::Bytes(bytes) => bytes.to_sql(&Type::BYTEA, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A connection that runs our statements.
pub(crate) struct Postgres {
    url: String,
    client: Client,
    prepared: HashMap<String, tokio_postgres::Statement>,
}

impl Postgres {
    /// Connects.
    pub(crate) async fn connect(url: &str) -> Result<Self, String> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(|error| told(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(why = told(&error), "the connection to PostgreSQL ended");
            }
        });
        Ok(Self { url: url.to_owned(), client, prepared: HashMap::new() })
    }

    /// Connects for the writer and brings the schema up to date.
    pub(crate) async fn writer(url: &str, schema: &Schema) -> Result<Self, String> {
        let mut postgres = Self::connect(url).await?;
        postgres.migrate(schema).await?;
        Ok(postgres)
    }

    /// Connects again if the connection is lost.
    pub(crate) async fn revive(&mut self) -> Result<(), String> {
        if self.client.is_closed() {
            *self = Self::connect(&self.url.clone()).await?;
        }
        Ok(())
    }

    async fn migrate(&mut self, schema: &Schema) -> Result<(), String> {
        self.batch(MIGRATIONS_TABLE).await?;
        let done: HashMap<String, Vec<u8>> = self
            .query(&statement!(DONE_MIGRATIONS))
            .await
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
            self.batch("BEGIN").await?;
            for sql in migration.statements() {
                self.batch(sql).await?;
            }
            self.execute(&[statement!(NOTE_MIGRATION, schema_owner(), migration.name, sha256)])
                .await
                .map_err(|failure| failure.to_string())?;
            self.batch("COMMIT").await?;
        }
        Ok(())
    }

    /// The end of this commune's chain; begins the chain if there is none.
    pub(crate) async fn head(&mut self, commune: CommuneId) -> Result<Head, String> {
        let first = statement!(FIRST_HEAD, commune, [0_u8; 32]);
        self.execute(&[first]).await.map_err(|failure| failure.to_string())?;
        let rows =
            self.query(&statement!(READ_HEAD, commune)).await.map_err(|failure| failure.to_string())?;
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

    /// Runs these statements in order, pipelined; answers how many rows each changed.
    pub(crate) async fn execute(&mut self, statements: &[Statement]) -> Result<Vec<u64>, Failure> {
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(self.prepare(&statement.sql).await?);
        }
        let client = &self.client;
        let running = prepared.iter().zip(statements).map(|(prepared, statement)| async move {
            client.execute_raw(prepared, &statement.values).await.map_err(|error| failed(&error))
        });
        try_join_all(running).await
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
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(self.prepare(&statement.sql).await?);
        }
        let client = &self.client;
        let running = prepared
            .iter()
            .zip(statements)
            .map(|(prepared, statement)| read(client, prepared, &statement.values));
        try_join_all(running).await
    }

    async fn transact(&mut self, turn: &Turn, commits: &[&Commit]) -> Result<Plan, Failure> {
        self.revive().await.map_err(Failure::Database)?;
        self.batch("BEGIN").await.map_err(Failure::Database)?;
        match self.run(turn, commits).await {
            Ok(plan) => self.conclude(turn, plan).await,
            Err(failure) => {
                // If even this fails the connection is lost, and the next turn makes a new one.
                let _ = self.batch("ROLLBACK").await;
                Err(failure)
            }
        }
    }

    /// Commits. Where the connection is lost just then, the head tells whether the commit came through.
    async fn conclude(&mut self, turn: &Turn, plan: Plan) -> Result<Plan, Failure> {
        let Err(why) = self.batch("COMMIT").await else { return Ok(plan) };
        if !self.client.is_closed() {
            return Err(Failure::Database(why));
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
        self.revive().await.map_err(Failure::Database)?;
        let head = self.head(turn.rules.commune).await.map_err(Failure::Database)?;
        if plan.fence.is_some() && head == plan.head { Ok(plan) } else { Err(Failure::Database(why)) }
    }

    async fn run(&mut self, turn: &Turn, commits: &[&Commit]) -> Result<Plan, Failure> {
        let mut questions = plan::questions(&turn.rules, commits.iter().copied());
        questions.push(statement!(READ_HEAD, turn.rules.commune));
        let mut answers = self.questions(&questions).await?;
        turn.still_ours(&answers.pop().unwrap_or_default())?;
        let mut plan = plan::plan(&turn.rules, turn.head, commits.iter().copied(), &answers);
        let mut statements = std::mem::take(&mut plan.statements);
        statements.extend(plan.fence.clone());
        // Between reading the head and here another writer may have come: then this changes no row.
        let changed = self.execute(&statements).await?;
        if plan.fence.is_some() && changed.last() != Some(&1) {
            return Err(Failure::Fenced);
        }
        Ok(plan)
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

fn owned(row: &tokio_postgres::Row) -> Result<Row, Failure> {
    let mut values = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        let kind = column.type_();
        let value = if *kind == Type::INT8 {
            row.try_get::<_, Option<i64>>(index).map(Value::from)
        } else if *kind == Type::INT4 {
            row.try_get::<_, Option<i32>>(index).map(Value::from)
        } else if *kind == Type::FLOAT8 {
            row.try_get::<_, Option<f64>>(index).map(Value::from)
        } else if *kind == Type::BYTEA {
            row.try_get::<_, Option<Vec<u8>>>(index).map(Value::from)
        } else {
            row.try_get::<_, Option<String>>(index).map(Value::from)
        };
        values.push(value.map_err(|error| failed(&error))?);
    }
    Ok(Row(values))
}

/// What the server said: `tokio_postgres` hides it behind "db error".
fn told(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |db| format!("{} ({})", db.message(), db.code().code()))
}

fn failed(error: &tokio_postgres::Error) -> Failure {
    Failure::Database(told(error))
}

/// The writer's task: runs until the last journal handle is gone.
pub(crate) async fn write(mut postgres: Postgres, mut turn: Turn, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.recv().await {
        let jobs = gather(first, &mut waiting);
        let commits: Vec<&Commit> = jobs.iter().map(|job| &job.commit).collect();
        match postgres.transact(&turn, &commits).await {
            Ok(plan) => turn.settle(plan, jobs),
            Err(_) => one_by_one(&mut postgres, &mut turn, jobs).await,
        }
    }
}

/// A group that failed, run again singly: only the commit that cannot be done is refused.
async fn one_by_one(postgres: &mut Postgres, turn: &mut Turn, jobs: Vec<Job>) {
    for job in jobs {
        let mut outcome = postgres.transact(turn, &[&job.commit]).await;
        if outcome.is_err() && postgres.client.is_closed() {
            tokio::time::sleep(RECONNECT_AFTER).await;
            outcome = postgres.transact(turn, &[&job.commit]).await;
        }
        match outcome {
            Ok(plan) => turn.settle(plan, [job]),
            Err(failure) => turn.refuse(job, &failure),
        }
    }
}
