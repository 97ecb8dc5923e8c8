//! The handle through which everything else commits, queries and subscribes.

use crate::{
    Commit, CommitError, Context, Entry, Hash, Receipt, Row, Schema, Statement, Subscription,
    engine::{
        READ_HEAD, head_of,
        postgres::{self, Postgres},
        sqlite::{self, Sqlite},
    },
    plan::{Head, KEPT_ANSWER, Rules},
    rebuild::beside,
    statement,
    writer::{Announcer, Failure, Job, MAX_LAG, MAX_WAITING, Turn, Writing},
};
use liengia_kernel::{CommuneId, Entropy};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};

const READ_CURSOR: &str = "SELECT seq FROM cursors WHERE commune = $1 AND name = $2";
const MOVE_CURSOR: &str = "INSERT INTO cursors (commune, name, seq) VALUES ($1, $2, $3) \
                           ON CONFLICT (commune, name) DO UPDATE SET seq = excluded.seq";

/// How often [`Journal::decide`] reads and decides again before it gives a conflict to the caller.
const MAX_DECISIONS: usize = 8;

/// Where the journal lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file; its folder must be there.
    Sqlite(PathBuf),
    /// A PostgreSQL database, as a `postgres://` URL.
    Postgres(String),
}

/// What a journal needs to open.
pub struct JournalConfig {
    /// Where it lives.
    pub database: Database,
    /// Whose chain this node writes.
    pub commune: CommuneId,
    /// What the capabilities bring.
    pub schema: Schema,
    /// Salts and entry ids come from here.
    pub entropy: Arc<dyn Entropy>,
    /// Connections for reading, at least 1.
    pub readers: usize,
}

/// Why a journal did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be opened or its schema cannot be brought up to date.
    #[error("the journal at {place} cannot be opened: {why}")]
    Database {
        /// Which file or server (without its password).
        place: String,
        /// What it said.
        why: String,
    },
}

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database refused.
    #[error("the database could not answer: {0}")]
    Storage(String),
    /// The query and its reader disagree about a column.
    #[error(transparent)]
    Column(#[from] crate::BadColumn),
}

/// Rows of a long answer that come over at a time, and how many such portions may wait.
const PORTION: usize = 128;
const PORTIONS: usize = 4;

/// The one who asked went away.
const NOBODY: &str = "nobody waits for the answer";

impl From<Failure> for QueryError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.to_string())
    }
}

/// The answer that is kept with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The hash of the request that it answers.
    pub fingerprint: Hash,
    /// The answer.
    pub answer: String,
}

/// The journal. Clones share one writer and one pool of readers; the writer stops when the last is gone.
#[derive(Clone)]
pub struct Journal {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    database: Database,
    commune: CommuneId,
    schema: Schema,
    jobs: mpsc::Sender<Job>,
    live: broadcast::Sender<Arc<[Arc<Entry>]>>,
    pub(crate) writing: watch::Receiver<Writing>,
    readers: Readers,
    stopped: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
    /// The files that list erased ids, the first one beside the database.
    pub(crate) erased: tokio::sync::Mutex<Vec<PathBuf>>,
}

enum Readers {
    Sqlite { idle: Arc<Mutex<Vec<Sqlite>>>, permits: Arc<Semaphore> },
    Postgres { idle: Mutex<Vec<Postgres>>, permits: Semaphore },
}

impl Journal {
    /// Opens the journal, makes it if it is not there, and brings its schema up to date.
    pub async fn open(config: JournalConfig) -> Result<Self, OpenError> {
        let place = match &config.database {
            Database::Sqlite(path) => path.display().to_string(),
            Database::Postgres(url) => without_password(url),
        };
        Self::start(config).await.map_err(|why| OpenError::Database { place, why })
    }

