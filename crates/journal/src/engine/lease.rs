//! Who uses a SQLite file: many may read and write it, but whoever puts another file in its place must be alone.
//!
//! A lock on a small file beside the database. The system lets go of it when the process ends, however it ends.

use crate::{
    rebuild::beside,
    system::{give_to_owner_of_folder, in_words},
};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The right to use a SQLite file, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    _file: Option<File>,
}

/// Why there is no lease.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLease {
    #[error("it is in use by another process")]
    InUse,
    #[error("{}: {}", path.display(), in_words(why))]
    Io { path: PathBuf, why: std::io::Error },
}

impl Lease {
    /// Beside others.
    pub(crate) fn shared(database: &Path) -> Result<Self, NoLease> {
        match open(database) {
            Ok((path, file)) => taken(path, file.try_lock_shared(), file),
            // Where nothing can be written nothing can be replaced either.
            Err(NoLease::Io { why, .. })
                if matches!(why.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) =>
            {
                Ok(Self { _file: None })
            }
            Err(other) => Err(other),
        }
    }

    /// Whether anybody has one. Makes no file.
    pub(crate) fn is_held(database: &Path) -> bool {
        let there = File::open(beside(database, "-lock"));
        there.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Alone.
    pub(crate) fn exclusive(database: &Path) -> Result<Self, NoLease> {
        let (path, file) = open(database)?;
        taken(path, file.try_lock(), file)
    }
}

fn open(database: &Path) -> Result<(PathBuf, File), NoLease> {
    let path = beside(database, "-lock");
    let open = || {
        let new = !path.exists();
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        if new {
            give_to_owner_of_folder(&file, &path)?;
        }
        Ok(file)
    };
    match open() {
        Ok(file) => Ok((path, file)),
        Err(why) => Err(NoLease::Io { path, why }),
    }
}

fn taken(path: PathBuf, outcome: Result<(), TryLockError>, file: File) -> Result<Lease, NoLease> {
    match outcome {
        Ok(()) => Ok(Lease { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => Err(NoLease::InUse),
        Err(TryLockError::Error(why)) => Err(NoLease::Io { path, why }),
    }
}
