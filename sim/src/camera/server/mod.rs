//! The server: RTSP over TCP with the packets inside it, for all cameras of one port, on one thread.
//!
//! Promises: never waits for a client, and keeps no more of one than a bound; sleeps until a socket or a picture is due.

mod client;
mod dialogue;
pub(super) mod digest;
mod packets;
mod request;
mod stream;

use super::Setup;
use client::{Client, Over};
use dialogue::{Dialogue, House, State};
use digest::Guard;
use liengia_kernel::{Clock, Entropy, SystemEntropy};
use mio::{Events, Interest, Poll, Token, Waker, net::TcpListener};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use stream::{Stream, Turn};

/// Clients at most; one more is let go at once.
const CLIENTS: usize = 1_024;
/// Sockets looked at in one turn.
const EVENTS: usize = 256;
/// How much is read from a socket at once, in bytes.
const GULP: usize = 16 * 1_024;
const LISTENER: Token = Token(usize::MAX);
const WAKER: Token = Token(usize::MAX - 1);

/// The server's loop.
pub(super) struct Server {
    poll: Poll,
    listener: TcpListener,
    clients: Vec<Option<Client>>,
    /// Of each camera its own stream, then the small one.
    streams: Vec<Stream>,
    guard: Option<Guard>,
    clock: Arc<dyn Clock>,
    stopped: Arc<AtomicBool>,
    scratch: Vec<u8>,
    packets: Vec<u8>,
}

/// What stops a server.
pub(super) struct Stop {
    stopped: Arc<AtomicBool>,
    waker: Waker,
}

impl Stop {
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        // A loop that cannot be woken sees it with its next event.
        let _ = self.waker.wake();
    }
}

impl Server {
    /// A server that listens already.
    pub(super) fn new(setup: Setup, clock: Arc<dyn Clock>) -> io::Result<(Self, Stop, SocketAddr)> {
        let poll = Poll::new()?;
        let mut listener = TcpListener::bind(setup.listen)?;
        let address = listener.local_addr()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Stop { stopped: Arc::clone(&stopped), waker: Waker::new(poll.registry(), WAKER)? };
        let cameras = setup.cameras.into_iter().flat_map(|camera| [camera.small(), camera].into_iter().rev());
        let stream = |(camera, source)| Stream::new(camera, source, setup.utc_offset);
        let streams = cameras.zip(0x5100_0001..).map(stream).collect();
        let server = Self {
            poll,
            listener,
            clients: Vec::new(),
            streams,
            guard: setup.user.map(Guard::new),
            clock,
            stopped,
            scratch: vec![0; GULP],
            packets: Vec::new(),
        };
        Ok((server, stop, address))
    }

    /// Serves until it is stopped, or the machine gives no events any more.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS);
        while !self.stopped.load(Ordering::Relaxed) {
            let wait = self.wait();
            match self.poll.poll(&mut events, wait) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            }
            for event in &events {
                match event.token() {
                    LISTENER => self.accept(),
                    WAKER => {}
                    Token(client) => {
                        if event.is_writable() {
                            self.with(client, Client::flush);
                        }
                        if event.is_readable() || event.is_read_closed() || event.is_error() {
                            self.read(client);
                        }
                    }
                }
            }
            for client in 0..self.clients.len() {
                if self.clients[client].as_ref().is_some_and(|client| client.more) {
                    self.read(client);
                }
            }
            for stream in 0..self.streams.len() {
                self.turn(stream);
            }
        }
    }

    /// How long nothing is to be done, unless a socket wakes the loop.
    fn wait(&self) -> Option<Duration> {
        if self.clients.iter().flatten().any(|client| client.more) {
            return Some(Duration::ZERO);
        }
        let due = self.streams.iter().filter_map(Stream::due).min()?;
        Some(due.saturating_sub(self.clock.elapsed()))
    }

    fn accept(&mut self) {
        // Whatever else goes wrong with a connection before it is one, the next may be well.
        while let Ok((mut socket, _)) = self.listener.accept() {
            let free = self.clients.iter().position(Option::is_none).unwrap_or(self.clients.len());
            let both = Interest::READABLE | Interest::WRITABLE;
            let Ok(address) = socket.local_addr() else { continue };
            if free >= CLIENTS || self.poll.registry().register(&mut socket, Token(free), both).is_err() {
                continue;
            }
            // A socket that keeps small packets back would only be slower.
            let _ = socket.set_nodelay(true);
            let mut nonce = [0; 16];
            SystemEntropy.fill(&mut nonce);
            let nonce = format!("{:032x}", u128::from_be_bytes(nonce));
            if free == self.clients.len() {
                self.clients.push(None);
            }
            self.clients[free] = Some(Client::new(socket, Dialogue::new(nonce, address)));
        }
    }

    fn read(&mut self, client: usize) {
        let house = House { streams: &self.streams, guard: self.guard.as_ref() };
        let Some(Some(one)) = self.clients.get_mut(client) else { return };
        match one.read(&mut self.scratch, &house) {
            Err(Over) => self.let_go(client),
            Ok(false) => {}
            Ok(true) => {
                if let Some(session) =
                    one.dialogue.session.as_mut().filter(|session| session.state == State::Ready)
                {
                    session.state = State::Waiting;
                    self.streams[session.stream].play(self.clock.elapsed());
                }
            }
        }
    }

    /// Does something with a client, which is let go if that ends it.
    fn with(&mut self, client: usize, act: impl FnOnce(&mut Client) -> Result<(), Over>) {
        if let Some(Some(one)) = self.clients.get_mut(client)
            && act(one).is_err()
        {
            self.let_go(client);
        }
    }

    fn let_go(&mut self, client: usize) {
        // Closing the socket takes it out of the poll.
        let gone = self.clients[client].take();
        let Some(session) = gone.and_then(|client| client.dialogue.session) else { return };
        if !self.playing(session.stream).any(|_| true) {
            self.streams[session.stream].rest();
        }
    }

    /// The clients that play a stream, or wait for its next beginning.
    fn playing(&self, stream: usize) -> impl Iterator<Item = usize> {
        let plays = move |client: &Client| {
            client
                .dialogue
                .session
                .is_some_and(|session| session.stream == stream && session.state != State::Ready)
        };
        self.clients
            .iter()
            .enumerate()
            .filter_map(move |(n, client)| client.as_ref().is_some_and(plays).then_some(n))
    }

    /// Sends a stream's packets that are due to all that play it.
    fn turn(&mut self, stream: usize) {
        let mut packets = std::mem::take(&mut self.packets);
        packets.clear();
        let turn = self.streams[stream].turn(self.clock.as_ref(), &mut packets);
        for client in 0..if turn == Turn::Nothing { 0 } else { self.clients.len() } {
            self.with(client, |client| {
                let Some(session) =
                    client.dialogue.session.as_mut().filter(|session| session.stream == stream)
                else {
                    return Ok(());
                };
                match (session.state, turn) {
                    (State::Ready, _) | (State::Waiting, Turn::More) | (_, Turn::Nothing) => Ok(()),
                    (_, Turn::Close) => Err(Over),
                    _ => {
                        session.state = State::Playing;
                        let channel = session.channel;
                        client.send(&packets, channel)
                    }
                }
            });
        }
        self.packets = packets;
    }
}
