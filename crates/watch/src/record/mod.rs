//! Recording: from the cameras' sockets to files on the commune's own disks.
//!
//! Promises: one thread turns all cameras on a pulse and one writes to each disk, however many cameras there are; what
//! a camera sends is copied once and never decoded; a camera's fragments come in order, each naming the one before.
//! Whatever a camera does, the others are recorded. A disk that cannot keep up loses fragments, which is counted, and
//! never holds up the cameras. It never asks the database and never decides who may watch.

mod clock;
mod connection;
mod dialer;
mod disk;
mod intake;
mod pulse;
mod track;

pub use disk::{Disk, DiskCounts, FileName};
pub use intake::{Chain, Intake, Moment, Write};
pub use pulse::{CameraCounts, CameraSettings, Recorder, RecorderConfig};

/// A camera's id.
pub type CameraId = [u8; 16];
