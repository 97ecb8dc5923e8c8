//! The list of erased ids: a file beside the database and beside every backup.
//!
//! Promises: it only ever grows, a line is durable before the erasure is acknowledged, and a restore can tell a
//! list that is older than its backup. Never holds anything but ids and times.

use crate::{
    Hash,
    rebuild::sync_folder,
    system::{give_to_owner_of_folder, not_made},
};
use liengia_kernel::Timestamp;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// The list's name in a folder of backups.
pub const ERASED_IDS: &str = "erased-ids.txt";

const HEAD: &str =
    "# Ids whose data was erased. A restore applies this list; it only ever grows. Never edit it.\n";

/// Where a list ended at some moment: every later state of it begins with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasedMark {
    /// How many bytes it had.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: Hash,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ErasedListError {
    /// The file cannot be read or written.
    #[error("the list of erased ids {}: {}", path.display(), not_made(path, why))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It does not hold what an earlier state of it held.
    #[error(
        "the list of erased ids {} is older than it should be, or was changed: bring the newest one, which lies \
         beside the database and beside the newest backup",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
    },
}

/// A list, as it is in its file.
pub(crate) struct ErasedList {
    path: PathBuf,
    text: String,
}

impl ErasedList {
    /// Reads the list; empty if there is none. A last line that a crash cut off was never acknowledged.
    pub(crate) fn read(path: &Path) -> Result<Self, ErasedListError> {
        let opened = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(path);
        let mut text = match opened.and_then(io::read_to_string) {
            Ok(text) => text,
            Err(why) if why.kind() == io::ErrorKind::NotFound => String::new(),
            Err(why) => return Err(ErasedListError::Io { path: path.to_owned(), why }),
        };
        text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
        Ok(Self { path: path.to_owned(), text })
    }

    /// The ids.
    pub(crate) fn ids(&self) -> BTreeSet<&str> {
        let lines = self.text.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split(' ').nth(1)).collect()
    }

    /// Where it ends now.
    pub(crate) fn mark(&self) -> ErasedMark {
        ErasedMark { bytes: self.text.len() as u64, sha256: Sha256::digest(self.text.as_bytes()).into() }
    }

    /// Refuses a list that does not begin as it once was.
    pub(crate) fn since(&self, mark: ErasedMark) -> Result<(), ErasedListError> {
        let length = usize::try_from(mark.bytes).unwrap_or(usize::MAX);
        let begins = self.text.as_bytes().get(..length);
        match begins {
            Some(begins) if Sha256::digest(begins)[..] == mark.sha256 => Ok(()),
            _ => Err(ErasedListError::Older { path: self.path.clone() }),
        }
    }

    /// Adds ids that are not in it yet, durably.
    pub(crate) fn add<'a>(
        &mut self,
        ids: impl IntoIterator<Item = (&'a str, Timestamp)>,
    ) -> Result<(), ErasedListError> {
        let known = self.ids();
        let mut new = String::new();
        for (id, at) in ids.into_iter().filter(|(id, _)| !known.contains(id)) {
            // Writing to a string cannot fail.
            let _ = writeln!(new, "{at} {id}");
        }
        if new.is_empty() { Ok(()) } else { self.append(&new) }
    }

    /// Makes a copy the same as this one, by adding what it misses.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<(), ErasedListError> {
        let mut copy = Self::read(path)?;
        match self.text.strip_prefix(&copy.text) {
            Some("") => Ok(()),
            Some(missing) => copy.append_exactly(missing),
            None => Err(ErasedListError::Older { path: self.path.clone() }),
        }
    }

    fn append(&mut self, lines: &str) -> Result<(), ErasedListError> {
        let head = if self.text.is_empty() { HEAD } else { "" };
        self.append_exactly(&format!("{head}{lines}"))
    }

    fn append_exactly(&mut self, text: &str) -> Result<(), ErasedListError> {
        let written = || {
            let (mut file, new) = for_more(&self.path)?;
            // Takes away what a crash left of a last line.
            file.set_len(self.text.len() as u64)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            if new {
                give_to_owner_of_folder(&file, &self.path)?;
                sync_folder(&self.path)?;
            }
            Ok(())
        };
        written().map_err(|why| ErasedListError::Io { path: self.path.clone(), why })?;
        self.text.push_str(text);
        Ok(())
    }
}

