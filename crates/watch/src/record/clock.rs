//! When a picture was taken, by the node's own clock: a camera's clock is told apart and believed by nobody.
//!
//! Promises: packets that were held up move nothing, since the quickest of them sets the relation; a camera whose clock
//! runs up to a ten-thousandth too fast or too slow is followed.

use std::time::Duration;

/// How much of the time that passes the relation may move: a hundred millionths, which no quartz exceeds.
const DRIFT: i64 = 10_000;

/// The relation of a camera's media time to the node's steady clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Relation {
    /// Steady clock minus media time, in microseconds, and when it was last looked at.
    kept: Option<(i64, i64)>,
}

impl Relation {
    /// A picture of this media time was here at this moment, both in microseconds.
    pub(super) fn see(&mut self, media_us: i64, arrived: Duration) {
        let arrived = micros(arrived);
        let seen = arrived.saturating_sub(media_us);
        let relation = match self.kept {
            Some((kept, at)) => seen.min(kept.saturating_add(arrived.saturating_sub(at).max(0) / DRIFT)),
            None => seen,
        };
        self.kept = Some((relation, arrived));
    }

    /// When, on the steady clock in microseconds, the picture of this media time was taken.
    pub(super) fn steady_us(&self, media_us: i64) -> i64 {
        self.kept.map_or(0, |(relation, _)| media_us.saturating_add(relation))
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

    #[test]
    fn a_camera_that_runs_slow_is_followed() {
        let mut relation = Relation::default();
        let mut last = 0;
        for second in 0..10_000_i64 {
            // Its clock loses 50 microseconds a second.
            let media = second * 999_950;
            relation.see(media, Duration::from_secs(second.unsigned_abs()));
            last = relation.steady_us(media) - second * 1_000_000;
        }
        assert!(last.abs() < 1_000, "{last}");
    }
}
