//! The file that a camera's footage is stored in: an init segment and then fragments, each with a header, a hash and a
//! place in the camera's chain.
//!
//! ```text
//! file      init segment (ftyp moov free, whole pages), fragment, fragment, ...
//! fragment  0     uuid  header: camera, number, wall clock, flags, hash of the fragment before, hash of the init segment
//!                 prft  the wall clock for players
//!                 free
//!                 moof  where each sample lies
//!           4088  mdat  payload from byte 4096 on
//!                 free
//!           -56   uuid  trailer: SHA-256 of all bytes of the fragment before these last 32
//! ```
//!
//! Promises: a fragment is a multiple of 4,096 bytes and lies at such a multiple, in memory and in the file, so that one
//! `O_DIRECT` write stores it; any player takes the file as it is; anyone checks a fragment with `sha256sum` of a range
//! of bytes. What is read may be torn or hostile and is never more than a [`Bad`]. It never writes a file, never takes
//! the time and never decides what is kept.

mod buffers;
mod builder;
mod fragment;
mod header;
mod pieces;
mod read_at;
mod tail;
mod verify;
mod walk;

pub use buffers::Buffers;
pub use builder::{Builder, FULL, MAX_PAYLOAD, Refused};
pub use fragment::Fragment;
pub use header::{HEADER, Hash, Header, TRAILER, Trailer, fragment_length, hash_of};
pub use read_at::ReadAt;
pub use tail::{RECHECKED, Tail, tail};
pub use verify::{FirstBad, Verified, verify};
pub use walk::{FragmentInfo, Fragments, fragment_at, init_length, walk};

use crate::fmp4::Flaw;

/// What is wrong with a fragment, or with the file where one should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The file does not begin with a whole init segment.
    #[error("the file does not begin with a whole init segment")]
    NoInit,
    /// The file ends before it does.
    #[error("the file ends in the middle of it")]
    Cut,
    /// Its boxes are not those of a fragment.
    #[error("its boxes are not those of a fragment: {0}")]
    Boxes(#[from] Flaw),
    /// It does not end with its trailer.
    #[error("it does not end with its hash")]
    NoTrailer,
    /// Its bytes do not give the hash that it bears.
    #[error("its hash does not fit: it was changed, or not wholly written")]
    Hash,
    /// It does not name the hash of the fragment before it.
    #[error("it does not follow the fragment before it: one was changed, left out or put in")]
    Previous,
    /// Its number is not higher than that of the fragment before it.
    #[error("its number is not higher than that of the fragment before it")]
    Number,
    /// It is another camera's.
    #[error("it is another camera's")]
    Camera,
    /// The file's init segment is not the one with which it was recorded.
    #[error("the init segment of the file is not the one with which it was recorded")]
    Init,
}

impl From<std::io::Error> for Bad {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

#[cfg(test)]
mod testing;
