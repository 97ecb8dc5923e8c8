//! Streams that real encoders made and ffmpeg sent (tests/data/make.sh), as packets and as much of an SDP as ffmpeg writes.

use liengia_watch::{media::Codec, rtsp::Format};
use std::{fs, path::PathBuf};

/// A file of tests/data.
pub fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The packets of a recording, each behind its length.
pub fn packets(name: &str) -> Vec<Vec<u8>> {
    let bytes = fs::read(file(&format!("{name}.rtp"))).unwrap();
    let mut rest = &bytes[..];
    let mut packets = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (packet, after) = after.split_at(usize::from(u16::from_be_bytes(*length)));
        packets.push(packet.to_vec());
        rest = after;
    }
    packets
}

/// As much of an SDP as ffmpeg writes.
pub fn format(name: &str) -> Format {
    let sdp = fs::read_to_string(file(&format!("{name}.sdp"))).unwrap();
    let after = |prefix| sdp.lines().find_map(|line| line.trim().strip_prefix(prefix)).unwrap();
    let (payload_type, map) = after("a=rtpmap:").split_once(' ').unwrap();
    let mut map = map.split('/');
    let codec = match map.next().unwrap() {
        "H264" => Codec::H264,
        "H265" => Codec::H265,
        _ => Codec::Aac,
    };
    let fmtp = after("a=fmtp:").split_once(' ').unwrap().1.split(';');
    Format {
        codec,
        payload_type: payload_type.parse().unwrap(),
        clock_rate: map.next().unwrap().parse().unwrap(),
        channels: map.next().map_or(0, |channels| channels.parse().unwrap()),
        fmtp: fmtp
            .map(|pair| pair.trim().split_once('=').unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect(),
    }
}
