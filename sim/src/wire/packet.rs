//! MQTT packets, as far as a device needs them: written onto the end of a buffer, read from its beginning.
//!
//! Promises: reading takes any bytes without a panic, never looks past a packet's end and copies nothing.

use super::{Qos, Version};

/// The longest packet that is read, in bytes. No command is nearly so long.
const LONGEST: usize = 256 * 1024;

/// How a client introduces itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hello {
    pub(crate) version: Version,
    pub(crate) client_id: String,
    pub(crate) username: String,
    /// Empty: no credentials are sent.
    pub(crate) password: String,
    /// Seconds.
    pub(crate) keep_alive: u16,
    /// Topic and payload of the last will.
    pub(crate) will: Option<(String, &'static str)>,
}

/// What a broker sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    Connected { code: u8 },
    Subscribed { refused: usize },
    Message { topic: &'a str, payload: &'a [u8], identifier: Option<u16> },
    Acknowledged,
    Pong,
    Bye,
    Other,
}

/// The bytes are not MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotMqtt;

fn length(to: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0x7f);
        value >>= 7;
        to.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}

fn text(to: &mut Vec<u8>, text: &str) {
    // Names, topics and passwords of devices are far shorter than 64 KiB.
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}

/// CONNECT, with a clean session.
pub(super) fn connect(to: &mut Vec<u8>, hello: &Hello) {
    let named = !hello.password.is_empty();
    let properties = usize::from(hello.version == Version::V5);
    let will = hello.will.as_ref().map_or(0, |(topic, payload)| properties + 4 + topic.len() + payload.len());
    let credentials = if named { 4 + hello.username.len() + hello.password.len() } else { 0 };
    to.push(0x10);
    length(to, 10 + properties + 2 + hello.client_id.len() + will + credentials);
    text(to, "MQTT");
    to.push(if hello.version == Version::V5 { 5 } else { 4 });
    // Clean session; a will at quality of service 1; user name and password.
    to.push(0x02 | if will > 0 { 0x0c } else { 0 } | if named { 0xc0 } else { 0 });
    to.extend_from_slice(&hello.keep_alive.to_be_bytes());
    to.resize(to.len() + properties, 0);
    text(to, &hello.client_id);
    if let Some((topic, payload)) = &hello.will {
        to.resize(to.len() + properties, 0);
        text(to, topic);
        text(to, payload);
    }
    if named {
        text(to, &hello.username);
        text(to, &hello.password);
    }
}

/// SUBSCRIBE to all of these at quality of service 1.
pub(super) fn subscribe(to: &mut Vec<u8>, version: Version, identifier: u16, filters: &[String]) {
    let properties = usize::from(version == Version::V5);
    to.push(0x82);
    length(to, 2 + properties + filters.iter().map(|filter| 3 + filter.len()).sum::<usize>());
    to.extend_from_slice(&identifier.to_be_bytes());
    to.resize(to.len() + properties, 0);
    for filter in filters {
        text(to, filter);
        to.push(1);
    }
}

/// PUBLISH. The identifier is left out at quality of service 0.
pub(super) fn publish(
    to: &mut Vec<u8>,
    version: Version,
    qos: Qos,
    identifier: u16,
    topic: &str,
    payload: &[u8],
) {
    let sure = qos == Qos::AtLeastOnce;
    let properties = usize::from(version == Version::V5);
    to.push(if sure { 0x32 } else { 0x30 });
    length(to, 2 + topic.len() + if sure { 2 } else { 0 } + properties + payload.len());
    text(to, topic);
    if sure {
        to.extend_from_slice(&identifier.to_be_bytes());
    }
    to.resize(to.len() + properties, 0);
    to.extend_from_slice(payload);
}

/// PUBACK.
pub(super) fn acknowledge(to: &mut Vec<u8>, identifier: u16) {
    to.extend_from_slice(&[0x40, 2]);
    to.extend_from_slice(&identifier.to_be_bytes());
}

/// DISCONNECT.
pub(super) const BYE: [u8; 2] = [0xe0, 0];

/// The first packet of `bytes` and how long it is; none if it is not all there yet.
pub(super) fn read(bytes: &[u8], version: Version) -> Result<Option<(Packet<'_>, usize)>, NotMqtt> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let Some((length, rest)) = read_length(rest)? else { return Ok(None) };
    let whole = bytes.len() - rest.len() + length;
    if length > LONGEST {
        return Err(NotMqtt);
    }
    let Some(body) = rest.get(..length) else { return Ok(None) };
    let packet = match first >> 4 {
        2 => Packet::Connected { code: *body.get(1).ok_or(NotMqtt)? },
        3 => message(first, body, version)?,
        4 => Packet::Acknowledged,
        9 => {
            let codes = after_properties(body.get(2..).ok_or(NotMqtt)?, version)?;
            Packet::Subscribed { refused: codes.iter().filter(|code| **code >= 0x80).count() }
        }
        13 => Packet::Pong,
        14 => Packet::Bye,
        _ => Packet::Other,
    };
    Ok(Some((packet, whole)))
}

