//! When a camera's files turn over: at moments of its own, so that after a start, or a power cut that all cameras shared,
//! the first file of each is shorter and the files of many never turn over in the same seconds.
//!
//! Promises: no file is due later than one length after it began; each but the first of a connection is as long as that.

use super::CameraId;
use std::time::Duration;

/// The moments at which a camera's files turn over, on the clock that never leaps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    length: Duration,
    /// How long before each whole length.
    earlier: Duration,
}

impl Turns {
    /// At every whole length.
    pub(super) const fn every(length: Duration) -> Self {
        Self { length, earlier: Duration::ZERO }
    }

    /// As this camera's own.
    pub(super) fn of(self, camera: CameraId) -> Self {
        // The last bytes of an id are chance; the first are time, which cameras put up together share.
        let chance = camera.iter().skip(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let millis = u64::try_from(self.length.as_millis()).unwrap_or(u64::MAX).max(1);
        Self { earlier: Duration::from_millis(chance % millis), ..self }
    }

    /// The longest that a file is, but for the wait for a key picture.
    pub(super) const fn length(&self) -> Duration {
        self.length
    }

    /// Whether a file that began then is to be followed by another now.
    pub(super) fn is_due(&self, began: Duration, now: Duration) -> bool {
        self.passed(now) > self.passed(began)
    }

    fn passed(&self, at: Duration) -> u128 {
        at.saturating_add(self.earlier).as_micros() / self.length.as_micros().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{CameraId as Id, SeededEntropy, Timestamp};

    const LENGTH: Duration = Duration::from_mins(10);
    const CAMERAS: usize = 200;

    fn cameras() -> Vec<Turns> {
        let entropy = SeededEntropy::new(5);
        let id = |_| *Id::new(Timestamp::from_seconds(1_800_000_000), &entropy).as_bytes();
        (0..CAMERAS).map(|n| Turns::every(LENGTH).of(id(n))).collect()
    }

    /// When the file that began then ends, to the second.
    fn ends(turns: Turns, began: Duration) -> Duration {
        let seconds = (1..).map(|second| began + Duration::from_secs(second));
        seconds.into_iter().find(|now| turns.is_due(began, *now)).unwrap()
    }

    #[test]
    fn files_that_began_in_the_same_second_turn_over_in_all_seconds_of_ten_minutes() {
        // A start, and a power cut an hour and a half later.
        for began in [Duration::from_secs(3), Duration::from_mins(90)] {
            let mut minutes = [0_usize; 10];
            for turns in cameras() {
                let lasts = ends(turns, began).saturating_sub(began);
                assert!(lasts <= LENGTH, "{turns:?}");
                minutes[usize::try_from((lasts.as_secs() - 1) / 60).unwrap()] += 1;
            }
            // 20 each, as far as chance goes.
            assert!(minutes.iter().all(|many| (5..=40).contains(many)), "{minutes:?}");
        }
    }

    #[test]
    fn each_file_but_the_first_is_as_long_as_files_are() {
        for turns in cameras() {
            let first = ends(turns, Duration::from_secs(3));
            let second = ends(turns, first);
            let lasts = second.saturating_sub(first);
            let shorter = LENGTH.saturating_sub(lasts);
            assert!(lasts <= LENGTH && shorter <= Duration::from_secs(1), "{turns:?}: {lasts:?}");
        }
    }
}
