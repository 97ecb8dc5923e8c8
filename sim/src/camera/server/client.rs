//! One client's connection.
//!
//! Promises: never waits. What is read and not yet understood, and what is to be sent and not yet taken, are bounded:
//! whoever sends more, or reads less, is let go.

use super::dialogue::{Dialogue, House, Wish};
use super::packets;
use super::request::{self, Said};
use mio::net::TcpStream;
use std::io::{self, Read, Write};

/// Bytes that may wait for a client that reads slowly.
const UNSENT: usize = 512 * 1_024;
/// Reads from one socket in a turn of the loop.
const READS: usize = 4;

/// The connection is over, or must be.
pub(super) struct Over;

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl From<request::NotRtsp> for Over {
    fn from(_: request::NotRtsp) -> Self {
        Self
    }
}

/// A client.
pub(super) struct Client {
    pub(super) socket: TcpStream,
    pub(super) dialogue: Dialogue,
    unread: Vec<u8>,
    unsent: Vec<u8>,
    /// How much of that is sent.
    sent: usize,
    /// There may be more to read at once.
    pub(super) more: bool,
    last: bool,
}

impl Client {
    pub(super) fn new(socket: TcpStream, dialogue: Dialogue) -> Self {
        Self { socket, dialogue, unread: Vec::new(), unsent: Vec::new(), sent: 0, more: false, last: false }
    }

    /// Reads and answers; true if the client now wants to play.
    pub(super) fn read(&mut self, scratch: &mut [u8], house: &House<'_>) -> Result<bool, Over> {
        let mut plays = false;
        for _ in 0..READS {
            match self.socket.read(scratch) {
                Ok(0) => return Err(Over),
                Ok(count) => plays |= self.take(&scratch[..count], house)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.more = false;
                    self.flush()?;
                    return Ok(plays);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.more = true;
        self.flush()?;
        Ok(plays)
    }

    fn take(&mut self, bytes: &[u8], house: &House<'_>) -> Result<bool, Over> {
        self.unread.extend_from_slice(bytes);
        let (mut done, mut plays) = (0, false);
        while !self.last {
            match request::read(&self.unread[done..])? {
                Said::Part => break,
                Said::Packet(length) => done += length,
                Said::Request(request, length) => {
                    match self.dialogue.answer(request, house, &mut self.unsent) {
                        Wish::Nothing => {}
                        Wish::Play => plays = true,
                        Wish::Close => self.last = true,
                    }
                    done += length;
                }
            }
        }
        self.unread.drain(..done);
        if self.last {
            self.unread.clear();
        }
        Ok(plays)
    }

    /// Sends framed packets on the client's channels.
    pub(super) fn send(&mut self, packets: &[u8], channel: u8) -> Result<(), Over> {
        // Where nothing waits and the channel fits, the packets need not be copied.
        if channel == 0 && self.unsent.is_empty() {
            let sent = match self.socket.write(packets) {
                Ok(sent) => sent,
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) =>
                {
                    0
                }
                Err(error) => return Err(error.into()),
            };
            self.unsent.extend_from_slice(&packets[sent..]);
            return Ok(());
        }
        packets::on_channel(packets, channel, &mut self.unsent);
        self.flush()
    }

    /// Sends as much as the socket takes.
    pub(super) fn flush(&mut self) -> Result<(), Over> {
        while self.sent < self.unsent.len() {
            match self.socket.write(&self.unsent[self.sent..]) {
                Ok(0) => return Err(Over),
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.unsent.drain(..self.sent);
                    self.sent = 0;
                    return if self.unsent.len() > UNSENT { Err(Over) } else { Ok(()) };
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.unsent.clear();
        self.sent = 0;
        if self.last { Err(Over) } else { Ok(()) }
    }
}
