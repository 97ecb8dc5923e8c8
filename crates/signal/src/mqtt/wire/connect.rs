//! The first packet of a client: who it says it is and how it wants to talk.

use super::{
    Flaw, Frame, Qos, Version,
    bytes::Bytes,
    name_is_valid,
    properties::{self, Place},
};

/// A CONNECT packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect<'a> {
    /// The protocol.
    pub version: Version,
    /// No state of an earlier connection is wanted.
    pub clean: bool,
    /// Seconds without a packet after which the client counts as gone; 0 asks for none.
    pub keep_alive: u16,
    /// The client's name for this connection; may be empty.
    pub client_id: &'a str,
    /// What is published for it if the connection breaks.
    pub will: Option<Will<'a>>,
    /// The user name.
    pub username: Option<&'a str>,
    /// The password.
    pub password: Option<&'a [u8]>,
    /// How many unacknowledged messages it takes (MQTT 5).
    pub receive_maximum: Option<u16>,
    /// The largest packet that it takes (MQTT 5).
    pub maximum_packet: Option<u32>,
    /// It wants its session kept (MQTT 5).
    pub session_expiry: Option<u32>,
    /// It wants another way to sign in (MQTT 5).
    pub method: Option<&'a str>,
}

/// A last will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will<'a> {
    /// Where.
    pub topic: &'a str,
    /// What.
    pub payload: &'a [u8],
}

/// Reads a CONNECT packet. An unknown protocol is [`Flaw::Protocol`], which has an answer of its own.
pub fn connect(frame: Frame<'_>) -> Result<Connect<'_>, Flaw> {
    if frame.head.first != 0x10 {
        return Err(Flaw::Kind);
    }
    let mut bytes = Bytes::new(frame.body);
    let version = match (bytes.binary()?, bytes.byte()?) {
        (b"MQTT", 4) => Version::V3,
        (b"MQTT", 5) => Version::V5,
        _ => return Err(Flaw::Protocol),
    };
    let flags = bytes.byte()?;
    if flags & 0x01 != 0 || (version == Version::V3 && flags & 0xC0 == 0x40) {
        return Err(Flaw::Value); // A password without a user name is new in MQTT 5.
    }
    let keep_alive = bytes.u16()?;
    let asked = match version {
        Version::V3 => properties::Properties::default(),
        Version::V5 => properties::read(&mut bytes, Place::Connect)?,
    };
    let client_id = bytes.text()?;
    let will = will(&mut bytes, version, flags)?;
    let username = if flags & 0x80 == 0 { None } else { Some(bytes.text()?) };
    let password = if flags & 0x40 == 0 { None } else { Some(bytes.binary()?) };
    if !bytes.is_empty() {
        return Err(Flaw::Length);
    }
    Ok(Connect {
        version,
        clean: flags & 0x02 != 0,
        keep_alive,
        client_id,
        will,
        username,
        password,
        receive_maximum: asked.receive_maximum,
        maximum_packet: asked.maximum_packet,
        session_expiry: asked.session_expiry,
        method: asked.method,
    })
}

fn will<'a>(bytes: &mut Bytes<'a>, version: Version, flags: u8) -> Result<Option<Will<'a>>, Flaw> {
    if flags & 0x04 == 0 {
        return if flags & 0x38 == 0 { Ok(None) } else { Err(Flaw::Value) };
    }
    Qos::from_bits(flags >> 3 & 0x03).ok_or(Flaw::Value)?;
    if version == Version::V5 {
        properties::read(bytes, Place::Will)?;
    }
    let topic = bytes.text()?;
    let payload = bytes.binary()?;
    if name_is_valid(topic) { Ok(Some(Will { topic, payload })) } else { Err(Flaw::Topic) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::wire::split;

    fn read(bytes: &[u8]) -> Result<Connect<'_>, Flaw> {
        connect(split(bytes)?.ok_or(Flaw::Length)?)
    }

    #[test]
    fn a_client_of_each_version_is_understood() {
        let v3 = b"\x10\x16\0\x04MQTT\x04\xC2\0\x3C\0\x02id\0\x02us\0\x02pw";
        let got = read(v3).unwrap();
        assert_eq!(
            (got.version, got.keep_alive, got.clean, got.client_id, got.username, got.password),
            (Version::V3, 60, true, "id", Some("us"), Some(&b"pw"[..]))
        );
        let v5 = b"\x10\x1A\0\x04MQTT\x05\xC0\0\0\x03\x21\0\x0A\0\x02id\0\x02us\0\x02pw";
        let got = read(v5).unwrap();
        assert_eq!((got.version, got.clean, got.receive_maximum), (Version::V5, false, Some(10)));
    }

    #[test]
    fn a_will_needs_a_topic_without_wildcards() {
        let with = |topic: u8| {
            let mut bytes = b"\x10\x15\0\x04MQTT\x04\x06\0\x3C\0\0\0\x01?\0\x04dead".to_vec();
            bytes[17 - 1] = topic;
            bytes[1] = u8::try_from(bytes.len() - 2).unwrap();
            bytes
        };
        assert_eq!(read(&with(b's')).unwrap().will, Some(Will { topic: "s", payload: b"dead" }));
        assert_eq!(read(&with(b'#')), Err(Flaw::Topic));
    }

    #[test]
    fn other_protocols_and_reserved_bits_are_refused() {
        assert_eq!(read(b"\x10\x0E\0\x06MQIsdp\x03\x02\0\x3C\0\0"), Err(Flaw::Protocol));
        assert_eq!(read(b"\x10\x0C\0\x04MQTT\x06\x02\0\x3C\0\0"), Err(Flaw::Protocol));
        assert_eq!(read(b"\x10\x0C\0\x04MQTT\x04\x03\0\x3C\0\0"), Err(Flaw::Value));
        assert_eq!(read(b"\x10\x0C\0\x04MQTT\x04\x1A\0\x3C\0\0"), Err(Flaw::Value));
        assert_eq!(read(b"\x20\x02\0\0"), Err(Flaw::Kind));
        assert_eq!(read(b"\x10\x0D\0\x04MQTT\x04\x02\0\x3C\0\0\0"), Err(Flaw::Length));
    }
}
