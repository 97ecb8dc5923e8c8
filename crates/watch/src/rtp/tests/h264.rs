//! H.264: what RFC 6184 says, and what cameras make of it.

use super::{Rig, prefixed};
use crate::{
    media::Codec,
    rtp::{Counts, Depacketiser, LARGEST_UNIT, MOST_NALS, Unsupported},
};

const SPROP: (&str, &str) = ("sprop-parameter-sets", "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ=,aO88sA==");
/// The same sets of another stream, 360x202.
const SPS: &[u8] = b"\x67\x64\0\x0D\xAC\xB4\x0B\x8D\xF2\xC9\x80\x88\0\0\x03\0\x08\0\0\x03\0\xC0\x78\xA1\x55";
const PPS: &[u8] = b"\x68\xEF\x3C\xB0";
/// Slices: the first of a picture has the bit 0x80, any other has not.
const IDR: &[u8] = b"\x65\x88idr";
const IDR_MORE: &[u8] = b"\x65\x08idr";
const P: &[u8] = b"\x41\x9Apic";
const P_MORE: &[u8] = b"\x41\x1Apic";
const SEI: &[u8] = b"\x06\x05\x02ab\x80";

fn rig() -> Rig {
    Rig::new(Codec::H264, &[SPROP])
}

fn stap(nals: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![0x78];
    for nal in nals {
        payload.extend_from_slice(&u16::try_from(nal.len()).unwrap().to_be_bytes());
        payload.extend_from_slice(nal);
    }
    payload
}

#[test]
fn single_units_aggregates_and_fragments_make_the_same_picture() {
    let expected = prefixed(&[SEI, IDR]);
    let mut rig = rig();
    rig.nothing(0, false, SEI);
    let got = rig.push(0, true, IDR);
    assert_eq!((got[0].0.key, got[0].0.timestamp, &got[0].1), (true, 0, &expected));
    assert_eq!(rig.whole(1, &stap(&[SEI, IDR])), expected);
    rig.nothing(2, false, SEI);
    rig.nothing(2, false, b"\x7C\x85\x88");
    rig.nothing(2, false, b"\x7C\x05id");
    assert_eq!(rig.whole(2, b"\x7C\x45r"), expected);
    rig.nothing(3, false, SEI);
    assert_eq!(rig.whole(3, b"\x7C\xC5\x88idr"), expected, "first and last at once");
    assert_eq!(rig.counts(), Counts { units: 4, ..Counts::default() });
}

#[test]
fn a_picture_of_several_slices_is_one_unit_and_only_idr_pictures_are_keys() {
    let mut rig = rig();
    rig.nothing(0, false, P);
    let got = rig.push(0, true, P_MORE);
    assert_eq!((got[0].0.key, &got[0].1), (false, &prefixed(&[P, P_MORE])));
    rig.nothing(9, false, IDR);
    assert!(rig.push(9, true, IDR_MORE)[0].0.key);
}

#[test]
fn a_unit_without_a_marker_ends_with_the_next_timestamp() {
    let mut rig = rig();
    rig.nothing(0, false, P);
    let got = rig.push(3_600, true, P);
    let times: Vec<_> = got.iter().map(|(unit, _)| unit.timestamp).collect();
    assert_eq!(times, [0, 3_600]);
}

#[test]
fn what_holds_no_slice_waits_for_one_and_takes_its_time() {
    let mut rig = rig();
    for (time, nal) in [(0, SPS), (0, PPS), (7, SEI)] {
        rig.nothing(time, true, nal);
    }
    let got = rig.push(3_600, true, IDR);
    assert_eq!((got[0].0.timestamp, &got[0].1), (3_600, &prefixed(&[SPS, PPS, SEI, IDR])));
}

#[test]
fn a_marker_within_a_picture_is_believed_once() {
    let mut rig = rig();
    assert_eq!(rig.push(0, true, IDR).len(), 1);
    rig.nothing(0, true, IDR_MORE);
    rig.nothing(0, true, IDR_MORE);
    let got = rig.push(3_600, true, P);
    assert_eq!((got[0].0.key, got[0].0.timestamp), (false, 0), "the second part is no entry");
    rig.nothing(3_600, true, P_MORE);
    assert_eq!(rig.push(7_200, true, P)[0].1, prefixed(&[P, P_MORE]));
    assert_eq!((rig.counts().split, rig.counts().units), (1, 3));
}

