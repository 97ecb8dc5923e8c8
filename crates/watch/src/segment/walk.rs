//! From fragment to fragment through a file, by their first pages and trailers alone.
//!
//! Promises: reads some 4 KiB a fragment, never a payload; ends at the first thing that is none. It checks no hash: that
//! is `verify` and `tail`.

use super::{
    Bad, Hash, Header, ReadAt,
    header::{FirstPage, HEADER, TRAILER, Trailer},
    read_at::exactly,
};
use crate::fmp4::{Fields, MAX_INIT, PAGE, SampleInfo, Track};
use std::ops::Range;

/// A fragment in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentInfo {
    /// Where it begins in the file, in bytes.
    pub offset: u64,
    /// How long it is, in bytes: always whole pages.
    pub length: u64,
    /// What it says of itself: camera, number, wall clock, key picture, gap, the hashes before it.
    pub header: Header,
    /// The hash that it bears; whether it fits was not checked.
    pub hash: Hash,
    /// How long its pictures last, in units of their clock; 0 without pictures.
    pub duration: u64,
    /// Where its payload lies in the file.
    pub payload: Range<u64>,
    /// Its samples, pictures first, each track in decode order; `offset` counts from the beginning of the fragment.
    pub samples: Vec<SampleInfo>,
}

/// The fragments of a file, until the first that is none.
pub fn walk<F: ReadAt>(file: F) -> Fragments<F> {
    Fragments { file, state: State::Before }
}

/// See [`walk`].
#[derive(Debug)]
pub struct Fragments<F> {
    file: F,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Before,
    At(u64),
    Over,
}

impl<F: ReadAt> Iterator for Fragments<F> {
    type Item = Result<FragmentInfo, Bad>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = match self.state {
            State::Before => init_length(&self.file).and_then(|init| fragment_at(&self.file, init)),
            State::At(offset) => fragment_at(&self.file, offset),
            State::Over => Ok(None),
        };
        self.state = match &found {
            Ok(Some(fragment)) => State::At(fragment.offset + fragment.length),
            Ok(None) | Err(_) => State::Over,
        };
        found.transpose()
    }
}

/// How long the init segment is with which a file begins: `ftyp`, `moov` and `free`, together whole pages.
pub fn init_length(file: &(impl ReadAt + ?Sized)) -> Result<u64, Bad> {
    let mut at = 0;
    for kind in [*b"ftyp", *b"moov", *b"free"] {
        let head: [u8; 8] = exactly(file, at)?.ok_or(Bad::NoInit)?;
        let mut fields = Fields(&head);
        let length = u64::from(fields.u32()?);
        if fields.array::<4>()? != kind || length < 8 {
            return Err(Bad::NoInit);
        }
        at += length;
    }
    let whole = at.is_multiple_of(PAGE as u64) && at <= MAX_INIT as u64 && at <= file.length()?;
    if whole { Ok(at) } else { Err(Bad::NoInit) }
}

/// The fragment that begins at `offset`; none if the file ends there.
pub fn fragment_at(file: &(impl ReadAt + ?Sized), offset: u64) -> Result<Option<FragmentInfo>, Bad> {
    let left = file.length()?.saturating_sub(offset);
    if left == 0 {
        return Ok(None);
    }
    let page: [u8; HEADER] = exactly(file, offset)?.ok_or(Bad::Cut)?;
    let first = FirstPage::read(&page)?;
    let length = first.length();
    if length > left {
        return Err(Bad::Cut);
    }
    let trailer = exactly(file, offset + length - TRAILER as u64)?.ok_or(Bad::Cut)?;
    let trailer = Trailer::read(&trailer).ok_or(Bad::NoTrailer)?;
    let samples = first.samples()?;
    let pictures = samples.iter().filter(|sample| sample.track == Track::Pictures);
    let payload = offset + HEADER as u64;
    Ok(Some(FragmentInfo {
        offset,
        length,
        header: first.header,
        hash: trailer.hash,
        duration: pictures.map(|sample| u64::from(sample.duration)).sum(),
        payload: payload..payload + first.payload,
        samples,
    }))
}

#[cfg(test)]
mod tests {
    use super::{super::testing::file, *};
    use proptest::prelude::*;

    #[test]
    fn a_walk_tells_of_each_fragment_what_was_recorded() {
        let (bytes, end) = file(0..4, [0; 32]);
        let found: Vec<_> = walk(&bytes[..]).map(Result::unwrap).collect();
        assert_eq!(found.len(), 4);
        assert_eq!(found[3].hash, end);
        assert!(found.windows(2).all(|pair| pair[1].header.previous == pair[0].hash));
        let third = &found[3];
        assert!(third.header.key && third.header.gap);
        assert_eq!((third.offset, third.length, third.duration), (4096 + 3 * 8192, 8192, 5 * 3600));
        assert_eq!(
            (third.payload.start, third.payload.end),
            (third.offset + 4096, third.offset + 4096 + 2800)
        );
        let pictures: Vec<_> = third.samples.iter().filter(|one| one.track == Track::Pictures).collect();
        assert_eq!(pictures.len(), 5);
        for (place, picture) in pictures.iter().enumerate() {
            assert_eq!(picture.presentation, (15 + i64::try_from(place).unwrap()) * 3600);
            assert_eq!((picture.duration, picture.key), (3600, place == 0));
            let at = usize::try_from(i64::try_from(third.offset).unwrap() + picture.offset).unwrap();
            let end = at + usize::try_from(picture.length).unwrap();
            assert!(bytes[at..end].iter().all(|byte| *byte == b'p') && bytes[end] == b's');
        }
    }

    #[test]
    fn a_walk_ends_at_the_first_thing_that_is_no_fragment() {
        let (mut bytes, _) = file(0..3, [0; 32]);
        bytes[4096 + 8192 + 4] ^= 1;
        let found: Vec<_> = walk(&bytes[..]).collect();
        assert!(matches!(found[..], [Ok(_), Err(Bad::Boxes(_))]));
        assert_eq!(walk(&b"no file of ours"[..]).collect::<Vec<_>>(), [Err(Bad::NoInit)]);
    }

    proptest! {
        #[test]
        fn whatever_a_first_page_claims_its_samples_lie_in_its_payload(
            changes in prop::collection::vec((0_usize..600, any::<u8>()), 1..4),
        ) {
            let (mut bytes, _) = file(0..1, [0; 32]);
            for (at, byte) in changes {
                bytes[4096 + 4096 - 1 - at] = byte;
            }
            for fragment in walk(&bytes[..]).flatten() {
                let payload = fragment.payload.start - fragment.offset..fragment.payload.end - fragment.offset;
                for sample in fragment.samples {
                    let start = u64::try_from(sample.offset).unwrap();
                    let end = start + u64::from(sample.length);
                    prop_assert!(payload.contains(&start) && end <= payload.end);
                }
            }
        }
    }
}
