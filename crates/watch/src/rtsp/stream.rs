//! Where one message or interleaved packet ends and the next begins (RFC 2326, 10.12), whatever the cuts.
//!
//! Promises: a piece that lies whole in the bytes given is handed on from there; only a partial one is kept, at most a
//! head (16 KiB) with its body (256 KiB). The same bytes give the same pieces however they are cut. Bytes that are
//! neither are skipped up to what is plausibly the next piece, and are a [`Flaw::NotRtsp`] after 64 KiB in a row. It
//! never looks into a packet beyond its version bits.

use super::{
    Flaw,
    message::{self, Message},
};

/// The longest head taken, in bytes.
const HEAD: usize = 16 * 1024;
/// How many stray bytes in a row are skipped.
const STRAYS: usize = 64 * 1024;
/// A buffer larger than this is not kept for the next partial piece.
const ROOMY: usize = 4 + 0xFFFF;

/// How a message can begin: an answer, or a request with a method of RFC 2326.
const BEGINNINGS: [&[u8]; 12] = [
    b"RTSP/1.",
    b"OPTIONS ",
    b"GET_PARAMETER ",
    b"SET_PARAMETER ",
    b"ANNOUNCE ",
    b"REDIRECT ",
    b"TEARDOWN ",
    b"DESCRIBE ",
    b"SETUP ",
    b"PLAY ",
    b"PAUSE ",
    b"RECORD ",
];

/// The two channels of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Channels {
    /// For RTP.
    pub rtp: u8,
    /// For RTCP.
    pub rtcp: u8,
}

/// A part of what a camera sends.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    /// Interleaved data.
    Frame { channel: u8, payload: &'a [u8] },
    /// An answer or a request.
    Message(Message<'a>),
    /// Bytes that are neither.
    Stray(&'a [u8]),
}

/// What a camera sends, as pieces.
#[derive(Default)]
pub(super) struct Stream {
    kept: Vec<u8>,
    /// So many bytes of `kept` were handed out by the last call.
    handed: usize,
    /// The place in the stream is lost: only a plausible beginning is believed.
    lost: bool,
    /// Stray bytes in a row.
    strays: usize,
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Frame {
        whole: usize,
    },
    Message {
        head: usize,
        whole: usize,
    },
    Stray {
        whole: usize,
    },
    /// More is needed to say: so many bytes in all say it for certain.
    Short {
        enough: usize,
    },
}

impl Stream {
    /// The first piece of what was kept and `bytes`, if it is whole, and how many of `bytes` are used up. To be called
    /// with the others until there is none. `known` are the channels that were set up.
    pub fn next<'s>(
        &'s mut self,
        bytes: &'s [u8],
        known: &[Channels],
    ) -> Result<(usize, Option<Piece<'s>>), Flaw> {
        self.forget_handed();
        if self.kept.is_empty() {
            let found = self.note(find(bytes, self.lost, known)?)?;
            let Some(whole) = found.whole() else {
                self.kept.extend_from_slice(bytes);
                return Ok((bytes.len(), None));
            };
            return Ok((whole, found.piece(bytes)?));
        }
        let before = self.kept.len();
        loop {
            let found = find(&self.kept, self.lost, known)?;
            let taken = self.kept.len() - before;
            if let Some(whole) = found.whole() {
                // What was taken beyond this piece stays in `bytes`. A stray run may end within what was kept before.
                let used = whole.saturating_sub(before);
                self.kept.truncate(before + used);
                self.handed = whole;
                let found = self.note(found)?;
                return Ok((used, found.piece(&self.kept)?));
            }
            let Found::Short { enough } = found else { return Ok((taken, None)) };
            let rest = bytes.get(taken..).unwrap_or_default();
            let more = enough.saturating_sub(self.kept.len()).max(1).min(rest.len());
            let Some(more) = rest.get(..more).filter(|more| !more.is_empty()) else {
                return Ok((taken, None));
            };
            self.kept.extend_from_slice(more);
        }
    }

    /// How many bytes the buffer takes up.
    #[cfg(test)]
    pub fn memory(&self) -> usize {
        self.kept.capacity()
    }

    fn forget_handed(&mut self) {
        if self.handed > 0 {
            self.kept.drain(..self.handed);
            self.handed = 0;
            if self.kept.is_empty() && self.kept.capacity() > ROOMY {
                self.kept = Vec::new();
            }
        }
    }

    fn note(&mut self, found: Found) -> Result<Found, Flaw> {
        match found {
            Found::Frame { .. } | Found::Message { .. } => (self.lost, self.strays) = (false, 0),
            Found::Stray { whole } => {
                self.lost = true;
                self.strays += whole;
                if self.strays > STRAYS {
                    return Err(Flaw::NotRtsp);
                }
            }
            Found::Short { .. } => {}
        }
        Ok(found)
    }
}

impl Found {
    const fn whole(self) -> Option<usize> {
        match self {
            Self::Frame { whole } | Self::Message { whole, .. } | Self::Stray { whole } => Some(whole),
            Self::Short { .. } => None,
        }
    }

    /// The piece itself, out of the bytes in which it was found.
    fn piece(self, bytes: &[u8]) -> Result<Option<Piece<'_>>, Flaw> {
        Ok(match self {
            Self::Frame { whole } => match bytes.get(..whole) {
                Some([b'$', channel, _, _, payload @ ..]) => {
                    Some(Piece::Frame { channel: *channel, payload })
                }
                _ => None,
            },
            Self::Message { head, whole } => {
                match bytes.get(..whole).and_then(|bytes| bytes.split_at_checked(head)) {
                    Some((head, body)) => Some(Piece::Message(Message::read(head, body)?)),
                    None => None,
                }
            }
            Self::Stray { whole } => bytes.get(..whole).map(Piece::Stray),
            Self::Short { .. } => None,
        })
    }
}