#[test]
fn a_marker_is_not_blamed_for_what_was_lost() {
    let mut rig = rig();
    rig.whole(0, P);
    rig.lost();
    rig.nothing(0, true, P_MORE);
    rig.whole(3_600, P);
    assert_eq!(rig.counts(), Counts { units: 2, given_up: 1, ..Counts::default() });
}

#[test]
fn two_fields_of_one_time_are_two_units_and_no_flaw() {
    let mut rig = rig();
    assert_eq!((rig.whole(0, P), rig.whole(0, P)), (prefixed(&[P]), prefixed(&[P])));
    assert_eq!(rig.counts(), Counts { units: 2, ..Counts::default() });
}

#[test]
fn a_loss_costs_the_open_unit_and_what_is_left_of_it() {
    let mut rig = rig();
    rig.nothing(0, false, b"\x7C\x85\x88");
    rig.lost();
    rig.nothing(0, false, b"\x7C\x05id");
    rig.nothing(0, true, b"\x7C\x45r");
    assert_eq!(rig.whole(3_600, P), prefixed(&[P]));
    assert_eq!(rig.counts(), Counts { units: 1, given_up: 1, ..Counts::default() });
}

#[test]
fn after_a_loss_a_unit_must_begin_a_picture() {
    let mut rig = rig();
    rig.whole(0, P);
    rig.lost();
    rig.nothing(3_600, true, P_MORE);
    rig.lost();
    rig.nothing(7_200, false, b"\x7C\x01id");
    rig.nothing(7_200, true, b"\x7C\x41r");
    assert_eq!(rig.whole(10_800, P), prefixed(&[P]));
    assert_eq!(rig.counts(), Counts { units: 2, given_up: 2, ..Counts::default() });
}

#[test]
fn a_strict_track_waits_for_a_key_picture_after_a_loss() {
    let mut rig = rig();
    rig.depacketiser = rig.depacketiser.strict();
    rig.whole(0, P);
    rig.lost();
    rig.nothing(3_600, true, P);
    rig.whole(7_200, IDR);
    rig.whole(10_800, P);
    assert_eq!(rig.counts(), Counts { units: 3, undecodable: 1, ..Counts::default() });
}

#[test]
fn new_parameters_hold_from_the_next_key_picture_on() {
    let mut rig = rig();
    rig.nothing(0, false, &stap(&[SPS, PPS]));
    let got = rig.push(0, true, P);
    assert_eq!(got[0].0.parameters, None);
    assert_eq!(rig.depacketiser.parameters().unwrap().width, 1920);
    let got = rig.push(3_600, true, IDR);
    let parameters = got[0].0.parameters.as_deref().unwrap();
    assert_eq!((parameters.width, parameters.height), (360, 202));
    assert_eq!(rig.depacketiser.parameters(), Some(parameters));
    let got = rig.push(7_200, true, &stap(&[SPS, PPS, IDR]));
    assert_eq!(got[0].0.parameters, None, "the same again");
}

#[test]
fn units_before_the_first_parameters_are_left_out() {
    let mut rig = Rig::new(Codec::H264, &[]);
    rig.nothing(0, true, IDR);
    rig.nothing(3_600, true, &stap(&[SPS, PPS, P]));
    let got = rig.push(7_200, true, IDR);
    assert!(got[0].0.parameters.is_some());
    assert_eq!(rig.counts(), Counts { units: 1, unready: 2, ..Counts::default() });
}

#[test]
fn units_with_start_codes_between_them_are_put_apart() {
    let expected = prefixed(&[SPS, PPS, SEI, IDR]);
    let mut rig = Rig::new(Codec::H264, &[]);
    let bare = [SPS, PPS, SEI, IDR].join(&b"\0\0\0\x01"[..]);
    let got = rig.push(0, true, &bare);
    assert_eq!((got[0].0.key, &got[0].1), (true, &expected));
    assert!(got[0].0.parameters.is_some());
    let begun = [&b""[..], SPS, PPS, SEI, IDR].join(&b"\0\0\x01"[..]);
    assert_eq!(rig.whole(1, &begun), expected);
    rig.nothing(2, false, &[&b"\x7C\x87"[..], &bare[1..20]].concat());
    assert_eq!(rig.whole(2, &[&b"\x7C\x47"[..], &bare[20..]].concat()), expected, "in fragments");
    let inside = b"\x41\x9A\0\0\x01\x65";
    assert_eq!(rig.whole(3, inside), prefixed(&[inside]), "slices are not searched");
    assert_eq!(rig.counts(), Counts { units: 4, ..Counts::default() });
}

