//! A folder of backups: which are over, when the newest was made, whether the next one can be written.

use super::header::{BackupHeader, ENDING};
use crate::{ERASED_IDS, ErasedListError, erased};
use liengia_kernel::{CommuneId, Timestamp};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Deletes the backups in this folder that have expired; answers which.
pub fn remove_expired(folder: &Path, now: Timestamp) -> io::Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for (path, header) in headers(folder)? {
        if header.expires_at <= now {
            std::fs::remove_file(&path)?;
            removed.push(path);
        }
    }
    removed.sort();
    Ok(removed)
}

/// When the newest backup of this commune in the folder was made, if there is one. An error where the next one, or the
/// list of erased ids beside it, could not be written.
pub fn newest(folder: &Path, commune: CommuneId) -> Result<Option<Timestamp>, ErasedListError> {
    let list = folder.join(ERASED_IDS);
    erased::opened(&list)?;
    let headers = headers(folder).map_err(|why| ErasedListError::Io { path: list, why })?;
    let ours = headers.into_iter().filter(|(_, header)| header.commune == commune);
    Ok(ours.map(|(_, header)| header.made_at).max())
}

fn headers(folder: &Path) -> io::Result<Vec<(PathBuf, BackupHeader)>> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            found.extend(BackupHeader::read(&path).ok().map(|header| (path, header)));
        }
    }
    Ok(found)
}
