//! H.265: what RFC 7798 says.

use super::{Rig, prefixed};
use crate::{media::Codec, rtp::Counts};

const SPROP: [(&str, &str); 3] = [
    ("sprop-vps", "QAEMAf//AWAAAAMAkAAAAwAAAwB4lZQJ"),
    ("sprop-sps", "QgEBAWAAAAMAkAAAAwAAAwB4oAPAgBEHy5ZWVKTC8BaAgAAAAwCAAAAGBA=="),
    ("sprop-pps", "RAHAc8GJ"),
];
/// Slices: the first of a picture has the bit 0x80, any other has not.
const IDR: &[u8] = b"\x26\x01\xAFidr"; // Kind 19.
const CRA: &[u8] = b"\x2A\x01\xAFcra"; // Kind 21.
const TRAIL: &[u8] = b"\x02\x01\xD0pic"; // Kind 1.
const TRAIL_MORE: &[u8] = b"\x02\x01\x50pic";
const SEI: &[u8] = b"\x4E\x01\x05\x02ab\x80"; // Kind 39.

fn rig() -> Rig {
    Rig::new(Codec::H265, &SPROP)
}

/// With decoding order numbers.
fn numbered() -> Rig {
    Rig::new(Codec::H265, &[SPROP[0], SPROP[1], SPROP[2], ("sprop-max-don-diff", "1")])
}

#[test]
fn single_units_aggregates_and_fragments_make_the_same_picture() {
    let expected = prefixed(&[SEI, IDR]);
    let mut rig = rig();
    rig.nothing(0, false, SEI);
    let got = rig.push(0, true, IDR);
    assert_eq!((got[0].0.key, &got[0].1), (true, &expected));
    let aggregate = [&b"\x60\x01\0\x07"[..], SEI, b"\0\x06", IDR].concat();
    assert_eq!(rig.whole(1, &aggregate), expected);
    rig.nothing(2, false, SEI);
    rig.nothing(2, false, b"\x62\x01\x93\xAF");
    rig.nothing(2, false, b"\x62\x01\x13id");
    assert_eq!(rig.whole(2, b"\x62\x01\x53r"), expected);
    assert_eq!(rig.counts(), Counts { units: 3, ..Counts::default() });
}

#[test]
fn decoding_order_numbers_are_stepped_over() {
    let expected = prefixed(&[SEI, IDR]);
    let mut rig = numbered();
    rig.nothing(0, false, b"\x4E\x01\xFF\xFE\x05\x02ab\x80");
    assert_eq!(rig.whole(0, b"\x26\x01\xFF\xFF\xAFidr"), expected);
    let aggregate = [&b"\x60\x01\0\0\0\x07"[..], SEI, b"\0\0\x06", IDR].concat();
    assert_eq!(rig.whole(1, &aggregate), expected);
    rig.nothing(2, false, b"\x4E\x01\0\x02\x05\x02ab\x80");
    rig.nothing(2, false, b"\x62\x01\x93\0\x03\xAF");
    assert_eq!(rig.whole(2, b"\x62\x01\x53idr"), expected, "only the first fragment has one");
    assert_eq!(rig.counts(), Counts { units: 3, ..Counts::default() });
}

#[test]
fn decoding_order_that_is_not_that_of_sending_is_refused() {
    let mut rig = numbered();
    rig.whole(0, b"\x26\x01\0\x05\xAFidr");
    rig.nothing(1, true, b"\x02\x01\0\x03\xD0pic");
    rig.whole(2, b"\x02\x01\0\x04\xD0pic");
    assert_eq!(rig.counts(), Counts { units: 2, given_up: 1, refused: 1, ..Counts::default() });
}

#[test]
fn every_kind_of_entry_picture_is_a_key_and_no_other() {
    let mut rig = rig();
    let mut key = |time, nal: &[u8]| rig.push(time, true, nal)[0].0.key;
    assert!(key(0, IDR) && key(1, CRA) && key(2, b"\x20\x01\xAFbla"));
    assert!(!key(3, TRAIL) && !key(4, b"\x12\x01\xD0rasl"));
}

#[test]
fn a_picture_of_several_slices_is_one_unit() {
    let mut rig = rig();
    rig.nothing(0, false, TRAIL);
    assert_eq!(rig.whole(0, TRAIL_MORE), prefixed(&[TRAIL, TRAIL_MORE]));
    rig.lost();
    rig.nothing(1, true, TRAIL_MORE);
    rig.whole(2, TRAIL);
    assert_eq!(rig.counts(), Counts { units: 2, given_up: 1, ..Counts::default() });
}

#[test]
fn what_breaks_the_rules_is_cut_counted_and_got_over() {
    for (bad, why) in [
        (&b""[..], "an empty payload"),
        (b"\x02", "half a header"),
        (b"\x02\0\xD0", "a temporal layer of 0"),
        (b"\x82\x01\xD0", "the forbidden bit"),
        (b"\x68\x01\xD0", "a kind that cannot be"),
        (b"\x62\x01", "a fragment without a header"),
        (b"\x62\x01\x13id", "a fragment that never began"),
        (b"\x62\x01\xF0id", "a fragment of an aggregate"),
        (b"\x60\x01", "an empty aggregate"),
        (b"\x60\x01\0\x09\x02\x01", "more than there is"),
        (b"\x60\x01\0\x01\x02", "a unit of half a header"),
        (b"\0\0\x01", "a start code and nothing"),
    ] {
        let mut rig = rig();
        rig.whole(0, TRAIL);
        rig.nothing(3_600, false, TRAIL);
        rig.nothing(3_600, false, bad);
        assert_eq!(rig.into.len(), rig.taken, "{why}");
        rig.whole(7_200, TRAIL);
        assert_eq!(rig.counts(), Counts { units: 2, given_up: 1, flaws: 1, ..Counts::default() }, "{why}");
    }
    let mut rig = rig();
    rig.nothing(0, true, b"\x64\x01\0\0");
    assert_eq!(rig.counts().refused, 1, "PACI");
}

#[test]
fn units_with_start_codes_between_them_are_put_apart() {
    let mut rig = rig();
    let begun = [&b""[..], SEI, IDR].join(&b"\0\0\0\x01"[..]);
    assert_eq!(rig.whole(0, &begun), prefixed(&[SEI, IDR]));
    let bare = [SEI, IDR].join(&b"\0\0\x01"[..]);
    assert_eq!(rig.whole(1, &bare), prefixed(&[SEI, IDR]));
}
