//! The program's journal under load: callers that wait each for their own answer.

use super::{
    AT_ONCE, HOMES,
    part::{COMMUNE, Heard, PART, context},
};
use futures_util::future::try_join_all;
use liengia_journal::{Commit, Database, Draft, Journal, JournalConfig, Schema};
use liengia_kernel::{Clock as _, SeededEntropy, SystemClock, SystemEntropy};
use std::{sync::Arc, time::Duration};

/// An open journal.
pub struct Ours {
    journal: Journal,
}

impl Ours {
    /// Opens it, and makes its tables.
    pub async fn open(database: Database) -> anyhow::Result<Self> {
        let schema = Schema::new([PART]);
        let config = JournalConfig {
            database,
            commune: COMMUNE,
            schema,
            entropy: Arc::new(SystemEntropy),
            readers: 1,
        };
        Ok(Self { journal: Journal::open(config).await? })
    }

    /// Lets many callers commit one entry after another for that long; how many there were, and how long it took.
    pub async fn run(&self, span: Duration) -> anyhow::Result<(u64, Duration)> {
        let clock = Arc::new(SystemClock::new());
        let callers = (0..AT_ONCE).map(|number| {
            let (journal, clock) = (self.journal.clone(), clock.clone());
            tokio::spawn(async move {
                let chance = SeededEntropy::new(number as u64);
                let mut done = 0_u64;
                while clock.elapsed() < span {
                    let draft = Draft::of(&Heard::any(HOMES, &chance));
                    journal.commit(Commit::new(context(0), vec![draft])).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        });
        let mut entries = 0;
        for done in try_join_all(callers).await? {
            entries += done?;
        }
        Ok((entries, clock.elapsed()))
    }

    /// Lets go of the database.
    pub async fn close(self) {
        self.journal.close().await;
    }
}
