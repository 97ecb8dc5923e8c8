//! A relay before a camera, which notes when the last packet of each picture passes.

use liengia_kernel::{Clock as _, SystemClock};
use std::{
    collections::HashMap,
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// By so many of its last bytes a picture is known again.
const KNOWN_BY: usize = 16;
/// An RTP header without extras, in bytes.
const RTP: usize = 12;
/// The bit that says: the last packet of a picture.
const MARKER: u8 = 0x80;

type Passed = Arc<Mutex<HashMap<[u8; KNOWN_BY], Duration>>>;

/// A relay; its threads end with the program.
pub struct Proxy {
    address: SocketAddr,
    passed: Passed,
}

impl Proxy {
    /// Stands before the cameras of this port.
    pub fn start(port: u16, clock: Arc<SystemClock>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, passed) = (listener.local_addr()?, Passed::default());
        let known = passed.clone();
        thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                let (known, clock) = (known.clone(), clock.clone());
                // Whoever is cut off calls again.
                thread::spawn(move || drop(relay(&caller, port, &known, &clock)));
            }
        });
        Ok(Self { address, passed })
    }

    /// The address of a camera behind it.
    pub fn url(&self, path: &str) -> String {
        format!("rtsp://{}{path}", self.address)
    }

    /// When the last packet of the picture passed that ends so.
    pub fn passed(&self, picture: &[u8]) -> Option<Duration> {
        let end = picture.last_chunk::<KNOWN_BY>()?;
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).remove(end)
    }
}

fn relay(caller: &TcpStream, port: u16, passed: &Passed, clock: &SystemClock) -> io::Result<()> {
    let camera = TcpStream::connect(("127.0.0.1", port))?;
    caller.set_nodelay(true)?;
    camera.set_nodelay(true)?;
    let (mut asked, mut asks) = (caller.try_clone()?, camera.try_clone()?);
    thread::spawn(move || {
        // Either end may hang up.
        drop(io::copy(&mut asked, &mut asks));
        drop(asks.shutdown(Shutdown::Both));
    });
    let (mut camera, mut caller) = (camera, caller);
    let (mut held, mut room) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        let count = camera.read(&mut room)?;
        if count == 0 {
            return caller.shutdown(Shutdown::Both);
        }
        held.extend_from_slice(&room[..count]);
        let now = clock.elapsed();
        note(&mut held, passed, now);
        caller.write_all(&room[..count])?;
    }
}

/// Takes whole packets off, and notes those that end a picture. What is no packet is passed over.
fn note(held: &mut Vec<u8>, passed: &Passed, now: Duration) {
    let mut at = 0;
    while let Some(rest) = held.get(at..).filter(|rest| rest.len() >= 4) {
        if rest[0] != b'$' {
            let next = rest.iter().position(|byte| *byte == b'$').unwrap_or(rest.len());
            at += next;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        let Some(packet) = rest.get(4..4 + length) else { break };
        let ends = rest[1] == 0 && packet.len() > RTP + KNOWN_BY && packet[1] & MARKER != 0;
        if let Some(end) = packet.last_chunk::<KNOWN_BY>().filter(|_| ends) {
            passed.lock().unwrap_or_else(PoisonError::into_inner).insert(*end, now);
        }
        at += 4 + length;
    }
    held.drain(..at);
}
