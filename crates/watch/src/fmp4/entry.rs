//! Sample entries (14496-12 §12.1.3 and §12.2.3): which decoder, and its configuration as the camera gave it.
//!
//! Promises: the configuration is carried, never read: whether it is sound is the decoder's matter.

use super::Boxes;
use crate::media::{Codec, Parameters};

/// Writes the sample entry of a track.
pub(super) fn write(to: &mut Boxes, parameters: &Parameters) {
    match parameters.codec {
        Codec::H264 => picture(to, *b"avc1", *b"avcC", parameters),
        Codec::H265 => picture(to, *b"hvc1", *b"hvcC", parameters),
        Codec::Aac => sound(to, *b"mp4a", parameters),
        Codec::Pcmu => sound(to, *b"ulaw", parameters),
        Codec::Pcma => sound(to, *b"alaw", parameters),
    }
}

/// A visual sample entry with its configuration box (14496-15 §5.4.2, §8.4.1).
fn picture(to: &mut Boxes, kind: [u8; 4], configuration: [u8; 4], parameters: &Parameters) {
    to.boxed(kind, |to| {
        to.zeros(6);
        to.u16(1);
        to.zeros(16);
        to.u16(parameters.width);
        to.u16(parameters.height);
        to.u32(0x0048_0000); // 72 dots an inch, both ways.
        to.u32(0x0048_0000);
        to.u32(0);
        to.u16(1);
        to.zeros(32);
        to.u16(0x0018);
        to.u16(0xFFFF);
        to.boxed(configuration, |to| to.bytes(&parameters.config));
    });
}

/// An audio sample entry. AAC carries its configuration (14496-14 §6.7.2). G.711 has none, but says which speakers it is
/// for, so that no player must guess: in a `chan`, which like its entries is Apple's.
fn sound(to: &mut Boxes, kind: [u8; 4], parameters: &Parameters) {
    to.boxed(kind, |to| {
        to.zeros(6);
        to.u16(1);
        to.zeros(8);
        to.u16(u16::from(parameters.channels.max(1)));
        to.u16(16);
        to.u32(0);
        to.u16(u16::try_from(parameters.clock_rate).unwrap_or(0)); // 16.16; faster clocks stand in `mdhd` alone.
        to.u16(0);
        if parameters.codec == Codec::Aac {
            to.full(*b"esds", 0, 0, |to| elementary_stream(to, &parameters.config));
        } else {
            to.full(*b"chan", 0, 0, |to| {
                to.u32(if parameters.channels == 2 { 101 << 16 | 2 } else { 100 << 16 | 1 });
                to.zeros(8);
            });
        }
    });
}

/// The `ES_Descriptor` of AAC (14496-1 §7.2.6.5).
fn elementary_stream(to: &mut Boxes, config: &[u8]) {
    let specific = 5 + config.len();
    let decoder = 5 + 13 + specific;
    descriptor(to, 3, 3 + decoder + 6);
    to.u16(0);
    to.u8(0);
    descriptor(to, 4, 13 + specific);
    to.u8(0x40); // MPEG-4 audio.
    to.u8(0x15); // An audio stream.
    to.zeros(3 + 4 + 4);
    descriptor(to, 5, config.len());
    to.bytes(config);
    descriptor(to, 6, 1);
    to.u8(2);
}

/// A descriptor's tag and its length, always in four bytes of seven bits (14496-1 §8.3.3): five bytes in all.
fn descriptor(to: &mut Boxes, tag: u8, length: usize) {
    to.u8(tag);
    for shift in [21, 14, 7, 0] {
        let bits = u8::try_from(length >> shift & 0x7F).unwrap_or(0x7F);
        to.u8(if shift == 0 { bits } else { bits | 0x80 });
    }
}
