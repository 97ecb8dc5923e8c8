//! When each device was last heard, kept for the next start: written now and then, many at a time.
//!
//! Promises: a heartbeat never waits for the disk, and a thousand of one device are one row. Never: an entry in the
//! journal for a sign of life.

use super::tally::Sign;
use liengia_journal::{Actor, Commit, CommitError, Context, Journal, Statement, statement};
use liengia_kernel::{DeviceId, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often they are written.
pub(super) const WRITE_EVERY: Duration = Duration::from_secs(30);

/// Most devices that wait to be written; one more is heard again within a minute anyway.
const MAX_WAITING: usize = 100_000;

/// Rows in one commit: few enough that a press never waits long behind them.
const ROWS: usize = 256;

const KEEP: &str = "INSERT INTO heartbeats (commune, device, at, battery_percent) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (commune, device) DO UPDATE SET at = excluded.at, \
    battery_percent = COALESCE(excluded.battery_percent, heartbeats.battery_percent)";

#[derive(Default)]
pub(super) struct Heard {
    waiting: Mutex<BTreeMap<DeviceId, (Timestamp, Option<u8>)>>,
}

impl Heard {
    /// Takes note that a device was heard.
    pub(super) fn note(&self, sign: Sign, at: Timestamp) {
        let Sign { device, battery_percent: percent, .. } = sign;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MAX_WAITING || waiting.contains_key(&device) {
            let known = waiting.entry(device).or_insert((at, percent));
            *known = (at, percent.or(known.1));
        }
    }

    /// Writes what was heard since the last time. What cannot be written waits for the next time.
    pub(super) async fn write(&self, journal: &Journal, now: Timestamp) -> Result<usize, CommitError> {
        let mut written = 0;
        loop {
            let rows = self.take();
            if rows.is_empty() {
                return Ok(written);
            }
            let context = Context { actor: Actor::Node, purpose: "heartbeats".into(), at: now };
            let keep = |(device, (at, percent)): &(DeviceId, (Timestamp, Option<u8>))| -> Statement {
                statement!(KEEP, journal.commune(), *device, *at, percent.map(i32::from))
            };
            let commit = Commit::new(context, Vec::new()).beside(rows.iter().map(keep));
            if let Err(error) = journal.commit(commit).await {
                self.give_back(rows);
                return Err(error);
            }
            written += rows.len();
        }
    }

    fn take(&self) -> Vec<(DeviceId, (Timestamp, Option<u8>))> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = Vec::with_capacity(ROWS.min(waiting.len()));
        while rows.len() < ROWS
            && let Some(row) = waiting.pop_first()
        {
            rows.push(row);
        }
        rows
    }

    fn give_back(&self, rows: Vec<(DeviceId, (Timestamp, Option<u8>))>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (device, heard) in rows {
            // What was heard meanwhile is newer.
            waiting.entry(device).or_insert(heard);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BELL: DeviceId = DeviceId::from_bytes([1; 16]);

    fn sign(battery_percent: Option<u8>) -> Sign {
        Sign { device: BELL, battery_percent, signal_percent: None, rings_for: None }
    }

    #[test]
    fn many_signs_of_life_are_one_row_with_the_last_charge_that_was_told() {
        let heard = Heard::default();
        heard.note(sign(Some(80)), Timestamp::from_seconds(1));
        heard.note(sign(None), Timestamp::from_seconds(2));
        assert_eq!(heard.take(), [(BELL, (Timestamp::from_seconds(2), Some(80)))]);
        assert!(heard.take().is_empty());
    }

    #[test]
    fn what_is_given_back_is_not_put_before_what_came_meanwhile() {
        let heard = Heard::default();
        heard.note(sign(None), Timestamp::from_seconds(1));
        let rows = heard.take();
        heard.note(sign(None), Timestamp::from_seconds(9));
        heard.give_back(rows);
        assert_eq!(heard.take(), [(BELL, (Timestamp::from_seconds(9), None))]);
    }
}
