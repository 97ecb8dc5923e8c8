//! What came of a camera, and why nothing more does.

use crate::rtp::Unsupported;
use std::time::Duration;

/// A camera that is connected and sends no picture that can be recorded is given up after this.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Now, by both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The clock that never jumps.
    pub elapsed: Duration,
    /// The wall clock, in microseconds since 1970 UTC.
    pub wall_us: i64,
}

/// What came of a camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Pictures that were recorded.
    pub pictures: u64,
    /// Packets that never came.
    pub lost_packets: u64,
    /// Units that no fragment took: before the first key picture, too large, or while a file might not begin yet.
    pub left_out: u64,
}

/// Why a connection that lives records nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stuck {
    /// The camera said goodbye.
    #[error("the camera ended the stream")]
    Goodbye,
    /// Its pictures come in a way that is not taken.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// Nothing that can be recorded came.
    #[error("no picture that can be recorded came for {} s", PATIENCE.as_secs())]
    NoPictures,
    /// No picture with which a file could begin came for so long that files could not be kept apart.
    #[error("no key picture comes any more")]
    NoKey,
}
