//! The parts of a file of footage: its init segment, its fragments, and what is damaged.
//!
//! Promises: they lie one behind the other and leave no byte out; of a hostile file it reads one page for each, and holds
//! none.

use super::Damaged;
use crate::{
    fmp4::{Flaw, PAGE},
    segment::{Bad, HEADER, Hash, ReadAt, fragment_length},
};
use std::{io, iter::Peekable, ops::Range, slice};

/// A part of a file of footage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it lies in the exported file.
    pub(super) at: u64,
    pub(super) length: u64,
    /// Where it is read, in what is read.
    pub(super) from: u64,
    pub(super) kind: Kind,
}

/// What a part is, before it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The init segment.
    Init,
    /// A fragment, if its hash fits.
    Fragment,
    /// What was damaged when it was exported, and had this hash.
    Damaged(Hash),
    /// What the manifest calls damaged, but no part begins there. It is not read.
    Misplaced,
    /// None of them. It is not read.
    Broken(Bad),
}

impl Part {
    pub(super) const fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    pub(super) const fn is_read(&self) -> bool {
        matches!(self.kind, Kind::Init | Kind::Fragment | Kind::Damaged(_))
    }
}

/// The parts to export of a recorded file of this length: its init segment and some of its fragments, in order, as offset
/// and length. None if the file does not have them.
pub(super) fn recorded(init_bytes: u64, fragments: &[(u64, u64)], length: u64) -> Option<Vec<Part>> {
    let mut parts = vec![Part { at: 0, length: init_bytes, from: 0, kind: Kind::Init }];
    for (from, bytes) in fragments {
        let before = parts.last()?;
        let end = from.checked_add(*bytes)?;
        if *from < before.from + before.length || end > length || *bytes == 0 {
            return None;
        }
        parts.push(Part { at: before.end(), length: *bytes, from: *from, kind: Kind::Fragment });
    }
    (init_bytes > 0 && parts.len() > 1).then_some(parts)
}

/// The parts of an exported file, as its own first pages and the manifest tell.
pub(super) struct Exported<'a, F: ?Sized> {
    zip: &'a F,
    content: Range<u64>,
    init_bytes: u64,
    damaged: Peekable<slice::Iter<'a, Damaged>>,
    at: u64,
}

impl<'a, F: ReadAt + ?Sized> Exported<'a, F> {
    /// The file that lies there in the ZIP.
    pub(super) fn new(zip: &'a F, content: Range<u64>, init_bytes: u64, damaged: &'a [Damaged]) -> Self {
        Self { zip, content, init_bytes, damaged: damaged.iter().peekable(), at: 0 }
    }

    const fn left(&self) -> u64 {
        self.content.end - self.content.start - self.at
    }

    fn part(&mut self, length: u64, kind: Kind) -> Part {
        let at = self.at;
        self.at += length;
        Part { at, length, from: self.content.start + at, kind }
    }

    /// What the manifest calls damaged and begins before the next part, or there.
    fn damaged(&mut self) -> Option<Part> {
        let (at, left) = (self.at, self.left());
        let one = self.damaged.next_if(|one| one.offset <= at || left == 0)?;
        if one.offset == at && (1..=left).contains(&one.length) {
            return Some(self.part(one.length, Kind::Damaged(one.sha256)));
        }
        Some(Part { at: one.offset, length: one.length, from: 0, kind: Kind::Misplaced })
    }

    /// A fragment, as its first page tells. Behind one that cannot be told apart nothing can.
    fn fragment(&mut self) -> io::Result<Part> {
        let mut page = [0; HEADER];
        let left = self.left();
        let read = self.zip.read_at(&mut page, self.content.start + self.at)?;
        if left < HEADER as u64 || read < HEADER {
            return Ok(self.part(left, Kind::Broken(Bad::Cut)));
        }
        Ok(match told(&page) {
            Some(length) if length <= left => self.part(length, Kind::Fragment),
            Some(_) => self.part(left, Kind::Broken(Bad::Cut)),
            None => self.part(left, Kind::Broken(Bad::Boxes(Flaw::Length))),
        })
    }
}

