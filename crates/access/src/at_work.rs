//! Writes that are worked on, by session.
//!
//! Promises: one session holds so many at most from before its body is read until it is answered, so that slow bodies of
//! one person take no place from others; what is urgent has an allowance of its own, which nothing else uses up; and
//! whoever writes on and on is slowed to a hand's pace, but never in what is urgent.

use crate::rules::{Pace, give_back, take};
use liengia_kernel::SessionId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How fast one session writes what is not urgent. What is refused is not counted.
const WRITES: Pace = Pace { burst: 240, every: Duration::from_secs(1) };

/// Sessions that are remembered before those are forgotten that wrote nothing lately.
const REMEMBERED: usize = 1_024;

/// Most writes of one session at once, urgent ones and others apart; a browser sends fewer, even when its outbox empties.
const MOST: usize = 8;

/// A session's urgent writes, or its others.
type Lane = (SessionId, bool);

/// How many there are.
#[derive(Clone, Default)]
pub(crate) struct AtWork(Arc<Mutex<BTreeMap<Lane, usize>>>);

/// One of them, until it is dropped.
pub(crate) struct Working {
    at_work: AtWork,
    lane: Lane,
}

impl AtWork {
    /// One more write of this session, if it has fewer than it may.
    pub(crate) fn begin(&self, session: SessionId, urgent: bool) -> Option<Working> {
        let lane = (session, urgent);
        let mut lanes = self.lock();
        let count = lanes.entry(lane).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(Working { at_work: self.clone(), lane })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Lane, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much each session wrote lately.
#[derive(Default)]
pub(crate) struct Paces(Mutex<BTreeMap<SessionId, u64>>);

impl Paces {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<SessionId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets one more write of this session through, or says how long to wait.
    pub(crate) fn pass(&self, session: SessionId, now: Duration) -> Result<(), Duration> {
        let mut slots = self.lock();
        if slots.len() >= REMEMBERED {
            let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
            slots.retain(|_, full_at| *full_at > now);
        }
        take(slots.entry(session).or_default(), WRITES, now)
    }

    /// It was refused: it does not count.
    pub(crate) fn refused(&self, session: SessionId) {
        if let Some(slot) = self.lock().get_mut(&session) {
            give_back(slot, WRITES);
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let mut lanes = self.at_work.lock();
        if let Some(count) = lanes.get_mut(&self.lane) {
            *count -= 1;
            if *count == 0 {
                lanes.remove(&self.lane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAN: SessionId = SessionId::from_bytes([1; 16]);
    const MAI: SessionId = SessionId::from_bytes([2; 16]);

    #[test]
    fn who_writes_on_and_on_is_slowed_and_nobody_else() {
        let (paces, at) = (Paces::default(), Duration::from_secs);
        let passed = (0..1_000).filter(|_| paces.pass(LAN, at(9)).is_ok()).count();
        assert_eq!(passed, 240);
        assert_eq!(paces.pass(LAN, at(9)), Err(at(1)));
        assert!(paces.pass(MAI, at(9)).is_ok() && paces.pass(LAN, at(10)).is_ok());
        paces.refused(LAN);
        assert!(paces.pass(LAN, at(10)).is_ok(), "what was refused is not counted");
        for n in 0..=u16::MAX {
            let mut bytes = [7; 16];
            bytes[..2].copy_from_slice(&n.to_be_bytes());
            let _ = paces.pass(SessionId::from_bytes(bytes), at(9 + u64::from(n)));
        }
        assert!(paces.lock().len() <= REMEMBERED, "what is over is forgotten");
    }

    #[test]
    fn a_session_that_holds_all_it_may_still_presses_and_keeps_nobody_else_from_it() {
        let at_work = AtWork::default();
        let held: Vec<Working> = (0..100).filter_map(|_| at_work.begin(LAN, false)).collect();
        assert_eq!(held.len(), MOST);
        let presses: Vec<Working> = (0..100).filter_map(|_| at_work.begin(LAN, true)).collect();
        assert_eq!(presses.len(), MOST);
        assert!(at_work.begin(MAI, false).is_some() && at_work.begin(MAI, true).is_some());
        drop((held, presses));
        assert!(at_work.begin(LAN, false).is_some());
        assert!(at_work.lock().is_empty(), "what is over is forgotten");
    }
}
