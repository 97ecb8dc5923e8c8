//! The bare databases: the same statements, their values made beforehand, in groups, and nothing else.

use super::{
    AT_ONCE, HOMES,
    part::{COMMUNE, Heard, STATE, TALLY, context},
};
use anyhow::Context as _;
use futures_util::future::try_join_all;
use liengia_journal::Event as _;
use liengia_kernel::{Clock as _, EntryId, SeededEntropy, SystemClock};
use rusqlite::{Connection, params};
use std::{path::Path, time::Duration};
use tokio_postgres::{Client, NoTls, Statement, types::ToSql};

/// Stores an entry.
const ENTRY: &str = "INSERT INTO entries (commune, seq, id, at, actor, purpose, slice, kind, subject, version, epoch, \
                     salt, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

/// Moves the end of the chain.
const HEAD: &str =
    "UPDATE heads SET seq = $2, epoch = $3, hash = $4 WHERE commune = $1 AND seq = $5 AND hash = $6";

/// The values of one entry and of its rows.
struct Values {
    id: String,
    at: i64,
    actor: String,
    subject: String,
    village: i64,
    state: &'static str,
    body: String,
}

/// Values made beforehand; they are used in turn, with ids that never come twice.
struct Stock {
    commune: String,
    values: Vec<Values>,
    next: usize,
    seq: i64,
}

/// Salt and hash are of the right size; nobody checks them here.
const SALT: [u8; 16] = [7; 16];
const HASH: [u8; 32] = [9; 32];

impl Stock {
    fn new() -> Self {
        let chance = SeededEntropy::new(3);
        let values = (0..AT_ONCE * 512).map(|_| {
            let heard = Heard::any(HOMES, &chance);
            let context = context(0);
            Values {
                id: EntryId::new(context.at, &chance).to_string(),
                at: context.at.as_micros(),
                actor: context.actor.to_string(),
                subject: heard.subject(),
                village: i64::try_from(heard.village).unwrap_or(0),
                state: heard.state.word(),
                body: serde_json::to_string(&heard).unwrap_or_default(),
            }
        });
        Self { commune: COMMUNE.to_string(), values: values.collect(), next: 0, seq: 0 }
    }

    /// The next group, and the number before its first entry. Ids are made new where the stock begins again.
    fn group(&mut self) -> (&str, &[Values], i64) {
        if self.next + AT_ONCE > self.values.len() {
            self.next = 0;
            let chance = SeededEntropy::new(self.seq.unsigned_abs());
            for values in &mut self.values {
                values.id = EntryId::new(context(0).at, &chance).to_string();
            }
        }
        let (from, before) = (self.next, self.seq);
        self.next += AT_ONCE;
        self.seq += i64::try_from(AT_ONCE).unwrap_or(0);
        (&self.commune, &self.values[from..self.next], before)
    }
}

/// SQLite by rusqlite.
pub struct BareSqlite {
    connection: Connection,
    stock: Stock,
}

impl BareSqlite {
    /// Opens a file that has the tables.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = -16000;",
        )?;
        Ok(Self { connection, stock: Stock::new() })
    }

    /// Commits group after group for that long; how many entries there were, and how long it took.
    pub fn run(&mut self, span: Duration) -> anyhow::Result<(u64, Duration)> {
        let [entry, head, state, tally] = [ENTRY, HEAD, STATE, TALLY].map(|sql| sql.replace('$', "?"));
        let clock = SystemClock::new();
        let mut entries = 0;
        while clock.elapsed() < span {
            let (commune, group, before) = self.stock.group();
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            let mut seq = before;
            for v in group {
                seq += 1;
                self.connection.prepare_cached(&entry)?.execute(params![
                    commune,
                    seq,
                    v.id,
                    v.at,
                    v.actor,
                    "bench",
                    "bench",
                    "home_heard",
                    v.subject,
                    1,
                    0,
                    SALT,
                    v.body,
                    HASH
                ])?;
                self.connection
                    .prepare_cached(&state)?
                    .execute(params![commune, v.subject, v.state, v.at, seq])?;
                self.connection.prepare_cached(&tally)?.execute(params![commune, v.village, v.state])?;
            }
            let old = if before == 0 { [0; 32] } else { HASH };
            self.connection.prepare_cached(&head)?.execute(params![commune, seq, 0, HASH, before, old])?;
            self.connection.execute_batch("COMMIT")?;
            entries += group.len() as u64;
        }
        Ok((entries, clock.elapsed()))
    }
}

