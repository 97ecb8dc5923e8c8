//! The system's files: whose a new one is, and what a refusal means.
//!
//! Promises: a command that root runs leaves nothing that the node's own user cannot use; a refusal says what to do.

use std::{
    fs::File,
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt as _, fchown},
    path::Path,
};

/// The folder that a file lies in.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file or folder that root has just made to whoever owns the folder that it lies in.
pub fn give_to_owner_of_folder(new: &File, path: &Path) -> io::Result<()> {
    give_to_owner_of(new, folder_of(path))
}

/// Gives a file or folder that root has just made to whoever owns this other one. What anybody else made is their own.
pub fn give_to_owner_of(new: &File, other: &Path) -> io::Result<()> {
    let other = std::fs::metadata(other)?;
    if new.metadata()?.uid() == 0 && other.uid() != 0 {
        fchown(new, Some(other.uid()), Some(other.gid()))?;
    }
    Ok(())
}

/// What the system said about a file, in words that say what to do. What a program said stays as it is.
pub fn in_words(why: &io::Error) -> String {
    if why.raw_os_error().is_none() {
        return why.to_string();
    }
    if why.raw_os_error() == Some(libc::ELOOP) {
        return "it is a link, which is not followed: put the file itself there".to_owned();
    }
    let words = match why.kind() {
        ErrorKind::NotFound => "it is not there",
        ErrorKind::PermissionDenied => {
            "this user may not: run the command as the node's user (runuser -u liengia -- liengia ...) or as root"
        }
        ErrorKind::AlreadyExists => "it is there already and is not written over: give another name",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full: make room, then try again",
        ErrorKind::ReadOnlyFilesystem => {
            "nothing can be written to its disk: mount it for writing, or name the folder in the service's ReadWritePaths"
        }
        ErrorKind::IsADirectory => "it is a folder: name a file",
        ErrorKind::NotADirectory => "a part of its path is no folder",
        ErrorKind::AddrInUse => "another program listens there: `ss -ltnp` tells which",
        ErrorKind::AddrNotAvailable => {
            "no network card of this machine has that address: `ip address` lists them"
        }
        _ => return why.to_string(),
    };
    words.to_owned()
}

/// Why a new file was not made.
pub fn not_made(file: &Path, why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::NotFound => {
            format!("the folder {} is not there: make it first", folder_of(file).display())
        }
        _ => in_words(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;
    use std::os::unix::fs::chown;

    #[test]
    fn what_root_makes_belongs_to_the_owner_of_its_folder() {
        let folder = folder();
        let path = folder.join("new");
        let new = File::create(&path).unwrap();
        let whose = || {
            let metadata = std::fs::metadata(&path).unwrap();
            (metadata.uid(), metadata.gid())
        };
        let mine = whose();
        give_to_owner_of_folder(&new, &path).unwrap();
        assert_eq!(whose(), mine, "in a folder of one's own nothing changes");
        if chown(folder.join("."), Some(4321), Some(4322)).is_ok() {
            give_to_owner_of_folder(&new, &path).unwrap();
            assert_eq!(whose(), (4321, 4322));
        }
    }

    #[test]
    fn a_refusal_of_the_system_says_what_to_do() {
        let missing = File::open("/no/such/file").unwrap_err();
        assert_eq!(in_words(&missing), "it is not there");
        assert!(in_words(&io::Error::from_raw_os_error(13)).contains("runuser -u liengia"));
        assert_eq!(
            not_made(Path::new("/no/such/file"), &missing),
            "the folder /no/such is not there: make it first"
        );
        assert_eq!(in_words(&io::Error::other("the plug is out")), "the plug is out");
    }
}
