//! Where a file of footage is read from: a disk, or the tier. All readers go through here.

use super::{Object, Remote, TierError};
use crate::segment::ReadAt;
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// On a disk.
    Disk(Arc<Path>),
    /// In the tier.
    Tier(Object),
}

impl Source {
    /// Opens it for reading; in the tier that asks the store.
    pub fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::Disk(path) => Opened::Disk(File::open(path)?),
            Self::Tier(object) => Opened::Tier(Box::new(object.open()?)),
        })
    }

    /// Where on a disk, if it is on one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Tier(_) => None,
        }
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::Disk(path.into())
    }
}

/// A file that was opened.
pub enum Opened {
    /// On a disk.
    Disk(File),
    /// In the tier.
    Tier(Box<Remote>),
}

impl Opened {
    /// What went wrong last while it was read from the store.
    pub fn trouble(&self) -> Option<TierError> {
        match self {
            Self::Disk(_) => None,
            Self::Tier(remote) => remote.trouble(),
        }
    }
}

impl ReadAt for Opened {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Disk(file) => ReadAt::read_at(file, into, offset),
            Self::Tier(remote) => remote.read_at(into, offset),
        }
    }

    fn length(&self) -> io::Result<u64> {
        match self {
            Self::Disk(file) => file.length(),
            Self::Tier(remote) => remote.length(),
        }
    }
}
