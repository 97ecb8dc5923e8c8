//! Start codes where none may be: some cameras put several NAL units with the byte stream's marks between them
//! (ITU-T H.264, annex B) into what should be one. A mark counts only where a NAL unit's header follows, so that a
//! message of bytes that merely look like one stays whole.

use super::coding::Coding;

/// The bytes begin with a start code, of three bytes or four.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 0, 1]) || bytes.starts_with(&[0, 0, 0, 1])
}

/// Where the next start code stands, and where what follows it begins.
fn find(bytes: &[u8], coding: Coding) -> Option<(usize, usize)> {
    let at = bytes.windows(3).enumerate().find_map(|(at, window)| {
        (window == [0, 0, 1] && coding.kind(bytes.get(at + 3..)?).is_some()).then_some(at)
    })?;
    Some((at, at + 3))
}

/// There is more than one NAL unit, or a start code before the first.
pub(super) fn within(bytes: &[u8], coding: Coding) -> bool {
    find(bytes, coding).is_some()
}

/// The NAL units between the start codes. Zeros before a start code belong to it: no NAL unit ends in one.
pub(super) fn pieces(bytes: &[u8], coding: Coding) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let (piece, after) = match find(bytes, coding) {
            Some((at, next)) => (bytes.get(..at)?, bytes.get(next..)),
            None => (bytes, None),
        };
        let marked = after.is_some();
        rest = after;
        let end = if marked {
            piece.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
        } else {
            piece.len()
        };
        piece.get(..end)
    })
    .filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(bytes: &[u8]) -> Vec<&[u8]> {
        pieces(bytes, Coding::H264).collect()
    }

    #[test]
    fn units_between_start_codes_of_both_lengths_come_out_one_by_one() {
        assert_eq!(split(b"\x67ab\0\0\0\x01\x68cd\0\0\x01\x65ef"), [b"\x67ab", b"\x68cd", b"\x65ef"]);
        assert_eq!(split(b"\0\0\0\x01\x67ab\0\0\0\0\x01\x68cd"), [b"\x67ab", b"\x68cd"]);
        assert_eq!(split(b"\x65ab"), [b"\x65ab"]);
        assert!(split(b"").is_empty() && split(b"\0\0\x01\x67").len() == 1);
    }

    #[test]
    fn a_mark_before_no_header_is_content() {
        assert_eq!(split(b"\x06ab\0\0\x01\xE5cd"), [b"\x06ab\0\0\x01\xE5cd"]);
        assert!(!within(b"\x06ab\0\0\x01", Coding::H264));
        assert!(within(b"\x06ab\0\0\x01\x65c", Coding::H264));
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_the_pieces_longer_than_the_whole(
            bytes in proptest::collection::vec(0_u8..3, 0..100),
        ) {
            for coding in [Coding::H264, Coding::H265 { numbered: false }] {
                prop_assert!(pieces(&bytes, coding).map(<[u8]>::len).sum::<usize>() <= bytes.len());
            }
        }
    }
}
