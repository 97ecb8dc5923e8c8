//! Subscriptions: every entry after a point, in order, none missed and none twice.

use crate::{
    BadColumn, Body, Entry, Journal, QueryError, Row,
    entry::{Hash, SALT_BYTES},
};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::broadcast;

/// Entries that are read from the database at a time.
const BATCH: usize = 256;

/// A reader's place in the chain, and what comes after it.
pub struct Subscription {
    journal: Journal,
    cursor: u64,
    ready: VecDeque<Arc<Entry>>,
    live: broadcast::Receiver<Arc<[Arc<Entry>]>>,
    /// Everything up to the cursor came from the database and what is newer comes live.
    caught_up: bool,
}

impl Subscription {
    pub(crate) fn new(journal: Journal, after: u64, live: broadcast::Receiver<Arc<[Arc<Entry>]>>) -> Self {
        Self { journal, cursor: after, ready: VecDeque::new(), live, caught_up: false }
    }

    /// The `seq` of the last entry that [`Self::next`] gave.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The next entry; waits for it. `None` when the journal has stopped.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Arc<Entry>>, QueryError> {
        loop {
            while let Some(entry) = self.ready.pop_front() {
                if entry.seq > self.cursor {
                    self.cursor = entry.seq;
                    return Ok(Some(entry));
                }
            }
            if !self.caught_up {
                let entries = self.journal.entries_after(self.cursor, BATCH).await?;
                self.caught_up = entries.len() < BATCH;
                self.ready.extend(entries);
                continue;
            }
            match self.live.recv().await {
                Ok(group) if group.first().is_some_and(|entry| entry.seq <= self.cursor + 1) => {
                    self.ready.extend(group.iter().cloned());
                }
                // A gap: what is between comes from the database.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => self.caught_up = false,
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }
}

/// The entry in a row of the journal's own queries.
pub(crate) fn read_entry(row: &Row) -> Result<Entry, BadColumn> {
    let body = match (row.maybe(10, Row::bytes)?, row.maybe(11, Row::text)?) {
        (Some(salt), Some(json)) => Body::Open { salt: fixed::<SALT_BYTES>(salt), json: json.into() },
        _ => Body::Withheld(fixed(row.maybe(12, Row::bytes)?.unwrap_or_default())),
    };
    Ok(Entry {
        commune: row.parse(14)?,
        seq: row.count(0)?,
        id: row.parse(1)?,
        at: row.time(2)?,
        actor: row.parse(3)?,
        purpose: row.text(4)?.into(),
        slice: row.text(5)?.into(),
        kind: row.text(6)?.into(),
        subject: row.text(7)?.into(),
        version: u16::try_from(row.int(8)?).unwrap_or(u16::MAX),
        epoch: u32::try_from(row.int(9)?).unwrap_or(u32::MAX),
        body,
        hash: fixed::<{ size_of::<Hash>() }>(row.bytes(13)?),
    })
}

/// Bytes of a fixed length; zeros where they are not that long, which no chain accepts.
fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}
