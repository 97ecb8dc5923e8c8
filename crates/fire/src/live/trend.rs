//! The trend of each device, kept for a quarter: written now and then, many at a time.
//!
//! Promises: a heartbeat never waits for the disk, and a commit is small enough that a press never waits long behind it;
//! of each device are kept the hours of two days and the days of a quarter. Never: an entry in the journal, or evidence:
//! a crash loses the last minutes of it, and with them that anything was due.

use super::tally::{Row, Sign, Tallies};
use crate::{
    engine::{Moment, Output},
    views::{Span, Tally, begun},
};
use liengia_journal::{Actor, Commit, CommitError, Context, Journal, Statement, statement};
use liengia_kernel::{DeviceId, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// It is written each time that heartbeats were written so often: every five minutes.
pub(super) const EVERY: u32 = 10;

/// Hours of devices in one commit; each is two rows, and once an hour a third statement.
const ROWS: usize = 96;

const ADD: &str = "INSERT INTO device_spans (commune, device, span, starts_at, heard, battery_percent, signal_percent, \
    faults, ring_tests, rings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
    ON CONFLICT (commune, device, span, starts_at) DO UPDATE SET heard = device_spans.heard + excluded.heard, \
    battery_percent = CASE WHEN device_spans.battery_percent IS NULL \
    OR excluded.battery_percent < device_spans.battery_percent THEN excluded.battery_percent \
    ELSE device_spans.battery_percent END, \
    signal_percent = CASE WHEN device_spans.signal_percent IS NULL \
    OR excluded.signal_percent < device_spans.signal_percent THEN excluded.signal_percent \
    ELSE device_spans.signal_percent END, \
    faults = device_spans.faults + excluded.faults, ring_tests = device_spans.ring_tests + excluded.ring_tests, \
    rings = device_spans.rings + excluded.rings";

const FORGET: &str =
    "DELETE FROM device_spans WHERE commune = $1 AND device = $2 AND span = $3 AND starts_at < $4";

pub(super) struct Trend {
    tallies: Mutex<Tallies>,
    /// The hour in which what is old of a device was last forgotten.
    forgotten: Mutex<BTreeMap<Option<DeviceId>, Timestamp>>,
    utc_offset_hours: i8,
}

impl Trend {
    /// Days begin when they do at this many hours ahead of UTC.
    pub(super) fn new(utc_offset_hours: i8, began: Duration) -> Self {
        Self { tallies: Mutex::new(Tallies::new(began)), forgotten: Mutex::default(), utc_offset_hours }
    }

    fn lock(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a sign of life, and what the engine made of it.
    pub(super) fn note(&self, sign: Option<Sign>, outputs: &[Output], now: Moment) {
        self.lock().count(sign, outputs, now);
    }

    /// Writes what was counted since the last time. What cannot be written waits for the next time.
    pub(super) async fn write(&self, journal: &Journal, now: Moment) -> Result<(), CommitError> {
        self.lock().listened(now);
        loop {
            let rows = self.lock().take(ROWS);
            if rows.is_empty() {
                return Ok(());
            }
            let context = Context { actor: Actor::Node, purpose: "trend".into(), at: now.wall };
            let statements: Vec<Statement> = rows.iter().flat_map(|row| self.keep(journal, row)).collect();
            if let Err(error) = journal.commit(Commit::new(context, Vec::new()).beside(statements)).await {
                self.lock().give_back(rows);
                return Err(error);
            }
        }
    }

    /// Adds an hour to itself and to its day; in a new hour, forgets what is old.
    fn keep(&self, journal: &Journal, (device, hour, tally): &Row) -> Vec<Statement> {
        let named = device.map_or(String::new(), |device| device.to_string());
        let mut statements = Vec::with_capacity(4);
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = forgotten.insert(*device, *hour) != Some(*hour);
        for span in [Span::Hour, Span::Day] {
            let starts_at = begun(*hour, span.lasts(), self.utc_offset_hours);
            statements.push(add(journal, &named, span, starts_at, tally));
            if anew {
                let (word, oldest) = (span.to_string(), starts_at - span.kept());
                statements.push(statement!(FORGET, journal.commune(), &named, word, oldest));
            }
        }
        statements
    }
}

fn add(journal: &Journal, device: &str, span: Span, starts_at: Timestamp, tally: &Tally) -> Statement {
    statement!(
        ADD,
        journal.commune(),
        device,
        span.to_string(),
        starts_at,
        i64::try_from(tally.heard.as_micros()).unwrap_or(i64::MAX),
        tally.battery_percent.map(i32::from),
        tally.signal_percent.map(i32::from),
        tally.faults,
        tally.ring_tests,
        tally.rings
    )
}
