//! One track of a camera: its packets' numbers, its time, and what puts its units together.
//!
//! Promises: packets that came twice are left out, lost ones are counted and cost the unit that they belonged to.

use crate::{
    media::Parameters,
    rtp::{Depacketiser, Packet, Seen, Sequence, Step, Timeline, Unit, Unsupported},
    rtsp::Format,
};

/// What is to be done with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// It is the next one.
    Taken,
    /// It is taken; some before it never came.
    AfterLoss,
    /// It came twice, or is none of the track's.
    LeftOut,
}

/// One track.
pub(super) struct TrackIn {
    depacketiser: Depacketiser,
    sequence: Sequence,
    timeline: Timeline,
    clock_rate: u32,
    payload_type: u8,
    /// The camera began anew: the next unit's time is another.
    restarted: bool,
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
            payload_type: format.payload_type,
            restarted: false,
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

    /// Judges the packet: whether it is to be taken, and whether something is missing before it.
    pub(super) fn see(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Judged {
        if packet.payload_type != self.payload_type {
            // Comfort noise and the like.
            return Judged::LeftOut;
        }
        match self.sequence.see(packet) {
            Seen::InOrder => Judged::Taken,
            Seen::Lost(many) => {
                self.lost += u64::from(many);
                self.depacketiser.lost(into);
                Judged::AfterLoss
            }
            Seen::Repeated => Judged::LeftOut,
            Seen::Restarted => {
                self.restarted = true;
                self.timeline = Timeline::new(self.clock_rate);
                self.depacketiser.lost(into);
                Judged::AfterLoss
            }
        }
    }

    /// What was begun is given up, and its bytes are cut from `into`.
    pub(super) fn give_up(&mut self, into: &mut Vec<u8>) {
        self.depacketiser.lost(into);
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
            Step::Forward(_) if std::mem::take(&mut self.restarted) => None,
            Step::Forward(time) => Some(time),
            Step::Jumped | Step::Backwards => None,
        }
    }
}
