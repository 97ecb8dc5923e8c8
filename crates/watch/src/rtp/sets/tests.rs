//! Parameter sets of real encoders, and of none.

use super::*;
use proptest::prelude::*;

const H265: Coding = Coding::H265 { numbered: false };

fn format(codec: Codec, fmtp: &[(&str, &str)]) -> Format {
    let fmtp = fmtp.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Format { codec, payload_type: 96, clock_rate: 90_000, channels: 0, fmtp }
}

fn h264(sprop: &str) -> Sets {
    Sets::new(Coding::H264, &format(Codec::H264, &[("sprop-parameter-sets", sprop)]))
}

/// Of libx264: 1920x1080, High, no reordering.
const FULL_HD: &str = "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ=,aO88sA==";
/// Of libx264: 640x360, Constrained Baseline.
const BASELINE: &str = "Z0LAFtoCgL/lwEQAAAMABAAAAwBgPFi6gA==,aM48gA==";
/// Of libx264: 360x202, High.
const SMALL: &str = "Z2QADay0C43yyYCIAAADAAgAAAMAwHihVQ==,aO88sA==";

const X265: [(&str, &str); 3] = [
    ("sprop-vps", "QAEMAf//AWAAAAMAkAAAAwAAAwB4lZQJ"),
    ("sprop-sps", "QgEBAWAAAAMAkAAAAwAAAwB4oAPAgBEHy5ZWVKTC8BaAgAAAAwCAAAAGBA=="),
    ("sprop-pps", "RAHAc8GJ"),
];

#[test]
fn the_size_is_that_of_the_cropped_picture() {
    for (sprop, size, name) in [
        (FULL_HD, (1920, 1080), "avc1.640028"),
        (BASELINE, (640, 360), "avc1.42c016"),
        (SMALL, (360, 202), "avc1.64000d"),
    ] {
        let sets = h264(sprop);
        let got = sets.parameters().unwrap();
        assert_eq!((got.width, got.height, &*got.name), (size.0, size.1, name));
        assert_eq!((got.clock_rate, got.channels, sets.flaws()), (90_000, 0, 0));
        assert_eq!(reorder(got), Some(0));
    }
    let sets = Sets::new(H265, &format(Codec::H265, &X265));
    let got = sets.parameters().unwrap();
    assert_eq!((got.width, got.height, &*got.name), (1920, 1080, "hvc1.1.6.L120.90"));
    assert_eq!(reorder(got), Some(2));
}

#[test]
fn the_box_holds_the_sets_as_they_came() {
    let config = h264(BASELINE).parameters().unwrap().config.clone();
    assert_eq!(config[..9], [1, 0x42, 0xC0, 0x16, 0xFF, 0xE1, 0, 25, 0x67]);
    assert_eq!(config[8 + 25..], [1, 0, 4, 0x68, 0xCE, 0x3C, 0x80], "the Baseline profile ends here");
    let config = h264(FULL_HD).parameters().unwrap().config.clone();
    assert!(config.ends_with(&[0xFD, 0xF8, 0xF8, 0]), "others tell chroma and depth");
}

#[test]
fn careless_base64_is_read() {
    let whole = h264(FULL_HD).parameters().cloned();
    let bare = "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ,aO88sA,";
    assert_eq!(h264(bare).parameters().cloned(), whole, "without padding, with a comma too many");
    // The same sets behind start codes, in one piece, and with a zero behind.
    let mut bytes = vec![];
    for part in FULL_HD.split(',') {
        bytes.extend_from_slice(&[0, 0, 0, 1]);
        bytes.extend(BASE64.decode(part).unwrap());
    }
    bytes.push(0);
    assert_eq!(h264(&BASE64.encode(bytes)).parameters().cloned(), whole);
}

#[test]
fn what_cannot_be_read_is_counted_and_left_to_the_stream() {
    for sprop in ["Z2QA", "!!!", "aO88sA==", "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ="] {
        assert!(h264(sprop).parameters().is_none(), "{sprop}");
    }
    assert_eq!((h264("Z2QA").flaws(), h264("!!!").flaws()), (1, 1));
    let mut sets = h264("!!!");
    FULL_HD.split(',').for_each(|part| sets.note(&BASE64.decode(part).unwrap()));
    assert!(sets.parameters().is_none(), "not in force before a key picture");
    assert_eq!(sets.renew().as_deref(), h264(FULL_HD).parameters());
    assert!(sets.parameters().is_some() && sets.renew().is_none());
}

