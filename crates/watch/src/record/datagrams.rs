//! What a camera sends by UDP: a pair of sockets for each track, on the address from which the node reaches it.
//!
//! Promises: only what comes from the camera's own address is taken, and there from the ports that it named, or else from
//! that of its first packet and the one after it; the system leaves the rest out as soon as they are known. However much
//! comes, a turn reads a bounded part of it, and what waits is bounded by the system. It starts no thread and never blocks. It does not keep
//! strangers off who can send in the camera's name: that only the network can.

use crate::{
    rtp::Order,
    rtsp::{Heard, Ports, Session, Target, Transport},
};
use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpStream, UdpSocket},
    time::Duration,
};

/// How much may wait for a turn, in bytes, as far as the system allows: a key picture comes at one go.
const MOST_WAITING: usize = 4 * 1024 * 1024;
/// Datagrams that are read from a socket at a turn, and bytes of them: then others have their turn.
const MOST_A_TURN: usize = 4_096;
const MOST_BYTES_A_TURN: usize = 8 * 1024 * 1024;
/// How often a pair of ports is looked for.
const TRIES: usize = 16;

/// The sockets of one camera.
pub(crate) struct Datagrams {
    camera: SocketAddr,
    tracks: Vec<Pair>,
    /// It was told where we are.
    met: bool,
}

/// The sockets of one track.
struct Pair {
    rtp: Socket,
    rtcp: Socket,
    order: Order,
}

struct Socket {
    socket: UdpSocket,
    /// The only one from whom it takes anything; none while the port is not known.
    from: Option<SocketAddr>,
}

/// A session with a camera over this connection, and the sockets for its packets where they are to come by UDP. `cnonce` is
/// random.
pub(crate) fn begin(
    target: Target,
    cnonce: u64,
    connection: &TcpStream,
) -> io::Result<(Session, Option<Datagrams>)> {
    if target.transport == Transport::Tcp {
        return Ok((Session::new(target, cnonce), None));
    }
    // Pictures, and sound where it is wanted.
    let datagrams = Datagrams::open(connection, 1 + usize::from(target.sound))?;
    let session = Session::new(target, cnonce).received_at(datagrams.ports()?);
    Ok((session, Some(datagrams)))
}

impl Datagrams {
    fn open(connection: &TcpStream, tracks: usize) -> io::Result<Self> {
        let (here, camera) = (connection.local_addr()?, connection.peer_addr()?);
        let tracks = (0..tracks).map(|_| Pair::open(here)).collect::<io::Result<_>>()?;
        Ok(Self { camera, tracks, met: false })
    }

    fn ports(&self) -> io::Result<Vec<Ports>> {
        let port = |socket: &Socket| Ok::<_, io::Error>(socket.socket.local_addr()?.port());
        self.tracks.iter().map(|pair| Ok(Ports { rtp: port(&pair.rtp)?, rtcp: port(&pair.rtcp)? })).collect()
    }

    /// Reads what is there into `room`, tells it in order, and sends the reports that are due. Bytes read. To be called
    /// several times a second: what finds no room in the system is lost.
    pub(crate) fn turn(
        &mut self,
        session: &mut Session,
        room: &mut [u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> usize {
        if !session.takes_packets() {
            return 0;
        }
        if !self.met {
            self.met = true;
            self.meet(session);
        }
        let mut total = 0;
        for (track, Pair { rtp, rtcp, order }) in self.tracks.iter_mut().enumerate() {
            let ip = self.camera.ip();
            // A goodbye is read before the packets, so that none that was sent before it is left.
            if rtcp.from.is_some() {
                total += rtcp.read(ip, room, &mut |bytes| {
                    session.receive_rtcp(track, bytes, now, hear);
                    false
                });
            }
            let mut give = |packet: &[u8]| session.receive_rtp(track, packet, now, hear);
            total += rtp.read(ip, room, &mut |bytes| order.take(bytes, now, &mut give));
            order.pass(now, &mut give);
            if let (Some(camera), None) = (rtp.from, rtcp.from) {
                rtcp.listen_to(camera, camera.port().wrapping_add(1));
            }
        }
        if let Some(report) = session.report() {
            for pair in &self.tracks {
                pair.rtcp.send(&report);
            }
        }
        total
    }

    /// Every track is set up: takes from the ports that were told from now on, and opens the way through a firewall on ours.
    fn meet(&mut self, session: &Session) {
        self.tracks.truncate(session.tracks());
        for (track, pair) in self.tracks.iter_mut().enumerate() {
            let Some(Ports { rtp, rtcp }) = session.sender(track) else { continue };
            for (socket, port) in [(&mut pair.rtp, rtp), (&mut pair.rtcp, rtcp)] {
                socket.listen_to(self.camera, port);
                socket.send(&[]);
            }
        }
    }
}

impl Pair {
    /// An even port with the odd one after it (RFC 3550, 11).
    fn open(here: SocketAddr) -> io::Result<Self> {
        let mut place = here;
        for _ in 0..TRIES {
            place.set_port(0);
            let one = UdpSocket::bind(place)?;
            let port = one.local_addr()?.port();
            place.set_port(port ^ 1);
            match UdpSocket::bind(place) {
                Ok(other) if port % 2 == 0 => return Self::of(one, other),
                Ok(other) => return Self::of(other, one),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::AddrInUse.into())
    }

    fn of(rtp: UdpSocket, rtcp: UdpSocket) -> io::Result<Self> {
        rtp.set_nonblocking(true)?;
        rtcp.set_nonblocking(true)?;
        // The system gives what it allows (net.core.rmem_max), and at least what it gives everybody.
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&rtp, MOST_WAITING);
        let [rtp, rtcp] = [rtp, rtcp].map(|socket| Socket { socket, from: None });
        Ok(Self { rtp, rtcp, order: Order::default() })
    }
}

impl Socket {
    /// Takes nothing but from this port of the camera.
    fn listen_to(&mut self, mut camera: SocketAddr, port: u16) {
        camera.set_port(port);
        self.from = Some(camera);
        // What the system does not leave out is left out here.
        let _ = self.socket.connect(camera);
    }

    /// What cannot be sent is not missed.
    fn send(&self, bytes: &[u8]) {
        if let Some(camera) = self.from {
            let sent = self.socket.send(bytes);
            if sent.is_err_and(|error| error.kind() == ErrorKind::NotConnected) {
                let _ = self.socket.send_to(bytes, camera);
            }
        }
    }

    /// Reads what came from the camera; `take` says whether a datagram shows that its sender is the camera. Bytes read.
    fn read(&mut self, camera: IpAddr, room: &mut [u8], take: &mut impl FnMut(&[u8]) -> bool) -> usize {
        let (mut total, mut left) = (0, MOST_BYTES_A_TURN);
        for _ in 0..MOST_A_TURN {
            match self.socket.recv_from(room) {
                Ok((many, from)) => {
                    let known = self.from.map_or(camera == from.ip(), |known| is_same(known, from));
                    if known {
                        total += many;
                        if take(room.get(..many).unwrap_or_default()) && self.from.is_none() {
                            self.listen_to(from, from.port());
                        }
                    }
                    left = left.saturating_sub(many);
                    if left == 0 {
                        break;
                    }
                }
                // That something of ours was not taken says nothing of what comes.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::Interrupted) => {}
                Err(_) => break,
            }
        }
        total
    }
}

/// Whether it is the same socket, whatever else an IPv6 address bears.
fn is_same(one: SocketAddr, other: SocketAddr) -> bool {
    (one.ip(), one.port()) == (other.ip(), other.port())
}
