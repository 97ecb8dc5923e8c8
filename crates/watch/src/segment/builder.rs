//! A fragment while packets arrive: the payload is written where it will lie, and closing only adds what is around it.
//!
//! Promises: no copy of a payload byte and no allocation between [`Builder::new`] and [`Builder::close`] if `expected`
//! was right; whoever appends more than was asked for, or cuts what was recorded, gets a fragment that is still whole.
//! What no sample claims is not recorded. It never looks into a sample and never takes the time.

use super::{
    Buffers, Fragment, Hash, Header,
    header::{HEADER, HEADER_BOX, TRAILER, Trailer, fragment_length},
};
use crate::fmp4::{Between, Boxes, PAGE, Sample, Table, Track};
use sha2::{Digest as _, Sha256};

/// From this many bytes of payload on a fragment is full.
pub const FULL: usize = 8 * 1024 * 1024;
/// No fragment has more bytes of payload.
pub const MAX_PAYLOAD: usize = 16 * 1024 * 1024;

/// Bytes of `prft` (14496-12 §8.16.5).
const PRFT: usize = 32;
/// Most bytes of the `moof`: what `uuid`, `prft`, the smallest `free` and the header of `mdat` leave of the first page.
const MOOF_ROOM: usize = HEADER - HEADER_BOX - PRFT - 8 - 8;
/// Most bytes behind the payload: padding and trailer.
const CLOSING: usize = 8 + TRAILER + PAGE;
/// Seconds from 1900, where NTP begins, to 1970.
const NTP_EPOCH: i64 = 2_208_988_800;

/// Why a sample was not recorded. Close the fragment and bring it to the next, with [`Builder::split_last`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No room is left.
    #[error("the fragment is full")]
    Full,
    /// The payload does not end with so many bytes that belong to no other sample, or there are none.
    #[error("the payload does not hold the sample")]
    Missing,
}

/// A fragment that is being filled.
#[derive(Debug)]
pub struct Builder {
    /// Slack up to a page, room for the first page, payload.
    buffer: Vec<u8>,
    /// Where the fragment begins in the buffer.
    start: usize,
    table: Table,
    /// Bytes of payload up to the end of the last sample.
    recorded: usize,
    home: Buffers,
    moved: u32,
}

impl Builder {
    /// A fragment for which `expected` bytes of payload are expected; its buffer is from `home` and goes back there.
    pub fn new(home: &Buffers, expected: usize) -> Self {
        let buffer = home.take(PAGE + HEADER + expected.min(MAX_PAYLOAD) + CLOSING);
        let mut builder = Self {
            buffer,
            start: 0,
            table: Table::new(MOOF_ROOM),
            recorded: 0,
            home: home.clone(),
            moved: 0,
        };
        builder.start = page_in(&builder.buffer);
        builder.buffer.resize(builder.start + HEADER, 0);
        builder
    }

    /// Where to append the next `room` bytes of payload at the most; what is there already must stay, except for bytes
    /// behind the last sample, which may be cut again.
    pub fn payload(&mut self, room: usize) -> &mut Vec<u8> {
        let needed = self.buffer.len().saturating_add(room).saturating_add(CLOSING);
        if needed > self.buffer.capacity() {
            self.move_to(needed.max(self.buffer.capacity().saturating_mul(2)));
        }
        &mut self.buffer
    }

    /// Records the last `length` bytes of the payload as a sample that is shown at `timestamp`, in units of its track's
    /// clock since the file's beginning (what is before it counts as 0). Pictures come in decode order. Bytes between the
    /// sample before and this one are nobody's from now on: let no sound in between the packets of one picture.
    pub fn sample(&mut self, track: Track, timestamp: i64, length: usize, key: bool) -> Result<(), Refused> {
        let end = self.payload_length();
        let offset = end.checked_sub(length).filter(|offset| *offset >= self.recorded && length > 0);
        let offset = offset.ok_or(Refused::Missing)?;
        if end > MAX_PAYLOAD {
            return Err(Refused::Full);
        }
        let number = |bytes| u32::try_from(bytes).map_err(|_| Refused::Full);
        let (offset, length) = (number(offset)?, number(length)?);
        let key = key || track == Track::Sound;
        if !self.table.push(Sample { track, key, offset, length, time: timestamp.max(0) }) {
            return Err(Refused::Full);
        }
        self.recorded = end;
        Ok(())
    }

