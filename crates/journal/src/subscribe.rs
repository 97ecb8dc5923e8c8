//! Subscriptions: every entry after a point, in order, none missed and none twice.

use crate::{
    Body, Entry, Journal, QueryError,
    cell::{Cell, Record},
    chain::{RawBody, RawEntry, Wrong},
    writer::Failure,
};
use liengia_kernel::{CommuneId, EntryId, Timestamp};
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
                Ok(group)
                    if group.first().is_some_and(|entry| entry.seq <= self.cursor.saturating_add(1)) =>
                {
                    self.ready.extend(group.iter().cloned());
                }
                // A gap: what is between comes from the database.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => self.caught_up = false,
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }
}

impl Journal {
    /// Waits until nobody writes any more: the writer ended, or died.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let mut writing = self.shared.writing.clone();
        async move { while writing.changed().await.is_ok() {} }
    }
}

/// The words that come again and again, kept once.
#[derive(Default)]
pub(crate) struct Names(Vec<Arc<str>>);

/// Most words that are kept: there are some dozens of kinds of entries.
const MAX_NAMES: usize = 256;

impl Names {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|known| &***known == text) {
            return known.clone();
        }
        let name: Arc<str> = text.into();
        if self.0.len() < MAX_NAMES {
            self.0.push(name.clone());
        }
        name
    }
}

/// The entry in a row of [`COLUMNS`].
pub(crate) fn read_entry(record: &dyn Record, names: &mut Names) -> Result<Entry, Failure> {
    let raw = RawEntry::read(record).map_err(|wrong| Failure::Database(unreadable(record, &wrong)))?;
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| Wrong::Column("text"));
    let entry = |names: &mut Names| {
        let header = &raw.header;
        Ok(Entry {
            commune: CommuneId::from_bytes(header.commune),
            seq: header.seq,
            id: EntryId::from_bytes(header.id),
            at: Timestamp::from_micros(header.at),
            actor: text(header.actor)?.parse().map_err(|_| Wrong::Column("actor"))?,
            purpose: names.get(text(header.purpose)?),
            slice: names.get(text(header.slice)?),
            kind: names.get(text(header.kind)?),
            subject: text(header.subject)?.into(),
            version: header.version,
            epoch: header.epoch,
            body: match raw.body {
                RawBody::Open { salt, json } => Body::Open { salt: *salt, json: text(json)?.into() },
                RawBody::Withheld(hash) => Body::Withheld(*hash),
            },
            hash: *raw.hash,
        })
    };
    entry(names).map_err(|wrong: Wrong| Failure::Database(unreadable(record, &wrong)))
}

fn unreadable(record: &dyn Record, wrong: &Wrong) -> String {
    let seq = match record.cell(1) {
        Ok(Cell::Int(seq)) => seq,
        _ => 0,
    };
    format!("entry {seq} is bad: {wrong}; run `liengia verify`")
}
