//! Streams that real encoders made and ffmpeg sent (tests/data/make.sh): what comes out of the packets must be what
//! ffmpeg itself writes into an MP4 file of the same stream.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its recordings has failed")]

mod recording;

use liengia_watch::{
    media::{Codec, Parameters},
    rtp::{Counts, Depacketiser, Seen, Sequence, Step, Timeline, Unit, packet, reorder},
    rtsp::Format,
};
use recording::{file, format, packets};
use std::fs;

struct Heard {
    units: Vec<(Unit, Vec<u8>)>,
    parameters: Option<Parameters>,
    counts: Counts,
}

fn hear(format: &Format, packets: &[Vec<u8>]) -> Heard {
    let mut depacketiser = Depacketiser::new(format).unwrap();
    let (mut sequence, mut into, mut units) = (Sequence::default(), Vec::new(), Vec::new());
    for bytes in packets {
        let packet = packet(bytes).unwrap();
        assert_eq!(packet.payload_type, format.payload_type);
        match sequence.see(&packet) {
            Seen::InOrder => {}
            Seen::Lost(_) => depacketiser.lost(&mut into),
            other => panic!("{other:?}"),
        }
        let mut keep = |unit: Option<Unit>, into: &mut Vec<u8>| {
            let Some(unit) = unit else { return false };
            let bytes = into.split_off(into.len() - unit.length);
            assert!(into.is_empty(), "bytes of no unit");
            units.push((unit, bytes));
            true
        };
        keep(depacketiser.ended_by(&packet, &mut into), &mut into);
        keep(depacketiser.push(&packet, &mut into), &mut into);
        while keep(depacketiser.next(&packet, &mut into), &mut into) {}
    }
    Heard { units, parameters: depacketiser.parameters().cloned(), counts: depacketiser.counts() }
}

/// Bytes, key, time and checksum of each packet of ffmpeg's MP4.
fn expected(name: &str) -> Vec<(usize, bool, i64, u32)> {
    let text = fs::read_to_string(file(&format!("{name}.units"))).unwrap();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let checksum = fields[3].trim_start_matches("adler32:");
            (
                fields[1].parse().unwrap(),
                fields[2].starts_with('K'),
                fields[0].parse().unwrap(),
                u32::from_str_radix(checksum, 16).unwrap(),
            )
        })
        .collect()
}

/// RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high): (u32, u32), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// `step`: the MP4's time units per unit of RTP time, as a fraction.
fn same_as_ffmpeg(name: &str, step: (i64, i64)) -> Heard {
    let format = format(name);
    let heard = hear(&format, &packets(name));
    let mut timeline = Timeline::new(format.clock_rate);
    let mut expected = expected(name);
    if format.codec == Codec::Aac {
        expected.truncate(31); // ffmpeg never sends the last frames, which fill no packet.
    }
    let begin = expected[0].2;
    assert_eq!(heard.units.len(), expected.len(), "{name}");
    for ((unit, bytes), (length, key, at, checksum)) in heard.units.iter().zip(&expected) {
        assert_eq!((unit.length, unit.length, unit.key), (bytes.len(), *length, *key), "{name}");
        assert_eq!(adler32(bytes), *checksum, "{name}: other bytes at {at}");
        let Step::Forward(time) = timeline.advance(unit.timestamp) else { panic!("a leap") };
        let apart = time * step.0 - (at - begin) * step.1;
        assert!(apart.abs() <= step.0, "{name}: more than a unit of RTP time at {at}");
    }
    let units = u64::try_from(expected.len()).unwrap();
    assert_eq!(heard.counts, Counts { units, ..Counts::default() }, "{name}");
    heard
}

fn config_of_ffmpeg(name: &str) -> Vec<u8> {
    fs::read(file(&format!("{name}.box"))).unwrap()
}

#[test]
fn h264_of_several_kinds_is_what_ffmpeg_makes_of_it() {
    for (name, size, kind, order, step) in [
        ("h264_1080", (1920, 1080), "avc1.640028", 0, (1_024, 7_500)),
        ("h264_b_frames", (854, 480), "avc1.640016", 2, (1_024, 7_500)),
        ("h264_slices", (360, 202), "avc1.64000d", 0, (100_000, 7_500)),
        ("h264_baseline", (640, 360), "avc1.42c016", 0, (1_024, 7_500)),
    ] {
        let heard = same_as_ffmpeg(name, step);
        let parameters = heard.parameters.unwrap();
        assert_eq!((parameters.width, parameters.height), size, "{name}");
        assert_eq!(parameters.name, kind);
        assert_eq!(reorder(&parameters), Some(order), "{name}");
        assert_eq!(parameters.config[..], config_of_ffmpeg(name), "{name}");
        assert!(heard.units.iter().all(|(unit, _)| unit.parameters.is_none()), "all were in the SDP");
    }
}