fn find(bytes: &[u8], lost: bool, known: &[Channels]) -> Result<Found, Flaw> {
    match bytes {
        [] => Ok(Found::Short { enough: 4 }),
        [b'$', ..] if !lost => Ok(frame(bytes)),
        _ => match plausible(bytes, known) {
            Plausible::Frame => Ok(frame(bytes)),
            Plausible::Message => message(bytes),
            Plausible::Perhaps { enough } => Ok(Found::Short { enough }),
            Plausible::No => Ok(Found::Stray { whole: strays(bytes, known) }),
        },
    }
}

fn frame(bytes: &[u8]) -> Found {
    let [_, _, high, low, ..] = bytes else { return Found::Short { enough: 4 } };
    let whole = 4 + usize::from(u16::from_be_bytes([*high, *low]));
    if bytes.len() < whole { Found::Short { enough: whole } } else { Found::Frame { whole } }
}

fn message(bytes: &[u8]) -> Result<Found, Flaw> {
    let within = bytes.get(..HEAD).unwrap_or(bytes);
    let Some(head) = message::head_length(within) else {
        let long = Flaw::TooLong("its head is over 16 KiB");
        return if bytes.len() < HEAD { Ok(Found::Short { enough: HEAD }) } else { Err(long) };
    };
    let whole = head + Message::read(within.get(..head).unwrap_or_default(), &[])?.length()?;
    Ok(if bytes.len() < whole { Found::Short { enough: whole } } else { Found::Message { head, whole } })
}

/// Whether a piece can begin with these bytes, for one who lost the place.
enum Plausible {
    Frame,
    Message,
    No,
    Perhaps { enough: usize },
}

fn plausible(bytes: &[u8], known: &[Channels]) -> Plausible {
    match bytes {
        [b'$', channel, rest @ ..] => {
            if !known.iter().any(|channels| channels.rtp == *channel || channels.rtcp == *channel) {
                return Plausible::No;
            }
            // RTP and RTCP both begin with version 2 (RFC 3550, 5.1 and 6.4.1) and have at least four bytes.
            match rest {
                [0, 0..4, ..] => Plausible::No,
                [_, _, first, ..] if first >> 6 == 2 => Plausible::Frame,
                [_, _, _, ..] => Plausible::No,
                _ => Plausible::Perhaps { enough: 5 },
            }
        }
        [b'$'] => Plausible::Perhaps { enough: 5 },
        _ => {
            let mut best = Plausible::No;
            for beginning in BEGINNINGS {
                if bytes.starts_with(beginning) {
                    return Plausible::Message;
                }
                if beginning.starts_with(bytes) {
                    best = Plausible::Perhaps { enough: beginning.len() };
                }
            }
            best
        }
    }
}

