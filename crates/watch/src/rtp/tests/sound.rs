//! Sound: AAC after RFC 3640 and G.711 after RFC 3551.

use super::{Rig, format};
use crate::{
    media::Codec,
    rtp::{Counts, Depacketiser, Unsupported},
};

const HBR: [(&str, &str); 2] = [("mode", "AAC-hbr"), ("config", "1408")];

fn rig() -> Rig {
    Rig::new(Codec::Aac, &HBR)
}

/// A packet with a header of 13 and 3 bits for each frame, then these bytes.
fn packet(sizes: &[u16], data: &[u8]) -> Vec<u8> {
    let mut payload = u16::try_from(sizes.len() * 16).unwrap().to_be_bytes().to_vec();
    for size in sizes {
        payload.extend_from_slice(&(size << 3).to_be_bytes());
    }
    payload.extend_from_slice(data);
    payload
}

#[test]
fn frames_of_one_packet_come_one_by_one_each_with_its_time() {
    let mut rig = rig();
    let got = rig.push(1_000, true, &packet(&[3, 1, 2], b"abcdef"));
    let got: Vec<_> = got.iter().map(|(unit, bytes)| (unit.timestamp, unit.key, &bytes[..])).collect();
    assert_eq!(got, [(1_000, true, &b"abc"[..]), (2_024, true, b"d"), (3_048, true, b"ef")]);
    assert_eq!(rig.whole(9_000, &packet(&[2], b"gh")), b"gh");
    assert_eq!(rig.counts(), Counts { units: 4, ..Counts::default() });
}

#[test]
fn a_frame_in_several_packets_comes_whole() {
    let mut rig = rig();
    rig.nothing(0, false, &packet(&[6], b"abc"));
    rig.nothing(0, false, &packet(&[6], b"de"));
    assert_eq!(rig.whole(0, &packet(&[6], b"f")), b"abcdef");
    assert_eq!(rig.counts(), Counts { units: 1, ..Counts::default() });
}

#[test]
fn a_frame_with_a_hole_is_cut() {
    let mut rig = rig();
    rig.nothing(0, false, &packet(&[6], b"abc"));
    rig.lost();
    rig.nothing(0, true, &packet(&[6], b"f"));
    assert_eq!(rig.into.len(), rig.taken, "the marker says that it is all");
    rig.nothing(1_024, false, &packet(&[6], b"abc"));
    assert_eq!(rig.whole(2_048, &packet(&[2], b"xy")), b"xy", "another time");
    rig.nothing(3_072, false, &packet(&[6], b"abc"));
    rig.nothing(3_072, false, &packet(&[7], b"abc"));
    assert_eq!(rig.into.len(), rig.taken, "another size");
    assert_eq!(rig.counts(), Counts { units: 1, given_up: 4, flaws: 3, ..Counts::default() });
}

#[test]
fn what_breaks_the_rules_is_counted_and_got_over() {
    for (bad, units, why) in [
        (vec![], 0, "an empty payload"),
        (vec![0], 0, "half a length"),
        (vec![0, 16, 0], 0, "half a header"),
        (vec![0, 0, 1, 2], 0, "no frame"),
        (vec![0, 12, 0, 0x18, 1, 2], 0, "a header of 12 bits"),
        (packet(&[0], b"a"), 0, "a frame of nothing"),
        (packet(&[2], b""), 0, "a frame that is not there"),
        (packet(&[2, 9], b"abcd"), 1, "a second one that is longer than the rest"),
        (packet(&[2], b"abc"), 1, "more than its frames"),
    ] {
        let mut rig = rig();
        assert_eq!(rig.push(0, true, &bad).len(), units, "{why}");
        rig.whole(2_048, &packet(&[2], b"xy"));
        let units = u64::try_from(units).unwrap() + 1;
        assert_eq!(rig.counts(), Counts { units, flaws: 1, ..Counts::default() }, "{why}");
    }
    let mut rig = rig();
    rig.nothing(0, true, &[0, 16, 0, 2 << 3 | 1, 1, 2]);
    assert_eq!(rig.counts().refused, 1, "the frame is the second of its row");
}

#[test]
fn the_parameters_are_those_of_the_configuration() {
    let parameters = rig().depacketiser.parameters().cloned().unwrap();
    assert_eq!((&*parameters.name, &parameters.config[..]), ("mp4a.40.2", &[0x14, 0x08][..]));
    assert_eq!((parameters.clock_rate, parameters.channels, parameters.width), (16_000, 1, 0));
    // HE-AAC: the clock runs at twice the core coder's rate.
    let mut format = format(Codec::Aac, &[("mode", "AAC-hbr"), ("config", "2B118800")]);
    format.clock_rate = 48_000;
    let depacketiser = Depacketiser::new(&format).unwrap();
    assert_eq!(depacketiser.parameters().unwrap().name, "mp4a.40.5");
    let mut rig = Rig { depacketiser, into: vec![], taken: 0 };
    assert_eq!(rig.push(0, true, &packet(&[1, 1], b"ab"))[1].0.timestamp, 2_048);
}

#[test]
fn the_low_bit_rate_has_shorter_headers() {
    let mut rig = Rig::new(Codec::Aac, &[("mode", "AAC-lbr"), ("config", "1408")]);
    let got = rig.push(0, true, &[0, 16, 3 << 2, 2 << 2, b'a', b'b', b'c', b'd', b'e']);
    let got: Vec<_> = got.iter().map(|(_, bytes)| &bytes[..]).collect();
    assert_eq!(got, [&b"abc"[..], b"de"]);
}

#[test]
fn what_cannot_be_recorded_says_why() {
    let why = |fmtp: &[(&str, &str)]| Depacketiser::new(&format(Codec::Aac, fmtp)).err().unwrap();
    assert_eq!(why(&[("config", "1408")]), Unsupported::Mode(String::new()));
    assert_eq!(why(&[("mode", "CELP-vbr")]), Unsupported::Mode("CELP-vbr".to_owned()));
    assert_eq!(why(&HBR[..1]), Unsupported::Config);
    for config in ["", "14", "140", "14x8", "ééé", "4408"] {
        assert_eq!(why(&[HBR[0], ("config", config)]), Unsupported::Config, "{config}");
    }
    assert_eq!(why(&[HBR[0], HBR[1], ("maxdisplacement", "3")]), Unsupported::Interleaved);
    let field = Unsupported::FrameHeader("ctsdeltalength".to_owned());
    assert_eq!(why(&[HBR[0], HBR[1], ("ctsdeltalength", "16")]), field);
    let size = Unsupported::FrameHeader("sizelength=99".to_owned());
    assert_eq!(why(&[HBR[0], HBR[1], ("sizelength", "99")]), size);
    let mut still = format(Codec::Pcmu, &[]);
    still.clock_rate = 0;
    assert_eq!(Depacketiser::new(&still).err(), Some(Unsupported::Clock));
}

#[test]
fn telephone_sound_comes_as_it_is() {
    for (codec, name) in [(Codec::Pcmu, "ulaw"), (Codec::Pcma, "alaw")] {
        let mut rig = Rig::new(codec, &[]);
        let parameters = rig.depacketiser.parameters().unwrap();
        assert_eq!((&*parameters.name, parameters.channels, parameters.config.len()), (name, 1, 0));
        assert_eq!(rig.whole(160, b"\xFF\x7F\0"), b"\xFF\x7F\0");
        rig.nothing(320, false, b"");
        assert_eq!(rig.counts(), Counts { units: 1, flaws: 1, ..Counts::default() });
    }
}
