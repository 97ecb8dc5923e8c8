//! Looking through the files: which the index does not know, which it knows and are gone, and which are none of ours.
//!
//! Promises: in small steps, so that what was just recorded is stored between them; a folder is listed, its files are
//! not touched if they are known; the newest unknown file is read first. What is not ours goes to `unknown/` on the same
//! disk. A disk on which no camera has a folder is taken for one that is not mounted: nothing on it counts as gone.

use super::{
    FootageError,
    index::Shared,
    ledger::FileKey,
    row::{fixed, gone},
};
use crate::record::{CameraId, FileName, camera_folder};
use liengia_journal::{Row, Statement, statement};
use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs, io,
    path::Path,
};

/// Unknown files that are listed at a time; what is beyond is found by the next look.
const MOST_UNKNOWN: usize = 1 << 20;
/// Rows that are stored, or noted as gone, in one transaction.
const BATCH: usize = 64;
/// Names that are tried for something that is moved to `unknown/`.
const MOST_NAMES: u32 = 1000;
/// Where names go that are not ours.
const UNKNOWN: &str = "unknown";

const KNOWN: &str =
    "SELECT number, wall_us FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2";
const CAMERAS: &str = "SELECT DISTINCT camera FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";

/// How far it is. The default is at the beginning.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// None before the disks were looked at.
    folders: Option<Vec<(usize, CameraId)>>,
    /// What the index does not know, oldest first; with whether it is the newest of its folder, and so may be torn.
    unknown: Vec<(FileKey, bool)>,
    sorted: bool,
    stored: Vec<Statement>,
    /// Not all that is unknown was listed.
    more: bool,
}

impl Sweep {
    /// Does a little; false once all is done.
    pub(super) fn step(&mut self, index: &Shared) -> Result<bool, FootageError> {
        let Some(folders) = &mut self.folders else {
            self.folders = Some(folders(index)?);
            return Ok(true);
        };
        if let Some((disk, camera)) = folders.pop() {
            self.list(index, disk, camera)?;
            return Ok(true);
        }
        if !self.sorted {
            self.unknown.sort_unstable_by_key(|(key, _)| (key.file.wall_us, *key));
            self.sorted = true;
        }
        let next = self.unknown.pop();
        if let Some((key, newest)) = next
            && !index.ledger.holds(&key)
        {
            self.stored.extend(index.look_at(key, newest).map(|segment| segment.store()));
        }
        if !self.stored.is_empty() && (self.stored.len() >= BATCH || next.is_none()) {
            index.aside.write(&std::mem::take(&mut self.stored))?;
        }
        if next.is_none() && self.more {
            *self = Self::default();
            return Ok(true);
        }
        Ok(next.is_some())
    }

    fn list(&mut self, index: &Shared, disk: usize, camera: CameraId) -> Result<(), FootageError> {
        let Some(named) = index.disks.get(disk) else { return Ok(()) };
        // What is stored while this runs is in the list of names, and is then no more than read once.
        let rows = index.read(&statement!(KNOWN, camera.as_slice(), &*named.name))?;
        let name = |row: &Row| Ok(FileName { number: row.count(0)?, wall_us: row.int(1)? });
        let known: BTreeSet<FileName> = rows.iter().map(name).collect::<Result<_, FootageError>>()?;
        let names = names(&named.path, camera)?;
        let at = index.now_us();
        let gone: Vec<_> =
            known.difference(&names).map(|file| gone(camera, *file, &named.name, at)).collect();
        for batch in gone.chunks(BATCH) {
            index.aside.write(batch)?;
        }
        let newest = names.last().copied();
        let unknown = names.iter().rev().filter(|file| !known.contains(file));
        let keys = unknown.map(|file| FileKey { camera, file: *file, disk });
        for key in keys.filter(|key| !index.ledger.holds(key)) {
            if self.unknown.len() >= MOST_UNKNOWN {
                self.more = true;
                break;
            }
            self.unknown.push((key, newest == Some(key.file)));
        }
        Ok(())
    }
}

