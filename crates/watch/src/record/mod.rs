//! Recording: from the cameras' sockets to files on the commune's own disks.
//!
//! Promises: one thread turns all cameras on a pulse and one writes to each disk, however many cameras there are; what
//! a camera sends is copied once and never decoded; a camera's fragments come in order, each naming the one before.
//! Whatever a camera does, the others are recorded. A disk that cannot keep up loses fragments, which is counted, and
//! never holds up the cameras. Whoever watches is given the pictures as they come, and holds up nothing. It never asks the
//! database and never decides who may watch.

mod chain;
mod clock;
mod connection;
mod datagrams;
mod dialer;
mod disk;
mod facts;
mod filled;
mod filling;
mod fingerprint;
mod intake;
mod line;
mod place;
mod pulse;
mod recorder;
mod showing;
mod sound;
mod state;
mod taken;
mod track;
mod turns;
mod wire;
mod witness;

pub use chain::Chain;
pub use disk::{Disk, DiskCounts, Write};
pub use facts::Facts;
pub use filled::{FileStart, Filled, Waiting};
pub use fingerprint::{certificate, fingerprint};
pub use intake::Intake;
pub use place::{FileName, camera_folder};
pub use recorder::{CameraSettings, Recorder, RecorderConfig, Recording};
pub use state::{CameraCounts, CameraState};
pub use taken::{Moment, Stuck, Taken};
pub use wire::Certificate;
pub use witness::{Nobody, Witness};

pub(crate) use connection::Ended;
pub(crate) use datagrams::{Datagrams, begin};
pub(crate) use dialer::connect;
pub(crate) use fingerprint::shown_at;
pub(crate) use wire::{Wire, is_another, is_soon};

/// A camera's id.
pub type CameraId = [u8; 16];