/// How many bytes stand before the next plausible beginning; the first is known to be none.
fn strays(bytes: &[u8], known: &[Channels]) -> usize {
    let next = (1..bytes.len()).find(|from| {
        let rest = bytes.get(*from..).unwrap_or_default();
        let may = matches!(rest.first(), Some(b'$' | b'A' | b'D' | b'G' | b'O' | b'P' | b'R' | b'S' | b'T'));
        may && !matches!(plausible(rest, known), Plausible::No)
    });
    next.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const KNOWN: [Channels; 1] = [Channels { rtp: 0, rtcp: 1 }];

    /// The pieces of `bytes` in words, given in parts of `cut` bytes.
    fn pieces(stream: &mut Stream, bytes: &[u8], cut: usize) -> Result<Vec<String>, Flaw> {
        let mut words: Vec<String> = Vec::new();
        let mut stray = false;
        for part in bytes.chunks(cut.max(1)) {
            let mut rest = part;
            loop {
                let (used, piece) = stream.next(rest, &KNOWN)?;
                rest = &rest[used..];
                match piece {
                    None => break,
                    Some(Piece::Frame { channel, payload }) => words.push(format!("{channel}:{payload:?}")),
                    Some(Piece::Message(message)) => {
                        words.push(format!("{:?} {:?}", message.start, message.body));
                    }
                    Some(Piece::Stray(bytes)) if stray => {
                        write!(words.last_mut().unwrap(), "{bytes:?}").unwrap();
                    }
                    Some(Piece::Stray(bytes)) => words.push(format!("stray {bytes:?}")),
                }
                stray = matches!(piece, Some(Piece::Stray(_)));
            }
            assert!(rest.is_empty() && stream.memory() <= 2 * (HEAD + message::BODY));
        }
        for word in &mut words {
            *word = word.replace("][", ", ");
        }
        Ok(words)
    }

    #[test]
    fn a_whole_packet_is_handed_on_from_where_it_lies() {
        let bytes = b"$\0\0\x02hi$\x01\0\0$\0\0\x05par";
        let mut stream = Stream::default();
        let (used, piece) = stream.next(bytes, &KNOWN).unwrap();
        let Some(Piece::Frame { channel: 0, payload }) = piece else { panic!("a packet") };
        assert!(std::ptr::eq(payload, &raw const bytes[4..6]) && used == 6);
        assert_eq!(stream.next(&bytes[6..], &KNOWN).unwrap().0, 4);
        assert_eq!((stream.next(&bytes[10..], &KNOWN).unwrap().0, stream.kept.as_slice()), (7, &bytes[10..]));
    }

    #[test]
    fn every_cut_gives_the_same_pieces() {
        let bytes = b"RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc$\0\0\x03\x80yz\r\nRTSP/1.0 404 No\n\n$\x09\0\x01x\
            junkRTS$\x09\0\x04\x80aaaR$\0\0\x04\x80bbbOPTIONS * RTSP/1.0\r\n\r\n$\x01\0\0";
        let whole = pieces(&mut Stream::default(), bytes, bytes.len()).unwrap();
        assert_eq!(whole.len(), 9, "{whole:#?}");
        assert_eq!(whole[3], "Answer { code: 404, reason: [78, 111] } []");
        for cut in 1..bytes.len() {
            assert_eq!(pieces(&mut Stream::default(), bytes, cut).unwrap(), whole, "{cut}");
        }
    }

    #[test]
    fn the_place_is_found_again_only_at_something_plausible() {
        let bytes = b"??$\x07\0\x04\x80xxx$\0\0\x04\x20xxx$\0\0\x02\x80x$\x01\0\x04\x80yyy";
        let words = pieces(&mut Stream::default(), bytes, bytes.len()).unwrap();
        assert_eq!(words.last().unwrap(), "1:[128, 121, 121, 121]");
        assert_eq!(words.len(), 2);
    }

    #[test]
    fn strays_end_the_session_after_64_kib_in_a_row() {
        let mut stream = Stream::default();
        pieces(&mut stream, &vec![b'x'; STRAYS], 1000).unwrap();
        pieces(&mut stream, b"$\0\0\x04\x80yyy", 1).unwrap();
        pieces(&mut stream, b"x", 1).unwrap();
        pieces(&mut stream, &vec![b'$'; STRAYS - 1], 999).unwrap();
        assert_eq!(pieces(&mut stream, b"xxxxxxxxxx", 9), Err(Flaw::NotRtsp));
    }

    #[test]
    fn heads_and_bodies_are_bounded() {
        let mut long = b"RTSP/1.0 200 OK\r\n".to_vec();
        long.resize(HEAD, b'a');
        for cut in [1, 100, HEAD] {
            assert_eq!(pieces(&mut Stream::default(), &long, cut).unwrap_err().code(), "too_long");
        }
        let mut body = b"RTSP/1.0 200 OK\r\nContent-Length: 262144\r\n\r\n".to_vec();
        body.resize(body.len() + message::BODY, b'a');
        let mut stream = Stream::default();
        assert_eq!(pieces(&mut stream, &body, 4096).unwrap().len(), 1);
        stream.next(&[], &KNOWN).unwrap();
        assert_eq!(stream.memory(), 0, "a large buffer is given back");
    }

    proptest! {
        #[test]
        fn any_bytes_give_the_same_pieces_however_they_are_cut(
            bytes in proptest::collection::vec(
                prop_oneof![
                    any::<u8>().prop_map(|byte| vec![byte]),
                    proptest::sample::select(vec![
                        &b"$\0\0\x04\x80abc"[..], b"$\x01\0\x01", b"$", b"\r\n", b"RTSP/1.0 200 OK\r\n\r\n", b"RTSP/1.",
                        b"OPTIONS * RTSP/1.0\n\n", b"RTSP/1.0 200 OK\nContent-Length: 3\n\n",
                    ]).prop_map(<[u8]>::to_vec),
                ],
                0..40,
            ),
            cut in 1..20_usize,
        ) {
            let bytes = bytes.concat();
            let whole = pieces(&mut Stream::default(), &bytes, bytes.len());
            prop_assert_eq!(pieces(&mut Stream::default(), &bytes, cut), whole);
        }
    }
}
