//! How often something may be tried: a bucket that fills again by itself, kept in one number.

use std::time::Duration;

/// So many tries at once, and then one more each time that this span is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Tries at once.
    pub burst: u32,
    /// One more after this.
    pub every: Duration,
}

impl Pace {
    fn whole(self) -> u64 {
        micros(self.every).saturating_mul(u64::from(self.burst.saturating_sub(1)))
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// Takes one try out of a bucket, or says how long to wait. `slot` is the moment, in microseconds of `now`'s clock, at
/// which the bucket is full again; 0 for a new one.
pub fn take(slot: &mut u64, pace: Pace, now: Duration) -> Result<(), Duration> {
    let now = micros(now);
    let full = (*slot).max(now);
    let ahead = full - now;
    if ahead > pace.whole() {
        return Err(Duration::from_micros(ahead - pace.whole()));
    }
    *slot = full.saturating_add(micros(pace.every));
    Ok(())
}

/// Puts a try back: it succeeded, and success is not counted.
pub fn give_back(slot: &mut u64, pace: Pace) {
    *slot = slot.saturating_sub(micros(pace.every));
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { burst: 3, every: Duration::from_secs(10) };

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let (mut slot, at) = (0, Duration::from_secs);
        for _ in 0..3 {
            assert_eq!(take(&mut slot, PACE, at(100)), Ok(()));
        }
        assert_eq!(take(&mut slot, PACE, at(100)), Err(at(10)));
        assert_eq!(take(&mut slot, PACE, at(104)), Err(at(6)));
        assert_eq!(take(&mut slot, PACE, at(110)), Ok(()));
        assert_eq!(take(&mut slot, PACE, at(110)), Err(at(10)));
    }

    #[test]
    fn refused_tries_do_not_lengthen_the_wait() {
        let mut slot = 0;
        for _ in 0..1000 {
            let _ = take(&mut slot, PACE, Duration::ZERO);
        }
        assert_eq!(take(&mut slot, PACE, Duration::from_secs(10)), Ok(()));
    }

    #[test]
    fn what_succeeds_costs_nothing() {
        let mut slot = 0;
        for _ in 0..1000 {
            assert_eq!(take(&mut slot, PACE, Duration::from_secs(1)), Ok(()));
            give_back(&mut slot, PACE);
        }
    }
}
