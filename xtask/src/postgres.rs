//! A throw-away PostgreSQL for the tests.
//!
//! Promises: it listens on 127.0.0.1 only, runs as an unprivileged user, and is stopped and deleted when its owner
//! ends: well, with an error, by Ctrl-C or killed. Its keeper is a shell that waits for the end of the pipe that
//! the owner holds, which the system closes in every case.

use crate::{place, setup, steps};
use anyhow::{Context as _, Result, bail};
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Where the tests find its address.
pub const ADDRESS: &str = "LIENGIA_TEST_PG";

const KEEPER: &str = include_str!("postgres.sh");
const OLDEST: u32 = 15;

/// Whether a commit survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// No: quicker, and enough for tests.
    Fast,
    /// Yes, as in the field: for measuring.
    Durable,
}

/// A running server; dropping it stops and deletes it.
pub struct Postgres {
    /// Its address, for `ADDRESS`.
    pub url: String,
    keeper: Child,
}

impl Postgres {
    /// Starts one; takes one to three seconds.
    pub fn start(commits: Commits) -> Result<Self> {
        let programs =
            programs().context("PostgreSQL 15 or newer is not installed; `cargo xtask setup` brings it")?;
        let port = free_port()?;
        fs::create_dir_all(place::notes())?;
        let log = place::notes().join("postgres.log");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "postgres.sh"])
            .arg(&programs)
            .args([port.to_string().as_str(), if commits == Commits::Durable { "on" } else { "off" }])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .context("sh does not start")?;
        let mut said = String::new();
        if let Some(out) = keeper.stdout.take() {
            BufReader::new(out).read_line(&mut said)?;
        }
        let postgres = Self { url: format!("postgres://app@127.0.0.1:{port}/postgres"), keeper };
        if said.trim() != "ready" {
            bail!("PostgreSQL does not start; it said:\n{}", fs::read_to_string(&log).unwrap_or_default());
        }
        Ok(postgres)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // There is nobody left to tell when the keeper cannot be waited for.
        let _ = self.keeper.wait();
    }
}

/// Runs `command` with a server beside it, and ends as the command ends.
pub fn beside(command: &[String]) -> Result<()> {
    setup::ensure(&[setup::Need::Postgres])?;
    let started = steps::now();
    let postgres = Postgres::start(Commits::Fast)?;
    eprintln!("PostgreSQL is ready, {}: {ADDRESS}={}", steps::in_words(started.elapsed()), postgres.url);
    let status = Command::new(&command[0]).args(&command[1..]).env(ADDRESS, &postgres.url).status();
    drop(postgres);
    let status = status.with_context(|| format!("{} does not start", command[0]))?;
    std::process::exit(status.code().unwrap_or(1));
}

/// The folder of the newest server programs that are new enough.
pub fn programs() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = installed.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let fit = versions.filter(|version| *version >= OLDEST);
    let mut folders: Vec<(u32, PathBuf)> = fit
        .map(|version| (version, Path::new("/usr/lib/postgresql").join(version.to_string()).join("bin")))
        .collect();
    folders.retain(|(_, folder)| folder.join("initdb").exists() && folder.join("postgres").exists());
    folders.into_iter().max().map(|(_, folder)| folder)
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}