    async fn start(config: JournalConfig) -> Result<Self, String> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        let (live, _) = broadcast::channel(MAX_LAG);
        let (state, follow) = watch::channel(Writing::Well);
        let (stop, stopped) = oneshot::channel();
        let announcer = Announcer { entries: live.clone(), writing: state };
        let rules = Rules { commune: config.commune, schema: config.schema.clone(), entropy: config.entropy };
        let turn = |head: Head| Turn { rules, head, announcer };
        let count = config.readers.max(1);
        let (database, mut erased) = (config.database.clone(), Vec::new());
        let readers = match config.database {
            Database::Sqlite(path) => {
                let mut writer = Sqlite::writer(&path, &config.schema)?;
                let turn = turn(writer.head(config.commune)?);
                std::thread::Builder::new()
                    .name("journal-writer".into())
                    .spawn(move || {
                        sqlite::write::write(writer, turn, waiting);
                        let _ = stop.send(());
                    })
                    .map_err(|error| error.to_string())?;
                erased.push(beside(&path, "-erased-ids"));
                let idle = (0..count).map(|_| Sqlite::reader(&path)).collect::<Result<Vec<_>, _>>()?;
                Readers::Sqlite { idle: Arc::new(Mutex::new(idle)), permits: Arc::new(Semaphore::new(count)) }
            }
            Database::Postgres(url) => {
                let mut writer = Postgres::writer(&url, &config.schema).await?;
                let turn = turn(writer.head(config.commune).await?);
                tokio::spawn(async move {
                    postgres::write::write(writer, turn, waiting).await;
                    let _ = stop.send(());
                });
                let mut idle = Vec::new();
                for _ in 0..count {
                    idle.push(Postgres::connect(&url).await?);
                }
                Readers::Postgres { idle: Mutex::new(idle), permits: Semaphore::new(count) }
            }
        };
        let (commune, schema) = (config.commune, config.schema);
        let stopped = tokio::sync::Mutex::new(Some(stopped));
        let erased = tokio::sync::Mutex::new(erased);
        let shared =
            Shared { database, commune, schema, jobs, live, writing: follow, readers, stopped, erased };
        let journal = Self { shared: Arc::new(shared) };
        let lists = journal.shared.erased.lock().await;
        journal.bring_up_to_date(&lists).await.map_err(|error| error.to_string())?;
        drop(lists);
        Ok(journal)
    }

    /// Where it lives.
    pub fn database(&self) -> &Database {
        &self.shared.database
    }

    /// How many commits wait for the writer.
    pub fn waiting(&self) -> usize {
        self.shared.jobs.max_capacity() - self.shared.jobs.capacity()
    }

    /// How many may wait; one more is refused.
    pub fn waiting_most(&self) -> usize {
        self.shared.jobs.max_capacity()
    }

    /// Whose chain this node writes.
    pub fn commune(&self) -> CommuneId {
        self.shared.commune
    }

    /// What the capabilities brought.
    pub fn schema(&self) -> &Schema {
        &self.shared.schema
    }

    /// Makes a command's outcome durable: entries, views and rows beside them, all or nothing.
    pub async fn commit(&self, commit: Commit) -> Result<Receipt, CommitError> {
        let (done, outcome) = oneshot::channel();
        self.shared.jobs.try_send(Job { commit, done }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => CommitError::Busy,
            mpsc::error::TrySendError::Closed(_) => CommitError::Closed("the node is stopping"),
        })?;
        outcome.await.unwrap_or(Err(CommitError::Closed("the node is stopping")))
    }

    /// Reads, decides and commits; where someone changed what was read, reads and decides again.
    pub async fn decide<E: From<CommitError>>(
        &self,
        mut decision: impl AsyncFnMut() -> Result<Commit, E>,
    ) -> Result<Receipt, E> {
        let mut tries = 1;
        loop {
            match self.commit(decision().await?).await {
                Err(CommitError::Conflict { .. }) if tries < MAX_DECISIONS => tries += 1,
                outcome => return outcome.map_err(E::from),
            }
        }
    }

    /// The rows that a query gives.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Row>, QueryError> {
        Ok(self.query_all(vec![statement]).await?.pop().unwrap_or_default())
    }

    /// The rows that several queries give, all on one state of the database.
    pub async fn query_all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, QueryError> {
        match &self.shared.readers {
            Readers::Sqlite { idle, permits } => {
                let permit = permits.clone().acquire_owned().await;
                let idle = idle.clone();
                let answer = tokio::task::spawn_blocking(move || {
                    let _permit = permit;
                    let reader = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let mut reader = reader.ok_or_else(|| QueryError::Storage("no reader is left".into()))?;
                    let answer = reader.query_all(&statements);
                    idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
                    Ok(answer?)
                });
                answer.await.map_err(|error| QueryError::Storage(error.to_string()))?
            }
            Readers::Postgres { idle, permits } => {
                let _permit =
                    permits.acquire().await.map_err(|error| QueryError::Storage(error.to_string()))?;
                let reader = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut reader = reader.ok_or_else(|| QueryError::Storage("no reader is left".into()))?;
                let answer = match reader.revive().await {
                    Ok(()) => reader.query_all(&statements).await.map_err(QueryError::from),
                    Err(why) => Err(QueryError::Storage(why)),
                };
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
                answer
            }
        }
    }

    /// The first answer to the command that came with this key, and the hash of its request; none if there was none.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<Kept>, QueryError> {
        let rows = self.query(statement!(KEPT_ANSWER, self.commune(), key)).await?;
        let kept = |row: &Row| {
            // One of another length is no request's.
            let fingerprint = row.bytes(0)?.try_into().unwrap_or_default();
            Ok(Kept { fingerprint, answer: row.text(1)?.to_owned() })
        };
        rows.first().map(kept).transpose()
    }

    /// What `read` makes of each row. For long answers, see [`Self::read_all`].
    pub async fn read_each<T: Send + 'static>(
        &self,
        statement: Statement,
        mut read: impl FnMut(&Row) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<Vec<T>, QueryError> {
        Ok(self.read_all(vec![statement], move |_, row| read(row)).await?.1)
    }

    /// What `read` makes of each row of several queries, all on one state of the database, and the number of that state's
    /// last entry: whoever knows the rows follows the journal from there. `read` hears the query's number.
    ///
    /// For long answers: on SQLite no more than one row is held at a time, what is made of them comes over in small
    /// portions (a thread that once held all would keep the room), and the connection is one of its own, so that nobody
    /// waits behind it and its memory goes with it.
    pub async fn read_all<T: Send + 'static>(
        &self,
        mut statements: Vec<Statement>,
        mut read: impl FnMut(usize, &Row) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<(u64, Vec<T>), QueryError> {
        let last = statements.len();
        statements.push(statement!(READ_HEAD, self.commune()));
        let mut made = Vec::new();
        let Database::Sqlite(path) = &self.shared.database else {
            let mut answers = self.query_all(statements).await?;
            let head = head_of(&answers.pop().unwrap_or_default())?;
            for (number, rows) in answers.iter().enumerate() {
                for row in rows {
                    made.push(read(number, row)?);
                }
            }
            return Ok((head.seq, made));
        };
        let path = path.clone();
        let (portions, mut coming) = mpsc::channel(PORTIONS);
        let reading = tokio::task::spawn_blocking(move || {
            let mut reader = Sqlite::reader(&path).map_err(QueryError::Storage)?;
            let (mut portion, mut head) = (Vec::with_capacity(PORTION), Vec::new());
            reader.show_all(&statements, &mut |number, row| {
                if number == last {
                    head.push(row.clone());
                    return Ok(());
                }
                portion.push(read(number, row)?);
                if portion.len() == PORTION {
                    let full = std::mem::replace(&mut portion, Vec::with_capacity(PORTION));
                    portions.blocking_send(full).map_err(|_| QueryError::Storage(NOBODY.into()))?;
                }
                Ok(())
            })?;
            portions.blocking_send(portion).map_err(|_| QueryError::Storage(NOBODY.into()))?;
            Ok::<_, QueryError>(head_of(&head)?)
        });
        while let Some(portion) = coming.recv().await {
            made.extend(portion);
        }
        let head = reading.await.map_err(|error| QueryError::Storage(error.to_string()))??;
        Ok((head.seq, made))
    }

    /// The end of this node's chain.
    pub async fn head(&self) -> Result<Head, QueryError> {
        let rows = self.query(statement!(READ_HEAD, self.commune())).await?;
        Ok(head_of(&rows)?)
    }

    /// Every entry of this node's chain after `seq`, now and from now on.
    pub fn subscribe(&self, after: u64) -> Subscription {
        Subscription::new(self.clone(), after, self.shared.live.subscribe())
    }

    /// Follows whether the journal can write.
    pub fn writing(&self) -> watch::Receiver<Writing> {
        self.shared.writing.clone()
    }

    /// How far the reaction of this name has come.
    pub async fn cursor(&self, name: &str) -> Result<u64, QueryError> {
        let rows = self.query(statement!(READ_CURSOR, self.commune(), name)).await?;
        Ok(rows.first().map(|row| row.count(0)).transpose()?.unwrap_or(0))
    }

    /// Notes how far the reaction of this name has come.
    pub async fn advance(&self, context: Context, name: &str, seq: u64) -> Result<(), CommitError> {
        let cursor = statement!(MOVE_CURSOR, self.commune(), name, seq);
        self.commit(Commit::new(context, Vec::new()).beside([cursor])).await.map(drop)
    }

    /// Whether the writer still accepts commits.
    pub fn is_open(&self) -> bool {
        !self.shared.jobs.is_closed()
    }

    /// Lets go of this handle and waits until the writer has made everything it accepted durable.
    /// It ends only when no other handle is left.
    pub async fn close(self) {
        let stopped = self.shared.stopped.lock().await.take();
        drop(self);
        if let Some(stopped) = stopped {
            let _ = stopped.await;
        }
    }
}

/// The URL as it may be printed.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_url_prints_without_its_password() {
        assert_eq!(without_password("postgres://app:secret@db/province"), "postgres://…@db/province");
    }
}
