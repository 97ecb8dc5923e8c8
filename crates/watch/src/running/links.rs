//! Links to what a look shows, for players that have no session: VLC, ffmpeg, a wall screen.
//!
//! Promises: a link opens one camera of one look, and ends with its look, its browser's session and the node. Of a live
//! picture it keeps how many files went by, which players count with (RFC 8216, 4.3.3.3).

use super::Secrets;
use crate::record::FileName;
use liengia_kernel::{CameraId, Clock, Entropy, LookId, SessionId, Timestamp};
use std::{sync::Arc, time::Duration};

/// How long a link can be used.
pub const LASTS: Duration = Duration::from_hours(1);

/// Links at the same time, of all browsers and of one.
const MOST: usize = 1_024;
const MOST_OF_ONE: usize = 64;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The look.
    pub look: LookId,
    /// A camera of it.
    pub camera: CameraId,
    /// The browser that asked for it.
    pub session: SessionId,
}

struct Kept {
    linked: Linked,
    /// The first file of the last playlist, and how many went by before it.
    passed: (Option<FileName>, u64),
}

/// The links that can be used. Clones are the same ones.
#[derive(Clone)]
pub struct Links(Secrets<Kept>);

impl Links {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Secrets::new(clock, entropy, LASTS, MOST))
    }

    /// Makes one; its secret name.
    pub fn make(&self, look: LookId, camera: CameraId, session: SessionId) -> (String, Timestamp) {
        let kept = Kept { linked: Linked { look, camera, session }, passed: (None, 0) };
        self.0.make(kept, (|other: &Kept| other.linked.session == session, MOST_OF_ONE))
    }

    /// What it opens, unless it expired.
    pub fn of(&self, name: &str) -> Option<Linked> {
        self.0.with(name, |kept| kept.linked)
    }

    /// How many files went by before these, the first of a playlist.
    pub fn passed(&self, name: &str, files: &[FileName]) -> u64 {
        let Some(first) = files.first() else { return 0 };
        let count = |kept: &mut Kept| {
            let (before, count) = kept.passed;
            let more = u64::from(before.is_some_and(|before| before != *first));
            kept.passed = (Some(*first), count + more);
            kept.passed.1
        };
        self.0.with(name, count).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, SimulatedClock};

    #[test]
    fn a_link_opens_one_camera_and_counts_the_files_that_went_by() {
        let now = Timestamp::from_seconds(1);
        let (entropy, clock) = (Arc::new(SeededEntropy::new(1)), Arc::new(SimulatedClock::new(now)));
        let links = Links::new(clock.clone(), entropy.clone());
        let (look, session) = (LookId::new(now, &*entropy), SessionId::new(now, &*entropy));
        let camera = CameraId::new(now, &*entropy);
        let (name, until) = links.make(look, camera, session);
        assert_eq!((links.of(&name), until), (Some(Linked { look, camera, session }), now + LASTS));
        assert_eq!(links.of("0"), None);
        let file = |number| FileName { number, wall_us: 1 };
        assert_eq!(links.passed(&name, &[file(1), file(2)]), 0);
        assert_eq!(links.passed(&name, &[file(1), file(2)]), 0);
        assert_eq!(links.passed(&name, &[file(2)]), 1);
        assert_eq!(links.passed(&name, &[]), 0);
    }
}
