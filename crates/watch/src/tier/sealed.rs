//! How a file is sealed: in blocks, so that any part of it can be read alone.
//!
//! ```text
//! object  0   "LGTIER1\0"
//!         8   32 random bytes
//!        40   blocks: 65,536 bytes of the file and 16 of their seal; the last one is shorter
//! ```
//!
//! Promises: each object has a key of its own, made from the node's key, the random bytes and the file's name
//! (HKDF-SHA256); a block opens only in its own place, the last one only as the last (AES-256-GCM). What is read may be cut,
//! changed or hostile, and is then nothing.

use super::Name;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use std::{fmt, ops::Range, sync::Arc};

/// Bytes of the file in a block.
pub(super) const BLOCK: u64 = 65_536;
/// Bytes of a block's seal.
const TAG: u64 = 16;
/// Bytes before the first block.
pub(super) const HEAD: u64 = 40;
/// The longest head: magic and random bytes.
pub(super) type Head = [u8; 40];
/// Random bytes of an object.
pub(super) const SALT: usize = 32;

const MAGIC: &[u8; 8] = b"LGTIER1\0";
/// What the node's key is used for here, and for nothing else.
const PURPOSE: &[u8] = b"liengia footage in the tier, 1";

/// The key that all objects' keys are made from. Clones are the same key.
#[derive(Clone)]
pub struct SealKey(Arc<[u8; 32]>);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

impl SealKey {
    /// The key, from 32 secret bytes of the node.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Arc::new(secret))
    }

    /// What seals and opens the blocks of a file of this length, under random bytes that were never used before.
    pub(super) fn of(&self, name: &Name, salt: &[u8; SALT], length: u64) -> Option<Seal> {
        let bound = name.bound();
        let info = [PURPOSE, &bound];
        let made = Salt::new(HKDF_SHA256, salt).extract(&*self.0);
        let key = UnboundKey::from(made.expand(&info, &AES_256_GCM).ok()?);
        Some(Seal { key: LessSafeKey::new(key), length })
    }
}

/// The bytes before the first block.
pub(super) fn head(salt: &[u8; SALT]) -> Head {
    let mut head = [0; 40];
    head[..8].copy_from_slice(MAGIC);
    head[8..].copy_from_slice(salt);
    head
}

/// The random bytes of an object that begins so; none if it is none of ours.
pub(super) fn salt(head: &[u8]) -> Option<[u8; SALT]> {
    head.strip_prefix(MAGIC)?.first_chunk().copied()
}

/// How many blocks a file of this length has.
const fn blocks(length: u64) -> u64 {
    if length == 0 { 1 } else { length.div_ceil(BLOCK) }
}

/// How long the object of a file of this length is.
pub(super) const fn sealed_length(length: u64) -> u64 {
    HEAD.saturating_add(length).saturating_add(blocks(length).saturating_mul(TAG))
}

/// How long the file is whose object has this length; none if there is no such file.
pub(super) const fn plain_length(sealed: u64) -> Option<u64> {
    let Some(blocks) = sealed.checked_sub(HEAD) else { return None };
    let Some(length) = blocks.checked_sub(blocks.div_ceil(BLOCK + TAG) * TAG) else { return None };
    if sealed_length(length) == sealed { Some(length) } else { None }
}

/// Seals and opens the blocks of one object.
pub(super) struct Seal {
    key: LessSafeKey,
    length: u64,
}

impl Seal {
    /// The last block's place.
    fn last(&self) -> u64 {
        blocks(self.length) - 1
    }

    /// Where in the object the blocks lie that hold these bytes of the file, and which is the first.
    pub(super) fn covering(&self, plain: &Range<u64>) -> (Range<u64>, u64) {
        let first = plain.start / BLOCK;
        let last = (plain.end.saturating_sub(1) / BLOCK).min(self.last());
        let end = if last == self.last() { sealed_length(self.length) } else { at(last + 1) };
        (at(first)..end, first)
    }

    fn nonce(&self, block: u64) -> Nonce {
        let mut bytes = [0; 12];
        bytes[0] = u8::from(block == self.last());
        bytes[4..].copy_from_slice(&block.to_be_bytes());
        Nonce::assume_unique_for_key(bytes)
    }

