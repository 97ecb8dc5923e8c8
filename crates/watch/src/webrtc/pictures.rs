//! From a piece of MP4 to what an RTP packetiser takes: NAL units behind start codes (ITU-T H.264, annex B).
//!
//! Promises: bytes in, a value out, never a panic: lengths that do not fit give no picture. A key picture has its parameter
//! sets before it, those that the camera's stream was begun with. Nothing is decoded.

use crate::fmp4::{Track, boxes, samples};

const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// NAL unit types (ITU-T H.264, table 7-1): parameter sets, and the delimiter, which RTP has a bit for.
const SPS: u8 = 7;
const PPS: u8 = 8;
const DELIMITER: u8 = 9;

/// Bytes of a visual sample entry before its boxes (14496-12 §12.1.3).
const VISUAL_ENTRY: usize = 78;
/// Profiles that browsers decode: baseline, main, high.
const PLAYED: [u8; 3] = [66, 77, 100];
/// Units of RTP's clock in a second.
const RTP_CLOCK: i64 = 90_000;

/// Why WebRTC cannot carry a camera's pictures; other ways can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayable {
    /// Browsers take no H.265 so.
    #[error("the camera sends H.265, which browsers do not take over WebRTC")]
    H265,
    /// Another kind of H.264 than browsers decode, or none at all.
    #[error("the camera's pictures are not of a kind that browsers decode")]
    Kind,
    /// Pictures that are shown in another order than they come.
    #[error("the camera sends B-frames, which WebRTC cannot carry: turn them off in the camera")]
    BFrames,
}

/// How one stream is coded, and where in it one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// `profile_idc`, the constraint flags, `level_idc`.
    pub(super) profile: [u8; 3],
    /// The parameter sets behind start codes.
    sets: Vec<u8>,
    /// Bytes of the length before each NAL unit.
    prefix: usize,
    /// Units of the track's clock in a second.
    clock: i64,
    /// When the last picture is shown; none before a key picture.
    latest: Option<i64>,
}

/// A picture behind start codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) bytes: Vec<u8>,
    /// When it is shown, in 90 000ths.
    pub(super) shown: i64,
}

/// The content of a box within boxes.
fn within<'a>(bytes: &'a [u8], path: &[[u8; 4]]) -> Option<&'a [u8]> {
    let Some((kind, rest)) = path.split_first() else { return Some(bytes) };
    within(boxes(bytes).flatten().find(|one| one.kind == *kind)?.content, rest)
}

/// Takes so many bytes from the front.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

