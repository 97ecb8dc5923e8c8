//! What a connected client may send.

use super::{
    Flaw, Frame, Head, Qos, Version,
    bytes::Bytes,
    name_is_valid,
    properties::{self, Place, Properties},
};

/// A packet of a connected client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A message.
    Publish(Publish<'a>),
    /// Our message was received (level 1).
    Acknowledged(u16),
    /// Our message was received (level 2, first step). The server never sends at level 2.
    Received(u16),
    /// The client lets go of its message (level 2, second step).
    Release(u16),
    /// The last step of a message at level 2.
    Complete(u16),
    /// It wants messages.
    Subscribe(Subscribe<'a>),
    /// It no longer wants them.
    Unsubscribe(Unsubscribe<'a>),
    /// A sign of life.
    Ping,
    /// It goes, and its will is not to be published unless `with_will`.
    Disconnect {
        /// MQTT 5: it goes but wants its will published.
        with_will: bool,
    },
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// It was sent before.
    pub repeated: bool,
    /// How it is acknowledged.
    pub qos: Qos,
    /// Its identifier; 0 at level 0, where there is none.
    pub identifier: u16,
    /// Its topic.
    pub topic: &'a str,
    /// What it says.
    pub payload: &'a [u8],
}

/// A wish for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// To be answered with this.
    pub identifier: u16,
    /// A number was asked for, which is not offered.
    pub numbered: bool,
    /// What is wanted. The filters are not checked here: a bad one is answered on its own.
    pub wanted: Vec<Wanted<'a>>,
}

/// One filter and how its messages should arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The filter.
    pub filter: &'a str,
    /// At most so.
    pub qos: Qos,
}

/// No more messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    /// To be answered with this.
    pub identifier: u16,
    /// The filters.
    pub filters: Vec<&'a str>,
}

/// Reads one packet of a connected client.
pub fn packet(frame: Frame<'_>, version: Version) -> Result<Packet<'_>, Flaw> {
    let head = frame.head;
    if head.kind() == 3 {
        return publish(frame, version).map(Packet::Publish);
    }
    let flags = if matches!(head.kind(), 6 | 8 | 10) { 2 } else { 0 };
    if head.flags() != flags {
        return Err(Flaw::Value);
    }
    let mut bytes = Bytes::new(frame.body);
    let packet = match head.kind() {
        4 => Packet::Acknowledged(acknowledgement(&mut bytes, version)?),
        5 => Packet::Received(acknowledgement(&mut bytes, version)?),
        6 => Packet::Release(acknowledgement(&mut bytes, version)?),
        7 => Packet::Complete(acknowledgement(&mut bytes, version)?),
        8 => Packet::Subscribe(subscribe(&mut bytes, version)?),
        10 => Packet::Unsubscribe(unsubscribe(&mut bytes, version)?),
        12 => Packet::Ping,
        14 => disconnect(&mut bytes, version)?,
        _ => return Err(Flaw::Kind),
    };
    if bytes.is_empty() { Ok(packet) } else { Err(Flaw::Length) }
}

fn publish(frame: Frame<'_>, version: Version) -> Result<Publish<'_>, Flaw> {
    let flags = frame.head.flags();
    let qos = Qos::from_bits(flags >> 1 & 0x03).ok_or(Flaw::Value)?;
    let repeated = flags & 0x08 != 0;
    if repeated && qos == Qos::AtMostOnce {
        return Err(Flaw::Value);
    }
    let mut bytes = Bytes::new(frame.body);
    let topic = bytes.text()?;
    let identifier = if qos == Qos::AtMostOnce { 0 } else { bytes.identifier()? };
    if version == Version::V5 {
        let properties = properties::read(&mut bytes, Place::Publish)?;
        if properties.topic_alias.is_some() {
            return Err(Flaw::Property); // The server offers none.
        }
    }
    if !name_is_valid(topic) {
        return Err(Flaw::Topic);
    }
    Ok(Publish { repeated, qos, identifier, topic, payload: bytes.rest() })
}

/// How a message that is not all there is to be acknowledged: its level and identifier. None until enough is there.
pub fn beginning(head: Head, bytes: &[u8]) -> Result<Option<(Qos, u16)>, Flaw> {
    if head.kind() != 3 {
        return Err(Flaw::Kind);
    }
    let qos = Qos::from_bits(head.flags() >> 1 & 0x03).ok_or(Flaw::Value)?;
    let mut bytes = Bytes::new(bytes.get(head.length..).unwrap_or_default());
    let Ok(_topic) = bytes.binary() else { return Ok(None) };
    match (qos, bytes.identifier()) {
        (Qos::AtMostOnce, _) => Ok(Some((qos, 0))),
        (_, Ok(identifier)) => Ok(Some((qos, identifier))),
        (_, Err(Flaw::Length)) => Ok(None),
        (_, Err(flaw)) => Err(flaw),
    }
}

fn acknowledgement(bytes: &mut Bytes<'_>, version: Version) -> Result<u16, Flaw> {
    let identifier = bytes.identifier()?;
    if version == Version::V5 && !bytes.is_empty() {
        bytes.byte()?;
        if !bytes.is_empty() {
            properties::read(bytes, Place::Acknowledgement)?;
        }
    }
    Ok(identifier)
}

fn subscribe<'a>(bytes: &mut Bytes<'a>, version: Version) -> Result<Subscribe<'a>, Flaw> {
    let identifier = bytes.identifier()?;
    let properties = listed(bytes, version, Place::Subscribe)?;
    let mut wanted = Vec::new();
    while !bytes.is_empty() {
        let filter = bytes.text()?;
        let options = bytes.byte()?;
        let known = if version == Version::V5 { 0x3F } else { 0x03 };
        if options & !known != 0 || options >> 4 & 0x03 == 3 {
            return Err(Flaw::Value);
        }
        wanted.push(Wanted { filter, qos: Qos::from_bits(options & 0x03).ok_or(Flaw::Value)? });
    }
    if wanted.is_empty() {
        return Err(Flaw::Length);
    }
    Ok(Subscribe { identifier, numbered: properties.subscription_identifier, wanted })
}

