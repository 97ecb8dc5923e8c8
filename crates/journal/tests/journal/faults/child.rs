//! A process that writes as fast as it can and says what was acknowledged, until it is killed.

use super::Acknowledged;
use crate::bells::{BELLS, rang};
use liengia_journal::{
    Commit, Commitment, Database, Journal, JournalConfig, Schema,
    testing::{COMMUNE, context},
};
use liengia_kernel::SystemEntropy;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Tells the process where to write; without it the test below does nothing.
const WHERE: &str = "LIENGIA_TEST_CHILD";

#[test]
fn the_process_that_writes() {
    let Ok(place) = std::env::var(WHERE) else { return };
    let database = match place.strip_prefix("file:") {
        Some(path) => Database::Sqlite(path.into()),
        None => Database::Postgres(place),
    };
    tokio::runtime::Runtime::new().unwrap().block_on(write_for_ever(database));
}

async fn write_for_ever(database: Database) {
    let journal = Journal::open(JournalConfig {
        database,
        commune: COMMUNE,
        schema: Schema::new([BELLS]),
        entropy: Arc::new(SystemEntropy),
        readers: 1,
    });
    let journal = journal.await.expect("the journal opens");
    let writers = (0..16).map(|bell| {
        let journal = journal.clone();
        tokio::spawn(async move {
            for second in 0.. {
                let drafts = vec![rang(&format!("bell-{bell}"), 0); 1 + bell % 3];
                let Ok(receipt) = journal.commit(Commit::new(context(second), drafts)).await else { return };
                let mut lines = Vec::new();
                for entry in receipt.entries {
                    writeln!(lines, "{} {}", entry.seq, Commitment(entry.hash)).unwrap();
                }
                // Past the test's own capture of what is printed.
                std::io::stdout().lock().write_all(&lines).unwrap();
            }
        })
    });
    futures_util::future::join_all(writers).await;
}

/// A running process that writes.
pub(super) struct Writer {
    child: Child,
    heard: Arc<Mutex<Vec<Acknowledged>>>,
    count: Arc<AtomicUsize>,
    listening: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(database: &Database) -> Self {
        let place = match database {
            Database::Sqlite(path) => format!("file:{}", path.display()),
            Database::Postgres(url) => url.clone(),
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::child::the_process_that_writes", "--nocapture"])
            .env(WHERE, place)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (heard, count) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (hearing, counting) = (heard.clone(), count.clone());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let listening = std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                // The last line may be cut off: then nobody was told.
                let parts = line.strip_suffix('\n').and_then(|line| line.split_once(' '));
                if let Some((seq, hash)) = parts
                    && let Ok(seq) = seq.parse()
                    && hash.len() == 64
                {
                    hearing.lock().unwrap().push(Acknowledged { seq, hash: hash.to_owned() });
                    counting.fetch_add(1, Ordering::SeqCst);
                }
                line.clear();
            }
        });
        Self { child, heard, count, listening: Some(listening) }
    }

    /// Waits until so many were acknowledged, or the process has ended.
    pub(super) fn until(&mut self, count: usize) {
        while self.count.load(Ordering::SeqCst) < count && self.child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
    }

    /// Stops it where it stands, so that nothing moves while its disk is copied.
    pub(super) fn freeze(&self) {
        let stopped = Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
    }

    /// Kills it, as a power cut would; answers what was acknowledged.
    pub(super) fn kill(mut self) -> Vec<Acknowledged> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.listening.take().unwrap().join().unwrap();
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}
