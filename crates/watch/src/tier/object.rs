//! A file that is read from the store, by ranges.
//!
//! Promises: what it gives is what was sealed, byte for byte, or an error; a reader that goes on where it ended asks the store
//! once for each stretch. It holds the stretch that was read last, and no more.

use super::{
    Name, Tier, TierError,
    sealed::{BLOCK, HEAD, Seal, plain_length, salt, sealed_length},
};
use crate::segment::ReadAt;
use std::{
    fmt, io,
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// Bytes of a file that are asked for at a time, at most.
const MOST: u64 = 4 * 1024 * 1024;

/// A file in the store.
#[derive(Clone)]
pub struct Object {
    tier: Tier,
    name: Name,
    length: u64,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("name", &self.name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.length) == (other.name, other.length)
    }
}

impl Eq for Object {}

impl Object {
    /// A file of this length.
    pub const fn new(tier: Tier, name: Name, length: u64) -> Self {
        Self { tier, name, length }
    }

    /// A file whose object has this length; none if there is no such file.
    pub fn listed(tier: Tier, name: Name, sealed: u64) -> Option<Self> {
        Some(Self { tier, name, length: plain_length(sealed)? })
    }

    /// How long the file is.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Asks for its beginning, and lets the rest be read.
    pub fn open(&self) -> Result<Remote, TierError> {
        let end = sealed_length(self.length.min(BLOCK));
        let bytes = self.tier.get(&self.name, 0..end)?;
        let salt = salt(&bytes).ok_or(TierError::Sealed)?;
        let seal = self.tier.shared.seal.of(&self.name, &salt, self.length).ok_or(TierError::Sealed)?;
        let head = usize::try_from(HEAD).map_err(|_| TierError::Sealed)?;
        let plain = seal.open(0, bytes.get(head..).unwrap_or_default()).ok_or(TierError::Sealed)?;
        let last = Mutex::new(Stretch { at: 0, plain });
        Ok(Remote { object: self.clone(), seal, last, trouble: Mutex::default() })
    }
}

/// A file that is read from the store.
pub struct Remote {
    object: Object,
    seal: Seal,
    /// What was read last.
    last: Mutex<Stretch>,
    trouble: Mutex<Option<TierError>>,
}

struct Stretch {
    at: u64,
    plain: Vec<u8>,
}

impl Stretch {
    /// Copies what it has from there on; how many bytes.
    fn copy(&self, into: &mut [u8], from: u64) -> usize {
        let skipped = from.checked_sub(self.at).and_then(|skipped| usize::try_from(skipped).ok());
        let bytes = skipped.and_then(|skipped| self.plain.get(skipped..)).unwrap_or_default();
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        count
    }
}

impl Remote {
    /// What went wrong last while it was read.
    pub fn trouble(&self) -> Option<TierError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn noted(&self, error: TierError) -> io::Error {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        error.into()
    }

    /// Asks for the blocks that hold these bytes.
    fn fetch(&self, plain: &Range<u64>) -> Result<Stretch, TierError> {
        let (sealed, first) = self.seal.covering(plain);
        let wanted = sealed.end - sealed.start;
        let bytes = self.object.tier.get(&self.object.name, sealed)?;
        if bytes.len() as u64 != wanted {
            return Err(TierError::Sealed);
        }
        let plain = self.seal.open(first, &bytes).ok_or(TierError::Sealed)?;
        Ok(Stretch { at: first * BLOCK, plain })
    }
}

impl ReadAt for Remote {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = 0;
        while let Some(left) = into.get_mut(done..).filter(|left| !left.is_empty()) {
            let from = offset.saturating_add(done as u64);
            if from >= self.object.length {
                break;
            }
            let mut count = last().copy(left, from);
            if count == 0 {
                let wanted = from..from.saturating_add(MOST.min(left.len() as u64)).min(self.object.length);
                let stretch = self.fetch(&wanted).map_err(|error| self.noted(error))?;
                count = stretch.copy(left, from);
                *last() = stretch;
            }
            if count == 0 {
                return Err(self.noted(TierError::Sealed));
            }
            done += count;
        }
        Ok(done)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.object.length)
    }
}