/// The folders of all cameras on all disks that are mounted, also those that only the index still knows.
fn folders(index: &Shared) -> Result<Vec<(usize, CameraId)>, FootageError> {
    let mut folders = Vec::new();
    for (disk, named) in index.disks.iter().enumerate() {
        let Ok(mut cameras) = cameras_on(&named.path) else { continue };
        if !cameras.is_empty() {
            let rows = index.read(&statement!(CAMERAS, &*named.name))?;
            for row in &rows {
                cameras.insert(fixed(row, 0)?);
            }
            folders.extend(cameras.into_iter().map(|camera| (disk, camera)));
        }
    }
    Ok(folders)
}

/// The cameras that have a folder on a disk.
pub(super) fn cameras_on(disk: &Path) -> io::Result<BTreeSet<CameraId>> {
    let mut cameras = BTreeSet::new();
    for entry in fs::read_dir(disk)? {
        cameras.extend(entry?.file_name().to_str().and_then(camera_of));
    }
    Ok(cameras)
}

/// The camera whose folder has this name.
fn camera_of(name: &str) -> Option<CameraId> {
    let mut camera = [0; 16];
    for (place, byte) in camera.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    (camera_folder(Path::new(""), camera).as_os_str() == name).then_some(camera)
}

/// The names of a camera's files on a disk; what is not ours is moved beside on the way.
pub(super) fn names(disk: &Path, camera: CameraId) -> io::Result<BTreeSet<FileName>> {
    let folder = camera_folder(disk, camera);
    let mut names = BTreeSet::new();
    let mut others = Vec::new();
    match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        entries => {
            for entry in entries? {
                let name = entry?.file_name();
                match name.to_str().and_then(ours) {
                    Some(file) => {
                        names.insert(file);
                    }
                    None if is_torn(&name) => {}
                    None => others.push(name),
                }
            }
        }
    }
    for name in others {
        move_beside(disk, &folder, &name)?;
    }
    Ok(names)
}

/// A name exactly as it is written.
fn ours(name: &str) -> Option<FileName> {
    FileName::parse(name).filter(|file| file.to_string() == name)
}

fn is_torn(name: &OsStr) -> bool {
    name.to_str().and_then(|name| name.strip_suffix(".torn")).and_then(ours).is_some()
}

/// Moves something to `unknown/`, under a name that nothing there has.
fn move_beside(disk: &Path, folder: &Path, name: &OsStr) -> io::Result<()> {
    let beside = disk.join(UNKNOWN);
    fs::create_dir_all(&beside)?;
    let mut wanted = folder.file_name().unwrap_or_default().to_owned();
    wanted.push("-");
    wanted.push(name);
    let numbered = (0..MOST_NAMES).map(|number| {
        let mut name: OsString = wanted.clone();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        beside.join(name)
    });
    for to in numbered {
        if fs::symlink_metadata(&to).is_err() {
            return fs::rename(folder.join(name), to);
        }
    }
    Err(io::Error::other(format!("too much of one name lies in {UNKNOWN}/: look through it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_that_we_would_write_is_ours() {
        assert!(ours("000000000007-5.mp4").is_some());
        for name in ["7-5.mp4", "+00000000007-5.mp4", "000000000007-05.mp4", "000000000007-5.mp4.torn", ""] {
            assert_eq!(ours(name), None, "{name}");
        }
        assert!(is_torn(OsStr::new("000000000007-5.mp4.torn")));
        assert!(!is_torn(OsStr::new("holiday.torn")));
    }

    #[test]
    fn a_folder_is_a_cameras_only_by_the_name_that_it_would_have() {
        let name = "0a".repeat(16);
        assert_eq!(camera_of(&name), Some([10; 16]));
        for other in ["0A".repeat(16), "0a".repeat(15), format!("{name}0a"), "+a".repeat(16), "é".repeat(16)]
        {
            assert_eq!(camera_of(&other), None, "{other}");
        }
    }
}
