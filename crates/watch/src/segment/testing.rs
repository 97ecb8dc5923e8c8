//! Small recorded files for the tests of this folder.

use super::{Buffers, Builder, Fragment, Hash, Header, hash_of};
use crate::{
    fmp4::{Between, Track, init},
    media::{Codec, Parameters},
};

pub(super) const CAMERA: [u8; 16] = *b"camera by a gate";

pub(super) fn tracks() -> [Parameters; 2] {
    let pictures = Parameters {
        codec: Codec::H264,
        config: (*b"\x01\x64\0\x1f\xff\xe0\0").into(),
        width: 640,
        height: 360,
        clock_rate: 90_000,
        channels: 0,
        name: "avc1.64001f".into(),
    };
    let sound = Parameters { codec: Codec::Pcmu, clock_rate: 8000, channels: 1, ..pictures.clone() };
    [pictures, sound]
}

pub(super) fn header(number: u64, previous: Hash) -> Header {
    let init = hash_of(&init(&tracks()));
    let wall_us = 1_800_000_000_000_000 + 200_000 * i64::try_from(number).unwrap();
    Header { camera: CAMERA, number, wall_us, previous, init, key: false, gap: number == 3 }
}

/// A fragment of five pictures, the first a key picture, and of sound between them.
pub(super) fn fragment(buffers: &Buffers, number: u64, previous: Hash) -> Fragment {
    let mut builder = Builder::new(buffers, 3000);
    let at = i64::try_from(number).unwrap() * 5;
    for place in 0..5 {
        let length = 100 + 100 * usize::try_from(5 - place).unwrap();
        builder.payload(length).extend(std::iter::repeat_n(b'p', length));
        builder.sample(Track::Pictures, (at + place) * 3600, length, place == 0).unwrap();
        builder.payload(160).extend([b's'; 160]);
        builder.sample(Track::Sound, (at + place) * 320, 160, true).unwrap();
    }
    assert_eq!(builder.moved(), 0);
    builder
        .close(
            header(number, previous),
            Between { until: [Some((at + 5) * 3600), Some((at + 5) * 320)], ..Between::default() },
        )
        .unwrap()
}

/// A file with these fragments, and the hash of the last.
pub(super) fn file(numbers: std::ops::Range<u64>, mut previous: Hash) -> (Vec<u8>, Hash) {
    let buffers = Buffers::new(2);
    let mut bytes = init(&tracks());
    for number in numbers {
        let one = fragment(&buffers, number, previous);
        previous = one.hash;
        bytes.extend_from_slice(one.bytes());
    }
    (bytes, previous)
}
