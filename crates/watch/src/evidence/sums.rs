//! Two threads go through the parts of a file. Each takes the next two parts, reads both a block at a time, hashes them
//! side by side and, for an export, writes them to their place.
//!
//! Promises: each byte is read once and hashed once, and what is written is what was hashed; what is told of the parts
//! comes in their order. It holds two blocks a thread, and of a part that waits for its turn only what was found.

use super::{
    hashing::Hashing,
    parts::{Kind, Part},
};
use crate::{
    fmp4::{Flaw, PAGE},
    segment::{Bad, FragmentInfo, HEADER, Hash, Header, ReadAt, TRAILER, walk},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    sync::{Mutex, PoisonError},
    thread,
};

/// Bytes that are read at a time: so few that they are still in the processor's cache when they are hashed and written.
const BLOCK: usize = 512 * 1024;

/// What was made of a part's bytes.
#[derive(Debug)]
pub(super) struct Sum {
    /// Of a fragment the hash that it should bear: of all bytes but the last 32. Otherwise of all bytes.
    pub(super) hash: Hash,
    /// Of a fragment what it says of itself, if its hash and its boxes fit.
    pub(super) header: Result<Header, Bad>,
    /// The checksum of what was written.
    pub(super) crc: crc32fast::Hasher,
}

/// Why they did not go on to the end.
#[derive(Debug)]
pub(super) enum Stop {
    /// What is read cannot be read.
    Read(io::Error),
    /// It ends before the part does.
    Short,
    /// It cannot be written.
    Write(io::Error),
}

/// Where parts are read and, in an export, written: the ZIP, and where the file's content begins in it.
pub(super) struct Way<'a, F: ?Sized> {
    pub(super) from: &'a F,
    pub(super) to: Option<(&'a File, u64)>,
}

/// What the threads share.
struct Shared<'a> {
    parts: &'a mut (dyn Iterator<Item = io::Result<Part>> + Send),
    each: &'a mut (dyn FnMut(&Part, &Sum) + Send),
    /// How many parts were handed out, and how many were told of.
    taken: usize,
    told: usize,
    early: BTreeMap<usize, (Part, Sum)>,
    /// No more parts are handed out.
    over: bool,
    stop: Option<Stop>,
}

impl<F: ReadAt + Sync + ?Sized> Way<'_, F> {
    /// Goes through these parts; `each` is told of one after the other.
    pub(super) fn go(
        &self,
        parts: &mut (dyn Iterator<Item = io::Result<Part>> + Send),
        each: &mut (dyn FnMut(&Part, &Sum) + Send),
    ) -> Result<(), Stop> {
        let shared =
            Shared { parts, each, taken: 0, told: 0, early: BTreeMap::new(), over: false, stop: None };
        let shared = Mutex::new(shared);
        thread::scope(|scope| {
            scope.spawn(|| self.work(&shared));
            self.work(&shared);
        });
        shared.into_inner().unwrap_or_else(PoisonError::into_inner).stop.map_or(Ok(()), Err)
    }

    fn work(&self, shared: &Mutex<Shared<'_>>) {
        let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lanes = [Lane::new(), Lane::new()];
        loop {
            for lane in &mut lanes {
                if lane.part.is_none() {
                    lane.begin(lock().next());
                }
            }
            let read = lanes.each_mut().map(|lane| lane.read(self));
            if let Some(stop) = read.into_iter().find_map(Result::err) {
                lock().stop.get_or_insert(stop);
                return;
            }
            let [one, other] = &mut lanes;
            Hashing::both(one.hash(), other.hash());
            for lane in &mut lanes {
                if let Some((place, part, sum)) = lane.end() {
                    lock().put(place, part, sum);
                }
            }
            if lanes.iter().all(|lane| lane.part.is_none()) && lock().over {
                return;
            }
        }
    }

    /// The hash of all bytes of what lies there.
    pub(super) fn hash(&self, from: u64, length: u64) -> Result<Hash, Stop> {
        let mut lane = Lane::new();
        lane.begin(Some((0, Part { at: 0, length, from, kind: Kind::Init })));
        loop {
            lane.read(self)?;
            let (hashing, bytes) = lane.hash();
            hashing.update(bytes);
            if let Some((_, _, sum)) = lane.end() {
                return Ok(sum.hash);
            }
        }
    }
}

/// A part on its way through a thread.
struct Lane {
    /// Its place among the parts.
    part: Option<(usize, Part)>,
    /// How many bytes of it were read before those in the block, and how many are in the block.
    done: u64,
    count: usize,
    block: Vec<u8>,
    hashing: Hashing,
    crc: crc32fast::Hasher,
    ends: Ends,
}

impl Lane {
    fn new() -> Self {
        let (hashing, crc) = (Hashing::new(), crc32fast::Hasher::new());
        Self { part: None, done: 0, count: 0, block: vec![0; BLOCK], hashing, crc, ends: Ends::default() }
    }

