//! Looking for cameras in the networks of this machine, by UDP multicast (ONVIF Core, 7.3).
//!
//! Promises: takes no longer than asked for; at most 256 cameras are kept of at most 4,096 answers. It blocks: call it on a
//! thread that may.

use super::{
    Found,
    discovery::{LONGEST, answered, message_id, probe},
};
use liengia_kernel::{Clock, Entropy};
use std::{
    io,
    net::{Ipv4Addr, SocketAddrV4, UdpSocket},
    thread,
    time::Duration,
};

/// Where all cameras listen.
const ALL: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 255, 250), 3702);
/// How many cameras are kept.
const MOST: usize = 256;
/// How many answers are read.
const MOST_ANSWERS: usize = 4096;
/// On how many interfaces it is asked.
const MOST_INTERFACES: usize = 16;
/// When the question is asked again: one may have been lost.
const AGAIN: Duration = Duration::from_millis(500);
/// How long to wait when nothing is there.
const LOOK: Duration = Duration::from_millis(20);

/// Asks in the networks of these interfaces, each by its address in it, and listens for so long. Every camera once for
/// each machine that it answers from, in the order of addresses. An error if it cannot be asked on any of them.
pub fn discover(
    interfaces: &[Ipv4Addr],
    span: Duration,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> io::Result<Vec<Found>> {
    let mut random = [0; 16];
    entropy.fill(&mut random);
    let id = message_id(random);
    let question = probe(&id);
    let mut flaw = io::Error::new(io::ErrorKind::InvalidInput, "no interface is named");
    let mut sockets = Vec::new();
    for interface in interfaces.iter().take(MOST_INTERFACES) {
        match ask(*interface, &question) {
            Ok(socket) => sockets.push(socket),
            Err(error) => flaw = error,
        }
    }
    if sockets.is_empty() {
        return Err(flaw);
    }
    let (began, mut asked_again) = (clock.elapsed(), false);
    let mut heard = Heard { id, room: vec![0; LONGEST + 1], answers: 0, found: Vec::new() };
    loop {
        for socket in &sockets {
            heard.listen(socket);
        }
        let passed = clock.elapsed().saturating_sub(began);
        if passed >= span || heard.answers >= MOST_ANSWERS {
            heard.found.sort_by(|a, b| (a.host, &a.reference).cmp(&(b.host, &b.reference)));
            return Ok(heard.found);
        }
        if passed >= AGAIN && !asked_again {
            asked_again = true;
            for socket in &sockets {
                // Who could ask once and cannot now has nothing to hear either.
                let _ = socket.send_to(question.as_bytes(), ALL);
            }
        }
        thread::sleep(LOOK.min(span.saturating_sub(passed)));
    }
}

/// Asks in one network. A socket that is bound to an interface's address sends multicast out of that interface.
fn ask(interface: Ipv4Addr, question: &str) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((interface, 0))?;
    socket.set_nonblocking(true)?;
    socket.set_multicast_ttl_v4(1)?;
    socket.send_to(question.as_bytes(), ALL)?;
    Ok(socket)
}

/// What was heard until now.
struct Heard {
    id: String,
    room: Vec<u8>,
    answers: usize,
    found: Vec<Found>,
}

impl Heard {
    /// Takes in all answers that are there.
    fn listen(&mut self, socket: &UdpSocket) {
        while self.answers < MOST_ANSWERS {
            // An error is that of a question before, if a machine refused it; or nothing is there.
            let Ok((many, sender)) = socket.recv_from(&mut self.room) else { return };
            self.answers += 1;
            for one in answered(self.room.get(..many).unwrap_or_default(), sender.ip(), &self.id) {
                let known = |found: &Found| found.host == one.host && found.reference == one.reference;
                if self.found.len() < MOST && !self.found.iter().any(known) {
                    self.found.push(one);
                }
            }
        }
    }
}