#[test]
fn h265_of_several_kinds_is_what_ffmpeg_makes_of_it() {
    for (name, size, kind, order) in [
        ("h265_1080", (1920, 1080), "hvc1.1.6.L120.90", 2),
        ("h265_in_band", (360, 202), "hvc1.1.6.L60.90", 2),
    ] {
        let heard = same_as_ffmpeg(name, (1_024, 7_500));
        let parameters = heard.parameters.unwrap();
        assert_eq!((parameters.width, parameters.height), size, "{name}");
        assert_eq!(parameters.name, kind);
        assert_eq!(reorder(&parameters), Some(order), "{name}");
        // ffmpeg adds an array of messages, and under `hev1` says that the arrays are not all.
        let mut theirs = config_of_ffmpeg(name);
        theirs.truncate(parameters.config.len());
        theirs[22] = 3;
        let mut at = 23;
        for _ in 0..3 {
            theirs[at] |= 0x80;
            at += 5 + usize::from(u16::from_be_bytes([theirs[at + 3], theirs[at + 4]]));
        }
        assert_eq!(parameters.config[..], theirs, "{name}");
    }
}

#[test]
fn aac_is_what_ffmpeg_makes_of_it() {
    let heard = same_as_ffmpeg("aac", (1, 1));
    let parameters = heard.parameters.unwrap();
    assert_eq!((parameters.channels, parameters.clock_rate), (1, 16_000));
    assert_eq!((&*parameters.name, &parameters.config[..]), ("mp4a.40.2", &config_of_ffmpeg("aac")[..]));
    assert!(packets("aac").len() < heard.units.len(), "several frames in a packet");
}

#[test]
fn parameters_come_from_the_stream_where_the_sdp_has_none() {
    for name in ["h264_slices", "h265_in_band"] {
        let full = hear(&format(name), &packets(name));
        let mut bare = format(name);
        bare.fmtp.clear();
        assert!(Depacketiser::new(&bare).unwrap().parameters().is_none());
        let heard = hear(&bare, &packets(name));
        assert_eq!(heard.parameters, full.parameters, "{name}");
        assert_eq!(heard.units.len(), full.units.len(), "the first unit has them");
        let told: Vec<_> = heard.units.iter().map(|(unit, _)| unit.parameters.as_deref()).collect();
        assert_eq!(told[0], full.parameters.as_ref());
        assert!(told[1..].iter().all(Option::is_none), "they come again and are the same");
    }
}

#[test]
fn a_stream_without_parameters_anywhere_is_counted_and_leaves_nothing() {
    let mut bare = format("h264_1080");
    bare.fmtp.clear();
    let heard = hear(&bare, &packets("h264_1080"));
    assert!(heard.units.is_empty());
    assert_eq!(heard.counts, Counts { unready: 6, ..Counts::default() });
}

#[test]
fn what_a_lost_packet_belonged_to_is_missing_and_all_else_is_there() {
    for name in ["h264_1080", "h264_b_frames", "h264_slices", "h265_1080", "h265_in_band"] {
        let (format, packets) = (format(name), packets(name));
        let full = hear(&format, &packets).units;
        for lost in 1..packets.len() - 1 {
            let mut some = packets.clone();
            let gone = some.remove(lost);
            let timestamp = packet(&gone).unwrap().timestamp;
            let expected: Vec<_> = full.iter().filter(|(unit, _)| unit.timestamp != timestamp).collect();
            let heard = hear(&format, &some).units;
            let got: Vec<_> = heard.iter().filter(|(unit, _)| unit.timestamp != timestamp).collect();
            assert!(got == expected, "{name}, packet {lost}");
            // Only what stands before the first slice can be lost unnoticed.
            for (unit, bytes) in heard.iter().filter(|(unit, _)| unit.timestamp == timestamp) {
                let whole = full.iter().find(|(other, _)| other.timestamp == unit.timestamp).unwrap();
                assert!(whole.1.ends_with(bytes), "{name}, packet {lost}");
            }
        }
    }
}

#[test]
fn streams_without_markers_end_their_units_by_time() {
    for name in ["h264_b_frames", "h265_in_band"] {
        let (format, mut packets) = (format(name), packets(name));
        let full = hear(&format, &packets).units;
        for packet in &mut packets {
            packet[1] &= 0x7F;
        }
        let heard = hear(&format, &packets).units;
        assert!(heard[..] == full[..full.len() - 1], "{name}: all but the last, which is not ended");
    }
}
