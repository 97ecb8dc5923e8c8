//! `backup` and `restore`: everything that a rebuild cannot make again, in one sealed file.
//!
//! Promises: a backup is one state of the journal, taken while the node runs; nobody reads or changes it without the
//! key; a cut, reordered or damaged file is refused. A restore verifies the chain, makes the views anew, leaves out
//! whoever was erased since, and opens a new epoch, before a node can open the journal; or it leaves nothing behind.
//!
//! The file says nothing of the engine: what was saved from SQLite can be restored to PostgreSQL and back.
//!
//! ```text
//! "liengia backup 1\n"  length  header (JSON: when, until when, whose, which key)
//! chunks of 64 KiB, each sealed by XChaCha20-Poly1305 under its number, a mark of the last one and the header
//!   in them: blocks, each compressed by LZ4
//!     in them: the manifest (JSON), then the rows of each table
//! ```

mod folder;
mod format;
mod header;
mod key;
mod restore;
mod rows;
mod seal;
mod watch;
mod write;

pub use folder::{newest, remove_expired};
pub use header::BackupHeader;
pub use key::{BackupKey, KeyError};
pub use restore::{RestoreError, RestoreOrder, Restored, beside_in, restore};
pub use write::{BackupError, BackupMade, BackupOrder, backup};

use crate::system::in_words;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A small file that is saved with the journal because the journal is worth little without it: the node's identity,
/// the key that its secrets are sealed with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BesideFile {
    /// Its name, without a folder.
    pub name: String,
    /// What is in it, at most 1 MiB.
    pub contents: Vec<u8>,
}

impl std::fmt::Debug for BesideFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.contents.len())
    }
}

/// Most bytes of one [`BesideFile`].
const MAX_BESIDE: usize = 1024 * 1024;

/// Why a file is not, or not any more, a backup that can be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file does not begin as a backup does.
    #[error("this is not a backup of liengia")]
    NotABackup,
    /// It was made with another key.
    #[error("this backup was made with another key (its key's id is {0}): bring that key file")]
    WrongKey(String),
    /// It was changed, cut off, or put together anew.
    #[error("the backup is damaged or cut off {0}: restore from another one")]
    Damaged(&'static str),
    /// A newer program made it.
    #[error("a newer liengia made this backup: restore it with that one")]
    Newer,
    /// The system does not open it.
    #[error("the backup {}: {}", path.display(), in_words(why))]
    NotOpened {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The system could not read it.
    #[error("the backup cannot be read: {}", in_words(.0))]
    Io(#[from] std::io::Error),
}
