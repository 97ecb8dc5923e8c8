//! A camera that lies: it stands before an honest one and changes what that says, or says something else altogether.

use crate::mutate;
use liengia_kernel::SeededEntropy;
use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// How long one lie goes on at the most.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is said instead of anything true, over and over.
const NONSENSE: [&[u8]; 6] = [
    b"RTSP/1.0 200 OK\r\nX-Endless: more\r\n",
    b"X-Endless: and more, and more, and more, and more, and more, and more\r\n",
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 18446744073709551615\r\n\r\n",
    b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"\", nonce=\"\"\r\n\r\n",
    b"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:22/\r\n\r\n",
    b"$\0\xff\xff\x80\x60\0\0",
];

/// It listens until it is dropped.
pub struct Liar {
    address: SocketAddr,
    lies: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Liar {
    /// One that stands before an honest camera; the seed decides how it lies.
    pub fn before(honest: SocketAddr, seed: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (lies, over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let liar = Self { address: listener.local_addr().unwrap(), lies: lies.clone(), over: over.clone() };
        thread::spawn(move || {
            let chance = SeededEntropy::new(u64::try_from(seed).unwrap());
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::Acquire) {
                    return;
                }
                // Whoever is lied to may hang up at any moment.
                let _ = if lies.fetch_add(1, Ordering::AcqRel) % 3 == 0 {
                    nonsense(&chance, &stream)
                } else {
                    distort(&chance, &stream, honest)
                };
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        liar
    }

    /// Its address as a camera's.
    pub fn url(&self, path: &str) -> String {
        format!("rtsp://{}{path}", self.address)
    }

    /// How often it was called, and lied.
    pub fn lies(&self) -> usize {
        self.lies.load(Ordering::Acquire)
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // So that it looks up.
        let _ = TcpStream::connect(self.address);
    }
}

/// Says one thing again and again, whatever is asked.
fn nonsense(chance: &SeededEntropy, mut to: &TcpStream) -> io::Result<()> {
    to.set_write_timeout(Some(PATIENCE))?;
    let (first, again) = (mutate::pick(chance, &NONSENSE), mutate::pick(chance, &NONSENSE));
    to.write_all(first)?;
    for _ in 0..200_000 {
        to.write_all(again)?;
    }
    Ok(())
}

/// Hands on what an honest camera says, with a few bytes changed now and then.
fn distort(chance: &SeededEntropy, caller: &TcpStream, honest: SocketAddr) -> io::Result<()> {
    let camera = TcpStream::connect(honest)?;
    let (mut asked, mut asks) = (caller.try_clone()?, camera.try_clone()?);
    let asking = thread::spawn(move || {
        let _ = io::copy(&mut asked, &mut asks);
        let _ = asks.shutdown(Shutdown::Both);
    });
    let (mut camera, mut caller) = (camera, caller);
    camera.set_read_timeout(Some(PATIENCE))?;
    caller.set_write_timeout(Some(PATIENCE))?;
    // How much of the truth comes first: lies at the beginning end a dialogue soon.
    let (honest_reads, mut room) = (mutate::below(chance, 12), vec![0; 16_384]);
    for place in 0..200 {
        let count = camera.read(&mut room)?;
        if count == 0 {
            break;
        }
        let said = &room[..count];
        let said =
            if place < honest_reads { said.to_vec() } else { mutate::bytes(chance, said, b"$\0\xff\xff") };
        if caller.write_all(&said).is_err() {
            break;
        }
    }
    camera.shutdown(Shutdown::Both)?;
    caller.shutdown(Shutdown::Both)?;
    // It ends with the connections.
    let _ = asking.join();
    Ok(())
}
