//! A single picture or sound frame as a fragment of its own, for those who watch while the recorded one is still open
//! (a CMAF chunk, 23000-19 §7.3.2.3).
//!
//! Promises: it plays after the init segment of its camera, in order of decode time. It is never stored.

use super::{
    Boxes, Track,
    moof::{self, Entry, Traf},
};

/// What a player is told of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its track.
    pub track: Track,
    /// Counts up with each chunk of this viewer, from 1.
    pub sequence: u32,
    /// When it is decoded, in units of the track's clock; the same as `presentation` for a camera that sends its
    /// pictures in the order in which they are shown.
    pub decode: u64,
    /// When it is shown, in the same units.
    pub presentation: i64,
    /// How long it lasts, in the same units: an estimate, the next chunk's time overrides it.
    pub duration: u32,
    /// Whether a decoder can begin with it.
    pub key: bool,
}

/// A `moof` and an `mdat` around one sample: length-prefixed NAL units, or a bare sound frame.
pub fn chunk(moment: &Moment, sample: &[u8]) -> Vec<u8> {
    let decode = i64::try_from(moment.decode).unwrap_or(i64::MAX);
    let composition = moment.presentation.saturating_sub(decode);
    let entry = Entry {
        offset: 0,
        length: u32::try_from(sample.len()).unwrap_or(u32::MAX),
        duration: moment.duration,
        composition: i32::try_from(composition).unwrap_or(0),
        key: moment.key,
    };
    let mut to = Boxes::with_capacity(sample.len() + 136);
    let traf = Traf { track: moment.track, decode: moment.decode, entries: &[entry] };
    moof::write(&mut to, moment.sequence, &[traf]);
    to.boxed(*b"mdat", |to| to.bytes(sample));
    to.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fmp4::{boxes, samples};

    #[test]
    fn a_chunk_says_of_its_picture_what_was_told() {
        let moment = Moment {
            track: Track::Pictures,
            sequence: 3,
            decode: 9000,
            presentation: 12_000,
            duration: 3000,
            key: true,
        };
        let bytes = chunk(&moment, b"picture");
        let parts: Vec<_> = boxes(&bytes).map(Result::unwrap).collect();
        assert_eq!([parts[0].kind, parts[1].kind], [*b"moof", *b"mdat"]);
        assert_eq!(parts[1].content, b"picture");
        let read = samples(parts[0].content).unwrap();
        let one = read[0];
        assert_eq!((read.len(), one.decode, one.presentation, one.key), (1, 9000, 12_000, true));
        assert_eq!((one.offset, one.length), (i64::try_from(parts[1].start + 8).unwrap(), 7));
    }
}
