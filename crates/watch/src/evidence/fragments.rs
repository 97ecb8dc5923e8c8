//! Fragments as their bytes come by: each one's own hash, and that they are one chain. Export and check use the same.
//!
//! Promises: looks at each byte once, holds one page, and goes on behind what is damaged as long as it is known where the
//! next fragment begins.

use super::Chain;
use crate::{
    fmp4::PAGE,
    segment::{Bad, FragmentInfo, HEADER, Hash, ReadAt, TRAILER, fragment_length, walk},
};
use sha2::{Digest as _, Sha256};
use std::{io, iter::Peekable, vec};

/// Most ranges of damage that are told apart in a file; the last one takes in all that follow.
pub(super) const MAX_DAMAGED: usize = 256;

/// What is known of a file before it comes by: offsets and lengths, in order.
pub(super) enum Known {
    /// Where its fragments lie.
    Fragments(Vec<(u64, u64)>),
    /// What was damaged before, and is not looked at again.
    Damaged(Vec<(u64, u64)>),
}

/// A range of a file that is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) why: Bad,
}

/// What was found when all bytes have come by.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) chain: Option<Chain>,
    pub(super) damage: Vec<Damage>,
    /// How many fragments are whole.
    pub(super) whole: u64,
}

/// A file that comes by.
pub(super) struct Fragments {
    camera: [u8; 16],
    init_bytes: u64,
    init: Sha256,
    init_hash: Hash,
    lengths: Peekable<vec::IntoIter<(u64, u64)>>,
    skipped: Peekable<vec::IntoIter<(u64, u64)>>,
    /// Where the next byte lies in the file.
    at: u64,
    /// The fragment that comes by: where it begins, its first page, how long it is once that is known, its last bytes.
    start: u64,
    page: Vec<u8>,
    length: Option<u64>,
    trailer: [u8; TRAILER],
    hasher: Sha256,
    /// Behind the fragment that comes by, nothing can be told apart.
    lost: bool,
    previous: Option<Hash>,
    found: Found,
}

impl Fragments {
    /// A camera's file that begins with an init segment of so many bytes. `previous`: what the first fragment must name,
    /// if that is known.
    pub(super) fn new(camera: [u8; 16], init_bytes: u64, known: Known, previous: Option<Hash>) -> Self {
        let (lengths, skipped) = match known {
            Known::Fragments(lengths) => (lengths, Vec::new()),
            Known::Damaged(skipped) => (Vec::new(), skipped),
        };
        Self {
            camera,
            init_bytes,
            init: Sha256::new(),
            init_hash: Hash::default(),
            lengths: lengths.into_iter().peekable(),
            skipped: skipped.into_iter().peekable(),
            at: 0,
            start: init_bytes,
            page: Vec::with_capacity(HEADER),
            length: None,
            trailer: [0; TRAILER],
            hasher: Sha256::new(),
            lost: false,
            previous,
            found: Found { chain: None, damage: Vec::new(), whole: 0 },
        }
    }

