//! A fragment as it is stored and shown: closed, hashed, and never changed again.
//!
//! Promises: its bytes are whole pages and begin at a page in memory; when the last who holds it lets go, its buffer goes
//! back to where it came from. It never copies its bytes.

use super::{Buffers, Hash, Header};
use std::ops::Range;

/// A closed fragment; share it as an `Arc`.
#[derive(Debug)]
pub struct Fragment {
    /// What it says of itself.
    pub header: Header,
    /// Its hash: what the next fragment's header names as `previous`.
    pub hash: Hash,
    /// How long its pictures last, in units of their clock; 0 without pictures.
    pub duration: u64,
    /// How many samples it has, pictures and sound frames together.
    pub samples: usize,
    /// When the last sample of each track is decoded, pictures first: `Between::after` for the next fragment of the file.
    pub decoded: [Option<i64>; 2],
    pub(super) buffer: Vec<u8>,
    pub(super) bytes: Range<usize>,
    pub(super) media: Range<usize>,
    pub(super) home: Buffers,
}

impl Fragment {
    /// All of it: a multiple of 4,096 bytes, at such a multiple in memory, for one `O_DIRECT` write.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.bytes.clone()).unwrap_or_default()
    }

    /// Its `moof` and `mdat`, for those who watch.
    pub fn media(&self) -> &[u8] {
        self.buffer.get(self.media.clone()).unwrap_or_default()
    }
}

impl Drop for Fragment {
    fn drop(&mut self) {
        self.home.give(std::mem::take(&mut self.buffer));
    }
}
