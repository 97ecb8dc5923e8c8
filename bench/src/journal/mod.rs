//! The journal beside the bare databases: entries a second, verifying, rebuilding.
//!
//! Program and bare database take turns, slice by slice, so that what else the machine does hits both. The bare side
//! runs the same statements with the same durability, its values made beforehand: it plans, hashes and answers nothing.

mod bare;
mod chain;
mod ours;
mod part;

use crate::{
    machine::{self, Folder},
    plot::{Bars, Panel, Tone},
    report::{Report, Row, Wanted},
};
use anyhow::{Context as _, ensure};
use bare::{BarePostgres, BareSqlite};
use liengia_journal::{Database, Schema, rebuild, verify};
use liengia_kernel::{Clock as _, SystemClock};
use ours::Ours;
use part::PART;
use std::time::Duration;

/// Commands at the same time, and so entries in a bare group.
const AT_ONCE: usize = 64;

/// Homes that the entries a second are about.
const HOMES: u64 = 16_000;

/// Entries of the chain that is verified and rebuilt.
const ENTRIES: u64 = 1_000_000;

/// Subjects among them.
const SUBJECTS: u64 = 400_000;

/// Measures it.
pub async fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("journal")?;
    let (turns, slice) = if quick { (3, Duration::from_millis(1_500)) } else { (6, Duration::from_secs(4)) };
    let sqlite = sqlite_rates(&folder, turns, slice).await?;
    let server = std::env::var("LIENGIA_TEST_PG")
        .context("LIENGIA_TEST_PG names no PostgreSQL; run cargo xtask bench journal")?;
    let postgres = postgres_rates(&server, turns, slice).await?;
    let whole = whole(&folder, if quick { 1 } else { 3 }).await?;
    let rows = vec![
        rate("entries_per_s", "entries a second on SQLite, 64 commands at a time", &sqlite),
        rate("pg_entries_per_s", "the same on PostgreSQL", &postgres),
        of_whole("verify_entries_per_s", "the chain checked", whole.verify, 500_000.0),
        of_whole(
            "rebuild_entries_per_s",
            "chain checked, all views made anew, entries carried over",
            whole.rebuild,
            50_000.0,
        ),
    ];
    let panels = vec![
        pair("SQLite: entries a second", &sqlite),
        pair("PostgreSQL: entries a second", &postgres),
        alone("Verify: entries a second", whole.verify, 500_000.0),
        alone("Rebuild: entries a second", whole.rebuild, 50_000.0),
    ];
    let says = "Each entry comes with an upserted state row and an upserted tally; a command is one entry, 64 callers \
                wait each for their own answer. The bare side runs the same statements in groups of 64 with the same \
                durability (SQLite: WAL, `synchronous=FULL`; PostgreSQL: `fsync` and `synchronous_commit` on), values \
                made beforehand, no hash chain, nobody answered. Both take turns on the same disk."
        .to_owned();
    Ok(Report { bench: "journal", says, rows, panels, quick })
}

/// What one engine did: the program's and the bare rate, and who the bare one is.
struct Rates {
    ours: f64,
    bare: f64,
    peer: String,
}

async fn sqlite_rates(folder: &Folder, turns: u32, slice: Duration) -> anyhow::Result<Rates> {
    let ours = Ours::open(Database::Sqlite(folder.join("ours.db"))).await?;
    // The tables are the program's own; then it lets go of them.
    Ours::open(Database::Sqlite(folder.join("bare.db"))).await?.close().await;
    let mut bare = BareSqlite::open(&folder.join("bare.db"))?;
    ours.run(slice / 4).await?;
    bare.run(slice / 4)?;
    let mut sums = Sums::new();
    for _ in 0..turns {
        sums.ours(ours.run(slice).await?);
        sums.bare(tokio::task::block_in_place(|| bare.run(slice))?);
    }
    sums.tell("SQLite");
    ours.close().await;
    Ok(sums.rates(format!("rusqlite, SQLite {}", rusqlite::version())))
}

async fn postgres_rates(server: &str, turns: u32, slice: Duration) -> anyhow::Result<Rates> {
    let schemas = bare::schemas(server, ["ours", "bare"]).await?;
    let [ours, bare] = schemas.urls();
    let ours = Ours::open(Database::Postgres(ours)).await?;
    Ours::open(Database::Postgres(bare.clone())).await?.close().await;
    let mut bare = BarePostgres::open(&bare).await?;
    ours.run(slice / 4).await?;
    bare.run(slice / 4).await?;
    let mut sums = Sums::new();
    for _ in 0..turns {
        sums.ours(ours.run(slice).await?);
        sums.bare(bare.run(slice).await?);
    }
    sums.tell("PostgreSQL");
    ours.close().await;
    let version = schemas.drop_all().await?;
    Ok(sums.rates(format!("tokio-postgres, PostgreSQL {version}")))
}

