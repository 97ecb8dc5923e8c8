//! A PostgreSQL server that cuts connections, crashes and comes back under load.

use super::{machine::run, nothing_is_lost};
use crate::bells::{BELLS, rang};
use liengia_journal::{
    Commit, CommitError, Database, Idempotency, Journal, JournalConfig, Schema, statement,
    testing::{COMMUNE, Folder, context, folder, not_installed, raw},
};
use liengia_kernel::SystemEntropy;
use std::{net::TcpListener, path::PathBuf, sync::Arc, time::Duration};

/// A server of this test's own; stopped when dropped.
struct Server {
    programs: PathBuf,
    folder: Folder,
    port: u16,
}

impl Server {
    fn start() -> Result<Self, String> {
        let installed = std::fs::read_dir("/usr/lib/postgresql").map_err(|error| error.to_string())?;
        let programs = installed.flatten().map(|version| version.path().join("bin")).max();
        let programs = programs.ok_or("PostgreSQL's server is not installed")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { programs, folder: folder(), port };
        // It refuses to run as root.
        let _ = run("chown", &["nobody", server.folder.to_str().unwrap()]);
        server.as_its_user(
            "initdb",
            &["-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        )?;
        server.control(&["start"])?;
        Ok(server)
    }

    fn control(&self, what: &[&str]) -> Result<(), String> {
        let log = self.folder.join("log");
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off",
            self.port,
            self.folder.display()
        );
        self.as_its_user("pg_ctl", &[&["-l", log.to_str().unwrap(), "-w", "-o", &options], what].concat())
    }

    fn as_its_user(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.programs.join(program).display().to_string();
        let data = self.folder.join("data").display().to_string();
        let arguments = [&["-D", &data], arguments].concat();
        let root =
            std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        if !root {
            return run(&program, &arguments);
        }
        let user = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program.as_str()];
        run("setpriv", &[user.as_slice(), &arguments].concat())
    }

    fn database(&self) -> Database {
        Database::Postgres(format!("postgres://app@127.0.0.1:{}/postgres", self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(why) = self.control(&["stop", "-m", "immediate"]) {
            eprintln!("{why}");
        }
    }
}

const CUT_ALL: &str = "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'app'";
const COUNT_UP: &str = "INSERT INTO heard (commune, bell, at) VALUES ($1, 'counter', 1) \
                        ON CONFLICT (commune, bell) DO UPDATE SET at = heard.at + 1";

/// Commits, each until it is acknowledged, as a phone does with its outbox.
async fn ring(journal: Journal, bell: usize, times: usize) {
    for number in 0..times {
        let once =
            Idempotency { key: format!("{bell}/{number}"), fingerprint: [1; 32], answer: "done".into() };
        let command = Commit::new(context(1), vec![rang(&format!("bell-{bell}"), 1)]).once(Some(once));
        while let Err(refused) = journal.commit(command.clone()).await {
            assert!(matches!(refused, CommitError::Storage(_)), "{refused}");
            // A phone's own pause before it sends again.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Commits without an entry: only the answer tells whether it was done. Counts those that were.
async fn count_up(journal: Journal, times: usize) -> i64 {
    let mut done = 0;
    for _ in 0..times {
        let command = Commit::new(context(1), Vec::new()).beside([statement!(COUNT_UP, COMMUNE)]);
        done += i64::from(journal.commit(command).await.is_ok());
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cuts_and_crashes_under_load_loses_nothing_and_does_nothing_twice() {
    let server = match Server::start() {
        Ok(server) => server,
        Err(why) => return not_installed("a PostgreSQL server of its own", why),
    };
    let config = JournalConfig {
        database: server.database(),
        commune: COMMUNE,
        schema: Schema::new([BELLS]),
        entropy: Arc::new(SystemEntropy),
        readers: 1,
    };
    let journal = Journal::open(config).await.unwrap();
    let rings: Vec<_> = (0..8).map(|bell| tokio::spawn(ring(journal.clone(), bell, 90))).collect();
    let counting = tokio::spawn(count_up(journal.clone(), 300));
    let mut cuts = 0;
    while !(rings.iter().all(tokio::task::JoinHandle::is_finished) && counting.is_finished()) {
        if cuts < 40 && raw(&server.database(), &statement!(CUT_ALL)).await.is_ok() {
            cuts += 1;
        }
        if cuts == 12 || cuts == 25 {
            server.control(&["restart", "-m", "immediate"]).unwrap();
            cuts += 1;
        }
        // Something must happen between two cuts, or nothing is ever in doubt.
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    for ring in rings {
        ring.await.unwrap();
    }
    let counted = counting.await.unwrap();
    assert!(cuts > 20, "{cuts} cuts are too few to say anything");
    let entries = journal.entries_after(0, 10_000).await.unwrap();
    for bell in 0..8 {
        let rang = entries.iter().filter(|entry| *entry.subject == *format!("bell-{bell}")).count();
        assert_eq!(rang, 90, "each command acts once");
    }
    let counter = statement!("SELECT at FROM heard WHERE bell = 'counter'");
    assert_eq!(journal.query(counter).await.unwrap()[0].int(0), Ok(counted));
    nothing_is_lost(&server.database(), &[]).await;
}
