//! Boxes as they are read: from files that may be torn, or written by someone who means harm.
//!
//! Promises: bytes in, values or a [`Flaw`] out; never a panic, never an endless loop, never more than [`MAX_SAMPLES`]
//! samples, however many a box claims to have. It never reads a file: whoever calls it has read the bytes.

use super::{Track, moof::NOT_KEY};

/// No fragment has more samples.
pub const MAX_SAMPLES: usize = 1024;

/// `sample_is_non_sync_sample` (14496-12 §8.8.3.1).
const IS_NOT_KEY: u32 = NOT_KEY & 0x0001_0000;

/// Why bytes are not boxes that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A box ends before its fields do, or after the box around it.
    #[error("a box's length does not fit its content")]
    Length,
    /// A version, flag or value that we do not know, or that cannot be.
    #[error("a box holds a value that cannot be")]
    Value,
    /// A box that must be there is not, or not at its place.
    #[error("the box {} is not where it must be", .0.escape_ascii())]
    Missing([u8; 4]),
    /// More samples than a fragment may have.
    #[error("more than {MAX_SAMPLES} samples in a fragment")]
    TooMany,
}

/// A box within bytes (14496-12 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boxed<'a> {
    /// Its kind, four letters.
    pub kind: [u8; 4],
    /// Where it begins, in bytes from the beginning of those it lies in.
    pub start: usize,
    /// How long it is, in bytes, its header included.
    pub length: usize,
    /// What is in it.
    pub content: &'a [u8],
}

/// The boxes that lie in these bytes one after another, until the first flaw. Every box says its length in 32 bits: the
/// longer form and the open end are not taken, for nothing of ours has them.
pub fn boxes(bytes: &[u8]) -> impl Iterator<Item = Result<Boxed<'_>, Flaw>> {
    let mut start = 0;
    let mut over = false;
    std::iter::from_fn(move || {
        let left = bytes.get(start..).filter(|left| !left.is_empty() && !over)?;
        let one = first_box(left).map(|one| Boxed { start, ..one });
        match one {
            Ok(one) => start += one.length,
            Err(_) => over = true,
        }
        Some(one)
    })
}

fn first_box(bytes: &[u8]) -> Result<Boxed<'_>, Flaw> {
    let mut fields = Fields(bytes);
    let length = usize::try_from(fields.u32()?).map_err(|_| Flaw::Length)?;
    let kind = fields.array()?;
    let content = bytes.get(8..length).ok_or(Flaw::Length)?;
    Ok(Boxed { kind, start: 0, length, content })
}

/// A sample as a fragment's tables describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleInfo {
    /// Its track.
    pub track: Track,
    /// Whether a decoder can begin with it.
    pub key: bool,
    /// Where it begins, in bytes from the beginning of the `moof`.
    pub offset: i64,
    /// How long it is, in bytes.
    pub length: u32,
    /// When it is decoded, in units of its track's clock since the file's beginning.
    pub decode: u64,
    /// When it is shown, in the same units.
    pub presentation: i64,
    /// How long it lasts, in the same units.
    pub duration: u32,
}

/// The samples of a `moof`, of which this is the content: track by track, each in decode order.
pub fn samples(content: &[u8]) -> Result<Vec<SampleInfo>, Flaw> {
    let mut found = Vec::new();
    for one in boxes(content) {
        let one = one?;
        if one.kind == *b"traf" {
            traf(one.content, &mut found)?;
        }
    }
    Ok(found)
}

/// What a `tfhd` says of all samples (14496-12 §8.8.7).
#[derive(Clone, Copy)]
struct Defaults {
    track: Track,
    duration: u32,
    length: u32,
    flags: u32,
}

