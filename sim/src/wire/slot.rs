//! One client's connection, if it has one. A client that waits for something holds no buffer.

use super::{Version, transport::Transport};
use std::io;

/// How far a client's connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is none.
    #[default]
    Off,
    /// It waits for its turn to connect.
    Queued,
    /// TCP, TLS and MQTT shake hands.
    Greeting,
    /// The broker let it in.
    Open,
    /// Its power is cut: the socket is there, and nobody reads it.
    Frozen,
}

/// A client's connection.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) transport: Option<Transport>,
    pub(super) phase: Phase,
    pub(super) version: Version,
    /// Grows with every connection, so that what was meant for an earlier one is known as such.
    pub(super) generation: u32,
    pub(super) next_identifier: u16,
    /// Written and not yet taken by the socket.
    pub(super) unsent: Vec<u8>,
    /// Read, and not yet a whole packet.
    pub(super) unread: Vec<u8>,
    pub(super) dirty: bool,
}

impl Slot {
    /// A packet identifier, never 0.
    pub(super) fn identifier(&mut self) -> u16 {
        self.next_identifier = self.next_identifier.checked_add(1).unwrap_or(1);
        self.next_identifier
    }

    /// Hands the socket what waits for it.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let Some(transport) = self.transport.as_mut() else { return Ok(()) };
        transport.flush()?;
        let mut sent = 0;
        while sent < self.unsent.len() {
            match transport.write(&self.unsent[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => sent += taken,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if sent == self.unsent.len() {
            // A large buffer is given back; a small one is kept for the next packet's sake.
            if self.unsent.capacity() > 512 {
                self.unsent = Vec::new();
            }
            self.unsent.clear();
        } else {
            self.unsent.drain(..sent);
        }
        Ok(())
    }

    /// Lets go of the connection.
    pub(super) fn drop_connection(&mut self) {
        self.transport = None;
        self.unsent = Vec::new();
        self.unread = Vec::new();
        self.phase = Phase::Off;
    }
}