impl<F: ReadAt + ?Sized> Iterator for Exported<'_, F> {
    type Item = io::Result<Part>;

    fn next(&mut self) -> Option<Self::Item> {
        let left = self.left();
        if self.at == 0 && self.init_bytes > 0 && left > 0 {
            let whole = self.init_bytes <= left;
            let kind = if whole { Kind::Init } else { Kind::Broken(Bad::NoInit) };
            return Some(Ok(self.part(self.init_bytes.min(left), kind)));
        }
        if let Some(damaged) = self.damaged() {
            return Some(Ok(damaged));
        }
        (left > 0).then(|| self.fragment())
    }
}

/// How long a fragment is whose first page this is, if the box of its payload is where it belongs.
fn told(page: &[u8; HEADER]) -> Option<u64> {
    let (length, kind) = page.last_chunk::<8>()?.split_first_chunk::<4>()?;
    let payload = u64::from(u32::from_be_bytes(*length)).checked_sub(8)?;
    (kind == b"mdat").then(|| fragment_length(payload)).filter(|length| *length >= (HEADER + PAGE) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damaged(offset: u64, length: u64) -> Damaged {
        Damaged { offset, length, sha256: [7; 32], why: "torn".into() }
    }

    /// An init segment, and pages that each say how much payload comes with them.
    fn file(payloads: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; PAGE];
        for payload in payloads {
            let start = bytes.len();
            bytes.resize(start + HEADER - 8, 0);
            bytes.extend((payload + 8).to_be_bytes());
            bytes.extend(b"mdat");
            bytes.resize(start + usize::try_from(fragment_length(u64::from(*payload))).unwrap(), 0);
        }
        bytes
    }

    fn parts(bytes: &[u8], damaged: &[Damaged]) -> Vec<(u64, u64, Kind)> {
        let parts = Exported::new(bytes, 0..bytes.len() as u64, 4096, damaged);
        parts.map(Result::unwrap).map(|part| (part.at, part.length, part.kind)).collect()
    }

    #[test]
    fn parts_leave_no_byte_out_whatever_a_page_says() {
        let bytes = file(&[100, 9000, 1]);
        let whole = [(0, 4096, Kind::Init), (4096, 8192, Kind::Fragment), (12_288, 16_384, Kind::Fragment)];
        assert_eq!(parts(&bytes, &[])[..3], whole);
        assert_eq!(parts(&bytes, &[])[3], (28_672, 8192, Kind::Fragment));
        for cut in 1..bytes.len() {
            let found = parts(&bytes[..cut], &[]);
            assert_eq!(found.iter().map(|(_, length, _)| length).sum::<u64>(), cut as u64, "{cut}");
        }
        let mut lost = bytes.clone();
        lost[12_288 + 4095] = b'x';
        assert_eq!(parts(&lost, &[])[2], (12_288, 24_576, Kind::Broken(Bad::Boxes(Flaw::Length))));
        lost[12_288 + 4088] = 0x7F;
        lost[12_288 + 4095] = b't';
        assert_eq!(parts(&lost, &[])[2], (12_288, 24_576, Kind::Broken(Bad::Cut)));
    }

    #[test]
    fn what_was_damaged_is_a_part_where_one_begins_and_nowhere_else() {
        let bytes = file(&[100, 9000, 1]);
        let kinds = |damaged: &[Damaged]| -> Vec<Kind> {
            parts(&bytes, damaged).into_iter().map(|(_, _, kind)| kind).collect()
        };
        let (init, fragment, told) = (Kind::Init, Kind::Fragment, Kind::Damaged([7; 32]));
        assert_eq!(kinds(&[damaged(12_288, 16_384)]), [&init, &fragment, &told, &fragment].map(Clone::clone));
        for (offset, length) in [(0, 4096), (12_287, 5), (12_288, 0), (12_288, u64::MAX), (u64::MAX, 1)] {
            assert!(kinds(&[damaged(offset, length)]).contains(&Kind::Misplaced), "{offset}");
        }
    }
}
