//! NAL units on their way to the end of `into`, each behind its length in four bytes, big endian
//! (ISO/IEC 14496-15). Bytes are appended once and never moved; a unit never grows beyond its limits.

use super::{
    Fault, LARGEST_UNIT, MOST_NALS,
    coding::{Coding, Kind, Slice},
    sets::Sets,
    start_code,
};

/// The unit that is being put together: the last `length` bytes of `into`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) timestamp: u32,
    pub(super) length: usize,
    nals: usize,
    /// Bytes so far of a NAL unit that comes in fragments.
    fragment: Option<usize>,
    pub(super) holds: Holds,
}

/// What the unit holds so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holds {
    /// Its first slice.
    pub(super) slice: Option<Slice>,
    /// A message says that decoding may begin here.
    pub(super) recovery: bool,
    /// A slice needs another picture, or nobody looked whether it does.
    pub(super) inter: bool,
}

impl Open {
    pub(super) fn new(timestamp: u32) -> Self {
        Self { timestamp, length: 0, nals: 0, fragment: None, holds: Holds::default() }
    }

    /// A NAL unit has begun whose end has not come.
    pub(super) const fn is_within_nal(&self) -> bool {
        self.fragment.is_some()
    }
}

/// One packet's way into the open unit.
pub(super) struct Writer<'a> {
    pub(super) open: &'a mut Open,
    pub(super) into: &'a mut Vec<u8>,
    pub(super) sets: &'a mut Sets,
    pub(super) coding: Coding,
    /// The number of the last NAL unit in decoding order, where the stream has them (RFC 7798, 1.1.4).
    pub(super) number: &'a mut Option<u16>,
    /// Look for recovery points, and whether slices need other pictures.
    pub(super) watch_recovery: bool,
}

impl Writer<'_> {
    /// A NAL unit that is all there.
    pub(super) fn whole(&mut self, nal: &[u8]) -> Result<(), Fault> {
        self.begin(nal)?;
        self.finish()
    }

    /// The beginning of a NAL unit, its header at least.
    pub(super) fn begin(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.open.fragment.is_some() {
            return Err(Fault::Broken);
        }
        if self.open.nals >= MOST_NALS {
            return Err(Fault::Oversized);
        }
        self.room(4 + bytes.len())?;
        self.open.nals += 1;
        self.open.fragment = Some(bytes.len());
        self.into.extend_from_slice(&[0; 4]);
        self.into.extend_from_slice(bytes);
        Ok(())
    }

    /// More of the NAL unit that has begun.
    pub(super) fn more(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let fragment = self.open.fragment.ok_or(Fault::Headless)?;
        self.room(bytes.len())?;
        self.open.fragment = Some(fragment + bytes.len());
        self.into.extend_from_slice(bytes);
        Ok(())
    }

    /// The NAL unit is all there: its length is put before it, and what it is is noted.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        let at = self.seal()?;
        let nal = self.into.get(at..).unwrap_or_default();
        let kind = self.coding.kind(nal);
        let scanned = matches!(kind, Some(Kind::Set | Kind::Message)) && start_code::within(nal, self.coding);
        if scanned || start_code::begins(nal) {
            return self.split(at);
        }
        self.note(kind.ok_or(Fault::Broken)?, at);
        Ok(())
    }

    /// Decoding order must be the order of sending: nothing is put into another order here.
    pub(super) fn numbered(&mut self, number: u16) -> Result<(), Fault> {
        let backwards = self.number.is_some_and(|last| number.wrapping_sub(last) > 0x7FFF);
        *self.number = Some(number);
        if backwards { Err(Fault::Refused) } else { Ok(()) }
    }

    /// Puts the length before the NAL unit and returns where the unit itself begins in `into`.
    fn seal(&mut self) -> Result<usize, Fault> {
        let length = self.open.fragment.take().ok_or(Fault::Headless)?;
        let at = self.into.len().checked_sub(length).ok_or(Fault::Broken)?;
        let prefix = self.into.get_mut(..at).and_then(<[u8]>::last_chunk_mut::<4>).ok_or(Fault::Broken)?;
        *prefix = u32::try_from(length).map_err(|_| Fault::Oversized)?.to_be_bytes();
        Ok(at)
    }

    /// Writes anew what was taken for one NAL unit and is several. This alone costs a copy.
    fn split(&mut self, at: usize) -> Result<(), Fault> {
        let written = self.into.split_off(at);
        self.into.truncate(at.saturating_sub(4));
        self.open.length = self.open.length.saturating_sub(written.len() + 4);
        self.open.nals = self.open.nals.saturating_sub(1);
        for piece in start_code::pieces(&written, self.coding) {
            let kind = self.coding.kind(piece).ok_or(Fault::Broken)?;
            self.begin(piece)?;
            let at = self.seal()?;
            self.note(kind, at);
        }
        Ok(())
    }

    fn room(&mut self, more: usize) -> Result<(), Fault> {
        let length = self.open.length + more;
        if length > LARGEST_UNIT {
            return Err(Fault::Oversized);
        }
        self.open.length = length;
        Ok(())
    }

    fn note(&mut self, kind: Kind, at: usize) {
        let nal = self.into.get(at..).unwrap_or_default();
        let holds = &mut self.open.holds;
        match kind {
            Kind::Slice(slice) => {
                holds.slice.get_or_insert(slice);
                holds.inter |= !self.watch_recovery || !self.coding.is_intra(nal);
            }
            Kind::Set => self.sets.note(nal),
            Kind::Message => holds.recovery |= self.watch_recovery && self.coding.recovers(nal),
            Kind::Other => {}
        }
    }
}
