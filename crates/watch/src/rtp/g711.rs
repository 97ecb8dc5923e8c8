//! G.711 in RTP (RFC 3551, 4.5.14): every payload is one unit, one byte per sample and channel, as it came.

use super::{Counts, Packet, Unit};
use crate::{
    media::{Codec, Parameters},
    rtsp::Format,
};

/// One track of plain telephone sound.
pub(super) struct G711 {
    parameters: Parameters,
    counts: Counts,
}

impl G711 {
    pub(super) fn new(format: &Format) -> Self {
        let name = if format.codec == Codec::Pcmu { "ulaw" } else { "alaw" };
        let parameters = Parameters {
            codec: format.codec,
            config: Box::default(),
            width: 0,
            height: 0,
            clock_rate: format.clock_rate,
            channels: format.channels.max(1),
            name: name.to_owned(),
        };
        Self { parameters, counts: Counts::default() }
    }

    pub(super) const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(super) fn push(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        if packet.payload.is_empty() {
            self.counts.flaws += 1;
            return None;
        }
        into.extend_from_slice(packet.payload);
        self.counts.units += 1;
        let length = packet.payload.len();
        Some(Unit { timestamp: packet.timestamp, key: true, length, parameters: None })
    }
}
