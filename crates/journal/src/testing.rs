//! Databases for tests: every view and query is tested on both engines.

use crate::{Actor, Context, Database, Journal, JournalConfig, Part, Schema};
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
    folder: Option<PathBuf>,
}

impl Fresh {
    /// A fresh database on this engine.
    ///
    /// # Panics
    /// Where the machine gives no folder, or PostgreSQL is not there: `cargo xtask test` starts one.
    pub async fn new(engine: Engine) -> Self {
        let mut name = [0; 8];
        SystemEntropy.fill(&mut name);
        let name =
            name.iter().fold(String::from("liengia_test_"), |name, byte| name + &format!("{byte:02x}"));
        match engine {
            Engine::Sqlite => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder).expect("a folder for the test");
                Self { database: Database::Sqlite(folder.join("journal.db")), folder: Some(folder) }
            }
            Engine::Postgres => {
                let server = std::env::var("LIENGIA_TEST_PG")
                    .expect("LIENGIA_TEST_PG names a PostgreSQL server; `cargo xtask test` starts one");
                let postgres = crate::engine::postgres::Postgres::connect(&server).await.expect("PostgreSQL");
                postgres.batch(&format!("CREATE SCHEMA {name}")).await.expect("a schema for the test");
                let mark = if server.contains('?') { '&' } else { '?' };
                Self {
                    database: Database::Postgres(format!("{server}{mark}options=-csearch_path%3D{name}")),
                    folder: None,
                }
            }
        }
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
        Journal::open(JournalConfig {
            database: self.database(),
            commune: COMMUNE,
            schema: Schema::new(parts.iter().copied()),
            entropy: Arc::new(SeededEntropy::new(7)),
            readers: 2,
        })
        .await
        .expect("the journal opens")
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
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