    /// The next bytes of the file.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            self.skip();
            let room = if self.lost {
                u64::MAX
            } else if self.at < self.init_bytes {
                self.init_bytes - self.at
            } else if self.at < self.start {
                self.start - self.at
            } else if let Some(length) = self.length {
                self.start + length - self.at
            } else {
                (HEADER - self.page.len()) as u64
            };
            let (now, rest) = bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
            self.part(now);
            bytes = rest;
        }
    }

    /// Moves the next fragment's beginning behind what is skipped.
    fn skip(&mut self) {
        if !self.page.is_empty() || self.lost {
            return;
        }
        while let Some((offset, length)) = self.skipped.next_if(|(offset, _)| *offset <= self.start) {
            self.start = self.start.max(offset.saturating_add(length));
            self.previous = None;
        }
    }

    /// Bytes that belong to one part of the file.
    fn part(&mut self, bytes: &[u8]) {
        let begin = self.at;
        self.at += bytes.len() as u64;
        if begin < self.init_bytes {
            self.init.update(bytes);
            if self.at == self.init_bytes {
                self.init_hash = self.init.finalize_reset().into();
            }
        } else if self.lost || begin < self.start {
            // Only the hash over the whole file speaks of these.
        } else if let Some(length) = self.length {
            self.body(begin - self.start, length, bytes);
        } else {
            self.page.extend_from_slice(bytes);
            if self.page.len() == HEADER {
                self.first_page();
            }
        }
    }

    /// The fragment's first page is there.
    fn first_page(&mut self) {
        while self.lengths.next_if(|(offset, _)| *offset < self.start).is_some() {}
        let known = self.lengths.next_if(|(offset, _)| *offset == self.start).map(|(_, length)| length);
        self.length = known.or_else(|| told(&self.page)).filter(|length| *length >= (HEADER + PAGE) as u64);
        self.hasher.update(&self.page);
        self.lost = self.length.is_none();
    }

    /// Bytes behind its first page.
    fn body(&mut self, from: u64, length: u64, bytes: &[u8]) {
        let place =
            |at: u64| usize::try_from(at.saturating_sub(from)).map_or(bytes.len(), |at| at.min(bytes.len()));
        self.hasher.update(&bytes[..place(length - 32)]);
        let tail = &bytes[place(length - TRAILER as u64)..];
        let left = usize::try_from(length - from).unwrap_or(usize::MAX).saturating_sub(bytes.len());
        if let Some(to) = TRAILER.checked_sub(left).filter(|_| !tail.is_empty()) {
            self.trailer[to - tail.len()..to].copy_from_slice(tail);
        }
        if left == 0 {
            let hash = self.hasher.finalize_reset().into();
            if let Err(bad) = self.whole(length, hash) {
                self.damaged(self.start, length, bad);
            }
            self.start = self.at;
            self.page.clear();
            self.length = None;
        }
    }

    /// A fragment has come by: whether it is whole and follows the one before it.
    fn whole(&mut self, length: u64, hash: Hash) -> Result<(), Bad> {
        let previous = self.previous.take();
        let alone = Alone { page: &self.page, trailer: &self.trailer, length };
        let FragmentInfo { header, hash: told, length: own, .. } = walk(alone).next().ok_or(Bad::Cut)??;
        if told != hash || own != length {
            return Err(Bad::Hash);
        }
        self.previous = Some(hash);
        let last = self.found.chain.map(|chain| chain.last_fragment);
        if header.camera != self.camera {
            Err(Bad::Camera)
        } else if previous.is_some_and(|previous| previous != header.previous) {
            Err(Bad::Previous)
        } else if last.is_some_and(|last| last >= header.number) {
            Err(Bad::Number)
        } else if header.init != self.init_hash {
            Err(Bad::Init)
        } else {
            let chain = self.found.chain.get_or_insert(Chain {
                first_fragment: header.number,
                last_fragment: header.number,
                previous_hash: header.previous,
                first_hash: hash,
                last_hash: hash,
            });
            (chain.last_fragment, chain.last_hash) = (header.number, hash);
            self.found.whole += 1;
            Ok(())
        }
    }

    fn damaged(&mut self, offset: u64, length: u64, why: Bad) {
        let full = self.found.damage.len() >= MAX_DAMAGED;
        match self.found.damage.last_mut() {
            Some(last) if full || last.why == why && last.offset + last.length == offset => {
                last.length = offset + length - last.offset;
            }
            _ => self.found.damage.push(Damage { offset, length, why }),
        }
    }

    /// No more bytes come.
    pub(super) fn end(mut self) -> Found {
        let left = self.at.saturating_sub(self.start);
        if self.at < self.init_bytes {
            self.damaged(0, self.at, Bad::NoInit);
        } else if self.lost {
            self.damaged(self.start, left, Bad::Boxes(crate::fmp4::Flaw::Length));
        } else if left > 0 {
            self.damaged(self.start, left, Bad::Cut);
        }
        self.found
    }
}

/// How long a fragment is whose first page this is, if the box of its payload is where it belongs.
fn told(page: &[u8]) -> Option<u64> {
    let (length, kind) = page.last_chunk::<8>()?.split_first_chunk::<4>()?;
    let payload = u64::from(u32::from_be_bytes(*length)).checked_sub(8)?;
    (kind == b"mdat").then(|| fragment_length(payload))
}

/// A fragment of which only the first page and the trailer are at hand, as a file of its own.
struct Alone<'a> {
    page: &'a [u8],
    trailer: &'a [u8; TRAILER],
    length: u64,
}

/// The smallest init segment; what it says is asked by nobody here.
const NO_INIT: [u8; 24] = *b"\0\0\0\x08ftyp\0\0\0\x08moov\0\0\x0f\xf0free";

impl ReadAt for Alone<'_> {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let page = PAGE as u64;
        let parts =
            [(0, &NO_INIT[..]), (page, self.page), (page + self.length - TRAILER as u64, self.trailer)];
        let part = parts.iter().rfind(|(start, _)| *start <= offset);
        part.map_or(Ok(0), |(start, bytes)| (**bytes).read_at(into, offset - start))
    }

    fn length(&self) -> io::Result<u64> {
        Ok(PAGE as u64 + self.length)
    }
}
