//! One track of a camera: its packets' numbers, its time, and what puts its units together.
//!
//! Promises: packets that came twice are left out, lost ones are counted and cost the unit that they belonged to.

use crate::{
    media::Parameters,
    rtp::{Depacketiser, Packet, Seen, Sequence, Step, Timeline, Unit, Unsupported},
    rtsp::Format,
};

/// One track.
pub(super) struct TrackIn {
    depacketiser: Depacketiser,
    sequence: Sequence,
    timeline: Timeline,
    clock_rate: u32,
    /// Packets that never came.
    pub(super) lost: u64,
}

impl TrackIn {
    pub(super) fn new(format: &Format) -> Result<Self, Unsupported> {
        Ok(Self {
            depacketiser: Depacketiser::new(format)?,
            sequence: Sequence::default(),
            timeline: Timeline::new(format.clock_rate),
            clock_rate: format.clock_rate,
            lost: 0,
        })
    }

    /// Units of its clock in a second.
    pub(super) const fn clock_rate(&self) -> u32 {
        self.clock_rate
    }

    pub(super) fn parameters(&self) -> Option<&Parameters> {
        self.depacketiser.parameters()
    }

    /// Judges the packet's number; false if it is to be left out.
    pub(super) fn see(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> bool {
        match self.sequence.see(packet) {
            Seen::InOrder => true,
            Seen::Lost(many) => {
                self.lost += u64::from(many);
                self.depacketiser.lost(into);
                true
            }
            Seen::Repeated => false,
            Seen::Restarted => {
                self.depacketiser.lost(into);
                true
            }
        }
    }

    pub(super) fn ended_by(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        self.depacketiser.ended_by(packet, into)
    }

    pub(super) fn push(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        self.depacketiser.push(packet, into)
    }

    pub(super) fn next(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        self.depacketiser.next(packet, into)
    }

    /// The unit's time since the track's first, in units of its clock; none if the camera's time leapt, and counts anew.
    pub(super) fn time(&mut self, unit: &Unit) -> Option<i64> {
        match self.timeline.advance(unit.timestamp) {
            Step::Forward(time) => Some(time),
            Step::Jumped | Step::Backwards => None,
        }
    }
}
