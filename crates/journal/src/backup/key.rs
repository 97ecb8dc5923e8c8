//! The key that backups are sealed with: a small text file that is kept apart from them.

use crate::system::{in_words, not_made};
use liengia_kernel::Entropy;
use sha2::{Digest, Sha256};
use std::{
    fmt,
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// What the key file's first line begins with.
const HEAD: &str =
    "# The key of liengia's backups. Without it no backup can be read; with it every one can.\n";

/// A key for backups.
#[derive(Clone)]
pub struct BackupKey([u8; 32]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key file {}: {}", path.display(), in_words(why))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// The file cannot be made.
    #[error("the key file {}: {}", path.display(), not_made(path, why))]
    NotMade {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It holds something else.
    #[error("{} is no key file: a line of 64 hexadecimal digits is needed", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
}

impl BackupKey {
    /// A new key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The key in this file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text =
            std::fs::read_to_string(path).map_err(|why| KeyError::Io { path: path.to_owned(), why })?;
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let key = lines.next_back().and_then(|line| line.parse::<crate::Commitment>().ok());
        key.map(|key| Self(key.0)).ok_or_else(|| KeyError::NoKey { path: path.to_owned() })
    }

    /// Writes the key into a new file that only its owner may read. Never over another key.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        let written = || {
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
            file.write_all(format!("{HEAD}{}\n", crate::Commitment(self.0)).as_bytes())?;
            file.sync_all()
        };
        written().map_err(|why| KeyError::NotMade { path: path.to_owned(), why })
    }

    /// Names the key without telling it, so that a backup can say which key it needs.
    pub fn id(&self) -> String {
        let hash = Sha256::new().chain_update(b"liengia backup key").chain_update(self.0).finalize();
        crate::Commitment(hash.into()).to_string()[..16].to_owned()
    }

    pub(super) fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BackupKey({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;
    use liengia_kernel::SeededEntropy;

    #[test]
    fn a_key_goes_to_its_file_and_back_and_is_never_written_over() {
        let folder = folder();
        let path = folder.join("key");
        let key = BackupKey::new(&SeededEntropy::new(1));
        key.write_new(&path).unwrap();
        assert_eq!(BackupKey::read(&path).unwrap().bytes(), key.bytes());
        assert!(matches!(key.write_new(&path), Err(KeyError::NotMade { .. })));
        std::fs::write(&path, "secret").unwrap();
        assert!(matches!(BackupKey::read(&path), Err(KeyError::NoKey { .. })));
        assert!(!format!("{key:?}").contains(&crate::Commitment(key.bytes()).to_string()));
    }
}