/// What a side did in its turns so far.
#[derive(Default)]
struct Sum {
    entries: u64,
    took: Duration,
    cpu: Duration,
}

/// What both sides did.
#[derive(Default)]
struct Sums {
    ours: Sum,
    bare: Sum,
    /// The processor time of this process up to the last turn.
    before: Duration,
}

impl Sums {
    fn new() -> Self {
        Self { before: machine::cpu(std::process::id()), ..Self::default() }
    }

    fn ours(&mut self, turn: (u64, Duration)) {
        let cpu = self.used();
        self.ours.add(turn, cpu);
    }

    fn bare(&mut self, turn: (u64, Duration)) {
        let cpu = self.used();
        self.bare.add(turn, cpu);
    }

    /// Processor time since the last turn.
    fn used(&mut self) -> Duration {
        let now = machine::cpu(std::process::id());
        now.saturating_sub(std::mem::replace(&mut self.before, now))
    }

    /// For whoever looks on: what the processor did for an entry is much the same on a busy machine as on an idle one.
    fn tell(&self, engine: &str) {
        for (who, sum) in [("liengia", &self.ours), ("bare", &self.bare)] {
            let micros = sum.cpu.as_secs_f64() * 1e6 / machine::real(sum.entries.max(1));
            eprintln!(
                "{engine}, {who}: {} entries in {:.1?}, {micros:.1} us of processor each",
                sum.entries, sum.took
            );
        }
    }

    fn rates(&self, peer: String) -> Rates {
        Rates { ours: self.ours.a_second(), bare: self.bare.a_second(), peer }
    }
}

impl Sum {
    fn add(&mut self, (entries, took): (u64, Duration), cpu: Duration) {
        self.entries += entries;
        self.took += took;
        self.cpu += cpu;
    }

    fn a_second(&self) -> f64 {
        a_second(self.entries, self.took)
    }
}

/// Entries a second.
struct Whole {
    verify: f64,
    rebuild: f64,
}

/// Verifies and rebuilds a long chain; the best of some times, since anything else on the machine only slows it down.
async fn whole(folder: &Folder, times: u32) -> anyhow::Result<Whole> {
    let path = folder.join("whole.db");
    let database = Database::Sqlite(path.clone());
    Ours::open(database.clone()).await?.close().await;
    tokio::task::spawn_blocking(move || chain::fill(&path, ENTRIES, SUBJECTS)).await??;
    let mut whole = Whole { verify: 0.0, rebuild: 0.0 };
    for _ in 0..times {
        let clock = SystemClock::new();
        let verified = verify(database.clone(), |_| ()).await?;
        ensure!(verified.entries() == ENTRIES, "{} entries were verified", verified.entries());
        whole.verify = whole.verify.max(a_second(ENTRIES, clock.elapsed()));
        let clock = SystemClock::new();
        let rebuilt = rebuild::rebuild(database.clone(), Schema::new([PART]), |_| ()).await?;
        ensure!(rebuilt.entries == ENTRIES && rebuilt.rows > SUBJECTS, "{rebuilt:?}");
        whole.rebuild = whole.rebuild.max(a_second(ENTRIES, clock.elapsed()));
    }
    Ok(whole)
}

fn a_second(entries: u64, took: Duration) -> f64 {
    machine::real(entries) / took.as_secs_f64()
}

fn rate(name: &'static str, what: &'static str, rates: &Rates) -> Row {
    Row {
        name,
        what,
        ours: rates.ours,
        peer: Some((rates.bare, rates.peer.clone())),
        wanted: Wanted::TimesAtLeast(0.6),
        n: format!("{AT_ONCE} commands at a time, {HOMES} homes"),
        tls: None,
        fsync: Some(true),
    }
}

fn of_whole(name: &'static str, what: &'static str, ours: f64, least: f64) -> Row {
    Row {
        name,
        what,
        ours,
        peer: None,
        wanted: Wanted::AtLeast(least),
        n: format!("{ENTRIES} entries, {SUBJECTS} subjects"),
        tls: None,
        fsync: Some(name == "rebuild_entries_per_s"),
    }
}

fn pair(title: &str, rates: &Rates) -> Panel {
    Panel::Bars(Bars {
        title: title.to_owned(),
        each: vec![
            ("liengia".into(), rates.ours, Tone::Ours),
            ("bare statements".into(), rates.bare, Tone::Peer),
        ],
        wanted: Some((rates.bare * 0.6, "wanted: 0.6 of bare".into())),
    })
}

fn alone(title: &str, ours: f64, least: f64) -> Panel {
    Panel::Bars(Bars {
        title: title.to_owned(),
        each: vec![("liengia".into(), ours, Tone::Ours)],
        wanted: Some((least, "wanted at least".into())),
    })
}
