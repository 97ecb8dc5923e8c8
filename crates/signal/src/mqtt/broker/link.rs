//! Bytes on a socket, plain or under TLS, without waiting: what the socket does not take is kept and written later.

use rustls::{ServerConfig, ServerConnection};
use std::{
    io::{self, Read, Write},
    sync::Arc,
};
use tokio::net::TcpStream;

/// How much is read in one go.
const CHUNK: usize = 2048;

/// One end of a connection.
pub(super) struct Link {
    tls: Option<Box<ServerConnection>>,
    /// Bytes for the socket that it did not take yet.
    kept: Vec<u8>,
}

/// What became of the bytes that were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flush {
    /// The socket took them.
    Done,
    /// It takes no more for now.
    Blocked,
    /// The connection is broken.
    Broken,
}

impl Link {
    pub(super) const fn plain() -> Self {
        Self { tls: None, kept: Vec::new() }
    }

    pub(super) fn tls(config: Arc<ServerConfig>) -> Result<Self, rustls::Error> {
        let mut tls = ServerConnection::new(config)?;
        tls.set_buffer_limit(None); // The bound is on `kept`, where everything goes at once.
        Ok(Self { tls: Some(Box::new(tls)), kept: Vec::new() })
    }

    /// Reads what is there: how many bytes came, before decryption; 0 at the end.
    pub(super) fn read(&mut self, stream: &TcpStream, to: &mut Vec<u8>) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            to.reserve(CHUNK);
            return stream.try_read_buf(to);
        };
        let count = tls.read_tls(&mut Socket(stream))?;
        let state = tls.process_new_packets();
        if tls.wants_write() {
            tls.write_tls(&mut self.kept)?;
        }
        let ready = state.map_err(io::Error::other)?.plaintext_bytes_to_read();
        if ready > 0 {
            let before = to.len();
            to.resize(before + ready, 0);
            tls.reader().read_exact(&mut to[before..])?;
        }
        Ok(count)
    }

    /// Takes a packet, writing as much as the socket takes. False, and nothing taken, if too many bytes wait already.
    pub(super) fn put(&mut self, stream: &TcpStream, packet: &[u8], most: usize) -> bool {
        if !self.kept.is_empty() && self.kept.len() + packet.len() > most {
            return false;
        }
        let Some(tls) = &mut self.tls else {
            let taken = if self.kept.is_empty() { stream.try_write(packet).unwrap_or(0) } else { 0 };
            self.kept.extend_from_slice(&packet[taken..]);
            return true;
        };
        let mut sealed = tls.writer().write_all(packet);
        while sealed.is_ok() && tls.wants_write() {
            sealed = tls.write_tls(&mut self.kept).map(drop);
        }
        sealed.is_ok()
    }

    /// Whether bytes wait for the socket.
    pub(super) const fn wants_write(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self, stream: &TcpStream) -> Flush {
        while !self.kept.is_empty() {
            match stream.try_write(&self.kept) {
                Ok(0) => return Flush::Broken,
                Ok(count) if count == self.kept.len() => self.kept = Vec::new(),
                Ok(count) => drop(self.kept.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Flush::Blocked,
                Err(_) => return Flush::Broken,
            }
        }
        Flush::Done
    }

    /// Says that nothing follows, under TLS.
    pub(super) fn finish(&mut self, stream: &TcpStream) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            drop(tls.write_tls(&mut self.kept));
            self.flush(stream);
        }
    }
}

/// The socket as a reader that never waits.
struct Socket<'a>(&'a TcpStream);

impl Read for Socket<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(to)
    }
}
