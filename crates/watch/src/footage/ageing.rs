//! The time by which footage ages: the node's clock, unless it leaps ahead.
//!
//! Promises: a clock that is set wrong, or comes up wrong after a power cut, removes nothing. What is ahead of what was
//! known last and of the time that passed since is believed after a day, so that footage of a node that was off for long
//! goes in the end.

use liengia_kernel::Clock;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// So far ahead it may be of what was expected: a clock that is put right by a time server is.
const SLACK: Duration = Duration::from_mins(10);
/// A clock that leapt ahead and stayed there is believed after this.
const BELIEVED: Duration = Duration::from_hours(24);

/// What was known of the time when it was asked last.
#[derive(Debug, Default)]
pub(super) struct Ageing(Mutex<Option<Known>>);

#[derive(Clone, Copy, Debug)]
struct Known {
    /// The time that counted, in microseconds since 1970 UTC.
    wall_us: i64,
    /// The same moment by the clock that never leaps.
    at: Duration,
    /// Since when the node's clock is too far ahead.
    doubted: Option<Duration>,
}

impl Ageing {
    /// The time that counts, in microseconds since 1970 UTC; `last`: the same when it was known last, asked for until there
    /// is an answer.
    pub(super) fn now_us(&self, clock: &dyn Clock, last: impl FnOnce() -> Option<i64>) -> i64 {
        let (wall_us, at) = (clock.now().as_micros(), clock.elapsed());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            *known = last().map(|wall_us| Known { wall_us, at, doubted: None });
        }
        known.as_mut().map_or(wall_us, |known| known.look(wall_us, at))
    }
}

impl Known {
    fn look(&mut self, wall_us: i64, at: Duration) -> i64 {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let expected = self.wall_us.saturating_add(micros(at.saturating_sub(self.at)));
        let ahead = wall_us > expected.saturating_add(micros(SLACK));
        let since = *self.doubted.get_or_insert(at);
        if ahead && at.saturating_sub(since) < BELIEVED {
            if since == at {
                tracing::warn!(
                    hours = (wall_us - expected) / micros(Duration::from_hours(1)),
                    "the clock is far ahead of what was known last: no footage goes by its age for a day"
                );
            }
            (self.wall_us, self.at) = (expected, at);
            return expected;
        }
        *self = Self { wall_us, at, doubted: None };
        wall_us
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SimulatedClock, Timestamp};

    const HOUR: Duration = Duration::from_hours(1);
    const NEWEST: i64 = 1_800_000_000_000_000;

    fn rig(hours_after: i64) -> (Ageing, SimulatedClock) {
        let clock = SimulatedClock::new(Timestamp::from_micros(NEWEST + hours_after * 3_600_000_000));
        (Ageing::default(), clock)
    }

    /// Hours after the newest footage.
    fn hours(ageing: &Ageing, clock: &SimulatedClock) -> i64 {
        (ageing.now_us(clock, || Some(NEWEST)) - NEWEST) / 3_600_000_000
    }

    #[test]
    fn time_that_passes_counts_and_a_leap_ahead_does_not_for_a_day() {
        let (ageing, clock) = rig(0);
        assert_eq!(hours(&ageing, &clock), 0);
        clock.advance(100 * HOUR);
        assert_eq!(hours(&ageing, &clock), 100);
        clock.set(clock.now() + 400 * 24 * HOUR);
        for passed in 0..24 {
            assert_eq!(hours(&ageing, &clock), 100 + passed);
            clock.advance(HOUR);
        }
        assert_eq!(hours(&ageing, &clock), 100 + 400 * 24 + 24);
    }

    #[test]
    fn a_clock_that_is_put_right_again_counts_at_once() {
        let (ageing, clock) = rig(0);
        hours(&ageing, &clock);
        clock.set(clock.now() + 400 * HOUR);
        assert_eq!(hours(&ageing, &clock), 0);
        clock.advance(HOUR);
        clock.set(clock.now() - 400 * HOUR);
        assert_eq!(hours(&ageing, &clock), 1);
        // The next leap has a day of its own.
        clock.advance(23 * HOUR);
        clock.set(clock.now() + 400 * HOUR);
        assert_eq!(hours(&ageing, &clock), 24);
        clock.advance(HOUR);
        assert_eq!(hours(&ageing, &clock), 25);
    }

    #[test]
    fn back_it_may_leap_and_nothing_is_older_for_it() {
        let (ageing, clock) = rig(0);
        hours(&ageing, &clock);
        clock.set(clock.now() - 5 * HOUR);
        assert_eq!(hours(&ageing, &clock), -5);
    }

    #[test]
    fn after_a_start_the_newest_footage_tells_what_time_it_is() {
        let (ageing, clock) = rig(1_000);
        assert_eq!(hours(&ageing, &clock), 0);
        clock.advance(24 * HOUR);
        assert_eq!(hours(&ageing, &clock), 1_024);
    }

    #[test]
    fn without_footage_there_is_nothing_to_be_believed() {
        let (ageing, clock) = rig(1_000);
        assert_eq!(ageing.now_us(&clock, || None), clock.now().as_micros());
        assert_eq!(hours(&ageing, &clock), 0);
    }
}
