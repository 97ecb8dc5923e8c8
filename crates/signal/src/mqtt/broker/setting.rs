//! What all connections share: the limits, the counters, the clock of the broker's own timers, and where tasks run.

use super::{config::Limits, counts::Counters};
use std::time::Duration;
use tokio::{runtime::Handle, time::Instant};

/// Shared by all connections.
pub(super) struct Setting {
    pub(super) limits: Limits,
    pub(super) counters: Counters,
    pub(super) runtime: Handle,
    /// Where those who come with TLS say who they are.
    pub(super) handshakes: Handle,
    started: Instant,
}

impl Setting {
    pub(super) fn new(limits: Limits, runtime: Handle, handshakes: Handle) -> Self {
        Self { limits, counters: Counters::default(), runtime, handshakes, started: Instant::now() }
    }

    /// Time since the broker's start. It never jumps.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }
}
