//! The ZIP around an export, of the one form that this program writes: stored entries, ZIP64, one behind the other from
//! the first byte on, then the directory.
//!
//! Promises: every byte that is not content follows from names, lengths, places and checksums, so that a changed one is
//! found: what is read must be what would be written. It never holds content and never reads another program's archive.

use crate::segment::ReadAt;
use std::ops::Range;

/// Most entries of an export.
pub const MAX_ENTRIES: usize = 4096;
/// Most bytes of an entry's name.
pub(super) const MAX_NAME: usize = 240;

/// Bytes of a local header without its name, of what follows content, of a directory entry without its name, and of the
/// three records at the very end.
const LOCAL: u64 = 30 + 20;
const BEHIND: u64 = 24;
const LISTED: u64 = 46 + 28;
const END: u64 = 56 + 20 + 22;

/// Version 4.5 (ZIP64); lengths and checksum stand behind the content too, names are UTF-8; stored; 1980-01-01.
const COMMON: [u8; 10] = [45, 0, 0x08, 0x08, 0, 0, 0, 0, 0x21, 0];

/// An entry: its name, and where its content lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Where its local header begins.
    pub(super) at: u64,
    pub(super) length: u64,
    pub(super) crc: u32,
}

/// A file that is no export of this program, or one whose directory was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadZip {
    /// It cannot be read.
    #[error("the file cannot be read: {0}; copy it again from where it came from")]
    Unreadable(String),
    /// It does not end as an export does.
    #[error(
        "the last {END} bytes of the file are not the end of an export: it was cut, changed or is another kind of file"
    )]
    End,
    /// More entries than [`MAX_ENTRIES`], or a directory that is too long for so many.
    #[error("the file names more entries than an export has")]
    TooMany,
    /// The directory is not as this program writes it.
    #[error("the list of contents was changed at byte {} of the file", .0.start)]
    Directory(Range<u64>),
    /// A name that is no export's.
    #[error("the list of contents has a name, at byte {} of the file, that would lie outside of it or stands twice", .0.start)]
    Name(Range<u64>),
}

impl From<std::io::Error> for BadZip {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Entry {
    /// What stands before its content.
    pub(super) fn before(&self) -> Vec<u8> {
        let mut to = b"PK\x03\x04".to_vec();
        to.extend(COMMON);
        to.extend([0; 4]);
        to.extend([0xFF; 8]);
        to.extend(self.name_length());
        to.extend([20, 0]);
        to.extend(self.name.as_bytes());
        to.extend([1, 0, 16, 0]);
        to.extend(self.length.to_le_bytes());
        to.extend(self.length.to_le_bytes());
        to
    }

    /// What stands behind its content.
    pub(super) fn behind(&self) -> Vec<u8> {
        let (crc, length) = (self.crc.to_le_bytes(), self.length.to_le_bytes());
        [&b"PK\x07\x08"[..], &crc, &length, &length].concat()
    }

    /// What the directory says of it.
    fn listed(&self) -> Vec<u8> {
        let mut to = b"PK\x01\x02\x2d\x03".to_vec();
        to.extend(COMMON);
        to.extend(self.crc.to_le_bytes());
        to.extend([0xFF; 8]);
        to.extend(self.name_length());
        to.extend([28, 0]);
        to.extend([0; 6]);
        to.extend((0o100_644_u32 << 16).to_le_bytes());
        to.extend([0xFF; 4]);
        to.extend(self.name.as_bytes());
        to.extend([1, 0, 24, 0]);
        for number in [self.length, self.length, self.at] {
            to.extend(number.to_le_bytes());
        }
        to
    }

    /// Where its content lies.
    pub(super) const fn content(&self) -> Range<u64> {
        let start = self.at.saturating_add(LOCAL + self.name.len() as u64);
        start..start.saturating_add(self.length)
    }

    /// Where the next entry or the directory begins.
    pub(super) const fn end(&self) -> u64 {
        self.content().end.saturating_add(BEHIND)
    }

