//! A file is sent, part by part, and looked at once more before anybody relies on it.
//!
//! Promises: two parts are in memory at most; what the store says to have is compared with what was sent, by length and by
//! the sums that it made itself, or else by reading all of it back. Whatever ends this early, the caller was told the upload's
//! name before its first part went, and clears it away by that.

use super::{
    Name, Object, Tier, TierError,
    sealed::{BLOCK, SALT, Seal, head, sealed_length},
};
use crate::segment::ReadAt;
use md5::{Digest as _, Md5};
use object_store::{
    ObjectStoreExt as _, PutPayload,
    multipart::{MultipartStore as _, PartId},
};
use std::{fmt::Write as _, io, time::Duration};

/// Blocks in a part: 8 MiB of the file. S3 wants at least 5 MiB in each but the last.
const BLOCKS: u64 = 128;
/// Within this a part is sent, also over a slow line.
const SENDING: Duration = Duration::from_mins(3);
/// Within this the store begins, ends or forgets an upload.
const ASKING: Duration = Duration::from_mins(1);

/// Why a file was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// The store.
    #[error(transparent)]
    Store(#[from] TierError),
    /// The file, or what the caller keeps of the upload.
    #[error("the file cannot be sent: {0}")]
    Here(#[from] io::Error),
}

impl Tier {
    /// Sends the first `length` bytes of a file. `begun` is told the name of the upload before anything of the file goes.
    pub fn send(
        &self,
        name: &Name,
        file: &impl ReadAt,
        length: u64,
        begun: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> Result<(), Unsent> {
        let mut salt = [0; SALT];
        self.shared.entropy.fill(&mut salt);
        let seal = self.shared.seal.of(name, &salt, length).ok_or(TierError::Sealed)?;
        let (key, store) = (self.key(name), &self.shared.store);
        let upload = self.run(ASKING, store.create_multipart(&key))?;
        begun(&upload)?;
        let mut parts: Vec<PartId> = Vec::new();
        let mut sums = Md5::new();
        let mut first = 0;
        while first * BLOCK < length {
            let mut part = if first == 0 { head(&salt).to_vec() } else { Vec::new() };
            sealed(&seal, file, length, first, &mut part)?;
            sums.update(Md5::digest(&part));
            let payload = PutPayload::from(part);
            parts.push(self.run(SENDING, store.put_part(&key, &upload, parts.len(), payload))?);
            first += BLOCKS;
        }
        let expected = sum(&sums.finalize(), parts.len());
        self.run(ASKING, store.complete_multipart(&key, &upload, parts))?;
        let found = self.run(ASKING, store.head(&key))?;
        if found.size != sealed_length(length) {
            return Err(TierError::Sealed.into());
        }
        let confirmed = found.e_tag.is_some_and(|tag| tag.trim_matches('"') == expected);
        if !confirmed {
            self.compare(name, file, length)?;
        }
        Ok(())
    }

    /// Lets the store forget what was sent of a file, and what is there of it.
    pub fn clear(&self, name: &Name, upload: Option<&str>) -> Result<(), TierError> {
        if let Some(upload) = upload {
            let (key, upload) = (self.key(name), upload.to_owned());
            match self.run(ASKING, self.shared.store.abort_multipart(&key, &upload)) {
                // It was ended, or forgotten already.
                Ok(()) | Err(TierError::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        self.delete(name)
    }

    /// Reads all of it back: a store that makes its sums in another way is not taken at its word.
    fn compare(&self, name: &Name, file: &impl ReadAt, length: u64) -> Result<(), Unsent> {
        let remote = Object::new(self.clone(), *name, length).open()?;
        let size = usize::try_from(BLOCKS * BLOCK).map_err(io::Error::other)?;
        let (mut here, mut there) = (vec![0; size], vec![0; size]);
        let mut at = 0;
        while at < length {
            let most = size.min(usize::try_from(length - at).unwrap_or(size));
            let read = file.read_at(&mut here[..most], at)?;
            let sent = remote.read_at(&mut there[..most], at)?;
            if read != most || sent != most || here[..most] != there[..most] {
                return Err(TierError::Sealed.into());
            }
            at += most as u64;
        }
        Ok(())
    }
}

/// Appends the blocks of a part.
fn sealed(
    seal: &Seal,
    file: &impl ReadAt,
    length: u64,
    first: u64,
    part: &mut Vec<u8>,
) -> Result<(), Unsent> {
    let mut plain = vec![0; usize::try_from(BLOCK).map_err(io::Error::other)?];
    for block in (first..first + BLOCKS).take_while(|block| block * BLOCK < length) {
        let left = length - block * BLOCK;
        let most = usize::try_from(left.min(BLOCK)).map_err(io::Error::other)?;
        let bytes = plain.get_mut(..most).unwrap_or_default();
        if file.read_at(bytes, block * BLOCK)? != most {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        if !seal.seal(block, bytes, part) {
            return Err(TierError::Sealed.into());
        }
    }
    Ok(())
}

/// What stores call the sum of an upload in parts: MD5 over the parts' MD5, and how many there were.
fn sum(digest: &[u8], parts: usize) -> String {
    let mut text = String::new();
    for byte in digest {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    let _ = write!(text, "-{parts}");
    text
}
