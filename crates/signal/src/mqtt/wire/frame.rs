//! Where one packet ends and the next begins.

use super::Flaw;

/// The first bytes of a packet: what it is and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The packet's kind (upper four bits) and flags (lower four).
    pub first: u8,
    /// How many bytes these first bytes took: two to five.
    pub length: usize,
    /// How many bytes follow.
    pub body: usize,
}

impl Head {
    /// The whole packet's length.
    pub const fn whole(self) -> usize {
        self.length + self.body
    }

    /// The packet's kind, 1 to 15.
    pub const fn kind(self) -> u8 {
        self.first >> 4
    }

    /// The packet's flags.
    pub const fn flags(self) -> u8 {
        self.first & 0x0F
    }
}

/// One whole packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its first bytes.
    pub head: Head,
    /// What follows them.
    pub body: &'a [u8],
}

/// The first bytes of the packet with which `bytes` begins, or none if they are not there yet.
pub fn head(bytes: &[u8]) -> Result<Option<Head>, Flaw> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let mut body = 0;
    for (place, &byte) in rest.iter().take(4).enumerate() {
        body |= usize::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(Some(Head { first, length: place + 2, body }));
        }
    }
    if rest.len() >= 4 { Err(Flaw::Length) } else { Ok(None) }
}

/// The packet with which `bytes` begins, or none if it is not all there yet.
pub fn split(bytes: &[u8]) -> Result<Option<Frame<'_>>, Flaw> {
    let Some(head) = head(bytes)? else { return Ok(None) };
    Ok(bytes.get(head.length..head.whole()).map(|body| Frame { head, body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_whole_only_when_its_last_byte_is_there() {
        assert_eq!(split(&[]), Ok(None));
        assert_eq!(split(&[0xC0]), Ok(None));
        assert_eq!(split(&[0x30, 0x02, 7]), Ok(None));
        let frame = split(&[0x30, 0x02, 7, 8, 0xC0]).unwrap().unwrap();
        assert_eq!((frame.body, frame.head.whole()), (&[7, 8][..], 4));
    }

    #[test]
    fn a_length_of_more_than_four_bytes_is_refused_at_once() {
        assert_eq!(head(&[0x30, 0xFF, 0xFF, 0xFF]), Ok(None));
        assert_eq!(head(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF]), Err(Flaw::Length));
        assert_eq!(head(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F]).unwrap().unwrap().body, 268_435_455);
    }
}
