//! What the server sends. Every function returns one whole packet.

use super::{Qos, Version, reason};

/// What a client is told when it is let in.
#[derive(Clone, Copy, Debug)]
pub struct ConnectAnswer<'a> {
    /// The name it got, if it brought none (MQTT 5).
    pub assigned: Option<&'a str>,
    /// The keep-alive that holds, if not the one it asked for (MQTT 5).
    pub keep_alive: Option<u16>,
    /// The largest packet taken from it (MQTT 5).
    pub maximum_packet: u32,
    /// How many unacknowledged messages are taken from it (MQTT 5).
    pub receive_maximum: u16,
    /// It asked for its session to be kept, which is not done: say so (MQTT 5).
    pub session_ends: bool,
}

/// The client is in.
pub fn connected(version: Version, answer: &ConnectAnswer<'_>) -> Vec<u8> {
    if version == Version::V3 {
        return vec![0x20, 2, 0, 0];
    }
    let mut list = Vec::with_capacity(32);
    if answer.session_ends {
        list.extend_from_slice(&[0x11, 0, 0, 0, 0]);
    }
    list.push(0x21);
    list.extend_from_slice(&answer.receive_maximum.to_be_bytes());
    list.push(0x27);
    list.extend_from_slice(&answer.maximum_packet.to_be_bytes());
    if let Some(name) = answer.assigned {
        list.push(0x12);
        text(&mut list, name);
    }
    if let Some(seconds) = answer.keep_alive {
        list.push(0x13);
        list.extend_from_slice(&seconds.to_be_bytes());
    }
    list.extend_from_slice(&[0x29, 0, 0x2A, 0]); // No subscription identifiers, no shared subscriptions.
    let mut body = vec![0, reason::SUCCESS];
    length(&mut body, list.len());
    body.extend_from_slice(&list);
    whole(0x20, &body)
}

/// The client is not let in. Version 3.1.1 has fewer words for why.
pub fn refused(version: Version, why: u8) -> Vec<u8> {
    match version {
        Version::V5 => vec![0x20, 3, 0, why, 0],
        Version::V3 => {
            let code = match why {
                reason::VERSION => 1,
                reason::CLIENT_ID => 2,
                reason::CREDENTIALS => 4,
                reason::NOT_AUTHORIZED => 5,
                _ => 3,
            };
            vec![0x20, 2, 0, code]
        }
    }
}

/// The answer to a client's message or to a step of it: `kind` is 4 (PUBACK), 5 (PUBREC) or 7 (PUBCOMP).
pub fn publish_answer(version: Version, kind: u8, identifier: u16, why: u8) -> Vec<u8> {
    let [high, low] = identifier.to_be_bytes();
    if version == Version::V3 || why == reason::SUCCESS {
        vec![kind << 4, 2, high, low]
    } else {
        vec![kind << 4, 3, high, low, why]
    }
}

/// The answer to a subscription, one code per filter.
pub fn subscribe_answer(version: Version, identifier: u16, codes: &[u8]) -> Vec<u8> {
    let mut body = identifier.to_be_bytes().to_vec();
    match version {
        Version::V3 => body.extend(codes.iter().map(|code| if *code >= 0x80 { 0x80 } else { *code })),
        Version::V5 => {
            body.push(0);
            body.extend_from_slice(codes);
        }
    }
    whole(0x90, &body)
}

/// The answer to the end of a subscription.
pub fn unsubscribe_answer(version: Version, identifier: u16, codes: &[u8]) -> Vec<u8> {
    let mut body = identifier.to_be_bytes().to_vec();
    if version == Version::V5 {
        body.push(0);
        body.extend_from_slice(codes);
    }
    whole(0xB0, &body)
}

/// The answer to a sign of life.
pub const fn ping_answer() -> [u8; 2] {
    [0xD0, 0]
}

/// The last word to a client of MQTT 5; 3.1.1 has none.
pub fn bye(version: Version, why: u8) -> Option<Vec<u8>> {
    (version == Version::V5).then(|| vec![0xE0, 2, why, 0])
}

/// A message to a client. `expires` (seconds) is told to clients of MQTT 5. The identifier is left out at level 0.
pub fn publish(
    version: Version,
    qos: Qos,
    identifier: u16,
    topic: &str,
    payload: &[u8],
    expires: Option<u32>,
) -> Vec<u8> {
    let properties = match version {
        Version::V3 => 0,
        Version::V5 => 1 + expires.map_or(0, |_| 5),
    };
    let named = if qos == Qos::AtMostOnce { 0 } else { 2 };
    let body = 2 + topic.len() + named + properties + payload.len();
    let mut packet = Vec::with_capacity(body + 5);
    packet.push(0x30 | qos.bits() << 1);
    length(&mut packet, body);
    text(&mut packet, topic);
    if named > 0 {
        packet.extend_from_slice(&identifier.to_be_bytes());
    }
    if version == Version::V5 {
        packet.push(if expires.is_some() { 5 } else { 0 });
        if let Some(seconds) = expires {
            packet.push(0x02);
            packet.extend_from_slice(&seconds.to_be_bytes());
        }
    }
    packet.extend_from_slice(payload);
    packet
}

fn whole(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(body.len() + 5);
    packet.push(first);
    length(&mut packet, body.len());
    packet.extend_from_slice(body);
    packet
}

fn text(to: &mut Vec<u8>, text: &str) {
    // Topics and names are at most 512 bytes long.
    to.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    to.extend_from_slice(text.as_bytes());
}

fn length(to: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7F).unwrap_or(0x7F);
        value >>= 7;
        if value == 0 {
            to.push(low);
            return;
        }
        to.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::wire::{Packet, packet, split};

    #[test]
    fn a_message_that_is_sent_reads_back() {
        for version in [Version::V3, Version::V5] {
            let payload = vec![b'x'; 300];
            let bytes = publish(version, Qos::AtLeastOnce, 9, "lg/a/ring", &payload, Some(300));
            let frame = split(&bytes).unwrap().unwrap();
            assert_eq!(frame.head.whole(), bytes.len());
            let Ok(Packet::Publish(got)) = packet(frame, version) else { panic!("publish") };
            assert_eq!((got.topic, got.payload, got.identifier), ("lg/a/ring", &payload[..], 9));
        }
        assert_eq!(publish(Version::V3, Qos::AtMostOnce, 9, "t", b"x", None), b"\x30\x04\0\x01tx");
    }

    #[test]
    fn each_refusal_has_its_code_in_both_versions() {
        assert_eq!(refused(Version::V3, reason::CREDENTIALS), [0x20, 2, 0, 4]);
        assert_eq!(refused(Version::V5, reason::CREDENTIALS), [0x20, 3, 0, 0x86, 0]);
        assert_eq!(refused(Version::V3, reason::BUSY), [0x20, 2, 0, 3]);
    }

    #[test]
    fn the_server_says_what_it_does_not_offer() {
        let answer = ConnectAnswer {
            assigned: Some("lg-1"),
            keep_alive: Some(180),
            maximum_packet: 16384,
            receive_maximum: 16,
            session_ends: true,
        };
        assert_eq!(connected(Version::V3, &answer), [0x20, 2, 0, 0]);
        let bytes = connected(Version::V5, &answer);
        assert_eq!(split(&bytes).unwrap().unwrap().head.whole(), bytes.len());
        assert!(bytes.ends_with(&[0x13, 0, 180, 0x29, 0, 0x2A, 0]));
    }
}
