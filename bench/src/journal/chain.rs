//! A long chain, written in one go: real entries with real hashes, and no view yet. A rebuild makes those.

use super::part::{COMMUNE, Heard, context};
use anyhow::Context as _;
use liengia_journal::{Body, Entry, Event as _};
use liengia_kernel::{Entropy as _, EntryId, SeededEntropy};
use rusqlite::{Connection, params};
use std::path::Path;

/// Entries a second of the time that the chain tells of.
const ENTRIES_A_SECOND: u64 = 20;

/// Writes `count` entries about `subjects` subjects into an empty journal.
pub fn fill(path: &Path, count: u64, subjects: u64) -> anyhow::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;")?;
    let index: String = connection
        .query_row("SELECT sql FROM sqlite_master WHERE name = 'entries_by_subject'", [], |row| row.get(0))
        .context("the table of entries has another index now")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch("DROP INDEX entries_by_subject")?;
    let last = add(&transaction, count, subjects)?;
    transaction.execute_batch(&index)?;
    let commune = COMMUNE.to_string();
    transaction.execute(
        "INSERT INTO heads (commune, seq, epoch, hash) VALUES (?1, ?2, 0, ?3) \
         ON CONFLICT (commune) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        params![commune, count.cast_signed(), last],
    )?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    std::fs::File::open(path)?.sync_all()?;
    Ok(())
}

/// Adds the entries; answers the last one's hash.
fn add(connection: &Connection, count: u64, subjects: u64) -> anyhow::Result<[u8; 32]> {
    let mut insert = connection.prepare(
        "INSERT INTO entries (commune, seq, id, at, actor, purpose, slice, kind, subject, version, epoch, salt, body, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    let (chance, commune) = (SeededEntropy::new(11), COMMUNE.to_string());
    let mut hash = [0; 32];
    for seq in 1..=count {
        let context = context(i64::try_from(seq / ENTRIES_A_SECOND)?);
        // Every subject comes once, then any.
        let heard = if seq <= subjects { Heard::of(seq - 1, &chance) } else { Heard::any(subjects, &chance) };
        let mut salt = [0; 16];
        chance.fill(&mut salt);
        let json = serde_json::to_string(&heard)?;
        let mut entry = Entry {
            commune: COMMUNE,
            seq,
            id: EntryId::new(context.at, &chance),
            at: context.at,
            actor: context.actor,
            purpose: context.purpose,
            slice: Heard::SLICE.into(),
            kind: heard.kind().into(),
            subject: heard.subject().into(),
            version: Heard::VERSION,
            epoch: 0,
            body: Body::Open { salt, json: json.as_str().into() },
            hash,
        };
        entry.hash = entry.expected_hash(&hash);
        hash = entry.hash;
        insert.execute(params![
            commune,
            seq.cast_signed(),
            entry.id.to_string(),
            entry.at.as_micros(),
            entry.actor.to_string(),
            &*entry.purpose,
            &*entry.slice,
            &*entry.kind,
            &*entry.subject,
            entry.version,
            entry.epoch,
            salt,
            json,
            hash
        ])?;
    }
    Ok(hash)
}
