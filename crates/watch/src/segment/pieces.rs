//! A file from front to back, in pieces, for those who hash all of it.
//!
//! Promises: reads each byte once, a piece at a time, and holds one piece.

use super::{
    Bad, Hash, Header, ReadAt,
    header::{FirstPage, HEADER, TRAILER, Trailer},
};
use sha2::{Digest as _, Sha256};

/// Bytes that are read at a time.
const PIECE: usize = 1024 * 1024;

/// A piece of memory that files are read through.
pub(super) struct Piece(Vec<u8>);

impl Piece {
    pub(super) fn new() -> Self {
        Self(vec![0; PIECE])
    }
}

/// A file that is being read.
pub(super) struct Pieces<'a, F> {
    file: &'a F,
    piece: &'a mut [u8],
    /// What was read and not yet taken, in `piece`.
    start: usize,
    end: usize,
    /// Where `start` lies in the file, and where the file ends.
    at: u64,
    length: u64,
}

/// A fragment whose hash fits.
pub(super) struct Whole {
    pub(super) header: Header,
    pub(super) hash: Hash,
}

/// A fragment that is bad, and its number if that much can be read.
pub(super) struct Flawed {
    pub(super) number: Option<u64>,
    pub(super) bad: Bad,
}

impl<'a, F: ReadAt> Pieces<'a, F> {
    /// The file from `at` on.
    pub(super) fn new(file: &'a F, at: u64, piece: &'a mut Piece) -> Result<Self, Bad> {
        Ok(Self { file, piece: &mut piece.0, start: 0, end: 0, at, length: file.length()? })
    }

    /// Where it is.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> u64 {
        self.length.saturating_sub(self.at)
    }

    /// What is there to be taken, at least `least` bytes of it (no more than a page).
    fn ahead(&mut self, least: usize) -> Result<&[u8], Bad> {
        if self.end - self.start < least {
            self.piece.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            let from = self.at + self.end as u64;
            self.end += self.file.read_at(&mut self.piece[self.end..], from)?;
        }
        let ahead = self.piece.get(self.start..self.end).filter(|ahead| ahead.len() >= least);
        ahead.ok_or(Bad::Cut)
    }

    fn take(&mut self, count: usize) {
        self.start += count;
        self.at += count as u64;
    }

    /// Takes the next `count` bytes and adds them to a hash.
    pub(super) fn hash(&mut self, mut count: u64, into: &mut Sha256) -> Result<(), Bad> {
        while count > 0 {
            let ahead = self.ahead(1)?;
            let now = ahead.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            into.update(&ahead[..now]);
            self.take(now);
            count -= now as u64;
        }
        Ok(())
    }

    /// Takes the next fragment, and checks that its hash fits.
    pub(super) fn fragment(&mut self) -> Result<Whole, Flawed> {
        let unread = |bad| Flawed { number: None, bad };
        let left = self.left();
        let ahead = self.ahead(HEADER).map_err(unread)?;
        let page = ahead.first_chunk::<HEADER>().ok_or(unread(Bad::Cut))?;
        let first = FirstPage::read(page).map_err(|flaw| unread(flaw.into()))?;
        let (header, length) = (first.header, first.length());
        let hash = if length > left { Err(Bad::Cut) } else { self.trailing_hash(length) };
        match hash {
            Ok(hash) => Ok(Whole { header, hash }),
            Err(bad) => Err(Flawed { number: Some(header.number), bad }),
        }
    }

    fn trailing_hash(&mut self, length: u64) -> Result<Hash, Bad> {
        let mut hasher = Sha256::new();
        self.hash(length - TRAILER as u64, &mut hasher)?;
        let ahead = self.ahead(TRAILER)?;
        let trailer = ahead.first_chunk::<TRAILER>().ok_or(Bad::Cut)?;
        hasher.update(&trailer[..TRAILER - 32]);
        let told = Trailer::read(trailer).ok_or(Bad::NoTrailer)?;
        self.take(TRAILER);
        if Hash::from(hasher.finalize()) == told.hash { Ok(told.hash) } else { Err(Bad::Hash) }
    }
}
