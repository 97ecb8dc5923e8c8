//! The two clocks of one step.

use liengia_kernel::Timestamp;
use std::time::Duration;

/// When an input is handled. Timers run on `steady`, which never jumps; what people and records read
/// comes from `wall`, which may be set at any time without firing or stalling anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock.
    pub wall: Timestamp,
    /// Time since the process began (`Clock::elapsed`).
    pub steady: Duration,
}