#[test]
fn what_breaks_the_rules_is_cut_counted_and_got_over() {
    for (bad, why) in [
        (&b""[..], "an empty payload"),
        (b"\x7C", "a fragment without a header"),
        (b"\x7C\x05id", "a fragment that never began"),
        (b"\x7C\xDCid", "a fragment of a kind that cannot be"),
        (b"\x78", "an empty aggregate"),
        (b"\x78\0", "half a length"),
        (b"\x78\0\x04\x41\x9A", "more than there is"),
        (b"\x78\0\0\0\x01\x41", "a unit of nothing"),
        (b"\x78\0\x02\x78\0", "an aggregate in an aggregate"),
        (b"\x60\0", "a kind that cannot be"),
        (b"\xE1\x9A", "the forbidden bit"),
    ] {
        let mut rig = rig();
        rig.whole(0, P);
        rig.nothing(3_600, false, P);
        rig.nothing(3_600, false, bad);
        assert_eq!(rig.into.len(), rig.taken, "{why}");
        rig.nothing(3_600, true, P_MORE);
        rig.whole(7_200, P);
        assert_eq!(rig.counts(), Counts { units: 2, given_up: 1, flaws: 1, ..Counts::default() }, "{why}");
    }
}

#[test]
fn a_fragment_that_does_not_end_costs_its_unit() {
    let mut rig = rig();
    rig.nothing(0, false, b"\x7C\x85\x88id");
    rig.nothing(0, true, P);
    rig.nothing(3_600, true, b"\x7C\x81\x9Apic");
    assert_eq!(rig.whole(7_200, P), prefixed(&[P]), "the marker alone is no end");
    assert_eq!(rig.counts(), Counts { units: 1, given_up: 2, flaws: 2, ..Counts::default() });
}

#[test]
fn the_interleaved_mode_is_refused() {
    for kind in [25, 26, 27, 29] {
        let mut rig = rig();
        rig.nothing(0, true, &[0x60 | kind, 0, 0, 0, 3, 0x41, 0x9A, 0]);
        rig.whole(3_600, P);
        assert_eq!(rig.counts(), Counts { units: 1, given_up: 1, refused: 1, ..Counts::default() });
    }
    let format = super::format(Codec::H264, &[("packetization-mode", "2")]);
    assert_eq!(Depacketiser::new(&format).err(), Some(Unsupported::Interleaved));
}

#[test]
fn a_unit_that_grows_beyond_its_limits_is_given_up() {
    let mut rig = rig();
    rig.whole(0, P);
    rig.nothing(1, false, b"\x7C\x81\x9A");
    let piece = [&b"\x7C\x01"[..], &vec![7; 60_000]].concat();
    let mut longest = 0;
    for _ in 0..200 {
        rig.nothing(1, false, &piece);
        longest = longest.max(rig.into.len() - rig.taken);
    }
    assert!(longest <= LARGEST_UNIT && longest > LARGEST_UNIT - 60_000);
    rig.whole(2, P);
    for _ in 0..=MOST_NALS {
        rig.nothing(3, false, P);
    }
    assert_eq!(rig.into.len(), rig.taken);
    rig.whole(4, P);
    assert_eq!(rig.counts(), Counts { units: 3, given_up: 2, oversized: 2, ..Counts::default() });
}

#[test]
fn a_camera_without_idr_pictures_has_keys_after_ten_seconds() {
    let mut rig = rig();
    let point = b"\x06\x05\x01a\x06\x01\x80\x80"; // Another message, then a recovery point of 0 frames.
    let intra = b"\x41\xB0pic"; // first_mb_in_slice 0, slice_type 2: 1 011.
    let keys: Vec<_> =
        (0..14).map(|second| rig.push(second * 90_000, true, &stap(&[point, intra]))[0].0.key).collect();
    assert_eq!(keys.iter().position(|key| *key), Some(11));
    let mut key = |time: u32, nals: &[&[u8]]| rig.push(time * 90_000, true, &stap(nals))[0].0.key;
    assert!(!key(14, &[b"\x06\x06\x01\x40\x80", intra]), "one frame to wait for: 010");
    assert!(!key(15, &[point, P]), "slice_type 5: 00110 is P");
    assert!(!key(16, &[intra]), "no message");
    assert!(key(17, &[point, intra]));
    assert!(key(18, &[IDR]) && !key(19, &[point, intra]), "there are IDR pictures after all");
}
