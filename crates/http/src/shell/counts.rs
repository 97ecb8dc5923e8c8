//! Counts of answers, for /metrics.

use axum::http::StatusCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many answers of each hundred of status codes were given since the start.
#[derive(Debug, Default)]
pub struct Counts {
    hundreds: [AtomicU64; 6],
    turned_away: AtomicU64,
}

impl Counts {
    pub(super) fn answered(&self, status: StatusCode) {
        if let Some(count) = self.hundreds.get(usize::from(status.as_u16() / 100)) {
            count.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn turned_away(&self) {
        self.turned_away.fetch_add(1, Relaxed);
    }

    /// Answers whose status begins with this digit, 1 to 5.
    pub fn of_hundred(&self, digit: usize) -> u64 {
        self.hundreds.get(digit).map_or(0, |count| count.load(Relaxed))
    }

    /// Requests that were refused because too many were worked on.
    pub fn refused_busy(&self) -> u64 {
        self.turned_away.load(Relaxed)
    }
}