    fn name_length(&self) -> [u8; 2] {
        // No longer than MAX_NAME, which fits.
        u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes()
    }
}

/// The directory and the records behind it.
pub(super) fn directory(entries: &[Entry]) -> Vec<u8> {
    let start = entries.last().map_or(0, Entry::end);
    let mut to: Vec<u8> = entries.iter().flat_map(Entry::listed).collect();
    let length = to.len() as u64;
    let count = (entries.len() as u64).to_le_bytes();
    to.extend(b"PK\x06\x06");
    to.extend(44_u64.to_le_bytes());
    to.extend([45, 3, 45, 0]);
    to.extend([0; 8]);
    to.extend([count, count, length.to_le_bytes(), start.to_le_bytes()].as_flattened());
    to.extend(b"PK\x06\x07\0\0\0\0");
    to.extend(start.saturating_add(length).to_le_bytes());
    to.extend([1, 0, 0, 0]);
    to.extend(b"PK\x05\x06\0\0\0\0");
    to.extend([0xFF; 12]);
    to.extend([0; 2]);
    to
}

/// Whether a name may stand in an export: at most one folder deep, and a plain name on every system.
pub(super) fn is_plain(name: &str) -> bool {
    let part = |part: &str| {
        let odd = |letter: char| letter.is_control() || "\\/:*?\"<>|".contains(letter);
        !part.is_empty() && !part.starts_with('.') && !part.ends_with(['.', ' ']) && !part.contains(odd)
    };
    name.len() <= MAX_NAME && name.split('/').count() <= 2 && name.split('/').all(part)
}

/// The entries of an export, in order. They lie one behind the other and fill the file; local headers were not looked at.
pub(super) fn entries(file: &(impl ReadAt + ?Sized)) -> Result<Vec<Entry>, BadZip> {
    let length = file.length()?;
    let end_at = length.checked_sub(END).ok_or(BadZip::End)?;
    let end = read(file, end_at, END)?;
    let (count, size, start) = (number(&end, 32), number(&end, 40), number(&end, 48));
    if start.checked_add(size) != Some(end_at) || !end.starts_with(b"PK\x06\x06") {
        return Err(BadZip::End);
    }
    let count = usize::try_from(count).ok().filter(|count| *count <= MAX_ENTRIES).ok_or(BadZip::TooMany)?;
    if size > count as u64 * (LISTED + MAX_NAME as u64) {
        return Err(BadZip::TooMany);
    }
    let directory_bytes = read(file, start, size + END)?;
    let mut found: Vec<Entry> = Vec::new();
    let mut rest = &directory_bytes[..];
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..count {
        let at = start + (directory_bytes.len() - rest.len()) as u64;
        let here = at..(at + LISTED).min(end_at);
        let (entry, after) = listed(rest).ok_or_else(|| BadZip::Directory(here.clone()))?;
        if !is_plain(&entry.name) || !names.insert(entry.name.to_lowercase()) {
            return Err(BadZip::Name(here));
        }
        if entry.at != found.last().map_or(0, Entry::end) || entry.end() > start {
            return Err(BadZip::Directory(here));
        }
        rest = after;
        found.push(entry);
    }
    let expected = directory(&found);
    let differs = expected.iter().zip(&directory_bytes).position(|(one, other)| one != other);
    match differs {
        None if expected.len() == directory_bytes.len() => Ok(found),
        place => {
            let at = start + place.unwrap_or_else(|| expected.len().min(directory_bytes.len())) as u64;
            Err(BadZip::Directory(at..at + 1))
        }
    }
}

/// A directory entry, and what is behind it; none if it is not whole.
fn listed(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let name_length = usize::from(u16::from_le_bytes(bytes.get(28..30)?.try_into().ok()?));
    let name = std::str::from_utf8(bytes.get(46..46 + name_length)?).ok()?.to_owned();
    let (extra, rest) = bytes.get(46 + name_length..)?.split_at_checked(28)?;
    let crc = u32::from_le_bytes(bytes.get(16..20)?.try_into().ok()?);
    Some((Entry { name, at: number(extra, 20), length: number(extra, 4), crc }, rest))
}

fn number(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(u64::MAX, |bytes| u64::from_le_bytes(*bytes))
}

/// So many bytes; the caller has bounded them.
pub(super) fn read(file: &(impl ReadAt + ?Sized), at: u64, length: u64) -> Result<Vec<u8>, BadZip> {
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| BadZip::End)?];
    let count = file.read_at(&mut bytes, at)?;
    if count == bytes.len() { Ok(bytes) } else { Err(BadZip::End) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(names: &[&str]) -> (Vec<u8>, Vec<Entry>) {
        let (mut bytes, mut entries) = (Vec::new(), Vec::new());
        for name in names {
            let entry = Entry { name: (*name).into(), at: bytes.len() as u64, length: 3, crc: 7 };
            bytes.extend([&entry.before()[..], b"abc", &entry.behind()].concat());
            entries.push(entry);
        }
        bytes.extend(directory(&entries));
        (bytes, entries)
    }

    #[test]
    fn what_is_written_reads_back_and_every_changed_byte_of_the_directory_is_refused() {
        let (bytes, written) = made(&["Cổng A/1.mp4", "manifest.json"]);
        assert_eq!(entries(&bytes[..]), Ok(written.clone()));
        let start = usize::try_from(written[1].end()).unwrap();
        for at in start..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let found = entries(&changed[..]);
                // A checksum is compared with the one behind the content.
                assert!(
                    found.is_err()
                        || found
                            .unwrap()
                            .iter()
                            .any(|one| one.crc != 7
                                || one.name != "manifest.json" && one.name != "Cổng A/1.mp4"),
                    "{at}"
                );
            }
        }
        for cut in 0..bytes.len() {
            assert!(entries(&bytes[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn names_that_lead_out_or_stand_twice_are_refused() {
        for name in ["../x", "/x", "a/../x", "a/b/c", "a\\b", "C:x", "", "a/", "x\0", ".hidden", "a\n", "a ."]
        {
            assert!(matches!(entries(&made(&[name]).0[..]), Err(BadZip::Name(_))), "{name:?}");
        }
        assert!(matches!(entries(&made(&["a", "A"]).0[..]), Err(BadZip::Name(_))));
        assert!(matches!(entries(&made(&[&"x".repeat(241)]).0[..]), Err(BadZip::TooMany | BadZip::Name(_))));
    }

    #[test]
    fn lying_lengths_overlaps_and_endless_directories_are_refused() {
        let (bytes, written) = made(&["a", "b"]);
        let body = usize::try_from(written[1].end()).unwrap();
        let with = |entries: &[Entry]| [&bytes[..body], &directory(entries)].concat();
        for (at, length) in [(0, 3), (u64::MAX, 3), (written[1].at, u64::MAX), (written[1].at, 4)] {
            let mut lying = written.clone();
            (lying[1].at, lying[1].length) = (at, length);
            assert!(entries(&with(&lying)[..]).is_err(), "{at} {length}");
        }
        let mut many = bytes.clone();
        let end = many.len() - 98;
        many[end + 32..end + 40].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(entries(&many[..]), Err(BadZip::TooMany));
    }
}