/// PostgreSQL by tokio-postgres, the statements of a group pipelined.
pub struct BarePostgres {
    client: Client,
    prepared: [Statement; 4],
    stock: Stock,
}

impl BarePostgres {
    /// Connects to a schema that has the tables.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let client = connect(url).await?;
        let prepared = [
            client.prepare(ENTRY).await?,
            client.prepare(STATE).await?,
            client.prepare(TALLY).await?,
            client.prepare(HEAD).await?,
        ];
        Ok(Self { client, prepared, stock: Stock::new() })
    }

    /// Commits group after group for that long; how many entries there were, and how long it took.
    pub async fn run(&mut self, span: Duration) -> anyhow::Result<(u64, Duration)> {
        let [entry, state, tally, head] = &self.prepared;
        let (version, epoch, salt, hash) = (1_i64, 0_i64, SALT.as_slice(), HASH.as_slice());
        let clock = SystemClock::new();
        let mut entries = 0;
        while clock.elapsed() < span {
            let (commune, group, before) = self.stock.group();
            let transaction = self.client.transaction().await?;
            let bare = &transaction;
            let running = (before + 1..).zip(group).map(|(seq, v)| async move {
                let Values { id, at, actor, subject, village, state: word, body } = v;
                let first: [&(dyn ToSql + Sync); 14] = [
                    &commune,
                    &seq,
                    id,
                    at,
                    actor,
                    &"bench",
                    &"bench",
                    &"home_heard",
                    subject,
                    &version,
                    &epoch,
                    &salt,
                    body,
                    &hash,
                ];
                let second: [&(dyn ToSql + Sync); 5] = [&commune, subject, word, at, &seq];
                let third: [&(dyn ToSql + Sync); 3] = [&commune, village, word];
                let (first, second) = (bare.execute(entry, &first), bare.execute(state, &second));
                tokio::try_join!(first, second, bare.execute(tally, &third)).map(drop)
            });
            try_join_all(running).await?;
            let after = before + i64::try_from(group.len())?;
            let old = if before == 0 { [0; 32] } else { HASH };
            bare.execute(head, &[&commune, &after, &epoch, &hash, &before, &old.as_slice()]).await?;
            transaction.commit().await?;
            entries += group.len() as u64;
        }
        Ok((entries, clock.elapsed()))
    }
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("PostgreSQL does not answer")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Schemas of this run in a server.
pub struct Schemas {
    client: Client,
    server: String,
    names: [String; 2],
}

/// Makes two empty schemas.
pub async fn schemas(server: &str, names: [&str; 2]) -> anyhow::Result<Schemas> {
    let client = connect(server).await?;
    let names = names.map(|name| format!("bench_{}_{name}", std::process::id()));
    for name in &names {
        client.batch_execute(&format!("CREATE SCHEMA {name}")).await?;
    }
    Ok(Schemas { client, server: server.to_owned(), names })
}

impl Schemas {
    /// Where each is.
    pub fn urls(&self) -> [String; 2] {
        let mark = if self.server.contains('?') { '&' } else { '?' };
        self.names.each_ref().map(|name| format!("{}{mark}options=-csearch_path%3D{name}", self.server))
    }

    /// Takes them away; answers the server's version.
    pub async fn drop_all(self) -> anyhow::Result<String> {
        for name in &self.names {
            self.client.batch_execute(&format!("DROP SCHEMA {name} CASCADE")).await?;
        }
        let row = self.client.query_one("SHOW server_version", &[]).await?;
        let version: String = row.try_get(0)?;
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    }
}
