//! When a sample that is shown to somebody now is decoded, and how long it lasts, before the next one is known.
//!
//! Promises: decode times only go up, and never by more than twice the length told of the sample before: beyond that a
//! browser waits for a key picture (W3C Media Source Extensions, "coded frame processing"). Where pictures come in another
//! order than they are shown, they are decoded as much earlier as their order needs.

/// Of so many samples the interval is the mean.
const WINDOW: i64 = 16;
/// Of so many at the least, once a window was full or where the order is another than that shown.
const FEW: i64 = 6;

/// The pace of one track of one start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How many pictures may come before one that is shown earlier.
    delay: i64,
    interval: i64,
    /// A window was full once.
    settled: bool,
    /// The latest presentation, the one at the window's beginning, and samples since then.
    highest: Option<i64>,
    window: i64,
    count: i64,
    decode: Option<i64>,
    /// The length told of the sample before.
    told: i64,
}

impl Pace {
    /// For samples about `interval` clock units apart.
    pub(super) fn new(delay: u8, interval: i64) -> Self {
        Self {
            delay: delay.into(),
            interval: interval.max(1),
            settled: false,
            highest: None,
            window: 0,
            count: 0,
            decode: None,
            told: 0,
        }
    }

    /// The decode time and the length of the next sample, which is shown at `shown`; all in clock units.
    pub(super) fn next(&mut self, shown: i64) -> (i64, i64) {
        self.measure(shown);
        let wanted = shown.saturating_sub(self.delay.saturating_mul(self.interval)).max(0);
        // A camera that leaves pictures out is caught up with; one that sends them early is kept to its pace.
        let step = if self.delay > 0 { self.interval.saturating_add(self.interval / 4) } else { i64::MAX };
        let decode = match self.decode {
            Some(last) => {
                let step = step.min(self.told.saturating_mul(2)).max(1);
                wanted.min(last.saturating_add(step)).max(last.saturating_add(1))
            }
            None => wanted,
        };
        (self.decode, self.told) = (Some(decode), self.interval);
        (decode, self.interval)
    }

    fn measure(&mut self, shown: i64) {
        let Some(highest) = self.highest else {
            (self.highest, self.window) = (Some(shown), shown);
            return;
        };
        self.count += 1;
        if shown < highest {
            self.delay = self.delay.max(1);
            return;
        }
        self.highest = Some(shown);
        let least = if self.settled || self.delay > 0 { FEW } else { 1 };
        if self.count >= least {
            self.interval = (shown.saturating_sub(self.window) / self.count).max(1);
        }
        if self.count >= WINDOW {
            (self.window, self.count, self.settled) = (shown, 0, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(pace: &mut Pace, shown: impl IntoIterator<Item = i64>) -> Vec<i64> {
        shown.into_iter().map(|shown| pace.next(shown).0).collect()
    }

    #[test]
    fn pictures_in_the_order_shown_are_decoded_when_they_are_shown() {
        let shown: Vec<_> = (0..100).map(|place| 180_000 + place * 3_000).collect();
        assert_eq!(decoded(&mut Pace::new(0, 3_600), shown.clone()), shown);
    }

    #[test]
    fn pictures_in_another_order_are_never_decoded_after_they_are_shown() {
        let groups = (0..50).flat_map(|group| [3, 1, 2].map(|place| 180_000 + (group * 3 + place) * 3_600));
        let shown: Vec<_> = std::iter::once(180_000).chain(groups).collect();
        let decoded = decoded(&mut Pace::new(1, 3_600), shown.clone());
        assert!(decoded.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(decoded.iter().zip(&shown).all(|(decoded, shown)| decoded <= shown), "{decoded:?}");
        assert!(shown[150] - decoded[150] < 4 * 3_600, "and not ever earlier");
    }

    #[test]
    fn a_camera_that_grows_slow_is_caught_up_with() {
        let mut pace = Pace::new(0, 3_600);
        decoded(&mut pace, (0..50).map(|place| place * 3_600));
        let slow: Vec<_> = (0..30).map(|place| 180_000 + place * 90_000).collect();
        assert_eq!(decoded(&mut pace, slow.clone()).last(), slow.last());
    }

    proptest! {
        #[test]
        fn whatever_the_times_decode_times_go_up_and_never_far(
            delay in 0_u8..17, interval in -5_i64..90_000,
            shown in prop::collection::vec(prop_oneof![any::<i64>(), 0_i64..900_000], 1..200),
        ) {
            let mut pace = Pace::new(delay, interval);
            let mut before: Option<(i64, i64)> = None;
            for shown in shown {
                let (decode, length) = pace.next(shown);
                prop_assert!(decode >= 0 && length >= 1);
                if let Some((last, told)) = before.filter(|(last, _)| *last < i64::MAX) {
                    prop_assert!(decode > last && decode - last <= told.saturating_mul(2));
                }
                before = Some((decode, length));
            }
        }
    }
}
