//! One stream's packets: RTP for H.264 (RFC 6184, mode 1) and sender reports, framed as they travel inside RTSP.
//!
//! Promises: no packet is longer than [`LARGEST`]. All clients of a stream get the same bytes.

use liengia_kernel::{MICROS_PER_SECOND, Timestamp};
use std::num::NonZeroU32;

/// Bytes of a packet at most, its own header included.
const LARGEST: usize = 1_400;
const HEADER: usize = 12;
/// The payload type that the description names.
const PAYLOAD: u8 = 0x60;
/// The kind of a packet that holds a part of a unit (FU-A).
const PART: u8 = 0x1c;
/// From the epoch of NTP, 1900, to ours.
const NTP_EPOCH: i64 = 2_208_988_800;
/// What a sender calls itself in its reports.
const CALLED: &[u8] = b"liengia-sim";

/// The sender of one stream.
pub(super) struct Sender {
    source: u32,
    sequence: u16,
    packets: u32,
    octets: u32,
    /// Every so many packets one is lost on its way.
    lossy: Option<NonZeroU32>,
}

impl Sender {
    pub(super) fn new(source: u32, lossy: Option<NonZeroU32>) -> Self {
        Self { source, sequence: source.to_le_bytes()[0].into(), packets: 0, octets: 0, lossy }
    }

    /// Appends a NAL unit's packets; `last` if the picture ends with it.
    pub(super) fn unit(&mut self, unit: &[u8], time: u32, last: bool, out: &mut Vec<u8>) {
        let room = LARGEST - HEADER;
        let Some((&header, body)) = unit.split_first() else { return };
        if unit.len() <= room {
            return self.packet(&[], unit, time, last, out);
        }
        let parts = body.chunks(room - 2);
        let count = parts.len();
        for (n, part) in parts.enumerate() {
            let (begins, ends) = (n == 0, n + 1 == count);
            let kind = (u8::from(begins) << 7) | (u8::from(ends) << 6) | (header & 0x1f);
            self.packet(&[(header & 0xe0) | PART, kind], part, time, last && ends, out);
        }
    }

    fn packet(&mut self, before: &[u8], payload: &[u8], time: u32, marked: bool, out: &mut Vec<u8>) {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        self.packets = self.packets.wrapping_add(1);
        let length = before.len() + payload.len();
        self.octets = self.octets.wrapping_add(u32::try_from(length).unwrap_or(0));
        if self.lossy.is_some_and(|every| self.packets.is_multiple_of(every.get())) {
            return;
        }
        frame(out, 0, HEADER + length);
        out.extend_from_slice(&[0x80, PAYLOAD | (u8::from(marked) << 7)]);
        out.extend_from_slice(&sequence.to_be_bytes());
        out.extend_from_slice(&time.to_be_bytes());
        out.extend_from_slice(&self.source.to_be_bytes());
        out.extend_from_slice(before);
        out.extend_from_slice(payload);
    }

    /// Appends a report: at `wall`, the stream's own clock reads `time`.
    pub(super) fn report(&self, wall: Timestamp, time: u32, out: &mut Vec<u8>) {
        let micros = wall.as_micros();
        let seconds = micros.div_euclid(MICROS_PER_SECOND) + NTP_EPOCH;
        let fraction = (micros.rem_euclid(MICROS_PER_SECOND) << 32) / MICROS_PER_SECOND;
        let described = 2 + CALLED.len();
        // At least one zero ends the description, and it fills whole words.
        let padding = 4 - described % 4;
        frame(out, 1, 28 + 8 + described + padding);
        out.extend_from_slice(&[0x80, 200, 0, 6]);
        out.extend_from_slice(&self.source.to_be_bytes());
        for word in [seconds, fraction] {
            out.extend_from_slice(&word.to_be_bytes()[4..]);
        }
        for word in [time, self.packets, self.octets] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        let words = u16::try_from((4 + described + padding) / 4).unwrap_or(0);
        out.extend_from_slice(&[0x81, 202]);
        out.extend_from_slice(&words.to_be_bytes());
        out.extend_from_slice(&self.source.to_be_bytes());
        out.extend_from_slice(&[1, u8::try_from(CALLED.len()).unwrap_or(0)]);
        out.extend_from_slice(CALLED);
        out.resize(out.len() + padding, 0);
    }
}

