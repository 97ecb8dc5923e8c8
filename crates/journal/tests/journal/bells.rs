//! A small capability for the journal's own tests: bells that ring, and who owns them.

use liengia_journal::{
    BadBody, Commit, Draft, Entry, Event, Journal, Migration, Part, Statement, Vault, statement,
    testing::{COMMUNE, context},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BellEvent {
    Rang { bell: String, times: i64 },
    Moved { bell: String, house: String },
    HouseSilenced { house: String },
}

impl Event for BellEvent {
    const SLICE: &'static str = "bells";
    fn kind(&self) -> &'static str {
        match self {
            Self::Rang { .. } => "rang",
            Self::Moved { .. } => "moved",
            Self::HouseSilenced { .. } => "house_silenced",
        }
    }
    fn subject(&self) -> String {
        match self {
            Self::Rang { bell, .. } | Self::Moved { bell, .. } => bell.clone(),
            Self::HouseSilenced { house } => house.clone(),
        }
    }
}

fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    Ok(match entry.event()? {
        BellEvent::Rang { bell, times } => vec![
            statement!(
                "INSERT INTO bells (commune, bell, times, version) VALUES ($1, $2, $3, $4) ON CONFLICT (commune, bell) \
                 DO UPDATE SET times = bells.times + excluded.times, version = excluded.version",
                entry.commune,
                bell,
                times,
                entry.seq
            ),
            statement!(
                "INSERT INTO rings (commune, day, rings, mean) VALUES ($1, $2, $3, $4) ON CONFLICT (commune, day) \
                 DO UPDATE SET rings = rings.rings + excluded.rings, mean = (rings.mean + excluded.mean) / 2",
                entry.commune,
                entry.at.as_seconds() / 86_400,
                times,
                f64::from(i32::try_from(times).unwrap_or(0))
            ),
        ],
        BellEvent::Moved { bell, house } => vec![statement!(
            "UPDATE bells SET house = $3, version = $4 WHERE commune = $1 AND bell = $2",
            entry.commune,
            bell,
            house,
            entry.seq
        )],
        BellEvent::HouseSilenced { house } => vec![statement!(
            "UPDATE bells SET times = 0, version = $3 WHERE commune = $1 AND house = $2",
            entry.commune,
            house,
            entry.seq
        )],
    })
}

/// Two views, a vault table and a table beside.
pub const BELLS: Part = Part {
    slice: "bells",
    migrations: &[Migration {
        name: "bells/0001",
        sql: "CREATE TABLE bells (commune TEXT NOT NULL, bell TEXT NOT NULL, house TEXT, times BIGINT NOT NULL \
              CHECK (times < 100), version BIGINT NOT NULL, PRIMARY KEY (commune, bell));\n\
              CREATE INDEX bells_by_house ON bells (commune, house);\n\
              CREATE TABLE rings (commune TEXT NOT NULL, day BIGINT NOT NULL, rings BIGINT NOT NULL, \
              mean DOUBLE PRECISION NOT NULL, PRIMARY KEY (commune, day));\n\
              CREATE TABLE owners (commune TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, \
              salt BYTEA, PRIMARY KEY (commune, owner));\n\
              CREATE INDEX owners_by_name ON owners (commune, name);\n\
              CREATE TABLE heard (commune TEXT NOT NULL, bell TEXT NOT NULL, at BIGINT NOT NULL, \
              PRIMARY KEY (commune, bell));\n",
    }],
    views: &["bells", "rings"],
    vault: &[Vault { table: "owners", owner: "owner" }],
    apply,
};

pub fn rang(bell: &str, times: i64) -> Draft {
    Draft::of(&BellEvent::Rang { bell: bell.to_owned(), times })
}

pub fn moved(bell: &str, house: &str) -> Draft {
    Draft::of(&BellEvent::Moved { bell: bell.to_owned(), house: house.to_owned() })
}

pub fn silenced(house: &str) -> Draft {
    Draft::of(&BellEvent::HouseSilenced { house: house.to_owned() })
}

/// Names an owner, in the vault.
pub fn named(owner: &str, name: &str) -> Statement {
    statement!(
        "INSERT INTO owners (commune, owner, name, salt) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (commune, owner) DO UPDATE SET name = excluded.name",
        COMMUNE,
        owner,
        name,
        &[7_u8; 16][..]
    )
}

pub async fn commit(journal: &Journal, seconds: i64, drafts: Vec<Draft>) {
    journal.commit(Commit::new(context(seconds), drafts)).await.unwrap();
}

pub async fn times(journal: &Journal, bell: &str) -> i64 {
    let rows =
        journal.query(statement!("SELECT times FROM bells WHERE commune = $1 AND bell = $2", COMMUNE, bell));
    rows.await.unwrap().first().map_or(0, |row| row.int(0).unwrap())
}

/// What the vault knows of this owner.
pub async fn name_of(journal: &Journal, owner: &str) -> Option<String> {
    let rows = journal.query(statement!(
        "SELECT name FROM owners WHERE commune = $1 AND owner = $2",
        COMMUNE,
        owner
    ));
    rows.await.unwrap().first().map(|row| row.text(0).unwrap().to_owned())
}

/// Some weeks of a street with a few bells: rings, moves, a silenced house.
pub async fn weeks(journal: &Journal, entries: i64) {
    for start in (0..entries).step_by(50) {
        let drafts = (start..entries.min(start + 50)).map(|number| match number % 10 {
            3 => moved(&format!("bell-{}", number % 7), &format!("house-{}", number % 3)),
            7 => silenced(&format!("house-{}", number % 3)),
            _ => rang(&format!("bell-{}", number % 7), number % 2),
        });
        commit(journal, start * 20_000, drafts.collect()).await;
    }
}