fn unsubscribe<'a>(bytes: &mut Bytes<'a>, version: Version) -> Result<Unsubscribe<'a>, Flaw> {
    let identifier = bytes.identifier()?;
    listed(bytes, version, Place::Unsubscribe)?;
    let mut filters = Vec::new();
    while !bytes.is_empty() {
        filters.push(bytes.text()?);
    }
    if filters.is_empty() { Err(Flaw::Length) } else { Ok(Unsubscribe { identifier, filters }) }
}

fn disconnect<'a>(bytes: &mut Bytes<'_>, version: Version) -> Result<Packet<'a>, Flaw> {
    let mut with_will = false;
    if version == Version::V5 && !bytes.is_empty() {
        with_will = bytes.byte()? == 0x04;
        if !bytes.is_empty() {
            properties::read(bytes, Place::Disconnect)?;
        }
    }
    Ok(Packet::Disconnect { with_will })
}

fn listed<'a>(bytes: &mut Bytes<'a>, version: Version, place: Place) -> Result<Properties<'a>, Flaw> {
    match version {
        Version::V3 => Ok(Properties::default()),
        Version::V5 => properties::read(bytes, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::wire::split;
    use proptest::prelude::*;

    fn read(bytes: &[u8], version: Version) -> Result<Packet<'_>, Flaw> {
        packet(split(bytes)?.ok_or(Flaw::Length)?, version)
    }

    #[test]
    fn a_message_of_each_level_is_understood() {
        let Ok(Packet::Publish(zero)) = read(b"\x30\x06\0\x01tabc", Version::V3) else { panic!("level 0") };
        assert_eq!((zero.topic, zero.payload, zero.identifier), ("t", &b"abc"[..], 0));
        let Ok(Packet::Publish(one)) = read(b"\x3A\x05\0\x01t\0\x07", Version::V3) else { panic!("level 1") };
        assert_eq!((one.qos, one.identifier, one.repeated), (Qos::AtLeastOnce, 7, true));
        let Ok(Packet::Publish(two)) = read(b"\x34\x07\0\x01t\0\x07\0x", Version::V5) else {
            panic!("level 2")
        };
        assert_eq!((two.qos, two.payload), (Qos::ExactlyOnce, &b"x"[..]));
    }

    #[test]
    fn a_message_that_breaks_the_rules_is_refused() {
        assert_eq!(read(b"\x36\x05\0\x01t\0\x07", Version::V3), Err(Flaw::Value), "level 3");
        assert_eq!(read(b"\x38\x03\0\x01t", Version::V3), Err(Flaw::Value), "repeated at level 0");
        assert_eq!(read(b"\x32\x05\0\x01t\0\0", Version::V3), Err(Flaw::Identifier));
        assert_eq!(read(b"\x30\x03\0\x01#", Version::V3), Err(Flaw::Topic));
        assert_eq!(read(b"\x30\x02\0\0", Version::V3), Err(Flaw::Topic));
        assert_eq!(read(b"\x30\x03\0\x01\xFF", Version::V3), Err(Flaw::Text));
        assert_eq!(read(b"\x30\x07\0\x01t\x03\x23\0\x01", Version::V5), Err(Flaw::Property));
    }

    #[test]
    fn the_beginning_of_a_large_message_tells_how_to_acknowledge_it() {
        let begun = |bytes: &[u8]| {
            let head = crate::mqtt::wire::head(bytes).unwrap().unwrap();
            beginning(head, bytes)
        };
        assert_eq!(begun(b"\x32\xFF\xFF\x7F\0\x01t\0\x07xxx"), Ok(Some((Qos::AtLeastOnce, 7))));
        assert_eq!(begun(b"\x32\xFF\xFF\x7F\0\x01t\0"), Ok(None));
        assert_eq!(begun(b"\x30\xFF\xFF\x7F\0\x01t"), Ok(Some((Qos::AtMostOnce, 0))));
        assert_eq!(begun(b"\x32\xFF\xFF\x7F\0\x01t\0\0"), Err(Flaw::Identifier));
        assert_eq!(begun(b"\x82\xFF\xFF\x7F\0\x01"), Err(Flaw::Kind));
    }

    #[test]
    fn subscriptions_are_read_with_their_options() {
        let Ok(Packet::Subscribe(got)) = read(b"\x82\x0A\0\x01\0\x01a\x01\0\x01#\0", Version::V3) else {
            panic!("subscribe")
        };
        assert_eq!(got.wanted[0], Wanted { filter: "a", qos: Qos::AtLeastOnce });
        assert_eq!(got.wanted[1].filter, "#");
        assert_eq!(read(b"\x82\x02\0\x01", Version::V3), Err(Flaw::Length), "nothing wanted");
        assert_eq!(read(b"\x80\x06\0\x01\0\x01a\0", Version::V3), Err(Flaw::Value), "flags");
        assert_eq!(read(b"\x82\x06\0\x01\0\x01a\x04", Version::V3), Err(Flaw::Value), "options");
        let Ok(Packet::Subscribe(got)) = read(b"\x82\x09\0\x01\x02\x0B\x05\0\x01a\x2D", Version::V5) else {
            panic!("subscribe")
        };
        assert!(got.numbered && got.wanted[0].qos == Qos::AtLeastOnce);
    }

    #[test]
    fn a_client_that_leaves_may_want_its_will_published() {
        assert_eq!(read(b"\xE0\0", Version::V3), Ok(Packet::Disconnect { with_will: false }));
        assert_eq!(read(b"\xE0\x01\x04", Version::V5), Ok(Packet::Disconnect { with_will: true }));
        assert_eq!(read(b"\xE0\x01\x04", Version::V3), Err(Flaw::Length));
        assert_eq!(read(b"\xD0\0", Version::V3), Err(Flaw::Kind), "a server's word");
        assert_eq!(read(b"\xF0\x02\0\0", Version::V5), Err(Flaw::Kind), "AUTH");
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for version in [Version::V3, Version::V5] {
                if let Ok(Some(frame)) = split(&bytes) {
                    let _ = packet(frame, version);
                    let _ = crate::mqtt::wire::connect(frame);
                }
            }
        }

        #[test]
        fn a_right_head_over_any_bytes_does_not_panic(
            first in any::<u8>(),
            body in proptest::collection::vec(any::<u8>(), 0..127),
        ) {
            let mut bytes = vec![first, u8::try_from(body.len()).unwrap()];
            bytes.extend_from_slice(&body);
            for version in [Version::V3, Version::V5] {
                let frame = split(&bytes).unwrap().unwrap();
                let _ = packet(frame, version);
                let _ = crate::mqtt::wire::connect(frame);
            }
        }
    }
}
