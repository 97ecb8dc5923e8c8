//! One viewer of a live picture: messages of a WebSocket as they come from a server (RFC 6455).

use anyhow::ensure;
use std::{io::Read as _, net::TcpStream, time::Duration};

/// No message is longer, in bytes.
const LONGEST: usize = 32 << 20;
/// How long a message may be waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message.
pub struct Heard {
    /// Whether it is binary, as pictures are.
    pub binary: bool,
    /// What it says.
    pub bytes: Vec<u8>,
}

/// A viewer.
pub struct Viewer(TcpStream);

impl Viewer {
    /// Of this view.
    pub fn of(stream: TcpStream) -> Self {
        // Where it cannot be set, a view that stops hangs.
        drop(stream.set_read_timeout(Some(PATIENCE)));
        Self(stream)
    }

    /// The next message.
    pub fn next(&mut self) -> anyhow::Result<Heard> {
        let mut head = [0; 2];
        self.0.read_exact(&mut head)?;
        let length = match head[1] & 0x7F {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length)?;
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length)?;
                usize::try_from(u64::from_be_bytes(length))?
            }
            short => usize::from(short),
        };
        ensure!(length <= LONGEST, "a message of {length} bytes");
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes)?;
        let kind = head[0] & 0x0F;
        ensure!(kind != 8, "the view was closed");
        Ok(Heard { binary: kind == 2, bytes })
    }
}