fn traf(content: &[u8], samples: &mut Vec<SampleInfo>) -> Result<(), Flaw> {
    let mut defaults = None;
    let mut decode = None;
    for one in boxes(content) {
        let one = one?;
        match &one.kind {
            b"tfhd" => defaults = Some(tfhd(Fields(one.content))?),
            b"tfdt" => decode = Some(tfdt(Fields(one.content))?),
            b"trun" => {
                let defaults = defaults.ok_or(Flaw::Missing(*b"tfhd"))?;
                let decode = decode.as_mut().ok_or(Flaw::Missing(*b"tfdt"))?;
                trun(Fields(one.content), defaults, decode, samples)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn tfhd(mut fields: Fields<'_>) -> Result<Defaults, Flaw> {
    let flags = fields.u32()?;
    if flags & 0x02_0001 != 0x02_0000 {
        return Err(Flaw::Value); // Offsets that count from elsewhere than the `moof`.
    }
    let track = Track::of(fields.u32()?).ok_or(Flaw::Value)?;
    let mut optional = |flag| if flags & flag == 0 { Ok(0) } else { fields.u32() };
    optional(0x02)?; // Which sample entry: there is one.
    Ok(Defaults { track, duration: optional(0x08)?, length: optional(0x10)?, flags: optional(0x20)? })
}

/// The first decode time (14496-12 §8.8.12).
fn tfdt(mut fields: Fields<'_>) -> Result<u64, Flaw> {
    match fields.u32()? >> 24 {
        0 => fields.u32().map(u64::from),
        1 => fields.u64(),
        _ => Err(Flaw::Value),
    }
}

/// A run of samples (14496-12 §8.8.8). `decode` is moved on to the sample after it.
fn trun(
    mut fields: Fields<'_>,
    defaults: Defaults,
    decode: &mut u64,
    samples: &mut Vec<SampleInfo>,
) -> Result<(), Flaw> {
    let flags = fields.u32()?;
    let count = fields.u32()?;
    if flags & 0x01 == 0 {
        return Err(Flaw::Value); // We always say where the data begins.
    }
    let mut offset = i64::from(fields.u32()?.cast_signed());
    let first = if flags & 0x04 == 0 { None } else { Some(fields.u32()?) };
    for place in 0..count {
        if samples.len() == MAX_SAMPLES {
            return Err(Flaw::TooMany);
        }
        let mut field = |flag, else_| if flags & flag == 0 { Ok(else_) } else { fields.u32() };
        let duration = field(0x0100, defaults.duration)?;
        let length = field(0x0200, defaults.length)?;
        let own = field(0x0400, first.filter(|_| place == 0).unwrap_or(defaults.flags))?;
        let composition = i64::from(field(0x0800, 0)?.cast_signed());
        let now = i64::try_from(*decode).map_err(|_| Flaw::Value)?;
        samples.push(SampleInfo {
            track: defaults.track,
            key: own & IS_NOT_KEY == 0,
            offset,
            length,
            decode: *decode,
            presentation: now.checked_add(composition).ok_or(Flaw::Value)?,
            duration,
        });
        offset += i64::from(length);
        *decode = decode.checked_add(u64::from(duration)).ok_or(Flaw::Value)?;
    }
    Ok(())
}

/// What is left of a box's content.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl Fields<'_> {
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let (taken, left) = self.0.split_first_chunk().ok_or(Flaw::Length)?;
        self.0 = left;
        Ok(*taken)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Flaw> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Flaw> {
        self.array().map(u64::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_box_that_is_longer_than_what_is_there_is_a_flaw_and_the_last() {
        let found: Vec<_> = boxes(b"\0\0\0\x09freex\0\0\0\x09free").collect();
        assert!(matches!(found[..], [Ok(Boxed { kind: [b'f', ..], content: b"x", .. }), Err(Flaw::Length)]));
        for short in [&b"\0\0\0\0free"[..], b"\0\0\0\x01free", b"\0\0\0\x07free", b"\0\0\0"] {
            assert_eq!(boxes(short).collect::<Vec<_>>(), [Err(Flaw::Length)]);
        }
    }

    #[test]
    fn a_run_that_claims_four_billion_samples_without_fields_is_refused() {
        let mut to = super::super::Boxes::default();
        to.boxed(*b"traf", |to| {
            to.full(*b"tfhd", 0, 0x02_0000, |to| to.u32(1));
            to.full(*b"tfdt", 1, 0, |to| to.u64(0));
            to.full(*b"trun", 1, 1, |to| {
                to.u32(u32::MAX);
                to.u32(0);
            });
        });
        assert_eq!(samples(&to.into_bytes()), Err(Flaw::TooMany));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_never_more_than_a_flaw(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = samples(&bytes);
            let total: usize = boxes(&bytes).flatten().map(|one| one.length).sum();
            prop_assert!(total <= bytes.len());
        }

        #[test]
        fn a_run_of_arbitrary_bytes_is_never_more_than_a_flaw(
            head in any::<[u8; 4]>(), run in prop::collection::vec(any::<u8>(), 0..200), decode: u64,
        ) {
            let mut to = super::super::Boxes::default();
            to.boxed(*b"traf", |to| {
                to.full(*b"tfhd", 0, 0x02_0000 | u32::from(head[0] & 0x3A), |to| {
                    to.u32(1);
                    (0..4).for_each(|_| to.bytes(&head));
                });
                to.full(*b"tfdt", 1, 0, |to| to.u64(decode));
                to.boxed(*b"trun", |to| to.bytes(&run));
            });
            let _ = samples(&to.into_bytes());
        }
    }
}
