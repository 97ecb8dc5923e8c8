//! Writes that are worked on, by session.
//!
//! Promises: one session holds so many at most from before its body is read until it is answered, so that slow bodies of
//! one person take no place from others; what is urgent has an allowance of its own, which nothing else uses up.

use liengia_kernel::SessionId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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
