//! A client made of bare bytes, for what no honest client would send.

use crate::support::{Node, PATIENCE, Paired};
use liengia_signal::mqtt::wire;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A socket and what was read from it.
pub struct Raw {
    pub socket: TcpStream,
    bytes: Vec<u8>,
}

impl Raw {
    /// A connection that has said nothing.
    pub async fn silent(node: &Node) -> Self {
        let socket =
            timeout(PATIENCE, TcpStream::connect(node.address())).await.expect("in time").expect("connects");
        socket.set_nodelay(true).expect("a socket");
        Self { socket, bytes: Vec::new() }
    }

    /// A connection that was let in.
    pub async fn connected(node: &Node, who: &Paired, level: u8) -> Self {
        let mut raw = Self::silent(node).await;
        raw.send(&connect(level, "raw", Some(who), 60)).await;
        let answer = raw.packet().await.expect("an answer");
        assert_eq!((answer[0], answer[3]), (0x20, 0), "let in");
        raw
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        // A broker that cut us off makes this fail; what it said is checked by reading.
        drop(timeout(PATIENCE, self.socket.write_all(bytes)).await.expect("in time"));
    }

    /// The next packet, or none if the broker closed.
    pub async fn packet(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Ok(Some(frame)) = wire::split(&self.bytes) {
                let whole = frame.head.whole();
                return Some(self.bytes.drain(..whole).collect());
            }
            let read =
                timeout(PATIENCE, self.socket.read_buf(&mut self.bytes)).await.expect("an answer or an end");
            if matches!(read, Ok(0) | Err(_)) {
                return None;
            }
        }
    }

    /// Waits for the end; what was said before it.
    pub async fn end(&mut self) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        while let Some(packet) = self.packet().await {
            packets.push(packet);
        }
        packets
    }
}

fn text(to: &mut Vec<u8>, text: &[u8]) {
    to.extend_from_slice(&u16::try_from(text.len()).expect("short").to_be_bytes());
    to.extend_from_slice(text);
}

pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut left = body.len();
    loop {
        let low = u8::try_from(left & 0x7F).expect("seven bits");
        left >>= 7;
        bytes.push(if left == 0 { low } else { low | 0x80 });
        if left == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

pub fn connect(level: u8, client_id: &str, who: Option<&Paired>, keep_alive: u16) -> Vec<u8> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', level, if who.is_some() { 0xC2 } else { 0x02 }];
    body.extend_from_slice(&keep_alive.to_be_bytes());
    if level == 5 {
        body.push(0);
    }
    text(&mut body, client_id.as_bytes());
    if let Some(who) = who {
        text(&mut body, who.id.to_string().as_bytes());
        text(&mut body, who.secret.as_bytes());
    }
    packet(0x10, &body)
}

pub fn publish(level: u8, topic: &str, qos: u8, identifier: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, topic.as_bytes());
    if qos > 0 {
        body.extend_from_slice(&identifier.to_be_bytes());
    }
    if level == 5 {
        body.push(0);
    }
    body.extend_from_slice(payload);
    packet(0x30 | qos << 1, &body)
}

pub fn subscribe(level: u8, identifier: u16, filters: &[&str]) -> Vec<u8> {
    let mut body = identifier.to_be_bytes().to_vec();
    if level == 5 {
        body.push(0);
    }
    for filter in filters {
        text(&mut body, filter.as_bytes());
        body.push(1);
    }
    packet(0x82, &body)
}
