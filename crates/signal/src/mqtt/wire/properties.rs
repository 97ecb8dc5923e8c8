//! The properties of MQTT 5: read strictly, kept only where this server acts on them.

use super::{Flaw, bytes::Bytes};

/// Where a list of properties stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Connect,
    Will,
    Publish,
    Subscribe,
    Unsubscribe,
    Acknowledgement,
    Disconnect,
}

/// What this server acts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties<'a> {
    /// How long the client wants its session kept, in seconds.
    pub(super) session_expiry: Option<u32>,
    /// How many unacknowledged messages the client takes.
    pub(super) receive_maximum: Option<u16>,
    /// The largest packet that the client takes.
    pub(super) maximum_packet: Option<u32>,
    /// The client wants another way to sign in.
    pub(super) method: Option<&'a str>,
    /// The topic stands for a number.
    pub(super) topic_alias: Option<u16>,
    /// The subscription has a number.
    pub(super) subscription_identifier: bool,
}

/// What a property's value looks like.
enum Shape {
    Byte,
    U16,
    U32,
    Length,
    Binary,
    Text,
    Pair,
}

/// The shape of each property that a client may send, and where it may stand.
const fn known(id: u8) -> Option<(Shape, &'static [Place])> {
    use Place::{Acknowledgement, Connect, Disconnect, Publish, Subscribe, Unsubscribe, Will};
    Some(match id {
        0x01 => (Shape::Byte, &[Publish, Will]),
        0x02 => (Shape::U32, &[Publish, Will]),
        0x03 | 0x08 => (Shape::Text, &[Publish, Will]),
        0x09 => (Shape::Binary, &[Publish, Will]),
        0x0B => (Shape::Length, &[Subscribe]),
        0x11 => (Shape::U32, &[Connect, Disconnect]),
        0x15 => (Shape::Text, &[Connect]),
        0x16 => (Shape::Binary, &[Connect]),
        0x17 | 0x19 => (Shape::Byte, &[Connect]),
        0x18 => (Shape::U32, &[Will]),
        0x1F => (Shape::Text, &[Acknowledgement, Disconnect]),
        0x21 | 0x22 => (Shape::U16, &[Connect]),
        0x23 => (Shape::U16, &[Publish]),
        0x26 => (Shape::Pair, &[Connect, Will, Publish, Subscribe, Unsubscribe, Acknowledgement, Disconnect]),
        0x27 => (Shape::U32, &[Connect]),
        _ => return None,
    })
}

/// Reads the list of properties with which `bytes` goes on.
pub(super) fn read<'a>(bytes: &mut Bytes<'a>, place: Place) -> Result<Properties<'a>, Flaw> {
    let mut left = bytes.part()?;
    let mut found = Properties::default();
    let mut seen = 0_u64;
    while !left.is_empty() {
        let id = left.byte()?;
        let (shape, places) = known(id).ok_or(Flaw::Property)?;
        let again = seen & (1 << id) != 0 && !matches!(shape, Shape::Pair);
        if again || !places.contains(&place) {
            return Err(Flaw::Property);
        }
        seen |= 1 << id;
        note(&mut found, id, &shape, &mut left)?;
    }
    Ok(found)
}

fn note<'a>(found: &mut Properties<'a>, id: u8, shape: &Shape, left: &mut Bytes<'a>) -> Result<(), Flaw> {
    match shape {
        Shape::Byte if left.byte()? > 1 => return Err(Flaw::Value),
        Shape::Byte => {}
        Shape::U16 => {
            let value = left.u16()?;
            match id {
                0x21 if value == 0 => return Err(Flaw::Value),
                0x21 => found.receive_maximum = Some(value),
                0x23 => found.topic_alias = Some(value),
                _ => {}
            }
        }
        Shape::U32 => {
            let value = left.u32()?;
            match id {
                0x11 => found.session_expiry = Some(value),
                0x27 if value == 0 => return Err(Flaw::Value),
                0x27 => found.maximum_packet = Some(value),
                _ => {}
            }
        }
        Shape::Length => {
            if left.length()? == 0 {
                return Err(Flaw::Value);
            }
            found.subscription_identifier = true;
        }
        Shape::Binary => drop(left.binary()?),
        Shape::Text => {
            let text = left.text()?;
            if id == 0x15 {
                found.method = Some(text);
            }
        }
        Shape::Pair => {
            left.text()?;
            left.text()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &[u8], place: Place) -> Result<Properties<'_>, Flaw> {
        read(&mut Bytes::new(list), place)
    }

    #[test]
    fn a_property_in_the_wrong_place_is_refused() {
        assert_eq!(found(&[3, 0x23, 0, 1], Place::Publish).unwrap().topic_alias, Some(1));
        assert_eq!(found(&[3, 0x23, 0, 1], Place::Connect), Err(Flaw::Property));
        assert_eq!(found(&[2, 0x7F, 0], Place::Connect), Err(Flaw::Property));
    }

    #[test]
    fn a_property_stands_once_but_a_user_property_as_often_as_wanted() {
        assert_eq!(found(&[6, 0x21, 0, 9, 0x21, 0, 9], Place::Connect), Err(Flaw::Property));
        let twice = [14, 0x26, 0, 1, b'a', 0, 1, b'b', 0x26, 0, 1, b'a', 0, 1, b'b'];
        assert!(found(&twice, Place::Connect).is_ok());
    }

    #[test]
    fn a_list_that_ends_too_early_is_refused() {
        assert_eq!(found(&[5, 0x21, 0], Place::Connect), Err(Flaw::Length));
        assert_eq!(found(&[1, 0x21], Place::Connect), Err(Flaw::Length));
        assert_eq!(found(&[3, 0x21, 0, 0], Place::Connect), Err(Flaw::Value));
    }
}
