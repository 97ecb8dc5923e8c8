//! For whom a datagram is: the name in a STUN request (RFC 8489 §14.3). Whether the request is genuine is seen by whom it is for.

/// What a request begins with: a binding (RFC 8489 §3), and behind its length the magic cookie.
const BINDING: [u8; 2] = [0, 1];
const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
/// Bytes before the attributes.
const HEADER: usize = 20;
const USERNAME: u16 = 6;

/// Whether it is a STUN message, by its first byte (RFC 9443 §2).
pub(super) fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

/// Our name in a binding request: what stands before the colon (RFC 8445 §7.2.2).
pub(super) fn our_name(datagram: &[u8]) -> Option<&str> {
    let (header, mut rest) = datagram.split_at_checked(HEADER)?;
    if header.get(..2)? != BINDING || header.get(4..8)? != COOKIE {
        return None;
    }
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [kind_high, kind_low, length_high, length_low] = *head;
        let length = usize::from(u16::from_be_bytes([length_high, length_low]));
        let value = after.get(..length)?;
        if u16::from_be_bytes([kind_high, kind_low]) == USERNAME {
            return std::str::from_utf8(value).ok()?.split_once(':').map(|(ours, _)| ours);
        }
        rest = after.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(attributes: &[u8]) -> Vec<u8> {
        let mut request = vec![0, 1, 0, 0];
        request.extend(COOKIE);
        request.extend([7; 12]);
        request.extend(attributes);
        request
    }

    #[test]
    fn the_name_before_the_colon_is_ours() {
        let named = request(b"\x80\x22\0\x03abc\0\0\x06\0\x09ours:them\0\0\0");
        assert_eq!(our_name(&named), Some("ours"));
        assert_eq!(our_name(&request(b"\0\x06\0\x09ours:t")), None, "cut short");
        assert_eq!(our_name(&request(b"\0\x06\0\x04ours")), None, "no colon");
        assert_eq!(our_name(&request(b"")), None);
        assert!(is_stun(&named) && !is_stun(&[22, 254, 253]) && !is_stun(&[]));
    }

    #[test]
    fn answers_and_others_are_for_nobody() {
        let mut answer = request(b"\0\x06\0\x09ours:them\0\0\0");
        answer[0] = 1;
        assert_eq!(our_name(&answer), None);
        answer[0] = 0;
        answer[4] = 0;
        assert_eq!(our_name(&answer), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_at_most_a_name(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = our_name(&bytes);
            let _ = our_name(&request(&bytes));
        }
    }
}
