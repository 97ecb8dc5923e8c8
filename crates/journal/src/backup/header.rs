//! What a backup says without its key: when it was made, whose it is, until when it may be kept.

use super::{Unreadable, seal::PREFIX};
use liengia_kernel::{CommuneId, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

const MAGIC: &[u8; 17] = b"liengia backup 1\n";

/// What newer backups would begin with.
const ANY_MAGIC: &[u8] = b"liengia backup ";

/// Most bytes of a header.
const MAX_HEADER: usize = 64 * 1024;

/// The ending of a backup's name.
pub(super) const ENDING: &str = "liengia-backup";

/// Opens a backup for reading.
pub(super) fn opened(path: &Path) -> Result<File, Unreadable> {
    File::open(path).map_err(|why| Unreadable::NotOpened { path: path.to_owned(), why })
}

/// What a backup says without its key. Nobody can change it without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    /// Whose journal it is.
    pub commune: CommuneId,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it must be deleted.
    pub expires_at: Timestamp,
    /// The id of the key that it needs.
    pub key: String,
    /// What begins the nonces of its chunks.
    pub(super) nonce: [u8; PREFIX],
}

impl BackupHeader {
    /// Reads the header of this file.
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        Ok(Self::take(&mut opened(path)?)?.0)
    }

    /// Reads the header, and gives the bytes that the chunks are bound to.
    pub(super) fn take(file: &mut impl Read) -> Result<(Self, Vec<u8>), Unreadable> {
        let missing = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Unreadable::NotABackup,
            _ => Unreadable::Io(error),
        };
        let mut bytes = vec![0; MAGIC.len() + 4];
        file.read_exact(&mut bytes).map_err(missing)?;
        if bytes[..MAGIC.len()] != *MAGIC {
            let newer = bytes.starts_with(ANY_MAGIC);
            return Err(if newer { Unreadable::Newer } else { Unreadable::NotABackup });
        }
        let length = bytes[MAGIC.len()..].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        if length > MAX_HEADER {
            return Err(Unreadable::Damaged("in its header"));
        }
        let start = bytes.len();
        bytes.resize(start + length, 0);
        file.read_exact(&mut bytes[start..]).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Unreadable::Damaged("in its header"),
            _ => Unreadable::Io(error),
        })?;
        let header =
            serde_json::from_slice(&bytes[start..]).map_err(|_| Unreadable::Damaged("in its header"))?;
        Ok((header, bytes))
    }

    /// The bytes that begin the file, to which the chunks are bound.
    pub(super) fn bytes(&self) -> Vec<u8> {
        // Plain data with text keys, which JSON can always hold.
        let json = serde_json::to_vec(self).expect("a header serialises");
        let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
        [MAGIC.as_slice(), &length.to_be_bytes(), &json].concat()
    }
}