fn message(first: u8, body: &[u8], version: Version) -> Result<Packet<'_>, NotMqtt> {
    let (topic, rest) = {
        let (length, rest) = number(body)?;
        rest.split_at_checked(usize::from(length)).ok_or(NotMqtt)?
    };
    let (identifier, rest) = if first & 0x06 == 0 {
        (None, rest)
    } else {
        let (identifier, rest) = number(rest)?;
        (Some(identifier), rest)
    };
    let payload = after_properties(rest, version)?;
    let topic = std::str::from_utf8(topic).map_err(|_| NotMqtt)?;
    Ok(Packet::Message { topic, payload, identifier })
}

fn number(bytes: &[u8]) -> Result<(u16, &[u8]), NotMqtt> {
    let (number, rest) = bytes.split_first_chunk::<2>().ok_or(NotMqtt)?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn after_properties(bytes: &[u8], version: Version) -> Result<&[u8], NotMqtt> {
    if version == Version::V3 {
        return Ok(bytes);
    }
    let (length, rest) = read_length(bytes)?.ok_or(NotMqtt)?;
    rest.get(length..).ok_or(NotMqtt)
}

/// A length of one to four bytes, and what follows it; none if it is not all there yet.
fn read_length(bytes: &[u8]) -> Result<Option<(usize, &[u8])>, NotMqtt> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((value, &bytes[index + 1..])));
        }
    }
    if bytes.len() < 4 { Ok(None) } else { Err(NotMqtt) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_whatever_its_length() {
        for version in [Version::V3, Version::V5] {
            for size in [0, 1, 100, 127, 128, 16_383, 20_000] {
                let payload = vec![b'x'; size];
                let mut bytes = Vec::new();
                publish(&mut bytes, version, Qos::AtLeastOnce, 7, "lg/a/ring", &payload);
                let whole = bytes.len();
                bytes.extend_from_slice(&BYE);
                let expected = Packet::Message { topic: "lg/a/ring", payload: &payload, identifier: Some(7) };
                assert_eq!(read(&bytes, version), Ok(Some((expected, whole))));
                for cut in [0, 1, 2, whole - 1] {
                    assert_eq!(read(&bytes[..cut], version), Ok(None), "{cut} of {whole}");
                }
            }
        }
    }

    #[test]
    fn a_hello_is_what_the_standard_says() {
        let mut bytes = Vec::new();
        let hello = Hello { client_id: "a".into(), keep_alive: 60, ..Hello::default() };
        connect(&mut bytes, &hello);
        assert_eq!(bytes, b"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01a");
        bytes.clear();
        let will = Some(("w".into(), "offline"));
        let hello = Hello { username: "u".into(), password: "p".into(), will, version: Version::V5, ..hello };
        connect(&mut bytes, &hello);
        assert_eq!(bytes, b"\x10\x21\0\x04MQTT\x05\xce\0\x3c\0\0\x01a\0\0\x01w\0\x07offline\0\x01u\0\x01p");
    }

    #[test]
    fn refused_subscriptions_are_counted() {
        assert_eq!(
            read(&[0x90, 4, 0, 1, 1, 0x80], Version::V3),
            Ok(Some((Packet::Subscribed { refused: 1 }, 6)))
        );
        assert_eq!(
            read(&[0x90, 5, 0, 1, 0, 0x87, 1], Version::V5),
            Ok(Some((Packet::Subscribed { refused: 1 }, 7)))
        );
    }

    #[test]
    fn broken_bytes_are_refused_and_never_panic() {
        assert_eq!(read(&[0x30, 0xff, 0xff, 0xff, 0xff], Version::V3), Err(NotMqtt));
        assert_eq!(read(&[0x30, 0xff, 0xff, 0xff, 0x7f], Version::V3), Err(NotMqtt), "too long");
        let entropy = liengia_kernel::SeededEntropy::new(9);
        for _ in 0..20_000 {
            let mut bytes = [0; 12];
            liengia_kernel::Entropy::fill(&entropy, &mut bytes);
            bytes[1] %= 11;
            let _ = read(&bytes, Version::V3);
            let _ = read(&bytes, Version::V5);
        }
    }
}
