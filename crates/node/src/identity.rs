//! Who this node is: made at the first start, kept beside the database, never changed.

use anyhow::Context as _;
use liengia_journal::{folder_of, give_to_owner_of, give_to_owner_of_folder, in_words};
use liengia_kernel::{CommuneId, Entropy, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// The node's identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Whose chain it writes.
    pub commune: CommuneId,
    /// The host name, fixed because passkeys, push and what phones store hang on it.
    pub host: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Why a node has no identity to start with.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The configuration names another host than the node was set up with.
    #[error(
        "this node was set up as {fixed}, but the configuration says host = {configured:?}. Phones, passkeys and push \
         belong to the first name: set host = {fixed:?} again, or set up a new node"
    )]
    HostChanged {
        /// The name at the first start.
        fixed: String,
        /// The name now.
        configured: String,
    },
    /// A restore broke off.
    #[error("a restore into this folder broke off: run `liengia restore` again before the node starts")]
    HalfRestored,
    /// No node was ever here.
    #[error(
        "{} is not there: no node was ever started with this configuration. Name the right one with --config",
        .0.display()
    )]
    NoNode(PathBuf),
    /// The file cannot be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong.
        why: String,
    },
}

impl Identity {
    /// Reads the identity in this folder.
    pub fn read(data: &Path) -> Result<Self, IdentityError> {
        let path = data.join("identity.json");
        let failed = |why: String| IdentityError::File { path: path.display().to_string(), why };
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => IdentityError::NoNode(path.clone()),
            _ => failed(in_words(&error)),
        })?;
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
    }

    /// Reads the identity in this folder, or makes it at the first start.
    pub fn open(
        data: &Path,
        host: &str,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Self, IdentityError> {
        let path = data.join("identity.json");
        let failed = |why: String| IdentityError::File { path: path.display().to_string(), why };
        if restoring(data).exists() {
            return Err(IdentityError::HalfRestored);
        }
        if path.exists() {
            let identity = Self::read(data)?;
            if identity.host != host {
                return Err(IdentityError::HostChanged { fixed: identity.host, configured: host.to_owned() });
            }
            return Ok(identity);
        }
        let identity = Self { commune: CommuneId::new(now, entropy), host: host.to_owned(), made_at: now };
        let text = serde_json::to_vec_pretty(&identity).map_err(|error| failed(error.to_string()))?;
        write_durably(&path, &text).map_err(|error| failed(in_words(&error)))?;
        Ok(identity)
    }
}

/// The file that stands in the data folder while a restore is under way.
pub fn restoring(data: &Path) -> PathBuf {
    data.join("restoring")
}

/// Writes a whole file or nothing: a new file beside it, flushed to the disk, then renamed. It belongs to the owner of the
/// file in whose place it comes, or else of the folder, and nobody else may read it.
pub fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    give_to_owner_of(&file, if path.exists() { path } else { folder_of(path) })?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    File::open(folder_of(path))?.sync_all()
}

/// Makes a folder that is not there yet: its owner is that of the folder around it, and nobody else may look into it.
pub fn make_folder(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder_of(path))?;
    DirBuilder::new().mode(0o700).create(path)?;
    give_to_owner_of_folder(&File::open(path)?, path)
}

/// The secret bytes of a key of the node: made once, readable by the node alone.
pub fn kept_key(folder: &Path, name: &str, make: impl FnOnce() -> [u8; 32]) -> anyhow::Result<Vec<u8>> {
    make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path: PathBuf = folder.join(name);
    if path.exists() {
        return std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
    }
    let key = make();
    write_durably(&path, &key).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    #[test]
    fn the_host_is_fixed_at_the_first_start() {
        let folder = std::env::temp_dir().join(format!("liengia-identity-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (now, entropy) = (Timestamp::from_seconds(1), SeededEntropy::new(1));
        let first = Identity::open(&folder, "a.vn", now, &entropy).unwrap();
        assert_eq!(Identity::open(&folder, "a.vn", now, &entropy).unwrap(), first);
        assert!(matches!(
            Identity::open(&folder, "b.vn", now, &entropy),
            Err(IdentityError::HostChanged { .. })
        ));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
