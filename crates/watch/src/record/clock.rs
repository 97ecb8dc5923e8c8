//! When a picture was taken, by the node's own clock: a camera's clock is told apart and believed by nobody.
//!
//! Promises: packets that were held up move nothing, since the quickest of them sets the relation; a camera whose clock
//! runs a little too fast or too slow is followed, and one that runs wildly wrong is caught up with every few seconds.

use std::time::Duration;

/// How much of the time that passes the relation may move: a hundred millionths, which no quartz exceeds.
const DRIFT: i64 = 10_000;
/// How long the quickest packet is looked for, in microseconds.
const WINDOW_US: i64 = 10_000_000;
/// When even the quickest of a window came so much later than expected, the camera's clock is wrong, in microseconds.
const WRONG_US: i64 = 500_000;

/// The relation of a camera's media time to the node's steady clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Relation(Option<Kept>);

/// All in microseconds; a relation is steady clock minus media time.
#[derive(Clone, Copy, Debug)]
struct Kept {
    relation: i64,
    /// Up to when drift was allowed for.
    allowed: i64,
    window_began: i64,
    window_least: i64,
}

impl Relation {
    /// A picture of this media time was here at this moment, in microseconds.
    pub(super) fn see(&mut self, media_us: i64, arrived: Duration) {
        let arrived = micros(arrived);
        let seen = arrived.saturating_sub(media_us);
        let kept = self.0.get_or_insert(Kept {
            relation: seen,
            allowed: arrived,
            window_began: arrived,
            window_least: seen,
        });
        let drift = arrived.saturating_sub(kept.allowed).max(0) / DRIFT;
        if drift > 0 {
            kept.relation = kept.relation.saturating_add(drift);
            kept.allowed = arrived;
        }
        kept.relation = kept.relation.min(seen);
        kept.window_least = kept.window_least.min(seen);
        if arrived.saturating_sub(kept.window_began) >= WINDOW_US {
            if kept.window_least.saturating_sub(kept.relation) > WRONG_US {
                kept.relation = kept.window_least;
            }
            (kept.window_began, kept.window_least) = (arrived, i64::MAX);
        }
    }

    /// When, on the steady clock in microseconds, the picture of this media time was taken.
    pub(super) fn steady_us(&self, media_us: i64) -> i64 {
        self.0.map_or(0, |kept| media_us.saturating_add(kept.relation))
    }
}

/// A span in microseconds.
pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_packet_tells_when_a_picture_was_taken() {
        let mut relation = Relation::default();
        relation.see(0, Duration::from_millis(1_250));
        relation.see(40_000, Duration::from_millis(1_060));
        relation.see(80_000, Duration::from_millis(1_900));
        assert!((relation.steady_us(80_000) - 1_100_000).abs() < 200, "{}", relation.steady_us(80_000));
    }

    /// How far off the last of so many seconds is, of a camera whose second is so many microseconds long.
    fn off_by(seconds: i64, second: i64) -> i64 {
        let mut relation = Relation::default();
        let mut last = 0;
        for at in 0..seconds * 25 {
            let media = at * second / 25;
            relation.see(media, Duration::from_millis(at.unsigned_abs() * 40));
            last = relation.steady_us(media) - at * 40_000;
        }
        last
    }

    #[test]
    fn a_camera_that_runs_slow_is_followed() {
        assert!(off_by(10_000, 999_950).abs() < 1_000, "{}", off_by(10_000, 999_950));
    }

    #[test]
    fn a_camera_that_runs_wildly_slow_is_never_far_behind() {
        assert!(off_by(10_000, 980_000).abs() < 1_000_000, "{}", off_by(10_000, 980_000));
    }
}
