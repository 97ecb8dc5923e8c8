//! The parts of a file in their order: that its fragments are one chain, and which of them are damaged. Export and check
//! use the same.
//!
//! Promises: whatever part is given, the next one is judged too; what is found stays small.

use super::{
    Chain,
    parts::{Kind, Part},
    sums::Sum,
};
use crate::segment::{Bad, Hash};
use sha2::{Digest as _, Sha256};
use std::ops::Range;

/// Most ranges of damage that are told apart in a file; the last one takes in all that follows.
pub(super) const MAX_DAMAGED: usize = 256;

/// A range of a file that is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) why: Bad,
}

/// What was found when all parts have come by.
#[derive(Debug)]
pub(super) struct Found {
    /// The hash of the init segment.
    pub(super) init: Hash,
    /// The chain through the whole fragments.
    pub(super) chain: Option<Chain>,
    /// The hash over length (8 bytes, big endian) and hash of each whole fragment, in order.
    pub(super) fragments: Hash,
    /// How many fragments are whole.
    pub(super) whole: u64,
    /// What is damaged, and was not called so before.
    pub(super) damage: Vec<Damage>,
    /// The first range that was damaged before and is not as it was then.
    pub(super) changed: Option<Range<u64>>,
}

/// A file whose parts come by.
pub(super) struct Fragments {
    camera: [u8; 16],
    /// What the next fragment must name, if that is known.
    previous: Option<Hash>,
    list: Sha256,
    end: u64,
    found: Found,
}

impl Fragments {
    /// A camera's file. `previous`: what the first fragment must name, if that is known.
    pub(super) fn new(camera: [u8; 16], previous: Option<Hash>) -> Self {
        let (init, fragments) = (Hash::default(), Hash::default());
        let found = Found { init, chain: None, fragments, whole: 0, damage: Vec::new(), changed: None };
        Self { camera, previous, list: Sha256::new(), end: 0, found }
    }

    /// The next part, and what was made of its bytes.
    pub(super) fn take(&mut self, part: &Part, sum: &Sum) {
        let told = match &part.kind {
            Kind::Init => {
                self.found.init = sum.hash;
                Ok(())
            }
            Kind::Fragment => self.fragment(part.length, sum),
            Kind::Damaged(hash) => {
                self.previous = None;
                if *hash != sum.hash {
                    self.found.changed.get_or_insert(part.at..part.end());
                }
                Ok(())
            }
            Kind::Misplaced => {
                self.found.changed.get_or_insert(part.at..part.end());
                return;
            }
            Kind::Broken(bad) => Err(bad.clone()),
        };
        if let Err(bad) = told {
            self.damaged(part, bad);
        }
        self.end = part.end();
    }

    /// Whether a fragment is whole and follows the one before it.
    fn fragment(&mut self, length: u64, sum: &Sum) -> Result<(), Bad> {
        if self.is_full() {
            return Ok(());
        }
        let previous = self.previous.take();
        let header = sum.header.clone()?;
        self.previous = Some(sum.hash);
        let last = self.found.chain.map(|chain| chain.last_fragment);
        if header.camera != self.camera {
            Err(Bad::Camera)
        } else if previous.is_some_and(|previous| previous != header.previous) {
            Err(Bad::Previous)
        } else if last.is_some_and(|last| last >= header.number) {
            Err(Bad::Number)
        } else if header.init != self.found.init {
            Err(Bad::Init)
        } else {
            let chain = self.found.chain.get_or_insert(Chain {
                first_fragment: header.number,
                last_fragment: header.number,
                previous_hash: header.previous,
                first_hash: sum.hash,
                last_hash: sum.hash,
            });
            (chain.last_fragment, chain.last_hash) = (header.number, sum.hash);
            self.list.update(length.to_be_bytes());
            self.list.update(sum.hash);
            self.found.whole += 1;
            Ok(())
        }
    }

    /// Whether the last range takes in all that follows.
    const fn is_full(&self) -> bool {
        self.found.damage.len() >= MAX_DAMAGED
    }

    fn damaged(&mut self, part: &Part, why: Bad) {
        let full = self.is_full();
        match self.found.damage.last_mut() {
            Some(last) if full || last.why == why && last.offset + last.length == part.at => {
                last.length = part.end() - last.offset;
            }
            _ => self.found.damage.push(Damage { offset: part.at, length: part.length, why }),
        }
    }

    /// No more parts come.
    pub(super) fn end(mut self) -> Found {
        let full = self.is_full();
        if let Some(last) = self.found.damage.last_mut().filter(|_| full) {
            last.length = self.end - last.offset;
        }
        self.found.fragments = self.list.finalize().into();
        self.found
    }
}
