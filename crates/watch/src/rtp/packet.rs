//! One RTP packet (RFC 3550, section 5.1). It is only looked at: nothing is copied, and no field is believed
//! beyond the bytes that are there.

use thiserror::Error;

/// One RTP packet, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its number, one more than that of the packet before, 65,535 being followed by 0.
    pub sequence: u16,
    /// When its unit is to be shown, in units of the track's clock; it starts anywhere and wraps.
    pub timestamp: u32,
    /// The source, chosen by the camera at random.
    pub ssrc: u32,
    /// For pictures: the last packet of a unit, as a rule.
    pub marker: bool,
    /// The number that the SDP gives to this format, 0 to 127.
    pub payload_type: u8,
    /// What is left without header, extension and padding; may be empty.
    pub payload: &'a [u8],
}

/// Why bytes are no RTP packet. The packet is to be left out; the stream can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// It ends within its own header.
    #[error("an RTP packet ends before its header does")]
    Short,
    /// Another protocol, or another version of this one.
    #[error("an RTP packet is of version {0}, not 2")]
    Version(u8),
    /// The padding says that it is longer than the packet, or that it is nothing.
    #[error("the padding of an RTP packet does not fit into it")]
    Padding,
}

/// Reads one packet: fixed header, CSRC list, header extension (stepped over) and padding (taken off).
pub fn packet(bytes: &[u8]) -> Result<Packet<'_>, Flaw> {
    let (head, rest) = bytes.split_first_chunk::<12>().ok_or(Flaw::Short)?;
    let [flags, kind, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *head;
    if flags >> 6 != 2 {
        return Err(Flaw::Version(flags >> 6));
    }
    let mut rest = rest.get(usize::from(flags & 0x0F) * 4..).ok_or(Flaw::Short)?;
    if flags & 0x10 != 0 {
        let (extension, after) = rest.split_first_chunk::<4>().ok_or(Flaw::Short)?;
        let words = u16::from_be_bytes([extension[2], extension[3]]);
        rest = after.get(usize::from(words) * 4..).ok_or(Flaw::Short)?;
    }
    if flags & 0x20 != 0 {
        let padding = rest.last().map_or(0, |last| usize::from(*last));
        let kept = rest.len().checked_sub(padding).filter(|_| padding > 0).ok_or(Flaw::Padding)?;
        rest = rest.get(..kept).ok_or(Flaw::Padding)?;
    }
    Ok(Packet {
        sequence: u16::from_be_bytes([s0, s1]),
        timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
        ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
        marker: kind & 0x80 != 0,
        payload_type: kind & 0x7F,
        payload: rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: [u8; 12] = [0x80, 0xE0, 0x12, 0x34, 0, 1, 0, 2, 0xDE, 0xAD, 0xBE, 0xEF];

    fn with(flags: u8, rest: &[u8]) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        bytes[0] = flags;
        bytes.extend_from_slice(rest);
        bytes
    }

    #[test]
    fn a_plain_packet_is_read() {
        let bytes = with(0x80, b"pay");
        let got = packet(&bytes).unwrap();
        assert_eq!((got.sequence, got.timestamp, got.ssrc), (0x1234, 0x0001_0002, 0xDEAD_BEEF));
        assert_eq!((got.marker, got.payload_type, got.payload), (true, 96, &b"pay"[..]));
    }

    #[test]
    fn sources_extension_and_padding_are_no_payload() {
        let bytes = with(0xB2, b"src1src2\xAB\xAC\0\x01wordpay\0\0\x03");
        assert_eq!(packet(&bytes).unwrap().payload, b"pay");
        assert_eq!(packet(&with(0xA0, b"\0\x02")).unwrap().payload, b"", "nothing but padding");
    }

    #[test]
    fn a_packet_that_says_more_than_it_holds_is_refused() {
        assert_eq!(packet(&HEAD[..11]), Err(Flaw::Short));
        assert_eq!(packet(&with(0x81, b"src")), Err(Flaw::Short), "a source");
        assert_eq!(packet(&with(0x90, b"\0\0\0")), Err(Flaw::Short), "the head of the extension");
        assert_eq!(packet(&with(0x90, b"\0\0\0\x01abc")), Err(Flaw::Short), "the extension");
        assert_eq!(packet(&with(0xA0, b"ab\x04")), Err(Flaw::Padding));
        assert_eq!(packet(&with(0xA0, b"ab\0")), Err(Flaw::Padding), "padding of nothing");
        assert_eq!(packet(&with(0xA0, b"")), Err(Flaw::Padding));
        assert_eq!(packet(&with(0x40, b"")), Err(Flaw::Version(1)));
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(got) = packet(&bytes) {
                prop_assert!(got.payload.len() + 12 <= bytes.len());
            }
        }
    }
}