    /// Seals the block in this place, appended to `to`; false if that cannot be.
    pub(super) fn seal(&self, block: u64, plain: &[u8], to: &mut Vec<u8>) -> bool {
        let mut bytes = plain.to_vec();
        let sealed = self.key.seal_in_place_append_tag(self.nonce(block), Aad::empty(), &mut bytes);
        to.extend_from_slice(&bytes);
        sealed.is_ok()
    }

    /// Opens blocks that follow one another, the first in this place; none if one is not as it was sealed.
    pub(super) fn open(&self, first: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        if sealed.is_empty() {
            return None;
        }
        let mut plain = Vec::with_capacity(sealed.len());
        let size = usize::try_from(BLOCK + TAG).ok()?;
        for (block, bytes) in (first..).zip(sealed.chunks(size)) {
            let mut bytes = bytes.to_vec();
            let opened = self.key.open_in_place(self.nonce(block), Aad::empty(), &mut bytes).ok()?;
            plain.extend_from_slice(opened);
        }
        Some(plain)
    }
}

/// Where a block begins in the object.
const fn at(block: u64) -> u64 {
    HEAD + block * (BLOCK + TAG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FileName;
    use proptest::prelude::*;

    const NAME: Name = Name { camera: [1; 16], file: FileName { number: 7, wall_us: 9 } };

    fn of(name: &Name, salt: u8, length: u64) -> Seal {
        SealKey::new([5; 32]).of(name, &[salt; SALT], length).unwrap()
    }

    fn sealed(bytes: &[u8]) -> (Seal, Vec<u8>) {
        let seal = of(&NAME, 3, bytes.len() as u64);
        let mut object = head(&[3; SALT]).to_vec();
        for (block, plain) in (0..).zip(bytes.chunks(65_536)) {
            assert!(seal.seal(block, plain, &mut object));
        }
        (seal, object)
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    #[test]
    fn any_part_opens_alone_and_is_what_was_sealed() {
        let plain = bytes(3 * 65_536 + 100);
        let (seal, object) = sealed(&plain);
        assert_eq!(object.len() as u64, sealed_length(plain.len() as u64));
        assert_eq!(salt(&object), Some([3; SALT]));
        for range in [0..1_u64, 65_535..65_537, 65_536..131_072, 196_608..196_708, 0..196_708] {
            let (at, first) = seal.covering(&range);
            let at = usize::try_from(at.start).unwrap()..usize::try_from(at.end).unwrap();
            let opened = seal.open(first, &object[at]).unwrap();
            let from = usize::try_from(range.start - first * BLOCK).unwrap();
            let length = usize::try_from(range.end - range.start).unwrap();
            let start = usize::try_from(range.start).unwrap();
            assert_eq!(opened[from..from + length], plain[start..start + length]);
        }
        assert!(!object.windows(16).any(|window| window == &plain[1000..1016]));
    }

    #[test]
    fn nothing_opens_elsewhere_otherwise_or_with_another_key() {
        let plain = bytes(2 * 65_536);
        let (seal, object) = sealed(&plain);
        let block = 65_536 + 16;
        let first = &object[40..40 + block];
        assert!(seal.open(0, first).is_some());
        assert!(seal.open(1, first).is_none(), "in another place");
        assert!(of(&NAME, 4, 131_072).open(0, first).is_none(), "under other random bytes");
        let other = Name { camera: [2; 16], ..NAME };
        assert!(of(&other, 3, 131_072).open(0, first).is_none(), "of another camera");
        assert!(of(&NAME, 3, 65_536).open(0, first).is_none(), "as the last of a shorter file");
        for at in [0, 100, block - 1] {
            let mut changed = first.to_vec();
            changed[at] ^= 1;
            assert!(seal.open(0, &changed).is_none());
            assert!(seal.open(0, &first[..at]).is_none());
        }
        assert_eq!(format!("{:?}", SealKey::new([5; 32])), "SealKey(..)");
    }

    proptest! {
        #[test]
        fn the_length_of_an_object_tells_that_of_its_file(length in 0_u64..10_000_000_000) {
            prop_assert_eq!(plain_length(sealed_length(length)), Some(length));
        }

        #[test]
        fn no_length_is_a_panic(sealed in any::<u64>()) {
            let length = plain_length(sealed);
            prop_assert!(length.is_none_or(|length| sealed_length(length) == sealed));
        }
    }
}
