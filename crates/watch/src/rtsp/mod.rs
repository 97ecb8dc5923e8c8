//! A client for RTSP 1.0 (RFC 2326) over one TCP connection that also carries the RTP packets (10.12, interleaved), or, where
//! that is asked for, beside packets that come by UDP.
//!
//! Promises: bytes in, events out; time is passed in. Everything that a camera sends is hostile: the result is an event
//! or a [`Flaw`], never a panic, never an endless loop, and never more than a bounded amount of memory (16 KiB for the
//! head of a message, 256 KiB for its body, 64 KiB for a packet cut in two). An RTP packet that lies whole in the bytes
//! given is handed on where it lies: no copy and no allocation. It never opens a socket, never starts a thread, never
//! reads a clock, and never shows a user name or a password to a log.

mod by_udp;
mod challenge;
mod control;
mod credentials;
mod dialogue;
mod flaw;
mod message;
mod rtcp;
mod sdp;
mod session;
mod stream;
mod target;
mod tracks;
mod transport;

#[cfg(test)]
mod tests;

pub(crate) use credentials::Credentials;
pub use flaw::Flaw;
pub use sdp::Format;
pub use session::{Counts, Session};
pub use target::{BadUrl, Target};
pub use transport::{Ports, Transport};

/// What a session hears from its camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// Set up and playing, said once and before anything else; the tracks in the order of `track` below.
    Playing(&'a [Format]),
    /// A packet as it came, to be checked by whoever reads it (RFC 3550, 5.1).
    Rtp {
        /// Which format, by its place in [`Heard::Playing`].
        track: usize,
        /// The packet with its head.
        packet: &'a [u8],
    },
    /// A sender report (RFC 3550, 6.4.1): what the camera's clock showed at a moment of the track.
    Clock {
        /// Which format, by its place in [`Heard::Playing`].
        track: usize,
        /// Seconds since 1900 in the upper 32 bits, their fraction in the lower; 0 if the camera has no clock.
        ntp: u64,
        /// The same moment in units of the track's RTP clock.
        timestamp: u32,
    },
    /// The camera said goodbye (RTCP BYE; RFC 3550, 6.6).
    Ended,
}
