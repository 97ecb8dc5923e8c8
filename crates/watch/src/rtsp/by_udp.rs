//! What a session does beside its connection where packets come by UDP (RFC 2326, 12.39).
//!
//! Promises: the connection is opened, kept alive and ended as ever; only packets and reports go another way. It opens no
//! socket: whoever drives it has looked from where a packet came, and in which order.

use super::{Heard, Ports, Session};
use std::time::Duration;

impl Session {
    /// The same with packets by UDP: they are to come to these ports, a pair for each track.
    #[must_use]
    pub fn received_at(mut self, ports: Vec<Ports>) -> Self {
        self.tracks.receive_at(ports);
        self
    }

    /// How many tracks there are, once they are described.
    pub const fn tracks(&self) -> usize {
        self.tracks.formats.len()
    }

    /// From which ports of the camera a track comes, if it told them.
    pub fn sender(&self, track: usize) -> Option<Ports> {
        self.tracks.sender(track)
    }

    /// Takes in an RTP packet of the camera, after those of smaller numbers.
    pub fn receive_rtp(
        &mut self,
        track: usize,
        packet: &[u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) {
        self.packet(Some((track, true)), packet, now, hear);
    }

    /// Takes in what the camera sent to a track's port for RTCP.
    pub fn receive_rtcp(
        &mut self,
        track: usize,
        packet: &[u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) {
        self.packet(Some((track, false)), packet, now, hear);
    }

    /// A report that is due, for each track's port for RTCP.
    pub const fn report(&mut self) -> Option<Vec<u8>> {
        self.report.take()
    }
}