/// Takes a big-endian number of so many bytes, four at the most.
fn number(bytes: &mut &[u8], count: usize) -> Option<usize> {
    let taken = take(bytes, count)?;
    Some(taken.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

impl Source {
    /// Reads an init segment.
    pub(super) fn read(init: &[u8]) -> Result<Self, NotPlayable> {
        let media = within(init, &[*b"moov", *b"trak", *b"mdia"]).ok_or(NotPlayable::Kind)?;
        let table = within(media, &[*b"minf", *b"stbl", *b"stsd"]).ok_or(NotPlayable::Kind)?;
        let entries = table.get(8..).ok_or(NotPlayable::Kind)?;
        if within(entries, &[*b"hvc1"]).is_some() {
            return Err(NotPlayable::H265);
        }
        let entry = within(entries, &[*b"avc1"]).and_then(|entry| entry.get(VISUAL_ENTRY..));
        let config = entry.and_then(|entry| within(entry, &[*b"avcC"])).ok_or(NotPlayable::Kind)?;
        let clock = within(media, &[*b"mdhd"]).and_then(|mut header| {
            take(&mut header, 12)?;
            number(&mut header, 4)
        });
        let clock = clock.and_then(|clock| i64::try_from(clock).ok()).filter(|clock| *clock > 0);
        let source = Self::configured(config, clock.unwrap_or(RTP_CLOCK)).ok_or(NotPlayable::Kind)?;
        if PLAYED.contains(&source.profile[0]) { Ok(source) } else { Err(NotPlayable::Kind) }
    }

    /// Reads an `avcC` (14496-15 §5.3.3.1).
    fn configured(mut config: &[u8], clock: i64) -> Option<Self> {
        let [_, profile, constraints, level, prefix, count] = *config.first_chunk::<6>()?;
        take(&mut config, 6)?;
        let mut sets = Vec::new();
        let mut more = |config: &mut &[u8], count| {
            for _ in 0..count {
                let length = number(config, 2)?;
                sets.extend(START_CODE);
                sets.extend_from_slice(take(config, length)?);
            }
            Some(())
        };
        more(&mut config, usize::from(count & 0x1F))?;
        let count = number(&mut config, 1)?;
        more(&mut config, count)?;
        let profile = [profile, constraints, level];
        Some(Self { profile, sets, prefix: usize::from(prefix & 3) + 1, clock, latest: None })
    }

    /// A picture out of its `moof` and `mdat`; none if they do not hold one.
    pub(super) fn picture(&mut self, piece: &[u8], key: bool) -> Result<Option<Picture>, NotPlayable> {
        let Some((shown, sample)) = sample(piece) else { return Ok(None) };
        if key {
            self.latest = None;
        }
        // Only a picture that comes after one shown later tells for sure: times of decoding are estimates.
        if self.latest.is_some_and(|latest| shown < latest) {
            return Err(NotPlayable::BFrames);
        }
        self.latest = Some(shown);
        let shown = shown.saturating_mul(RTP_CLOCK) / self.clock;
        Ok(self.units(sample, key).map(|bytes| Picture { bytes, shown }))
    }

    /// The units of a picture behind start codes; none if a length does not fit or there is no unit.
    fn units(&self, mut sample: &[u8], key: bool) -> Option<Vec<u8>> {
        let sets: &[u8] = if key { &self.sets } else { &[] };
        let mut to = Vec::with_capacity(sets.len() + sample.len() + START_CODE.len());
        to.extend_from_slice(sets);
        let without = to.len();
        while !sample.is_empty() {
            let length = number(&mut sample, self.prefix)?;
            let unit = take(&mut sample, length)?;
            let Some(kind) = unit.first().map(|header| header & 0x1F) else { continue };
            // Sets in the stream are those told before: others would have begun it anew.
            if ![SPS, PPS, DELIMITER].contains(&kind) {
                to.extend(START_CODE);
                to.extend_from_slice(unit);
            }
        }
        Some(to).filter(|to| to.len() > without)
    }
}

/// The first picture of a piece, and when it is shown in units of its track's clock.
fn sample(piece: &[u8]) -> Option<(i64, &[u8])> {
    let mut parts = boxes(piece).flatten();
    let moof = parts.find(|one| one.kind == *b"moof")?;
    let samples = samples(moof.content).ok()?;
    let picture = samples.iter().find(|sample| sample.track == Track::Pictures)?;
    let from = moof.start.checked_add(usize::try_from(picture.offset).ok()?)?;
    let bytes = piece.get(from..from.checked_add(usize::try_from(picture.length).ok()?)?)?;
    Some((picture.presentation, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fmp4::{
            init,
            live::{Moment, chunk},
        },
        media::{Codec, Parameters},
    };
    use proptest::prelude::*;

    const CONFIG: [u8; 20] =
        [1, 77, 64, 31, 0xFF, 0xE1, 0, 4, 0x67, 77, 64, 31, 1, 0, 4, 0x68, 0xCE, 0x3C, 0x80, 0];

    fn parameters(codec: Codec, config: &[u8]) -> Parameters {
        Parameters {
            codec,
            config: config.into(),
            width: 640,
            height: 360,
            clock_rate: 90_000,
            channels: 0,
            name: "avc1.4d401f".into(),
        }
    }

    fn source(config: &[u8]) -> Result<Source, NotPlayable> {
        Source::read(&init(&[parameters(Codec::H264, config)]))
    }

    fn piece(presentation: i64, key: bool, sample: &[u8]) -> Vec<u8> {
        let moment = Moment {
            track: Track::Pictures,
            sequence: 1,
            decode: 90_000,
            presentation,
            duration: 3_600,
            key,
        };
        chunk(&moment, sample)
    }

    #[test]
    fn a_key_picture_has_its_sets_before_it_and_another_has_none() {
        let mut source = source(&CONFIG).unwrap();
        assert_eq!(source.profile, [77, 64, 31]);
        let sample = b"\0\0\0\x02\x09\xF0\0\0\0\x03\x67xx\0\0\0\0\0\0\0\x03\x65ab";
        let key = source.picture(&piece(93_600, true, sample), true).unwrap().unwrap();
        assert_eq!(key.bytes, b"\0\0\0\x01\x67\x4d\x40\x1f\0\0\0\x01\x68\xce\x3c\x80\0\0\0\x01\x65ab");
        assert_eq!(key.shown, 93_600);
        let other = source.picture(&piece(97_200, false, b"\0\0\0\x02\x41c"), false).unwrap().unwrap();
        assert_eq!(other.bytes, b"\0\0\0\x01\x41c");
    }

    #[test]
    fn a_picture_that_is_shown_before_the_one_before_it_is_a_b_frame() {
        let mut source = source(&CONFIG).unwrap();
        let mut shown = |at, key| source.picture(&piece(at, key, b"\0\0\0\x02\x41c"), key);
        shown(900_000, true).unwrap();
        shown(903_600, false).unwrap();
        shown(900_000, true).unwrap();
        assert!(shown(910_800, false).is_ok() && shown(910_800, false).is_ok());
        assert_eq!(shown(907_200, false), Err(NotPlayable::BFrames));
    }

    #[test]
    fn other_kinds_of_pictures_are_told_apart() {
        let h265 = init(&[parameters(Codec::H265, &[1])]);
        assert_eq!(Source::read(&h265), Err(NotPlayable::H265));
        let mut high_10 = CONFIG;
        high_10[1] = 110;
        assert_eq!(source(&high_10), Err(NotPlayable::Kind));
        assert_eq!(Source::read(&init(&[])), Err(NotPlayable::Kind));
        for end in 0..CONFIG.len() - 1 {
            assert_eq!(source(&CONFIG[..end]), Err(NotPlayable::Kind), "{end}");
        }
    }

    #[test]
    fn lengths_that_do_not_fit_are_no_picture() {
        let mut source = source(&CONFIG).unwrap();
        for hostile in
            [&b"\0\0\0\x03\x41c"[..], b"\xFF\xFF\xFF\xFF\x41", b"\0\0\0", b"", b"\0\0\0\0", b"\0\0\0\x01\x67"]
        {
            assert_eq!(source.picture(&piece(0, true, hostile), true), Ok(None), "{hostile:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_at_most_a_picture(
            bytes in prop::collection::vec(any::<u8>(), 0..300), config in prop::collection::vec(any::<u8>(), 0..60),
            prefix in 0_u8..4, key: bool,
        ) {
            let _ = Source::read(&bytes);
            let _ = source(&config);
            let mut changed = CONFIG;
            changed[4] = prefix;
            let mut source = source(&changed).unwrap();
            let _ = source.picture(&bytes, key);
            if let Ok(Some(picture)) = source.picture(&piece(0, key, &bytes), key) {
                prop_assert!(picture.bytes.starts_with(&START_CODE));
                prop_assert!(picture.bytes.len() <= source.sets.len() + bytes.len() * 5);
            }
        }
    }
}
