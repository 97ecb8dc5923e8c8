//! Measured times and their percentiles. Every sample is kept: percentiles are exact, not estimated.

use std::time::Duration;

/// Measured times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies(Vec<Duration>);

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

impl Latencies {
    /// All of them, shortest first.
    pub fn iter(&self) -> impl Iterator<Item = Duration> {
        self.0.iter().copied()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The shortest time that this many percent of all do not exceed (nearest rank); zero if there are none.
    pub fn percentile(&self, percent: f64) -> Duration {
        let count = f64::from(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        let rank = (percent.clamp(0.0, 100.0) / 100.0 * count).ceil().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank lies between 1 and the count"
        )]
        let index = (rank as usize).min(self.0.len()).saturating_sub(1);
        self.0.get(index).copied().unwrap_or_default()
    }

    /// The median.
    pub fn p50(&self) -> Duration {
        self.percentile(50.0)
    }

    /// Ninety-nine of a hundred take at most this.
    pub fn p99(&self) -> Duration {
        self.percentile(99.0)
    }

    /// The longest.
    pub fn max(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_of_their_rank() {
        let times: Latencies = (1..=200).rev().map(Duration::from_millis).collect();
        let millis = |percent| times.percentile(percent).as_millis();
        assert_eq!((millis(0.0), millis(50.0), millis(99.0), millis(100.0)), (1, 100, 198, 200));
        assert_eq!(times.max(), Duration::from_millis(200));
        assert_eq!(Latencies::default().p99(), Duration::ZERO);
    }
}