    fn begin(&mut self, part: Option<(usize, Part)>) {
        (self.part, self.done, self.count) = (part, 0, 0);
        (self.hashing, self.crc) = (Hashing::new(), crc32fast::Hasher::new());
        self.ends = Ends::default();
    }

    /// Reads the next block, and writes it.
    fn read<F: ReadAt + ?Sized>(&mut self, way: &Way<'_, F>) -> Result<(), Stop> {
        self.done += self.count as u64;
        self.count = 0;
        let Some((_, part)) = self.part.as_ref().filter(|(_, part)| part.is_read()) else { return Ok(()) };
        let most = upto(part.length - self.done, &self.block);
        self.count = way.from.read_at(&mut self.block[..most], part.from + self.done).map_err(Stop::Read)?;
        let bytes = self.block.get(..self.count).unwrap_or_default();
        if bytes.is_empty() && most > 0 {
            return Err(Stop::Short);
        }
        if let Some((to, start)) = way.to {
            self.crc.update(bytes);
            to.write_all_at(bytes, start + part.at + self.done).map_err(Stop::Write)?;
        }
        if part.kind == Kind::Fragment {
            self.ends.take(part.length, self.done, bytes);
        }
        Ok(())
    }

    /// What is to be hashed of the block.
    fn hash(&mut self) -> (&mut Hashing, &[u8]) {
        let part = self.part.as_ref();
        let hashed = part.map_or(0, |(_, part)| {
            if part.kind == Kind::Fragment { part.length.saturating_sub(32) } else { part.length }
        });
        let bytes = self.block.get(..self.count).unwrap_or_default();
        (&mut self.hashing, &bytes[..upto(hashed.saturating_sub(self.done), bytes)])
    }

    /// What was made of the part, if that was all of it.
    fn end(&mut self) -> Option<(usize, Part, Sum)> {
        let done = self.done + self.count as u64;
        let (place, part) = self.part.take_if(|(_, part)| !part.is_read() || done == part.length)?;
        let hash = std::mem::replace(&mut self.hashing, Hashing::new()).end();
        let sum = Sum { hash, header: self.ends.header(hash), crc: self.crc.clone() };
        self.count = 0;
        Some((place, part, sum))
    }
}

/// So many of these bytes, or all.
fn upto(count: u64, bytes: &[u8]) -> usize {
    usize::try_from(count).map_or(bytes.len(), |count| count.min(bytes.len()))
}

impl Shared<'_> {
    fn next(&mut self) -> Option<(usize, Part)> {
        let part = if self.over || self.stop.is_some() { None } else { self.parts.next() };
        match part {
            Some(Ok(part)) => {
                self.taken += 1;
                return Some((self.taken - 1, part));
            }
            Some(Err(error)) => self.stop = Some(Stop::Read(error)),
            None => {}
        }
        self.over = true;
        None
    }

    /// Keeps what was found, and tells of all whose turn it is.
    fn put(&mut self, place: usize, part: Part, sum: Sum) {
        self.early.insert(place, (part, sum));
        while let Some((part, sum)) = self.early.remove(&self.told) {
            (self.each)(&part, &sum);
            self.told += 1;
        }
    }
}

/// The first page and the last bytes of a fragment.
#[derive(Default)]
struct Ends {
    length: u64,
    page: Vec<u8>,
    trailer: Vec<u8>,
}

impl Ends {
    /// The bytes of a fragment of this length from there on.
    fn take(&mut self, length: u64, from: u64, bytes: &[u8]) {
        self.length = length;
        let page = bytes.get(..bytes.len().min(HEADER.saturating_sub(self.page.len())));
        self.page.extend_from_slice(page.unwrap_or_default());
        let tail = self.length.saturating_sub(TRAILER as u64).saturating_sub(from);
        self.trailer.extend_from_slice(&bytes[upto(tail, bytes)..]);
    }

    /// What it says of itself, if these bytes are the ends of a fragment with this hash.
    fn header(&self, hash: Hash) -> Result<Header, Bad> {
        if self.length < (HEADER + PAGE) as u64 {
            return Err(Bad::Boxes(Flaw::Length));
        }
        let FragmentInfo { header, hash: told, length, .. } = walk(self).next().ok_or(Bad::Cut)??;
        if told == hash && length == self.length { Ok(header) } else { Err(Bad::Hash) }
    }
}

/// The smallest init segment; what it says is asked by nobody here.
const NO_INIT: [u8; 24] = *b"\0\0\0\x08ftyp\0\0\0\x08moov\0\0\x0f\xf0free";

/// A file of this one fragment, of which no payload is at hand.
impl ReadAt for Ends {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let page = PAGE as u64;
        let parts =
            [(0, &NO_INIT[..]), (page, &self.page), (page + self.length - TRAILER as u64, &self.trailer)];
        let part = parts.iter().rfind(|(start, _)| *start <= offset);
        part.map_or(Ok(0), |(start, bytes)| (**bytes).read_at(into, offset - start))
    }

    fn length(&self) -> io::Result<u64> {
        Ok(PAGE as u64 + self.length)
    }
}
