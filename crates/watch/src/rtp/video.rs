//! Pictures: where a unit begins and ends, what is given up, and from which unit on new parameters hold.
//!
//! A unit is what has one timestamp. It ends with a packet that has the marker and leaves a slice complete, or, where
//! no marker comes, with the first packet of another timestamp. What holds no slice (parameter sets under a time of
//! their own, a marker on each of them) waits for the slice and takes its time. A marker within a picture cannot be
//! told from its end until the rest comes: then both parts are units with one timestamp, the second never a key
//! picture; it is counted, and from there on this track's markers are not believed.
//!
//! A unit with a hole never comes out: after a loss or a flaw what is left of its timestamp is left out, and what
//! then comes must begin a picture. What stands before the first slice (messages, sets) can be lost without a trace in
//! RTP: then the picture is whole and comes out, and the loss is in the caller's count.

use super::{
    Counts, Fault, Packet, Unit,
    coding::Coding,
    entry::Entry,
    sets::Sets,
    writer::{Open, Writer},
};
use crate::{media::Parameters, rtsp::Format};

/// One track of pictures.
pub(super) struct Video {
    coding: Coding,
    sets: Sets,
    entry: Entry,
    open: Option<Open>,
    /// What is left of the unit of this time is left out.
    skipped: Option<u32>,
    /// After a loss wait for a key picture.
    strict: bool,
    awaiting_key: bool,
    /// Something is missing before: the next unit must begin a picture to be taken.
    resuming: bool,
    /// When the last unit was that came out.
    ended: Option<u32>,
    markers: Markers,
    number: Option<u16>,
    counts: Counts,
}

/// Whether a marker ends a unit on this track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markers {
    Believed,
    /// One stood within a picture.
    Ignored,
}

impl Video {
    pub(super) fn new(coding: Coding, format: &Format) -> Self {
        Self {
            coding,
            sets: Sets::new(coding, format),
            entry: Entry::new(format.clock_rate),
            open: None,
            skipped: None,
            resuming: false,
            strict: false,
            awaiting_key: false,
            ended: None,
            markers: Markers::Believed,
            number: None,
            counts: Counts::default(),
        }
    }

    pub(super) const fn set_strict(&mut self, strict: bool) {
        self.strict = strict;
    }

    pub(super) const fn parameters(&self) -> Option<&Parameters> {
        self.sets.parameters()
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { flaws: self.counts.flaws + self.sets.flaws(), ..self.counts }
    }

    pub(super) fn ended_by(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        let open = self.open.as_mut().filter(|open| open.timestamp != packet.timestamp)?;
        if open.holds.slice.is_none() && !open.is_within_nal() {
            open.timestamp = packet.timestamp;
            return None;
        }
        self.close(into)
    }

    pub(super) fn push(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        if self.skipped == Some(packet.timestamp) {
            self.skipped = self.skipped.filter(|_| !self.is_last(packet));
            return None;
        }
        self.skipped = None;
        if self.open.is_some_and(|open| open.timestamp != packet.timestamp) {
            self.give_up(Fault::Broken, into); // The caller did not ask whether the unit was ended.
        }
        let open = self.open.get_or_insert_with(|| Open::new(packet.timestamp));
        let mut writer = Writer {
            open,
            into,
            sets: &mut self.sets,
            coding: self.coding,
            number: &mut self.number,
            watch_recovery: self.entry.is_lenient(),
        };
        if let Err(fault) = self.coding.take(packet.payload, &mut writer) {
            self.give_up(fault, into);
            self.skipped = Some(packet.timestamp).filter(|_| !self.is_last(packet));
            return None;
        }
        let (holds, within) = (open.holds, open.is_within_nal());
        let slice = holds.slice?;
        if !slice.first
            && self.ended == Some(packet.timestamp)
            && !self.resuming
            && self.markers == Markers::Believed
        {
            self.markers = Markers::Ignored;
            self.counts.split += 1;
        }
        if self.is_last(packet) && !within { self.close(into) } else { None }
    }

    fn is_last(&self, packet: &Packet<'_>) -> bool {
        packet.marker && self.markers == Markers::Believed
    }

    pub(super) fn lost(&mut self, into: &mut Vec<u8>) {
        if let Some(open) = self.open {
            self.skipped = Some(open.timestamp);
            self.cut(open, into);
        }
        self.resuming = true;
        self.awaiting_key = self.strict;
        self.number = None;
    }

    /// The open unit is complete: hands it over, unless it may not come out.
    fn close(&mut self, into: &mut Vec<u8>) -> Option<Unit> {
        let open = self.open?;
        if open.is_within_nal() {
            self.give_up(Fault::Broken, into);
            return None;
        }
        if self.resuming && !open.holds.slice.is_some_and(|slice| slice.first) {
            self.cut(open, into);
            return None;
        }
        self.resuming = false;
        self.ended = Some(open.timestamp);
        let key = self.entry.is_key(open.timestamp, open.holds);
        let parameters = if key { self.sets.renew() } else { None };
        if self.sets.parameters().is_none() {
            self.counts.unready += 1;
            self.leave_out(open, into);
            return None;
        }
        self.awaiting_key &= !key;
        if self.awaiting_key {
            self.counts.undecodable += 1;
            self.leave_out(open, into);
            return None;
        }
        self.open = None;
        self.counts.units += 1;
        Some(Unit { timestamp: open.timestamp, key, length: open.length, parameters })
    }

    /// The packet breaks the open unit, or no unit could begin with it.
    fn give_up(&mut self, fault: Fault, into: &mut Vec<u8>) {
        match fault {
            Fault::Headless if self.resuming => {} // Its beginning was lost, which is counted by the caller.
            Fault::Headless | Fault::Broken => self.counts.flaws += 1,
            Fault::Refused => self.counts.refused += 1,
            Fault::Oversized => self.counts.oversized += 1,
        }
        if let Some(open) = self.open {
            self.cut(open, into);
        }
        self.resuming = true;
        self.awaiting_key = self.strict;
    }

    fn cut(&mut self, open: Open, into: &mut Vec<u8>) {
        self.counts.given_up += 1;
        self.leave_out(open, into);
    }

    fn leave_out(&mut self, open: Open, into: &mut Vec<u8>) {
        into.truncate(into.len().saturating_sub(open.length));
        self.open = None;
    }
}
