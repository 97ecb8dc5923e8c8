//! Recording: from the cameras' sockets to files on the commune's own disks.
//!
//! Promises: one thread turns all cameras on a pulse and one writes to each disk, however many cameras there are; what
//! a camera sends is copied once and never decoded; a camera's fragments come in order, each naming the one before.
//! Whatever a camera does, the others are recorded. A disk that cannot keep up loses fragments, which is counted, and
//! never holds up the cameras. It never asks the database and never decides who may watch.

mod chain;
mod clock;
mod connection;
mod dialer;
mod disk;
mod filled;
mod intake;
mod place;
mod pulse;
mod sound;
mod track;

pub use chain::Chain;
pub use disk::{Disk, DiskCounts, Write};
pub use filled::{FileStart, Filled, Waiting};
pub use intake::{Intake, Moment, Stuck, Taken};
pub use place::FileName;
pub use pulse::{CameraCounts, CameraSettings, Recorder, RecorderConfig};

/// A camera's id.
pub type CameraId = [u8; 16];
