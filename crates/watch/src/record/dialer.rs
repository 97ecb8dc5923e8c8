//! Connecting, which blocks: names are looked up and cameras called by a few threads of their own.
//!
//! Promises: a camera that does not answer holds up no other for longer than its turn; what is asked and what is answered
//! wait in queues with an end.

use std::{
    io,
    net::{TcpStream, ToSocketAddrs as _},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// How many connect at the same time: a switch that died takes dozens of cameras with it, and others must not wait for those.
const THREADS: usize = 32;
/// What such a thread needs, in bytes.
const STACK: usize = 256 * 1024;
/// How long an address may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many calls may wait: more than there are cameras.
const WAITING: usize = 4096;

/// Whom to call.
pub(super) struct Call {
    /// Given back with the answer.
    pub(super) ticket: u64,
    pub(super) host: String,
    pub(super) port: u16,
}

/// What came of a call.
pub(super) struct Answer {
    pub(super) ticket: u64,
    pub(super) socket: io::Result<TcpStream>,
}

/// The threads that connect; they end when this is dropped.
pub(super) struct Dialer {
    calls: mpsc::SyncSender<Call>,
    answers: mpsc::Receiver<Answer>,
}

impl Dialer {
    pub(super) fn start() -> io::Result<Self> {
        let (calls, waiting) = mpsc::sync_channel::<Call>(WAITING);
        let (answer, answers) = mpsc::sync_channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let (waiting, answer) = (waiting.clone(), answer.clone());
            thread::Builder::new().name("camera dialer".into()).stack_size(STACK).spawn(move || {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(call) = next else { break };
                    let socket = connect(&call.host, call.port);
                    if answer.send(Answer { ticket: call.ticket, socket }).is_err() {
                        break;
                    }
                }
            })?;
        }
        Ok(Self { calls, answers })
    }

    /// Asks for a connection; false if too many wait.
    pub(super) fn call(&self, call: Call) -> bool {
        self.calls.try_send(call).is_ok()
    }

    /// The next answer that is there.
    pub(super) fn answer(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }
}

/// Connects, which blocks for some seconds at the most and as long as a name takes to be looked up.
pub(crate) fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs()?.take(2) {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}
