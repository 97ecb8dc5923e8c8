//! How fast a view's packets leave: a large picture, or several at once, would fill a wireless network's queue and be lost.

use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Bytes that leave at once.
const BURST: usize = 64 * 1024;
/// After so many bytes there is a pause: about a hundred megabits a second.
const PAUSE: Duration = Duration::from_millis(5);

/// The pace of one view.
#[derive(Debug)]
pub(super) struct Pace {
    since: Instant,
    bytes: usize,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), bytes: 0 }
    }

    /// Waits, if need be, after so many bytes were sent.
    pub(super) async fn after(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes >= BURST {
            if self.since.elapsed() < PAUSE {
                sleep(PAUSE).await;
            }
            *self = Self::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_megabyte_takes_some_time_and_a_small_picture_none() {
        let (mut pace, start) = (Pace::new(), Instant::now());
        for _ in 0..20 {
            pace.after(1_200).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..1_000 {
            pace.after(1_200).await;
        }
        assert!((50..200).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }
}
