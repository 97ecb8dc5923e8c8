//! A small client: asks, and reads the packets between the answers. It waits for nothing longer than [`LONG`].

use liengia_kernel::SystemClock;
use liengia_sim::camera::{Camera, Cameras, Misbehaviour, Setup};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

/// How long a test waits for something that should take a moment.
pub const LONG: Duration = Duration::from_secs(20);
/// Local time of the cameras, in hours ahead of UTC.
pub const UTC_OFFSET: i8 = 7;

/// Cameras on a free port that everybody may look at.
pub fn cameras(cameras: Vec<Camera>) -> Cameras {
    guarded(cameras, None)
}

/// The same, for this user with this password.
pub fn guarded(cameras: Vec<Camera>, user: Option<(&str, &str)>) -> Cameras {
    let user = user.map(|(name, password)| (name.to_owned(), password.to_owned()));
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), cameras, user, utc_offset: UTC_OFFSET };
    Cameras::start(setup, Arc::new(SystemClock::new())).expect("the cameras start")
}

/// One camera that misbehaves.
pub fn bad(misbehaviour: Misbehaviour) -> Cameras {
    cameras(vec![Camera { misbehaviour, ..Camera::new("bad", 1) }])
}

/// An answer: its status, and the head with the body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

/// A packet on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    pub channel: u8,
    pub bytes: Vec<u8>,
}

impl Packet {
    pub fn sequence(&self) -> u16 {
        u16::from_be_bytes([self.bytes[2], self.bytes[3]])
    }

    pub fn time(&self) -> u32 {
        u32::from_be_bytes(self.bytes[4..8].try_into().expect("four bytes"))
    }

    /// The kind of the NAL unit that is in it, or of which it is a part.
    pub fn kind(&self) -> u8 {
        match self.bytes[12] & 0x1f {
            28 => self.bytes[13] & 0x1f,
            kind => kind,
        }
    }

    /// The wall clock that a sender report tells, in seconds since 1900, and the stream's time of that moment.
    pub fn report(&self) -> (f64, u32) {
        let word = |at: usize| u32::from_be_bytes(self.bytes[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(self.bytes[1], 200);
        (f64::from(word(8)) + f64::from(word(12)) / 4_294_967_296.0, word(16))
    }
}

/// A connection.
pub struct Viewer {
    stream: BufReader<TcpStream>,
    asked: u32,
    pub session: String,
}

impl Viewer {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(LONG)).expect("a socket takes it");
        stream.set_write_timeout(Some(LONG)).expect("a socket takes it");
        Self { stream: BufReader::new(stream), asked: 0, session: String::new() }
    }

    /// A viewer who plays a stream on these channels.
    pub fn playing(cameras: &Cameras, path: &str, channel: u8) -> Self {
        let mut viewer = Self::connect(cameras.address());
        let url = format!("rtsp://{}{path}", cameras.address());
        viewer.set_up(&url, channel);
        assert_eq!(viewer.ask("PLAY", &url, "").status, 200);
        viewer
    }

    pub fn set_up(&mut self, url: &str, channel: u8) {
        let transport = format!("Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{}\r\n", channel + 1);
        let answer = self.ask("SETUP", &format!("{url}/trackID=1"), &transport);
        assert_eq!(answer.status, 200, "{answer:?}");
        let (_, session) = answer.text.split_once("Session: ").expect("a session");
        session.split([';', '\r']).next().expect("a name").clone_into(&mut self.session);
    }

    pub fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    pub fn request(&mut self, method: &str, url: &str, headers: &str) {
        self.asked += 1;
        let session =
            if self.session.is_empty() { String::new() } else { format!("Session: {}\r\n", self.session) };
        let text = format!("{method} {url} RTSP/1.0\r\nCSeq: {}\r\n{session}{headers}\r\n", self.asked);
        self.say(text.as_bytes()).expect("the server reads");
    }

    pub fn ask(&mut self, method: &str, url: &str, headers: &str) -> Answer {
        self.request(method, url, headers);
        loop {
            if let Said::Answer(answer) = self.next().expect("an answer") {
                assert!(answer.text.contains(&format!("CSeq: {}\r\n", self.asked)), "{answer:?}");
                return answer;
            }
        }
    }

    /// The next packet; an error where the connection ended or nothing came for a long time.
    pub fn packet(&mut self) -> io::Result<Packet> {
        loop {
            if let Said::Packet(packet) = self.next()? {
                return Ok(packet);
            }
        }
    }

    /// The next packet with a part of a picture.
    pub fn media(&mut self) -> Packet {
        loop {
            let packet = self.packet().expect("a packet");
            if packet.channel.is_multiple_of(2) {
                return packet;
            }
        }
    }

    /// The next report.
    pub fn report(&mut self) -> Packet {
        loop {
            let packet = self.packet().expect("a packet");
            if packet.channel % 2 == 1 {
                return packet;
            }
        }
    }

    /// How long it waits for the next packet.
    pub fn patience(&mut self, patience: Duration) {
        self.stream.get_mut().set_read_timeout(Some(patience)).expect("a socket takes it");
    }

    pub fn next(&mut self) -> io::Result<Said> {
        let mut first = [0];
        self.stream.read_exact(&mut first)?;
        if first == [b'$'] {
            let mut head = [0; 3];
            self.stream.read_exact(&mut head)?;
            let mut bytes = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
            self.stream.read_exact(&mut bytes)?;
            return Ok(Said::Packet(Packet { channel: head[0], bytes }));
        }
        let mut text = String::from_utf8_lossy(&first).into_owned();
        while !text.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut text)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let length =
            text.split_once("Content-Length: ").and_then(|(_, rest)| rest.split_once('\r')?.0.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body)?;
        text.push_str(&String::from_utf8_lossy(&body));
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Ok(Said::Answer(Answer { status, text }))
    }
}

/// What the server says.
pub enum Said {
    Answer(Answer),
    Packet(Packet),
}
