//! The init segment: what a decoder must know before the first fragment (14496-12 §8.2 and §8.8.3, 23000-19 §7.3).
//!
//! Promises: the same tracks give the same bytes, so its hash names it; its length is a multiple of [`PAGE`], filled up
//! with a `free` box that is always there. It never holds a sample.

use super::{Boxes, PAGE, Track, entry};
use crate::media::Parameters;

/// No init segment is longer, in bytes.
pub const MAX_INIT: usize = 1024 * 1024;

/// The most that a decoder's configuration may take, in bytes: more is no configuration.
const MAX_CONFIG: usize = 64 * 1024;

/// The init segment of these tracks: of pictures the first as track 1, of sound the first as track 2; others are left
/// out, as is a track whose configuration is larger than 64 KiB. For files and for browsers (MSE) alike.
pub fn init(tracks: &[Parameters]) -> Vec<u8> {
    let tracks = Track::ALL.map(|track| {
        let ours = |one: &&Parameters| one.codec.is_video() == (track == Track::Pictures);
        tracks.iter().find(ours).filter(|one| one.config.len() <= MAX_CONFIG).map(|one| (track, one))
    });
    let mut to = Boxes::with_capacity(PAGE);
    to.boxed(*b"ftyp", |to| {
        to.bytes(b"iso6");
        to.u32(0);
        to.bytes(b"iso6cmfcmp41");
    });
    to.boxed(*b"moov", |to| {
        movie_header(to);
        for (track, parameters) in tracks.iter().flatten() {
            to.boxed(*b"trak", |to| trak(to, *track, parameters));
        }
        to.boxed(*b"mvex", |to| {
            for (track, _) in tracks.iter().flatten() {
                to.full(*b"trex", 0, 0, |to| {
                    for value in [track.id(), 1, 0, 0, 0] {
                        to.u32(value);
                    }
                });
            }
        });
    });
    let filled = (to.len() + 8).next_multiple_of(PAGE);
    to.free(filled - to.len());
    to.into_bytes()
}

/// `mvhd` (§8.2.2): no duration, for it is not known while the file grows.
fn movie_header(to: &mut Boxes) {
    to.full(*b"mvhd", 0, 0, |to| {
        for value in [0, 0, 1000, 0, 0x0001_0000] {
            to.u32(value);
        }
        to.u16(0x0100);
        to.zeros(10);
        unity(to);
        to.zeros(24);
        to.u32(Track::Sound.id() + 1);
    });
}

/// No rotation, no scale: the unity matrix (§6.2.2).
fn unity(to: &mut Boxes) {
    for value in [0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000] {
        to.u32(value);
    }
}

/// One track (§8.3.1), with empty tables: all samples are in fragments.
fn trak(to: &mut Boxes, track: Track, parameters: &Parameters) {
    let pictures = track == Track::Pictures;
    to.full(*b"tkhd", 0, 3, |to| {
        for value in [0, 0, track.id(), 0, 0, 0, 0] {
            to.u32(value);
        }
        to.u16(0);
        to.u16(0);
        to.u16(if pictures { 0 } else { 0x0100 });
        to.u16(0);
        unity(to);
        to.u32(u32::from(parameters.width) << 16);
        to.u32(u32::from(parameters.height) << 16);
    });
    to.boxed(*b"mdia", |to| {
        to.full(*b"mdhd", 0, 0, |to| {
            for value in [0, 0, parameters.clock_rate.max(1), 0] {
                to.u32(value);
            }
            to.u16(0x55C4); // "und": no language.
            to.u16(0);
        });
        to.full(*b"hdlr", 0, 0, |to| {
            to.u32(0);
            to.bytes(if pictures { b"vide" } else { b"soun" });
            to.zeros(12);
            to.bytes(if pictures { b"Pictures\0" } else { b"Sound\0" });
        });
        to.boxed(*b"minf", |to| {
            if pictures {
                to.full(*b"vmhd", 0, 1, |to| to.zeros(8));
            } else {
                to.full(*b"smhd", 0, 0, |to| to.zeros(4));
            }
            tables(to, parameters);
        });
    });
}

fn tables(to: &mut Boxes, parameters: &Parameters) {
    to.boxed(*b"dinf", |to| {
        to.full(*b"dref", 0, 0, |to| {
            to.u32(1);
            to.full(*b"url ", 0, 1, |_| ()); // In this file.
        });
    });
    to.boxed(*b"stbl", |to| {
        to.full(*b"stsd", 0, 0, |to| {
            to.u32(1);
            entry::write(to, parameters);
        });
        for kind in [*b"stts", *b"stsc", *b"stco"] {
            to.full(kind, 0, 0, |to| to.u32(0));
        }
        to.full(*b"stsz", 0, 0, |to| to.zeros(8));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Codec;

    fn sound(config: usize) -> Parameters {
        Parameters {
            codec: Codec::Aac,
            config: vec![0x14; config].into(),
            width: 0,
            height: 0,
            clock_rate: 16_000,
            channels: 1,
            name: "mp4a.40.2".into(),
        }
    }

    #[test]
    fn an_init_segment_fills_whole_pages_whatever_its_configuration_is_long() {
        for config in [0, 2, 3000, 3400, 3501, 3507, 3508, 3509, 3515, 3516, MAX_CONFIG] {
            let bytes = init(&[sound(config)]);
            assert_eq!(bytes.len() % PAGE, 0, "{config}");
            let kinds: Vec<_> = super::super::boxes(&bytes).map(|one| one.unwrap().kind).collect();
            assert_eq!(kinds, [*b"ftyp", *b"moov", *b"free"], "{config}");
        }
    }

    #[test]
    fn a_configuration_that_can_be_none_leaves_its_track_out() {
        assert_eq!(init(&[sound(MAX_CONFIG + 1)]), init(&[]));
    }
}
