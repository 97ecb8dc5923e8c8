//! The parts of ISO base media files (ISO/IEC 14496-12, CMAF) that recorded and live footage is made of.
//!
//! Promises: what is written plays in any player; what is read may be torn or hostile, and the answer is a value or a
//! [`Flaw`], never a panic and never more memory than [`MAX_SAMPLES`] samples. It never looks into a picture, never
//! opens a file and never knows what a camera, a fragment number or a hash is: that is `segment`.

mod boxes;
mod entry;
mod init;
mod moof;
mod read;
mod table;

/// A single picture or sound frame for those who watch now.
pub mod live;

pub use init::{MAX_INIT, init};
pub use read::{Boxed, Flaw, MAX_SAMPLES, SampleInfo, boxes, samples};
pub use table::Between;

pub(crate) use boxes::Boxes;
pub(crate) use read::Fields;
pub(crate) use table::{Sample, Table};

/// Everything that is written to a disk is a multiple of this many bytes long and begins at a multiple of it.
pub const PAGE: usize = 4096;

/// Which of a camera's two tracks: its number in the file is its `track_ID` (14496-12 §8.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Track {
    /// The pictures, track 1.
    Pictures = 1,
    /// The sound, track 2.
    Sound = 2,
}

impl Track {
    /// Both, in the order in which they stand in the file.
    pub const ALL: [Self; 2] = [Self::Pictures, Self::Sound];

    /// The `track_ID`.
    pub const fn id(self) -> u32 {
        self as u32
    }

    /// The track of a `track_ID`, if it is one of ours.
    pub const fn of(id: u32) -> Option<Self> {
        match id {
            1 => Some(Self::Pictures),
            2 => Some(Self::Sound),
            _ => None,
        }
    }

    /// Its place in an array of what both have.
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Pictures => 0,
            Self::Sound => 1,
        }
    }
}
