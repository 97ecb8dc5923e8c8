//! Packets in any order, of any content: no panic, no bytes of what is not whole, no growth beyond the limit.

use super::{Rig, format};
use crate::{
    media::Codec,
    rtp::{Depacketiser, LARGEST_UNIT, Packet, Sequence, packet},
};
use proptest::prelude::*;

/// Of fragments and slices that never end.
const HEADS: [&[u8]; 5] =
    [&[0x7C, 0x85, 0x88], &[0x7C, 5, 5], &[0x41, 0x9A], &[0x62, 1, 0x93], &[0x62, 1, 0x13]];

/// One thing that the caller may do.
#[derive(Clone, Debug)]
enum Deed {
    Packet { timestamp: u32, marker: bool, payload: Vec<u8>, asks_first: bool },
    Lost,
}

/// Heads that reach deep, then bytes among which zeros and ones are frequent.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let heads = prop_oneof![
        Just(vec![]),
        Just(vec![0x78, 0, 4]),
        Just(vec![0x7C, 0x85, 0x88]),
        Just(vec![0x7C, 0x05]),
        Just(vec![0x7C, 0x45]),
        Just(vec![0x7C, 0x47]),
        Just(vec![0x7C, 0x87, 0x64]),
        Just(vec![0x41, 0x9A]),
        Just(vec![0x65, 0x88]),
        Just(vec![0x67, 0x64, 0, 40]),
        Just(vec![0x06, 0x06, 1, 0x80]),
        Just(vec![0, 0, 1, 0x67]),
        Just(vec![0x60, 1, 0, 5]),
        Just(vec![0x62, 1, 0x93]),
        Just(vec![0x62, 1, 0x53]),
        Just(vec![0x26, 1, 0xAF]),
        Just(vec![0x02, 1, 0xD0]),
        Just(vec![0, 16, 0, 0x30]),
        Just(vec![0, 32, 0, 0x10, 0, 0x08]),
    ];
    let bytes = proptest::collection::vec(prop_oneof![any::<u8>(), 0_u8..3], 0..40);
    (heads, bytes).prop_map(|(head, bytes)| [head, bytes].concat())
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => (prop_oneof![0_u32..4, any::<u32>()], any::<bool>(), payload(), proptest::bool::weighted(0.9))
            .prop_map(|(timestamp, marker, payload, asks_first)| Deed::Packet {
                timestamp, marker, payload, asks_first
            }),
        1 => Just(Deed::Lost),
    ]
}

fn tracks() -> Vec<Rig> {
    let h265 = [
        ("sprop-vps", "QAEMAf//AWAAAAMAkAAAAwAAAwB4lZQJ"),
        ("sprop-sps", "QgEBAWAAAAMAkAAAAwAAAwB4oAPAgBEHy5ZWVKTC8BaAgAAAAwCAAAAGBA=="),
        ("sprop-pps", "RAHAc8GJ"),
        ("sprop-max-don-diff", "2"),
    ];
    vec![
        Rig::new(Codec::H264, &[("sprop-parameter-sets", "Z2QAKKy0A8ARPy4CIAAAAwAgAAADAwHjBlQ=,aO88sA==")]),
        Rig::new(Codec::H264, &[]),
        Rig::new(Codec::H265, &h265[..3]),
        Rig::new(Codec::H265, &h265),
        Rig::new(Codec::Aac, &[("mode", "AAC-hbr"), ("config", "1408")]),
        Rig::new(Codec::Pcma, &[]),
    ]
}

/// A picture's bytes are NAL units behind their lengths, with nothing between or behind.
fn is_well_formed(mut bytes: &[u8]) -> bool {
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let Some((nal, after)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else {
            return false;
        };
        if nal.is_empty() {
            return false;
        }
        bytes = after;
    }
    bytes.is_empty()
}

proptest! {
    #[test]
    fn packets_in_any_order_leave_only_whole_units(deeds in proptest::collection::vec(deed(), 0..60)) {
        for mut rig in tracks() {
            let video = rig.depacketiser.parameters().is_none_or(|parameters| parameters.codec.is_video());
            let mut given = 0;
            for deed in &deeds {
                match deed {
                    Deed::Lost => rig.lost(),
                    Deed::Packet { timestamp, marker, payload, asks_first: true } => {
                        given += payload.len();
                        for (unit, bytes) in rig.push(*timestamp, *marker, payload) {
                            prop_assert!(unit.length > 0 && unit.length == bytes.len());
                            prop_assert!(!video || is_well_formed(&bytes));
                        }
                    }
                    Deed::Packet { timestamp, marker, payload, .. } => {
                        let (timestamp, marker) = (*timestamp, *marker);
                        let packet = Packet { sequence: 0, timestamp, ssrc: 0, marker, payload_type: 0, payload };
                        given += payload.len();
                        let unit = rig.depacketiser.push(&packet, &mut rig.into);
                        rig.take(unit.as_ref());
                    }
                }
                prop_assert!(rig.into.len() <= rig.taken + LARGEST_UNIT);
                prop_assert!(rig.into.len() <= given * 5, "four bytes of length for each of content at most");
            }
            rig.lost();
            let counts = rig.counts();
            prop_assert!(counts.units <= u64::try_from(rig.taken).unwrap());
        }
    }

    #[test]
    fn large_packets_do_not_pass_the_limit(
        packets in proptest::collection::vec((0_usize..HEADS.len(), 40_000_usize..65_000), 60..160),
    ) {
        for mut rig in tracks() {
            for (head, length) in &packets {
                let mut payload = HEADS[*head].to_vec();
                payload.resize(*length, 7);
                rig.push(7, false, &payload);
                prop_assert!(rig.into.len() <= rig.taken + LARGEST_UNIT);
            }
        }
    }

    #[test]
    fn bytes_from_the_wire_do_not_panic(
        packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..20),
        fmtp in proptest::collection::vec(("[a-z-]{0,12}", "[ -~]{0,20}"), 0..4),
    ) {
        let fmtp: Vec<_> = fmtp.iter().map(|(name, value)| (&**name, &**value)).collect();
        for codec in [Codec::H264, Codec::H265, Codec::Aac, Codec::Pcmu] {
            let Ok(mut depacketiser) = Depacketiser::new(&format(codec, &fmtp)) else { continue };
            let (mut sequence, mut into) = (Sequence::default(), vec![]);
            for bytes in &packets {
                let mut bytes = bytes.clone();
                if let Some(first) = bytes.first_mut() {
                    *first = *first & 0x3F | 0x80;
                }
                let Ok(packet) = packet(&bytes) else { continue };
                sequence.see(&packet);
                depacketiser.ended_by(&packet, &mut into);
                depacketiser.push(&packet, &mut into);
                while depacketiser.next(&packet, &mut into).is_some() {}
            }
        }
    }
}