/// Begins a packet inside RTSP: channel 0 for RTP, 1 for reports, as counted from the client's first.
fn frame(out: &mut Vec<u8>, channel: u8, length: usize) {
    out.extend_from_slice(&[b'$', channel]);
    out.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
}

/// Appends framed packets for a client whose first channel is this one.
pub(super) fn on_channel(mut packets: &[u8], first: u8, out: &mut Vec<u8>) {
    if first == 0 {
        return out.extend_from_slice(packets);
    }
    while let [mark, channel, high, low, ..] = *packets {
        let (packet, rest) = packets.split_at(4 + usize::from(u16::from_be_bytes([high, low])));
        out.extend_from_slice(&[mark, channel + first]);
        out.extend_from_slice(&packet[2..]);
        packets = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The packets, each as its channel and its bytes.
    fn split(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
        let mut packets = Vec::new();
        while let [b'$', channel, high, low, rest @ ..] = bytes {
            let (packet, after) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            packets.push((*channel, packet));
            bytes = after;
        }
        assert!(bytes.is_empty());
        packets
    }

    #[test]
    fn a_unit_of_any_length_is_put_together_again() {
        for length in [1, 2, 1_387, 1_388, 1_389, 2_773, 2_774, 10_000] {
            let unit: Vec<u8> =
                (0..length).map(|n: u16| if n == 0 { 0x65 } else { n.to_le_bytes()[0] }).collect();
            let mut out = Vec::new();
            Sender::new(1, None).unit(&unit, 9, true, &mut out);
            let packets = split(&out);
            let mut again = Vec::new();
            for (n, (channel, packet)) in packets.iter().enumerate() {
                assert!(*channel == 0 && packet.len() <= LARGEST);
                assert_eq!(packet[1] >> 7 == 1, n + 1 == packets.len(), "the marker ends the picture");
                let payload = &packet[HEADER..];
                if payload[0] & 0x1f == 28 {
                    assert_eq!(
                        (payload[1] >> 7 == 1, payload[1] >> 6 & 1 == 1),
                        (n == 0, n + 1 == packets.len())
                    );
                    if n == 0 {
                        again.push((payload[0] & 0xe0) | (payload[1] & 0x1f));
                    }
                    again.extend_from_slice(&payload[2..]);
                } else {
                    again.extend_from_slice(payload);
                }
            }
            assert_eq!(again, unit);
        }
    }

    #[test]
    fn a_report_is_whole_words_and_tells_the_time() {
        let mut out = Vec::new();
        Sender::new(7, None).report(Timestamp::from_micros(1_500_000), 90, &mut out);
        let packets = split(&out);
        let (channel, report) = packets[0];
        assert_eq!((channel, report.len() % 4, report[1], report[28 + 1]), (1, 0, 200, 202));
        assert_eq!(report[8..12], 2_208_988_801_u32.to_be_bytes());
        assert_eq!(report[12..16], 0x8000_0000_u32.to_be_bytes());
        let words = usize::from(u16::from_be_bytes([report[30], report[31]]));
        assert_eq!(28 + 4 + 4 * words, report.len());
    }

    #[test]
    fn a_client_gets_its_packets_on_its_own_channels() {
        let mut out = Vec::new();
        let mut sender = Sender::new(1, None);
        sender.unit(&[0x41, 1, 2], 0, true, &mut out);
        sender.report(Timestamp::from_seconds(0), 0, &mut out);
        let mut moved = Vec::new();
        on_channel(&out, 4, &mut moved);
        let (before, after) = (split(&out), split(&moved));
        assert_eq!(after.iter().map(|(channel, _)| *channel).collect::<Vec<_>>(), [4, 5]);
        assert!(before.iter().zip(&after).all(|(one, other)| one.1 == other.1));
    }
}
