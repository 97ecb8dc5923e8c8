//! A fragment that is filled, on its way to the disk, where it is sealed into the camera's chain.
//!
//! The chain goes on only with what is really on the disk: so the number, the hash before it and the hash of it are the
//! disk's to give. What a fragment needs to play travels with it, so that nothing that is left out makes another useless.

use crate::{
    media::Parameters,
    segment::{Builder, Hash},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// What the fragments of one file share: they hold the same one.
#[derive(Debug)]
pub struct FileStart {
    /// The init segment.
    pub init: Vec<u8>,
    /// Its hash.
    pub hash: Hash,
    /// The pictures' track, as players are told of it.
    pub pictures: Option<Parameters>,
}

/// A fragment before it is sealed.
#[derive(Debug)]
pub struct Filled {
    /// The file that it belongs to.
    pub file: Arc<FileStart>,
    /// Its samples.
    pub builder: Builder,
    /// When its first picture was taken, in microseconds since 1970 UTC.
    pub wall_us: i64,
    /// Something is missing before it.
    pub gap: bool,
    /// When the first picture after it is decoded, as far as that is known.
    pub until: Option<i64>,
    /// What of its camera waits for the disk, in bytes.
    pub waiting: Waiting,
}

/// Bytes of one camera that wait for a disk.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<AtomicU64>);

impl Waiting {
    /// Counts so many more, if that is no more than `most` together.
    pub fn add(&self, bytes: u64, most: u64) -> bool {
        let fits = self.0.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= most;
        if !fits {
            self.sub(bytes);
        }
        fits
    }

    /// Counts so many less.
    pub fn sub(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}
