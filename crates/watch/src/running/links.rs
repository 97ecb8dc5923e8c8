//! Links to what a look shows, for players that have no session: VLC, ffmpeg, a wall screen.
//!
//! Promises: a link cannot be guessed, opens one camera of one look, and expires; it is kept in memory alone, so that it
//! ends with its look, its browser's session and the node. There is a most of them. Of a live picture it keeps how many
//! files went by, which players count with (RFC 8216, 4.3.3.3).

use crate::record::FileName;
use liengia_kernel::{CameraId, Clock, Entropy, LookId, SessionId, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long a link can be used.
pub const LASTS: Duration = Duration::from_hours(1);

/// Links at the same time; beyond them the one that ends first goes.
const MOST: usize = 1_024;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The look.
    pub look: LookId,
    /// A camera of it.
    pub camera: CameraId,
    /// The browser that asked for it.
    pub session: SessionId,
    /// Until when.
    pub until: Timestamp,
}

struct Kept {
    linked: Linked,
    /// When it ends, by the clock that never leaps.
    ends: Duration,
    /// The first file of the last playlist, and how many went by before it.
    passed: (Option<FileName>, u64),
}

/// The links that can be used. Clones are the same ones.
#[derive(Clone)]
pub struct Links {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    all: Arc<Mutex<BTreeMap<String, Kept>>>,
}

impl Links {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, all: Arc::default() }
    }

    /// Makes one; its secret name.
    pub fn make(&self, look: LookId, camera: CameraId, session: SessionId) -> (String, Timestamp) {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        let name = format!("{:032x}", u128::from_be_bytes(bytes));
        let (until, ends) = (self.clock.now() + LASTS, self.clock.elapsed() + LASTS);
        let mut all = self.all();
        if all.len() >= MOST {
            let first = all.iter().min_by_key(|(_, kept)| kept.ends).map(|(name, _)| name.clone());
            first.map(|name| all.remove(&name));
        }
        let linked = Linked { look, camera, session, until };
        all.insert(name.clone(), Kept { linked, ends, passed: (None, 0) });
        (name, until)
    }

    /// What it opens, unless it expired.
    pub fn of(&self, name: &str) -> Option<Linked> {
        let now = self.clock.elapsed();
        let mut all = self.all();
        all.retain(|_, kept| now < kept.ends);
        all.get(name).map(|kept| kept.linked)
    }

    /// How many files went by before these, the first of a playlist.
    pub fn passed(&self, name: &str, files: &[FileName]) -> u64 {
        let mut all = self.all();
        let (Some(kept), Some(first)) = (all.get_mut(name), files.first()) else { return 0 };
        let (before, count) = kept.passed;
        if before.is_some_and(|before| before != *first) {
            kept.passed.1 = count + 1;
        }
        kept.passed.0 = Some(*first);
        kept.passed.1
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, SimulatedClock};

    #[test]
    fn a_link_opens_one_camera_for_an_hour_and_counts_the_files_that_went_by() {
        let now = Timestamp::from_seconds(1);
        let (entropy, clock) = (Arc::new(SeededEntropy::new(1)), Arc::new(SimulatedClock::new(now)));
        let links = Links::new(clock.clone(), entropy.clone());
        let (look, session) = (LookId::new(now, &*entropy), SessionId::new(now, &*entropy));
        let camera = CameraId::new(now, &*entropy);
        let (name, until) = links.make(look, camera, session);
        assert_eq!(links.of(&name), Some(Linked { look, camera, session, until }));
        assert_eq!(links.of("0"), None);
        let file = |number| FileName { number, wall_us: 1 };
        assert_eq!(links.passed(&name, &[file(1), file(2)]), 0);
        assert_eq!(links.passed(&name, &[file(1), file(2)]), 0);
        assert_eq!(links.passed(&name, &[file(2)]), 1);
        assert_eq!(links.passed(&name, &[]), 0);
        // A leap of the wall clock neither ends nor prolongs it.
        clock.set(now + 9 * LASTS);
        assert!(links.of(&name).is_some());
        clock.advance(LASTS);
        assert_eq!(links.of(&name), None);
        for _ in 0..2 * MOST {
            links.make(look, camera, session);
        }
        assert_eq!(links.all().len(), MOST);
    }
}