#[test]
fn a_set_that_comes_again_changes_nothing_and_another_does() {
    let mut sets = h264(FULL_HD);
    FULL_HD.split(',').for_each(|part| sets.note(&BASE64.decode(part).unwrap()));
    assert!(!sets.changed);
    SMALL.split(',').for_each(|part| sets.note(&BASE64.decode(part).unwrap()));
    assert_eq!(sets.parameters().unwrap().width, 1920, "until the next key picture");
    assert_eq!(sets.renew().unwrap().width, 360);
    assert_eq!(sets.known.len(), 2, "the sets of one number take each other's place");
}

#[test]
fn a_camera_that_sends_ever_new_sets_fills_no_memory() {
    let mut sets = h264(FULL_HD);
    for id in 0..=255_u8 {
        // pic_parameter_set_id as ue(v) behind seven zeros, then seq_parameter_set_id 0.
        let [high, low] = (u16::from(id) + 1).to_be_bytes();
        let length = 16 - (u16::from(id) + 1).leading_zeros();
        let code = (u32::from(u16::from_be_bytes([high, low])) << 1 | 1) << (31 - 2 * length + 1);
        let mut nal = vec![0x68];
        nal.extend_from_slice(&code.to_be_bytes());
        sets.note(&nal);
    }
    assert_eq!(sets.known.len(), MOST);
    assert!(sets.flaws() > 200 && sets.renew().is_some());
    let mut long = BASE64.decode("aO88sA==").unwrap();
    long.resize(LONGEST + 1, 0xFF);
    let flaws = sets.flaws();
    sets.note(&long);
    assert_eq!(sets.flaws(), flaws + 1);
}

#[test]
fn a_picture_of_nothing_or_beyond_reason_is_refused() {
    assert_eq!(size(1920, 0, 0, 2), Some(1920));
    assert_eq!(size(16, 4, 4, 2), None, "all is cropped");
    assert_eq!(size(16, 8, 8, 2), None);
    assert_eq!(size(16, u32::MAX, 1, 2), None);
    assert_eq!(size(16_400, 0, 0, 1), None);
}

#[test]
fn the_name_of_an_h265_stream_tells_tier_and_constraints() {
    // A stream of 10 bits, High tier, as ISO/IEC 14496-15 has it in its examples.
    let mut sps = BASE64.decode(X265[1].1).unwrap();
    let at = 3; // profile_space, tier, profile; two layers of header and three fields before.
    assert_eq!(sps[at], 1);
    sps[at] = 0x22;
    let fmtp = [X265[0], ("sprop-sps", &*BASE64.encode(&sps)), X265[2]];
    let sets = Sets::new(H265, &format(Codec::H265, &fmtp));
    assert_eq!(sets.parameters().unwrap().name, "hvc1.2.6.H120.90");
}

proptest! {
    #[test]
    fn no_bytes_whatsoever_make_the_reader_panic(
        kind in 0_u8..64,
        body in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xFF)], 0..200),
    ) {
        for (coding, header) in [(Coding::H264, vec![0x60 | kind & 0x1F]), (H265, vec![kind << 1, 1])] {
            let mut sets = Sets::new(coding, &format(Codec::H264, &[]));
            let nal = [&header[..], &body].concat();
            sets.note(&nal);
            sets.renew();
        }
    }

    #[test]
    fn a_real_set_with_any_byte_changed_does_not_panic(
        at in 0_usize..40,
        value in any::<u8>(),
        cut in 0_usize..40,
    ) {
        for (coding, text) in [(Coding::H264, "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ="), (H265, X265[1].1)] {
            let mut nal = BASE64.decode(text).unwrap();
            let end = nal.len();
            nal[at % end] = value;
            nal.truncate(end - cut % end);
            let mut sets = Sets::new(coding, &format(Codec::H264, &X265));
            for set in ["aO88sA==", X265[0].1, X265[2].1] {
                sets.note(&BASE64.decode(set).unwrap());
            }
            sets.note(&nal);
            if let Some(parameters) = sets.renew() {
                prop_assert!(parameters.width > 0 && parameters.height > 0);
                reorder(&parameters);
            }
        }
    }
}
