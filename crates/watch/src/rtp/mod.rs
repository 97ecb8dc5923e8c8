//! RTP (RFC 3550): from packets to the units that are recorded.
//!
//! Bytes in, bytes out: no socket, no clock, no thread. Each payload byte is appended once to the caller's buffer;
//! in the steady state nothing is allocated. Whatever a camera sends, nothing here panics or runs on, and an open unit
//! holds at most [`LARGEST_UNIT`] bytes. A unit that is not whole never comes out. What a camera sent is never
//! changed: messages, delimiters and parameter sets stay in the unit as they came.
//!
//! What came by UDP goes through an [`Order`] first. For each packet: [`packet`], [`Sequence::see`], then
//! [`Depacketiser::lost`] if some are missing, [`Depacketiser::ended_by`], [`Depacketiser::push`], and
//! [`Depacketiser::next`] until it gives nothing.

mod aac;
mod coding;
mod config;
mod depacketiser;
mod entry;
mod g711;
mod h264;
mod h265;
mod order;
mod packet;
mod sequence;
mod sets;
mod start_code;
#[cfg(test)]
mod tests;
mod timeline;
mod video;
mod writer;

pub use depacketiser::{Depacketiser, Unsupported};
pub use order::Order;
pub use packet::{Flaw, Packet, packet};
pub use sequence::{Seen, Sequence};
pub use sets::reorder;
pub use timeline::{Step, Timeline};

use crate::media::Parameters;

/// Bytes of one unit at most, lengths included.
pub const LARGEST_UNIT: usize = 4 << 20;
/// NAL units in one unit at most.
pub const MOST_NALS: usize = 4_096;

/// A complete access unit: a picture, or one frame of sound. Its bytes are the last `length` bytes of `into`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// When it is to be shown or heard, in units of the track's clock, as the camera sent it.
    pub timestamp: u32,
    /// Decoding can begin here. Always so for sound.
    pub key: bool,
    /// Bytes: for pictures NAL units, each behind its length (four bytes, big endian); for sound one bare frame.
    pub length: usize,
    /// New or changed parameters, which hold from this unit on. Those of the SDP are not told again.
    pub parameters: Option<Box<Parameters>>,
}

/// What happened on one track since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Units that came out.
    pub units: u64,
    /// Units that were begun and cut off again: after a loss, or because of a packet counted below.
    pub given_up: u64,
    /// Packets, or parameter sets, that break the rules of their format.
    pub flaws: u64,
    /// Packets of an interleaved mode, which is not taken: STAP-B, MTAP, FU-B (RFC 6184), PACI or decoding order
    /// numbers that run backwards (RFC 7798), interleaved frames (RFC 3640).
    pub refused: u64,
    /// Units beyond [`LARGEST_UNIT`] or [`MOST_NALS`].
    pub oversized: u64,
    /// Whole units that were left out because no parameters were known yet.
    pub unready: u64,
    /// Whole units that were left out after a loss because no key picture had come (strict tracks only).
    pub undecodable: u64,
    /// Pictures in two units, because the marker stood within the picture. Told once: then markers are not believed.
    pub split: u64,
}

/// Why a packet cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It breaks the rules of its format.
    Broken,
    /// It continues what never began.
    Headless,
    /// It is of an interleaved mode.
    Refused,
    /// The unit would grow beyond its limits.
    Oversized,
}
