//! RTP time (32 bits, which wrap after 13.25 hours of video) as a time of 64 bits that counts from the first unit.
//! It follows what the camera says and repairs nothing: a leap is told, and the count then begins anew.

/// A step forward of more than this, or back, is no gap in one recording but another time.
const JUMP_SECONDS: i64 = 10;
/// Pictures that are sent before those they are shown after go back by at most this.
const REORDER_SECONDS: i64 = 1;

/// Where a timestamp stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Clock units since the first timestamp. It may be less than before, by at most a second below the highest,
    /// where pictures are not sent in the order in which they are shown.
    Forward(i64),
    /// More than ten seconds away from the highest so far: the camera's time was set, or the connection was away.
    /// The caller begins a new segment; the timeline begins anew with this timestamp at 0.
    Jumped,
    /// One to ten seconds back, which no order of pictures explains: the camera's time was set back a little.
    /// The caller begins a new segment; the timeline begins anew with this timestamp at 0.
    Backwards,
}

/// The time of one track.
#[derive(Clone, Copy, Debug)]
pub struct Timeline {
    clock_rate: u32,
    /// The highest timestamp so far, and its distance from the first.
    highest: Option<(u32, i64)>,
}

impl Timeline {
    /// A timeline of so many units per second, before its first timestamp.
    pub const fn new(clock_rate: u32) -> Self {
        Self { clock_rate, highest: None }
    }

    /// Takes the next unit's timestamp.
    pub fn advance(&mut self, timestamp: u32) -> Step {
        let Some((highest, since)) = self.highest else {
            self.highest = Some((timestamp, 0));
            return Step::Forward(0);
        };
        let second = i64::from(self.clock_rate);
        let moved = i64::from(timestamp.wrapping_sub(highest).cast_signed());
        if moved.abs() > JUMP_SECONDS * second {
            self.highest = Some((timestamp, 0));
            return Step::Jumped;
        }
        if moved < -REORDER_SECONDS * second {
            self.highest = Some((timestamp, 0));
            return Step::Backwards;
        }
        let here = since.saturating_add(moved);
        if moved > 0 {
            self.highest = Some((timestamp, here));
        }
        Step::Forward(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(timestamps: &[u32]) -> Vec<Step> {
        let mut timeline = Timeline::new(90_000);
        timestamps.iter().map(|timestamp| timeline.advance(*timestamp)).collect()
    }

    #[test]
    fn time_goes_on_when_the_32_bits_wrap() {
        let got = steps(&[u32::MAX - 2_999, 600, 4_200]);
        assert_eq!(got, [Step::Forward(0), Step::Forward(3_600), Step::Forward(7_200)]);
    }

    #[test]
    fn two_days_of_video_are_two_days_long() {
        let mut timeline = Timeline::new(90_000);
        let mut last = Step::Jumped;
        for second in 0..=172_800_u64 {
            last = timeline.advance(u32::try_from((second * 90_000 + 4_000_000_000) & 0xFFFF_FFFF).unwrap());
        }
        assert_eq!(last, Step::Forward(172_800 * 90_000));
    }

    #[test]
    fn pictures_out_of_order_are_ordinary_across_the_wrap_too() {
        let got = steps(&[u32::MAX, 10_799, 3_599, 7_199]);
        assert_eq!(got[1..], [Step::Forward(10_800), Step::Forward(3_600), Step::Forward(7_200)]);
        assert_eq!(steps(&[90_000, 0]), [Step::Forward(0), Step::Forward(-90_000)]);
    }

    #[test]
    fn a_leap_begins_a_new_count() {
        let got = steps(&[0, 900_000, 1_800_001, 1_800_002]);
        assert_eq!(got[1..], [Step::Forward(900_000), Step::Jumped, Step::Forward(1)]);
        assert_eq!(steps(&[1_000_000, 0, 3_600])[1..], [Step::Jumped, Step::Forward(3_600)]);
    }

    #[test]
    fn a_little_back_is_told_apart_from_a_leap() {
        assert_eq!(steps(&[500_000, 400_000, 403_600])[1..], [Step::Backwards, Step::Forward(3_600)]);
    }

    proptest! {
        #[test]
        fn no_row_of_timestamps_goes_back_by_more_than_a_second(
            clock_rate in any::<u32>(),
            timestamps in proptest::collection::vec(any::<u32>(), 0..50),
        ) {
            let mut timeline = Timeline::new(clock_rate);
            let mut highest = 0;
            for timestamp in timestamps {
                match timeline.advance(timestamp) {
                    Step::Forward(here) => {
                        prop_assert!(here >= highest - i64::from(clock_rate));
                        highest = highest.max(here);
                    }
                    Step::Jumped | Step::Backwards => highest = 0,
                }
            }
        }
    }
}
