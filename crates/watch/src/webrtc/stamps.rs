//! When a picture is to be shown, as RTP says it (90 000 in a second).
//!
//! Promises: times only go up. Pictures of now are as far apart as the camera says; what is caught up with, or shown again,
//! lies close together, so that a browser shows it at once and no later picture late.

/// Where the times begin: no picture has an earlier one.
const FIRST: i64 = 90_000;
/// Between two pictures that are caught up with: a millisecond.
const STEP: i64 = 90;
/// So far may the camera's times run from the node's clock, before they are set by it again: a second.
const DRIFT: i64 = 90_000;
/// So far behind, the node's clock was set back: a minute.
const SET_BACK: i64 = 60 * 90_000;

/// The times of one view.
#[derive(Debug)]
pub(super) struct Stamps {
    /// The node's time, in microseconds, that is [`FIRST`].
    origin_us: i64,
    /// What is added to the camera's times.
    shift: Option<i64>,
    last: i64,
}

impl Stamps {
    /// For a view that begins now, in microseconds since 1970 UTC.
    pub(super) const fn new(now_us: i64) -> Self {
        Self { origin_us: now_us, shift: None, last: FIRST }
    }

    /// The node's time, in microseconds since 1970 UTC, that is zero.
    pub(super) const fn zero_us(&self) -> i64 {
        self.origin_us.saturating_sub(FIRST * 100 / 9)
    }

    /// The time of a picture that the camera shows at `shown`, in 90 000ths, and that was taken at `wall_us`.
    pub(super) fn next(&mut self, shown: i64, wall_us: i64) -> u64 {
        if self.since_origin(wall_us).saturating_add(SET_BACK) < self.last {
            let since = self.last.saturating_sub(FIRST).saturating_mul(100) / 9;
            self.origin_us = wall_us.saturating_sub(since);
            self.shift = None;
        }
        let natural = self.since_origin(wall_us);
        let near =
            |shift: &i64| shown.saturating_add(*shift).saturating_sub(natural).saturating_abs() <= DRIFT;
        let shift = self.shift.filter(near).unwrap_or_else(|| natural.saturating_sub(shown));
        self.shift = Some(shift);
        self.last = shown.saturating_add(shift).max(self.last.saturating_add(STEP));
        u64::try_from(self.last).unwrap_or(0)
    }

    /// How long after the view's beginning a time lies, in 90 000ths.
    pub(super) fn after_start(at: u64) -> u64 {
        at.saturating_sub(FIRST.unsigned_abs())
    }

    const fn since_origin(&self, wall_us: i64) -> i64 {
        // In two parts: neither may overflow.
        let us = wall_us.saturating_sub(self.origin_us);
        (us / 100).saturating_mul(9).saturating_add(us % 100 * 9 / 100).saturating_add(FIRST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_790_000_000_000_000;

    #[test]
    fn what_is_caught_up_with_lies_close_together_and_now_is_as_the_camera_says() {
        let mut stamps = Stamps::new(NOW);
        assert_eq!(stamps.zero_us(), NOW - 1_000_000);
        let pictures =
            |range: std::ops::Range<i64>| range.map(|place| (500_000 + place * 3_600, NOW + place * 40_000));
        let old: Vec<_> = pictures(-50..0).map(|(shown, wall)| stamps.next(shown, wall)).collect();
        assert!(old.windows(2).all(|pair| pair[1] - pair[0] == 90), "{old:?}");
        let new: Vec<_> = pictures(0..50).map(|(shown, wall)| stamps.next(shown, wall)).collect();
        assert!(new[2..].windows(2).all(|pair| pair[1] - pair[0] == 3_600), "{new:?}");
        assert_eq!(Stamps::after_start(new[49]), 49 * 3_600);
        let again: Vec<_> = pictures(40..50).map(|(shown, wall)| stamps.next(shown, wall)).collect();
        assert!(again.windows(2).all(|pair| pair[1] - pair[0] == 90));
        let (shown, wall) = (500_000 + 51 * 3_600, NOW + 51 * 40_000);
        assert_eq!(Stamps::after_start(stamps.next(shown, wall)), 51 * 3_600);
    }

    #[test]
    fn a_camera_that_begins_anew_goes_on_by_the_nodes_clock() {
        let mut stamps = Stamps::new(NOW);
        stamps.next(9_000_000, NOW);
        assert_eq!(Stamps::after_start(stamps.next(180_000, NOW + 5_000_000)), 450_000);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_no_picture() {
        let mut stamps = Stamps::new(NOW);
        let before = stamps.next(180_000, NOW + 3_600_000_000);
        let after = stamps.next(180_000, NOW);
        let next = stamps.next(183_600, NOW + 40_000);
        assert!(after > before && next - after >= 3_500, "{before} {after} {next}");
    }

    proptest! {
        #[test]
        fn whatever_the_times_they_go_up(pictures in prop::collection::vec(any::<(i64, i64)>(), 1..100)) {
            let mut stamps = Stamps::new(NOW);
            let mut last = 0;
            for (shown, wall) in pictures {
                let at = stamps.next(shown, wall);
                prop_assert!(at > last || at == i64::MAX.unsigned_abs());
                last = at;
            }
        }
    }
}
