//! Packets written by hand after the RFCs, and packets that no camera should send.

use super::*;
use crate::{media::Codec, rtsp::Format};

mod h264;
mod h265;
mod hostile;
mod sound;

/// Plays the caller: one buffer, out of which units are taken as they come.
struct Rig {
    depacketiser: Depacketiser,
    into: Vec<u8>,
    /// Bytes of units that came out and stay in the buffer.
    taken: usize,
}

impl Rig {
    fn new(codec: Codec, fmtp: &[(&str, &str)]) -> Self {
        let depacketiser = Depacketiser::new(&format(codec, fmtp)).unwrap();
        Self { depacketiser, into: Vec::new(), taken: 0 }
    }

    /// Feeds a packet and takes what comes out: the units and their bytes.
    fn push(&mut self, timestamp: u32, marker: bool, payload: &[u8]) -> Vec<(Unit, Vec<u8>)> {
        let packet = Packet { sequence: 0, timestamp, ssrc: 0, marker, payload_type: 96, payload };
        let mut units = vec![self.depacketiser.ended_by(&packet, &mut self.into)];
        self.take(units.last().unwrap().as_ref());
        units.push(self.depacketiser.push(&packet, &mut self.into));
        self.take(units.last().unwrap().as_ref());
        while let Some(unit) = self.depacketiser.next(&packet, &mut self.into) {
            self.take(Some(&unit));
            units.push(Some(unit));
        }
        let mut end = self.taken;
        let mut got = Vec::new();
        for unit in units.into_iter().flatten().rev() {
            let bytes = self.into[end - unit.length..end].to_vec();
            end -= unit.length;
            got.push((unit, bytes));
        }
        got.reverse();
        got
    }

    fn take(&mut self, unit: Option<&Unit>) {
        let Some(unit) = unit else { return };
        self.taken += unit.length;
        assert_eq!(self.into.len(), self.taken, "a unit's bytes are the last ones");
    }

    /// One packet whose marker ends a unit: its bytes.
    fn whole(&mut self, timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let mut got = self.push(timestamp, true, payload);
        assert_eq!(got.len(), 1, "one unit");
        got.remove(0).1
    }

    fn nothing(&mut self, timestamp: u32, marker: bool, payload: &[u8]) {
        assert_eq!(self.push(timestamp, marker, payload), []);
    }

    fn lost(&mut self) {
        self.depacketiser.lost(&mut self.into);
        assert_eq!(self.into.len(), self.taken, "nothing of an open unit stays");
    }

    fn counts(&self) -> Counts {
        self.depacketiser.counts()
    }
}

fn format(codec: Codec, fmtp: &[(&str, &str)]) -> Format {
    let (clock_rate, channels) = match codec {
        Codec::H264 | Codec::H265 => (90_000, 0),
        Codec::Aac => (16_000, 1),
        Codec::Pcmu | Codec::Pcma => (8_000, 1),
    };
    let fmtp = fmtp.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Format { codec, payload_type: 96, clock_rate, channels, fmtp }
}

/// NAL units as the file has them.
fn prefixed(nals: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for nal in nals {
        bytes.extend_from_slice(&u32::try_from(nal.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(nal);
    }
    bytes
}