/// Whether this file could take another line.
pub(crate) fn writable(path: &Path) -> Result<(), ErasedListError> {
    let failed = |why| ErasedListError::Io { path: path.to_owned(), why };
    opened(path)?.sync_all().map_err(failed)
}

/// Opens this file for another line; nothing is written.
pub(crate) fn opened(path: &Path) -> Result<File, ErasedListError> {
    let open = || {
        let (file, new) = for_more(path)?;
        if new {
            give_to_owner_of_folder(&file, path)?;
        }
        Ok(file)
    };
    open().map_err(|why| ErasedListError::Io { path: path.to_owned(), why })
}

/// The file, to append to, and whether it is new. A link is not followed: whoever may write in the folder could have root
/// write anywhere.
fn for_more(path: &Path) -> io::Result<(File, bool)> {
    let new = std::fs::symlink_metadata(path).is_err();
    let file = OpenOptions::new().create(true).append(true).custom_flags(libc::O_NOFOLLOW).open(path)?;
    Ok((file, new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;

    const NOON: Timestamp = Timestamp::from_seconds(1_787_101_200);

    #[test]
    fn an_id_is_listed_once_and_stays() {
        let folder = folder();
        let path = folder.join("list");
        let mut list = ErasedList::read(&path).unwrap();
        list.add([("person-1", NOON), ("person-2", NOON)]).unwrap();
        list.add([("person-1", NOON)]).unwrap();
        let again = ErasedList::read(&path).unwrap();
        assert_eq!(again.ids(), BTreeSet::from(["person-1", "person-2"]));
        assert_eq!(again.mark(), list.mark());
        assert_eq!(again.text.lines().count(), 3);
    }

    #[test]
    fn a_line_that_a_crash_cut_off_is_overwritten() {
        let folder = folder();
        let path = folder.join("list");
        ErasedList::read(&path).unwrap().add([("person-1", NOON)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 4]).unwrap();
        let mut list = ErasedList::read(&path).unwrap();
        assert!(list.ids().is_empty());
        list.add([("person-1", NOON)]).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn a_link_is_neither_read_nor_written_through() {
        let folder = folder();
        let (other, path) = (folder.join("other"), folder.join("list"));
        std::fs::write(&other, "theirs\n").unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert!(ErasedList::read(&path).is_err() && writable(&path).is_err() && opened(&path).is_err());
        let mut list = ErasedList { path, text: String::new() };
        let refused = list.add([("person-1", NOON)]).unwrap_err();
        assert!(refused.to_string().contains("it is a link"), "{refused}");
        assert_eq!(std::fs::read(&other).unwrap(), b"theirs\n");
    }

    #[test]
    fn an_older_or_changed_list_is_known() {
        let folder = folder();
        let (path, copy) = (folder.join("list"), folder.join("copy"));
        let mut list = ErasedList::read(&path).unwrap();
        let empty = list.mark();
        list.add([("person-1", NOON)]).unwrap();
        list.copy_to(&copy).unwrap();
        let (one, older) = (list.mark(), ErasedList::read(&copy).unwrap());
        list.add([("person-2", NOON)]).unwrap();
        assert!(list.since(empty).is_ok() && list.since(one).is_ok() && older.since(one).is_ok());
        assert!(matches!(older.since(list.mark()), Err(ErasedListError::Older { .. })));
        std::fs::write(&copy, "# another\n").unwrap();
        assert!(matches!(list.copy_to(&copy), Err(ErasedListError::Older { .. })));
        assert!(ErasedList::read(&copy).unwrap().since(one).is_err());
    }
}
