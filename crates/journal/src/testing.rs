//! Databases for tests: every view and query is tested on both engines.

mod left_out;
mod upgrade;

pub use left_out::{left_out, not_installed};
pub use upgrade::{bring_to, shape, steps};

use crate::{Actor, Context, Database, Journal, JournalConfig, Part, Row, Schema, Statement};
use liengia_kernel::{CommuneId, Entropy, SeededEntropy, SystemEntropy, Timestamp};
use std::{future::Future, path::PathBuf, sync::Arc};

/// The commune whose journal tests write.
pub const COMMUNE: CommuneId = CommuneId::from_bytes([0xc0; 16]);

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A schema of its own in the PostgreSQL that `LIENGIA_TEST_PG` names.
    Postgres,
}

/// A fresh database that is gone when this is dropped.
pub struct Fresh {
    database: Database,
    folder: Folder,
}

impl Fresh {
    /// A fresh database on this engine.
    ///
    /// # Panics
    /// Where the machine gives no folder, or PostgreSQL is not there: `cargo xtask test` starts one.
    pub async fn new(engine: Engine) -> Self {
        let folder = folder();
        let database = match engine {
            Engine::Sqlite => Database::Sqlite(folder.join("journal.db")),
            Engine::Postgres => {
                let server = std::env::var("LIENGIA_TEST_PG")
                    .expect("LIENGIA_TEST_PG names a PostgreSQL server; `cargo xtask test` starts one");
                let name = folder.file_name().and_then(|name| name.to_str()).expect("the folder has a name");
                let postgres = crate::engine::postgres::Postgres::connect(&server).await.expect("PostgreSQL");
                postgres.batch(&format!("CREATE SCHEMA {name}")).await.expect("a schema for the test");
                let mark = if server.contains('?') { '&' } else { '?' };
                Database::Postgres(format!("{server}{mark}options=-csearch_path%3D{name}"))
            }
        };
        Self { database, folder }
    }

    /// A folder that is this database's own.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Where it is.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// Opens a journal on it; it may be opened again after it was closed.
    ///
    /// # Panics
    /// Where it does not open.
    pub async fn open(&self, parts: &[Part]) -> Journal {
        let journal = Journal::open(JournalConfig {
            database: self.database(),
            commune: COMMUNE,
            schema: Schema::new(parts.iter().copied()),
            entropy: Arc::new(SeededEntropy::new(7)),
            readers: 2,
        })
        .await
        .expect("the journal opens");
        journal.list_erased_in(vec![self.folder.join("erased-ids")]).await.expect("a list of erased ids");
        journal
    }
}

/// A folder for one test, gone when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

/// A fresh folder.
///
/// # Panics
/// Where the machine gives none.
pub fn folder() -> Folder {
    let mut name = [0; 8];
    SystemEntropy.fill(&mut name);
    let name = name.iter().fold(String::from("liengia_test_"), |name, byte| name + &format!("{byte:02x}"));
    let path = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&path).expect("a folder for the test");
    Folder(path)
}

impl std::ops::Deref for Folder {
    type Target = std::path::Path;
    fn deref(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `test` with a fresh journal of these parts, on SQLite and then on PostgreSQL.
///
/// # Panics
/// Where the test does.
pub async fn on_both_engines<F: Future<Output = ()>>(parts: &[Part], mut test: impl FnMut(Journal) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = Fresh::new(engine).await;
        test(fresh.open(parts).await).await;
    }
}

/// The context of a test's acts: the node, at `seconds` after 1970.
pub fn context(seconds: i64) -> Context {
    Context { actor: Actor::Node, purpose: "test".into(), at: Timestamp::from_seconds(seconds) }
}

/// Runs one statement past the journal, as someone who tampers with the file or an operator would.
pub async fn raw(database: &Database, statement: &Statement) -> Result<Vec<Row>, String> {
    match database {
        Database::Sqlite(path) => {
            let mut sqlite = crate::engine::sqlite::Sqlite::alone(path)?;
            sqlite.batch("PRAGMA synchronous = OFF")?;
            sqlite.query(statement).map_err(|failure| failure.to_string())
        }
        Database::Postgres(url) => {
            let mut postgres = crate::engine::postgres::Postgres::connect(url).await?;
            postgres.query(statement).await.map_err(|failure| failure.to_string())
        }
    }
}
