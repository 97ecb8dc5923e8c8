//! What a file's init segment says of its pictures: read from its bytes, so that a file found years later tells the same
//! as one that was just recorded.
//!
//! Promises: a value for what `fmp4::init` writes; for anything else what can be told, and never a panic.

use crate::fmp4::{Fields, boxes};
use std::{fmt::Write as _, sync::Arc};

/// What players and timelines must know of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// What browsers call the pictures' coding (RFC 6381); empty without pictures.
    pub(super) codec: Arc<str>,
    /// In pixels; 0 without pictures.
    pub(super) width: u16,
    /// In pixels; 0 without pictures.
    pub(super) height: u16,
    /// Units per second of the pictures' clock.
    pub(super) clock_rate: u32,
}

impl Start {
    /// Reads an init segment.
    pub(super) fn read(init: &[u8]) -> Self {
        let none = Self { codec: "".into(), width: 0, height: 0, clock_rate: 1 };
        let Some(movie) = inner(init, *b"moov") else { return none };
        let mut tracks = boxes(movie).map_while(Result::ok).filter(|one| one.kind == *b"trak");
        tracks.find_map(|track| pictures(track.content)).unwrap_or(none)
    }
}

/// The content of the first box of this kind.
fn inner(content: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    boxes(content).map_while(Result::ok).find(|one| one.kind == kind).map(|one| one.content)
}

/// A track (14496-12 §8.3.1) that carries pictures.
fn pictures(track: &[u8]) -> Option<Start> {
    let media = inner(track, *b"mdia")?;
    let mut header = Fields(inner(media, *b"mdhd")?);
    let [_, _, _, clock_rate] = [header.u32(), header.u32(), header.u32(), header.u32()];
    let tables = inner(inner(media, *b"minf")?, *b"stbl")?;
    // After version, flags and how many entries there are.
    let entry = boxes(inner(tables, *b"stsd")?.get(8..)?).next()?.ok()?;
    let size = entry.content.get(24..)?.first_chunk::<4>()?;
    // A visual sample entry's fields take 78 bytes (14496-12 §12.1.3).
    let beside = entry.content.get(78..)?;
    let codec = match &entry.kind {
        b"avc1" => h264(inner(beside, *b"avcC")?)?,
        b"hvc1" => h265(inner(beside, *b"hvcC")?)?,
        _ => return None,
    };
    Some(Start {
        codec: codec.into(),
        width: u16::from_be_bytes([size[0], size[1]]),
        height: u16::from_be_bytes([size[2], size[3]]),
        clock_rate: clock_rate.ok()?,
    })
}

/// RFC 6381 §3.3: profile, constraints and level, as they stand in the configuration.
fn h264(configuration: &[u8]) -> Option<String> {
    let [profile, constraints, level] = configuration.get(1..)?.first_chunk()?;
    Some(format!("avc1.{profile:02x}{constraints:02x}{level:02x}"))
}

/// ISO/IEC 14496-15, annex E.3.
fn h265(configuration: &[u8]) -> Option<String> {
    let general: &[u8; 12] = configuration.get(1..)?.first_chunk()?;
    let [first, c0, c1, c2, c3, constraints @ .., level] = general;
    let space = ["", "A", "B", "C"].get(usize::from(first >> 6))?;
    let compatible = u32::from_be_bytes([*c0, *c1, *c2, *c3]).reverse_bits();
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let mut name = format!("hvc1.{space}{}.{compatible:X}.{tier}{level}", first & 0x1F);
    let kept = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for byte in constraints.iter().take(kept) {
        // Writing to a String cannot fail.
        let _ = write!(name, ".{byte:X}");
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fmp4::init,
        media::{Codec, Parameters},
    };

    fn track(codec: Codec, config: &[u8]) -> Parameters {
        let (width, height) = if codec.is_video() { (1280, 720) } else { (0, 0) };
        let name = String::new();
        Parameters { codec, config: config.into(), width, height, clock_rate: 90_000, channels: 0, name }
    }

    #[test]
    fn an_init_segment_says_what_was_written_into_it() {
        let sound = track(Codec::Pcma, &[]);
        let h264 = track(Codec::H264, b"\x01\x64\0\x1f\xff\xe0\0");
        let h265 = track(Codec::H265, b"\x01\x01\x60\0\0\0\xb0\0\0\0\0\0\x5d\xf0");
        for (pictures, codec) in [(h264, "avc1.64001f"), (h265, "hvc1.1.6.L93.B0")] {
            let read = Start::read(&init(&[sound.clone(), pictures]));
            let expected = Start { codec: codec.into(), width: 1280, height: 720, clock_rate: 90_000 };
            assert_eq!(read, expected);
        }
        assert_eq!(&*Start::read(&init(&[sound])).codec, "");
    }

    #[test]
    fn a_damaged_init_segment_is_no_panic() {
        let whole = init(&[track(Codec::H265, &[0xFF; 13])]);
        for at in 0..700 {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            let _ = Start::read(&bytes);
            assert!(Start::read(&bytes[..at]).codec.len() < 64);
        }
    }
}
