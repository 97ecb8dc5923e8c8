//! One camera's connection: a socket that never blocks, and the session that speaks on it; beside it those of its packets
//! where they come by UDP.
//!
//! Promises: reads all that is there, some megabytes at the most, and writes what fits; an answer that the camera does not
//! take away is kept only up to a limit.

use super::{
    Stuck,
    datagrams::{Datagrams, begin},
    wire::{Certificate, Wire, is_another},
};
use crate::rtsp::{Flaw, Heard, Session, Target};
use std::{
    io::{ErrorKind, Read as _, Write as _},
    time::Duration,
};

/// What one turn reads of one camera at the most, in bytes: then others have their turn.
const MOST_A_TURN: usize = 8 * 1024 * 1024;
/// What waits for a camera that reads nothing, in bytes.
const MOST_UNSENT: usize = 64 * 1024;

/// Why a connection is over.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// What the camera says, or does not say.
    #[error(transparent)]
    Session(#[from] Flaw),
    /// The socket.
    #[error("the connection broke: {0}")]
    Socket(#[source] std::io::Error),
    /// The camera closed it.
    #[error("the camera closed the connection")]
    Closed,
    /// The connection lives, and nothing is recorded.
    #[error(transparent)]
    Stuck(#[from] Stuck),
    /// It may be another camera.
    #[error(
        "the camera shows another certificate than the one that is known of it: look whether it is the same one"
    )]
    CertificateChanged,
    /// Something in this program went wrong; the next connection begins anew.
    #[error("what the camera sent could not be worked on")]
    Failed,
    /// The camera reads nothing.
    #[error("the camera takes nothing from the connection")]
    Deaf,
}

impl Ended {
    /// Whether trying again soon does harm: cameras lock out who goes on with a wrong password.
    pub(super) fn is_for_people(&self) -> bool {
        matches!(
            self,
            Self::Session(Flaw::WrongPassword | Flaw::PasswordNeeded | Flaw::NoSignIn(_))
                | Self::CertificateChanged
        )
    }
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            _ if is_another(&error) => Self::CertificateChanged,
            // Over TLS, who hangs up without a word of goodbye.
            ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Socket(error),
        }
    }
}

/// A connection at work.
pub(super) struct Connection {
    wire: Wire,
    session: Session,
    datagrams: Option<Datagrams>,
    unsent: Vec<u8>,
}

impl Connection {
    /// Begins a session on this wire; `cnonce` is random.
    pub(super) fn new(wire: Wire, target: Target, cnonce: u64) -> std::io::Result<Self> {
        wire.socket().set_nonblocking(true)?;
        wire.socket().set_nodelay(true)?;
        let (session, datagrams) = begin(target, cnonce, wire.socket())?;
        Ok(Self { wire, session, datagrams, unsent: Vec::new() })
    }

    /// The certificate that the camera showed, if it is spoken to over TLS.
    pub(super) fn certificate(&self) -> Option<Certificate> {
        self.wire.certificate()
    }

    /// Reads what is there into `room`, tells what it says, and writes what is to be said. Bytes read.
    pub(super) fn turn(
        &mut self,
        room: &mut [u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<usize, Ended> {
        let mut total = 0;
        let mut closed = false;
        while total < MOST_A_TURN {
            match self.wire.read(room) {
                Ok(0) => {
                    closed = true;
                    break;
                }
                Ok(many) => {
                    total += many;
                    self.session.receive(room.get(..many).unwrap_or_default(), now, hear)?;
                    if many < room.len() && self.wire.reads_all() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if closed {
            return Err(Ended::Closed);
        }
        if let Some(datagrams) = &mut self.datagrams {
            total += datagrams.turn(&mut self.session, room, now, hear);
        }
        self.session.tick(now)?;
        self.say()?;
        Ok(total)
    }

    /// Says goodbye, as far as it can be said at once.
    pub(super) fn end(mut self) {
        self.session.end();
        let _ = self.say();
    }

    fn say(&mut self) -> Result<(), Ended> {
        let outgoing = self.session.outgoing();
        if self.unsent.len() + outgoing.len() > MOST_UNSENT {
            return Err(Ended::Deaf);
        }
        self.unsent.extend_from_slice(&outgoing);
        while !self.unsent.is_empty() {
            match self.wire.write(&self.unsent) {
                Ok(many) => drop(self.unsent.drain(..many)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
