//! One device over a blocking socket, MQTT 3.1.1: for tests that look at single messages, or send what no device would.
//! Whole teams are `liengia_sim::device::Neighbourhood`.

use crate::door::{Door, Line};
use liengia_kernel::{Clock as _, DeviceId, SystemClock};
use liengia_sim::device::SimDevice;
use serde_json::Value;
use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    time::Duration,
};

/// How long the broker may take to answer a packet.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connected device.
pub struct Device {
    pub id: DeviceId,
    stream: Line,
    bytes: Vec<u8>,
    next_packet: u16,
    /// Messages that came while something else was waited for.
    early: Vec<Message>,
}

/// What the node says to a device.
#[derive(Clone, Debug)]
pub struct Message {
    /// `ring`, `ack`...
    pub word: String,
    pub payload: Value,
}

impl Message {
    /// A field of the payload, as text.
    pub fn text(&self, field: &str) -> &str {
        self.payload[field].as_str().unwrap_or_default()
    }
}

/// A text as MQTT writes it.
pub fn text(to: &mut Vec<u8>, text: &[u8]) {
    to.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
    to.extend(text);
}

/// A whole packet with this first byte and body.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut left = body.len();
    loop {
        let low = u8::try_from(left & 0x7f).unwrap();
        left >>= 7;
        packet.push(if left == 0 { low } else { low | 0x80 });
        if left == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

/// CONNECT of this device; `level` is 4 for MQTT 3.1.1, 5 for 5.
pub fn connect(level: u8, client: &str, user: &str, password: &str) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, b"MQTT");
    body.extend([level, 0xc2, 0, 60]);
    if level == 5 {
        body.push(0);
    }
    for part in [client, user, password] {
        text(&mut body, part.as_bytes());
    }
    packet(0x10, &body)
}

/// PUBLISH at level 1, or at level 0 without an identifier.
pub fn publish(level: u8, topic: &str, identifier: Option<u16>, payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, topic.as_bytes());
    body.extend(identifier.into_iter().flat_map(u16::to_be_bytes));
    if level == 5 {
        body.push(0);
    }
    body.extend(payload);
    packet(if identifier.is_some() { 0x32 } else { 0x30 }, &body)
}

impl Device {
    /// Connects and subscribes to everything that is said to it.
    pub fn connect(broker: impl Into<Door>, device: &SimDevice) -> io::Result<Self> {
        let stream = broker.into().connect(PATIENCE)?;
        let mut this = Self { id: device.id, stream, bytes: Vec::new(), next_packet: 1, early: Vec::new() };
        let id = device.id.to_string();
        this.send(&connect(4, &format!("faults-{id}"), &id, &device.password))?;
        let (first, body) = this.packet(PATIENCE)?;
        if first != 0x20 || body.get(1) != Some(&0) {
            return Err(io::Error::other(format!("refused: {first:#x} {body:?}")));
        }
        for word in ["ring", "quiet", "ack", "set", "test"] {
            let mut body = this.identifier().to_be_bytes().to_vec();
            text(&mut body, format!("lg/{id}/{word}").as_bytes());
            body.push(1);
            this.send(&packet(0x82, &body))?;
        }
        let mut subscribed = 0;
        while subscribed < 5 {
            let (first, body) = this.packet(PATIENCE)?;
            subscribed += u8::from(first == 0x90);
            this.heed(first, &body)?;
        }
        Ok(this)
    }

    fn identifier(&mut self) -> u16 {
        self.next_packet = self.next_packet.checked_add(1).unwrap_or(1);
        self.next_packet
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Says something at level 1, and does not wait for the acknowledgement.
    pub fn say(&mut self, word: &str, payload: &str) -> io::Result<()> {
        let identifier = self.identifier();
        let topic = format!("lg/{}/{word}", self.id);
        self.send(&publish(4, &topic, Some(identifier), payload.as_bytes()))
    }

    /// Presses with this id.
    pub fn press(&mut self, alarm: &str) -> io::Result<()> {
        self.say("press", &format!("{{\"alarm\":\"{alarm}\"}}"))
    }

    /// The first message for which `wanted` holds; others are forgotten. None if none came in time, or the node has gone.
    pub fn hears(&mut self, longest: Duration, wanted: impl Fn(&Message) -> bool) -> Option<Message> {
        let clock = SystemClock::new();
        loop {
            while !self.early.is_empty() {
                let message = self.early.remove(0);
                if wanted(&message) {
                    return Some(message);
                }
            }
            let left = longest.checked_sub(clock.elapsed()).filter(|left| !left.is_zero())?;
            let (first, body) = self.packet(left).ok()?;
            self.heed(first, &body).ok()?;
        }
    }

    /// Whether it is told to ring within so long, and for what.
    pub fn rings(&mut self, longest: Duration) -> Option<String> {
        self.hears(longest, |message| message.word == "ring").map(|ring| ring.text("alarm").to_owned())
    }

    /// Whether this press is acknowledged as recorded within so long.
    pub fn recorded(&mut self, press: &str, longest: Duration) -> bool {
        let is_it = |message: &Message| {
            message.word == "ack" && message.text("press") == press && message.payload["recorded"] == true
        };
        self.hears(longest, is_it).is_some()
    }

    /// Takes a packet in: keeps a message and acknowledges it.
    fn heed(&mut self, first: u8, body: &[u8]) -> io::Result<()> {
        if first >> 4 != 3 {
            return Ok(());
        }
        let broken = || io::Error::other("no PUBLISH");
        let length = usize::from(u16::from_be_bytes(body[..2].try_into().map_err(|_| broken())?));
        let topic = String::from_utf8_lossy(body.get(2..2 + length).ok_or_else(broken)?).into_owned();
        let mut payload = &body[2 + length..];
        if first & 0x06 != 0 {
            let (identifier, rest) = payload.split_at_checked(2).ok_or_else(broken)?;
            payload = rest;
            self.send(&packet(0x40, identifier))?;
        }
        let word = topic.rsplit('/').next().unwrap_or_default().to_owned();
        let payload = serde_json::from_slice(payload).unwrap_or(Value::Null);
        self.early.push(Message { word, payload });
        Ok(())
    }

    /// The next packet: its first byte and its body.
    fn packet(&mut self, longest: Duration) -> io::Result<(u8, Vec<u8>)> {
        let clock = SystemClock::new();
        loop {
            if let Some((first, body, whole)) = split(&self.bytes) {
                self.bytes.drain(..whole);
                return Ok((first, body));
            }
            let left = longest.saturating_sub(clock.elapsed()).max(Duration::from_millis(1));
            self.stream.socket().set_read_timeout(Some(left))?;
            let mut room = [0; 4096];
            match self.stream.read(&mut room) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.bytes.extend(&room[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The first packet of these bytes: first byte, body, and how long the whole is.
pub fn split(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (mut length, mut at) = (0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((bytes[0], bytes.get(at..at + length)?.to_vec(), at + length))
}