    /// Whether the next sample may be refused: close the fragment before it.
    pub fn is_full(&self) -> bool {
        self.table.is_full() || self.recorded >= FULL
    }

    /// Whether no sample was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.table.samples().is_empty()
    }

    /// How long the fragment will be, in bytes, if nothing more is recorded.
    pub const fn length(&self) -> u64 {
        fragment_length(self.recorded as u64)
    }

    /// How often the payload had to be moved because `expected` was too low.
    pub const fn moved(&self) -> u32 {
        self.moved
    }

    /// Moves the last `length` bytes of the payload, or as many as belong to no sample, to the end of `next`'s: a key
    /// picture begins a fragment, and that it is one is known only when it is there.
    pub fn split_last(&mut self, length: usize, next: &mut Self) {
        let free = self.payload_length().saturating_sub(self.recorded);
        let from = self.buffer.len() - length.min(free);
        let moving = self.buffer.get(from..).unwrap_or_default();
        next.payload(moving.len()).extend_from_slice(moving);
        self.buffer.truncate(from);
    }

    /// Closes the fragment: what `header` says of it (except `key`, which the first picture says), and what lies around
    /// it in its file. None if it is empty.
    pub fn close(mut self, mut header: Header, between: Between) -> Option<Fragment> {
        let first = self.table.first()?;
        header.key = self.table.begins_with_key();
        // Bytes that were cut although a sample claims them are zeros: the table still fits.
        self.buffer.resize(self.start + HEADER + self.recorded, 0);
        if page_in(&self.buffer) != self.start || self.buffer.capacity() - self.buffer.len() < CLOSING {
            self.move_to(self.buffer.len() + CLOSING); // Somebody appended more than was asked for.
        }
        let moof = self.table.moof(sequence(header.number), between);
        let moof_start = HEADER.checked_sub(8 + moof.bytes.len())?;
        let page = first_page(&header, first, &moof.bytes, self.recorded)?;
        self.buffer.get_mut(self.start..)?.first_chunk_mut::<HEADER>()?.copy_from_slice(&page);
        let hash = self.finish()?;
        let bytes = self.start..self.buffer.len();
        let media = self.start + moof_start..self.start + HEADER + self.recorded;
        Some(Fragment {
            header,
            hash,
            duration: moof.duration,
            samples: self.table.samples().len(),
            decoded: moof.decoded,
            buffer: self.buffer,
            bytes,
            media,
            home: self.home,
        })
    }

    /// Adds padding and trailer behind the payload; gives the hash.
    fn finish(&mut self) -> Option<Hash> {
        let length = usize::try_from(fragment_length(self.recorded as u64)).ok()?;
        let padding = length - HEADER - self.recorded - TRAILER;
        self.buffer.extend_from_slice(&u32::try_from(padding).ok()?.to_be_bytes());
        self.buffer.extend_from_slice(b"free");
        self.buffer.resize(self.start + length - TRAILER, 0);
        self.buffer.extend_from_slice(&Trailer::before_hash());
        let hash: Hash = Sha256::digest(self.buffer.get(self.start..)?).into();
        self.buffer.extend_from_slice(&hash);
        Some(hash)
    }

    fn payload_length(&self) -> usize {
        self.buffer.len().saturating_sub(self.start + HEADER)
    }

    /// Moves all to a buffer of at least this capacity, and to a page in it.
    fn move_to(&mut self, capacity: usize) {
        let mut larger = self.home.take(PAGE + capacity);
        let start = page_in(&larger);
        larger.resize(start, 0);
        larger.extend_from_slice(self.buffer.get(self.start..).unwrap_or_default());
        self.start = start;
        self.home.give(std::mem::replace(&mut self.buffer, larger));
        self.moved += 1;
    }
}

/// How many bytes into this memory the next page begins. Where that cannot be known, at its beginning.
fn page_in(memory: &[u8]) -> usize {
    Some(memory.as_ptr().align_offset(PAGE)).filter(|offset| *offset < PAGE).unwrap_or(0)
}

