//! What a simulated neighbourhood shows of itself.

use super::machine::Sound;
use liengia_kernel::{AlarmId, DeviceId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

/// Counts since the start, but for the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Devices that the broker let in and that subscribed.
    pub connected: usize,
    /// Devices that should be connected: all but those that were never switched on, are silent or have no power.
    pub expected: usize,
    /// Bells that ring.
    pub ringing: usize,
    /// Connections made.
    pub connections: u64,
    /// Connections that broke or were refused.
    pub losses: u64,
    /// Of those, refused: the credentials are not known.
    pub refused: u64,
    /// Subscriptions that the broker refused.
    pub subscriptions_refused: u64,
    /// Heartbeats sent.
    pub heartbeats: u64,
    /// Presses sent, repeats included.
    pub presses: u64,
    /// Presses that the node says it has.
    pub answered: u64,
    /// Presses that the node says are recorded.
    pub recorded: u64,
    /// Presses given up.
    pub given_up: u64,
    /// Times that a bell was told to ring, renewals included.
    pub rings: u64,
    /// Times that a bell fell silent.
    pub silences: u64,
}

/// What each ringing bell rings for.
type Ringing = BTreeMap<DeviceId, Vec<(AlarmId, Sound)>>;

/// What the loop writes and everybody may read.
#[derive(Default)]
pub(super) struct Board {
    inner: Mutex<(Stats, Ringing)>,
    recorded: Mutex<BTreeSet<AlarmId>>,
    changed: Condvar,
}

impl Board {
    pub(super) fn read(&self) -> Stats {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn ringing(&self) -> Ringing {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    pub(super) fn recorded(&self) -> BTreeSet<AlarmId> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The node says that this press is recorded.
    pub(super) fn record(&self, press: AlarmId) {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).insert(press);
    }

    /// Writes the counts, and of `ringing` what changed.
    pub(super) fn write(&self, stats: Stats, ringing: Vec<(DeviceId, Vec<(AlarmId, Sound)>)>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.0 == stats && ringing.is_empty() {
            return;
        }
        inner.0 = stats;
        for (device, alarms) in ringing {
            if alarms.is_empty() {
                inner.1.remove(&device);
            } else {
                inner.1.insert(device, alarms);
            }
        }
        drop(inner);
        self.changed.notify_all();
    }

    /// Waits until the counts are as wanted; else what they are in the end.
    pub(super) fn wait(&self, longest: Duration, wanted: impl Fn(&Stats) -> bool) -> Result<Stats, Stats> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let end = self.changed.wait_timeout_while(inner, longest, |(stats, _)| !wanted(stats));
        let (inner, timeout) = end.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() { Err(inner.0) } else { Ok(inner.0) }
    }
}
