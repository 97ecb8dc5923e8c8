//! SHA-256 of two things at once, on one thread.
//!
//! Promises: the same hashes as one after the other. A processor's instructions for SHA-256 mostly wait for one another:
//! those of a second hash fill the time, and two take some three quarters of it (measured beside `sha2` and `ring`, which
//! are alike). Where a processor has no such instructions, nothing is lost.

use crate::segment::Hash;
use sha2::block_api::compress256;
use std::slice;

/// What is hashed at a time.
type Block = [u8; 64];

/// The first 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
const BEGIN: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A hash that is being made.
#[derive(Clone, Debug)]
pub(super) struct Hashing {
    state: [u32; 8],
    /// How many bytes there were, and those that do not fill a block yet.
    bytes: u64,
    rest: Vec<u8>,
}

impl Hashing {
    pub(super) const fn new() -> Self {
        Self { state: BEGIN, bytes: 0, rest: Vec::new() }
    }

    /// The next bytes of two hashes.
    pub(super) fn both((one, bytes): (&mut Self, &[u8]), (other, others): (&mut Self, &[u8])) {
        let (blocks, others) = (one.blocks(bytes), other.blocks(others));
        let together = blocks.len().min(others.len());
        for (block, of_other) in blocks.iter().zip(others) {
            compress256(&mut one.state, slice::from_ref(block));
            compress256(&mut other.state, slice::from_ref(of_other));
        }
        compress256(&mut one.state, &blocks[together..]);
        compress256(&mut other.state, &others[together..]);
    }

    /// The next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let blocks = self.blocks(bytes);
        compress256(&mut self.state, blocks);
    }

    /// Keeps what fills no block; gives the blocks that come before it.
    fn blocks<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [Block] {
        self.bytes += bytes.len() as u64;
        if !self.rest.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(64 - self.rest.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if let ([block], []) = self.rest.as_chunks() {
                compress256(&mut self.state, slice::from_ref(block));
                self.rest.clear();
            }
        }
        let (blocks, rest) = bytes.as_chunks();
        self.rest.extend_from_slice(rest);
        blocks
    }

    /// The hash.
    pub(super) fn end(mut self) -> Hash {
        let bits = (self.bytes * 8).to_be_bytes();
        let mut last = std::mem::take(&mut self.rest);
        last.push(0x80);
        last.resize((last.len() + bits.len()).next_multiple_of(64) - bits.len(), 0);
        last.extend(bits);
        compress256(&mut self.state, last.as_chunks().0);
        let mut hash = Hash::default();
        for (to, word) in hash.as_chunks_mut().0.iter_mut().zip(self.state) {
            *to = word.to_be_bytes();
        }
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::hash_of;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_at_once_are_the_same_as_each_alone(
            one in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
            other in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 6..7),
        ) {
            let (mut first, mut second) = (Hashing::new(), Hashing::new());
            for (place, bytes) in other.iter().enumerate() {
                let beside = one.get(place).map_or(&[][..], Vec::as_slice);
                Hashing::both((&mut first, beside), (&mut second, bytes));
            }
            let mut alone = Hashing::new();
            for bytes in &one {
                alone.update(bytes);
            }
            prop_assert_eq!(first.end(), hash_of(&one.concat()));
            prop_assert_eq!(alone.end(), hash_of(&one.concat()));
            prop_assert_eq!(second.end(), hash_of(&other.concat()));
        }
    }
}