fn sequence(number: u64) -> u32 {
    u32::try_from(number & 0xFFFF_FFFF).unwrap_or(u32::MAX)
}

/// The first page of a fragment; none if the `moof` is too long for it, which a [`Table`] does not allow.
fn first_page(header: &Header, first: (Track, i64), moof: &[u8], payload: usize) -> Option<[u8; HEADER]> {
    let mut to = Boxes::with_capacity(HEADER);
    header.write(&mut to);
    reference_time(&mut to, first, header.wall_us);
    let free = HEADER.checked_sub(to.len() + moof.len() + 8).filter(|free| *free >= 8)?;
    to.free(free);
    to.bytes(moof);
    to.u32(u32::try_from(payload + 8).ok()?);
    to.bytes(b"mdat");
    to.into_bytes().try_into().ok()
}

/// The producer reference time (14496-12 §8.16.5), flags 24: the wall clock when the first picture was taken.
fn reference_time(to: &mut Boxes, (track, first): (Track, i64), wall_us: i64) {
    to.full(*b"prft", 1, 24, |to| {
        to.u32(track.id());
        let seconds = wall_us.div_euclid(1_000_000).saturating_add(NTP_EPOCH);
        let fraction = u64::try_from(wall_us.rem_euclid(1_000_000)).unwrap_or(0);
        // NTP's seconds have 32 bits and go round in 2036.
        to.u32(u32::try_from(seconds.rem_euclid(1 << 32)).unwrap_or(0));
        to.u32(u32::try_from((fraction << 32) / 1_000_000).unwrap_or(0));
        to.u64(u64::try_from(first).unwrap_or(0));
    });
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{file, fragment, header},
        *,
    };
    use std::sync::Arc;

    fn picture(builder: &mut Builder, time: i64, length: usize) -> Result<(), Refused> {
        builder.payload(length).extend(std::iter::repeat_n(b'p', length));
        builder.sample(Track::Pictures, time, length, time == 0)
    }

    fn is_at_a_page(fragment: &Fragment) -> bool {
        fragment.bytes().as_ptr().align_offset(PAGE) == 0 && fragment.bytes().len().is_multiple_of(PAGE)
    }

    #[test]
    fn a_payload_as_large_as_expected_is_never_moved() {
        let buffers = Buffers::new(1);
        let mut builder = Builder::new(&buffers, 600_000);
        let (at, capacity) = (builder.buffer.as_ptr(), builder.buffer.capacity());
        for place in 0..60 {
            picture(&mut builder, place * 3000, 10_000).unwrap();
        }
        assert_eq!((builder.buffer.as_ptr(), builder.buffer.capacity()), (at, capacity));
        assert_eq!(builder.moved(), 0);
        let fragment = builder.close(header(0, [0; 32]), Between::default()).unwrap();
        assert_eq!((fragment.buffer.as_ptr(), fragment.buffer.capacity()), (at, capacity));
        assert!(is_at_a_page(&fragment));
        assert_eq!(fragment.samples, 60);
    }

    #[test]
    fn the_same_samples_give_the_same_bytes_wherever_they_lay() {
        let whole = fragment(&Buffers::new(1), 0, [0; 32]);
        for expected in [0, 1, 700, 5000, 100_000] {
            let mut builder = Builder::new(&Buffers::new(0), expected);
            for place in 0..5 {
                picture(&mut builder, place * 3600, 600 - 100 * usize::try_from(place).unwrap()).unwrap();
                builder.payload(160).extend([b's'; 160]);
                builder.sample(Track::Sound, place * 320, 160, false).unwrap();
            }
            let one = builder
                .close(
                    header(0, [0; 32]),
                    Between { until: [Some(5 * 3600), Some(5 * 320)], ..Between::default() },
                )
                .unwrap();
            assert!(is_at_a_page(&one));
            assert!(one.bytes() == whole.bytes() && one.hash == whole.hash, "{expected}");
        }
    }

    #[test]
    fn whoever_appends_more_than_was_asked_for_still_gets_whole_pages() {
        for mischief in 0..4 {
            let mut builder = Builder::new(&Buffers::new(1), 0);
            picture(&mut builder, 0, 100).unwrap();
            let bytes = builder.payload(0);
            match mischief {
                0 => bytes.extend(vec![0; 1_000_000]),
                1 => bytes.clear(),
                2 => *bytes = Vec::new(),
                _ => bytes.truncate(9),
            }
            let refused = builder.sample(Track::Pictures, 9, 0, false);
            assert_eq!(refused, Err(Refused::Missing));
            let fragment = builder.close(header(0, [0; 32]), Between::default()).unwrap();
            assert!(is_at_a_page(&fragment));
            assert_eq!(fragment.bytes().len(), 8192);
            let stored = [&file(0..0, [0; 32]).0, fragment.bytes()].concat();
            assert!(super::super::verify([&stored[..]], None).is_ok());
        }
    }

    #[test]
    fn a_key_picture_that_is_already_there_begins_the_next_fragment() {
        let buffers = Buffers::new(2);
        let mut builder = Builder::new(&buffers, 5000);
        picture(&mut builder, 0, 100).unwrap();
        builder.payload(50).extend([b'k'; 50]);
        let mut next = Builder::new(&buffers, 5000);
        builder.split_last(50, &mut next);
        builder.split_last(50, &mut next); // Nothing is left to be moved: what is recorded stays.
        next.sample(Track::Pictures, 3600, 50, true).unwrap();
        let first = builder
            .close(header(0, [0; 32]), Between { until: [Some(3600), None], ..Between::default() })
            .unwrap();
        let second = next.close(header(1, first.hash), Between::default()).unwrap();
        assert_eq!((first.duration, first.samples, second.samples), (3600, 1, 1));
        assert!(second.header.key);
        assert!(second.bytes()[HEADER..HEADER + 50].iter().all(|byte| *byte == b'k'));
    }

    #[test]
    fn a_full_fragment_says_so_before_it_refuses() {
        let mut builder = Builder::new(&Buffers::new(0), 5000);
        let mut count = 0;
        while !builder.is_full() {
            picture(&mut builder, count * 3600, 10).unwrap();
            builder.payload(10).extend([0; 10]);
            builder.sample(Track::Sound, count * 320, 10, true).unwrap();
            count += 1;
        }
        assert!(count > 60, "{count} pictures and sound frames in turn");
        let mut large = Builder::new(&Buffers::new(0), 5000);
        picture(&mut large, 0, FULL).unwrap();
        assert!(large.is_full());
        assert_eq!(picture(&mut large, 9, FULL), Ok(()));
        assert_eq!(picture(&mut large, 9, 1), Err(Refused::Full));
        assert!(Builder::new(&Buffers::new(0), 0).close(header(0, [0; 32]), Between::default()).is_none());
    }

    #[test]
    fn the_buffer_goes_round_when_the_last_who_held_the_fragment_lets_go() {
        let buffers = Buffers::new(2);
        let fragment = Arc::new(fragment(&buffers, 0, [0; 32]));
        let at = fragment.buffer.as_ptr();
        let watched = Arc::clone(&fragment);
        drop(fragment);
        assert_eq!(buffers.waiting(), 0);
        drop(watched);
        assert_eq!(buffers.waiting(), 1);
        assert_eq!(Builder::new(&buffers, 3000).buffer.as_ptr(), at);
    }

    #[test]
    fn the_wall_clock_stands_in_the_header_and_for_players() {
        let fragment = fragment(&Buffers::new(1), 0, [0; 32]);
        let boxes: Vec<_> = crate::fmp4::boxes(fragment.bytes()).map(Result::unwrap).collect();
        let kinds: Vec<_> = boxes.iter().map(|one| &one.kind).collect();
        assert_eq!(kinds, [b"uuid", b"prft", b"free", b"moof", b"mdat", b"free", b"uuid"]);
        assert_eq!(boxes[4].start + 8, HEADER);
        assert_eq!(boxes[6].start + TRAILER, fragment.bytes().len());
        let seconds = u32::from_be_bytes(boxes[1].content[8..12].try_into().unwrap());
        assert_eq!(u64::from(seconds), 1_800_000_000 + 2_208_988_800);
        assert_eq!(crate::fmp4::boxes(fragment.media()).count(), 2);
    }
}
