//! The two boxes of ours in a fragment, its header and its trailer, and how long a fragment is.
//!
//! Promises: both are `uuid` boxes (14496-12 §11.1), which players skip; what is written reads back, and nothing else
//! reads at all: an unknown version, flag or a reserved byte that is not zero is a [`Flaw`].

use crate::fmp4::{Boxes, Flaw, PAGE, boxes, samples as samples_of};
use sha2::{Digest as _, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Bytes of a fragment before its payload.
pub const HEADER: usize = PAGE;
/// Bytes of the trailer's box; its last 32 are the hash.
pub const TRAILER: usize = 8 + 16 + 32;
/// Bytes of the header's box.
pub(super) const HEADER_BOX: usize = 8 + 16 + 4 + 16 + 8 + 8 + 32 + 32;

/// 2de6214e-8971-4663-83bf-831008a39a2b.
const HEADER_ID: [u8; 16] = *b"\x2d\xe6\x21\x4e\x89\x71\x46\x63\x83\xbf\x83\x10\x08\xa3\x9a\x2b";
/// 2a675de7-f7cd-45cc-8c85-55789d76981e.
const TRAILER_ID: [u8; 16] = *b"\x2a\x67\x5d\xe7\xf7\xcd\x45\xcc\x8c\x85\x55\x78\x9d\x76\x98\x1e";

const VERSION: u8 = 1;
const IS_KEY: u8 = 1;
const IS_GAP: u8 = 2;

/// The hash of bytes: of an init segment, as a fragment's header names it.
pub fn hash_of(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// How long a fragment with this many bytes of payload is: its header, the payload, at least eight bytes of padding and
/// the trailer, filled up to whole pages.
pub const fn fragment_length(payload: u64) -> u64 {
    (HEADER as u64 + payload + 8 + TRAILER as u64).next_multiple_of(PAGE as u64)
}

/// What a fragment says of itself. In the file, after the box's length, kind and UUID, numbers big endian: version (1),
/// flags (bit 0: `key`, bit 1: `gap`), two zeros, then the fields in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose footage it is.
    pub camera: [u8; 16],
    /// Counts up with each fragment of the camera, over all files; never repeats.
    pub number: u64,
    /// When its first picture was taken, in microseconds since 1970 UTC.
    pub wall_us: i64,
    /// The hash of the camera's fragment before it; zeros for the very first.
    pub previous: Hash,
    /// The hash of the init segment with which it plays.
    pub init: Hash,
    /// Its first picture is one with which a decoder can begin.
    pub key: bool,
    /// Something is missing between the fragment before it and this one.
    pub gap: bool,
}

impl Header {
    pub(super) fn write(&self, to: &mut Boxes) {
        to.boxed(*b"uuid", |to| {
            to.bytes(&HEADER_ID);
            to.u8(VERSION);
            to.u8(if self.key { IS_KEY } else { 0 } | if self.gap { IS_GAP } else { 0 });
            to.u16(0);
            to.bytes(&self.camera);
            to.u64(self.number);
            to.bytes(&self.wall_us.to_be_bytes());
            to.bytes(&self.previous);
            to.bytes(&self.init);
        });
    }

    fn read(content: &[u8]) -> Result<Self, Flaw> {
        let mut fields = crate::fmp4::Fields(content);
        if fields.array()? != HEADER_ID {
            return Err(Flaw::Missing(*b"uuid"));
        }
        let [version, flags, zeros @ ..] = fields.array::<4>()?;
        if version != VERSION || flags & !(IS_KEY | IS_GAP) != 0 || zeros != [0, 0] {
            return Err(Flaw::Value);
        }
        let header = Self {
            camera: fields.array()?,
            number: fields.u64()?,
            wall_us: i64::from_be_bytes(fields.array()?),
            previous: fields.array()?,
            init: fields.array()?,
            key: flags & IS_KEY != 0,
            gap: flags & IS_GAP != 0,
        };
        if fields.0.is_empty() { Ok(header) } else { Err(Flaw::Length) }
    }
}

/// The end of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The SHA-256 of all bytes of the fragment before this hash.
    pub hash: Hash,
}

impl Trailer {
    /// The box, up to where the hash stands.
    pub(super) fn before_hash() -> Vec<u8> {
        let mut to = Boxes::default();
        to.boxed(*b"uuid", |to| {
            to.bytes(&TRAILER_ID);
            to.zeros(32);
        });
        let mut bytes = to.into_bytes();
        bytes.truncate(TRAILER - 32);
        bytes
    }

    /// Reads the last [`TRAILER`] bytes of a fragment.
    pub fn read(bytes: &[u8; TRAILER]) -> Option<Self> {
        let (before, hash) = bytes.split_last_chunk()?;
        (before == Self::before_hash()).then_some(Self { hash: *hash })
    }
}

/// What the first page of a fragment says.
pub(super) struct FirstPage<'a> {
    pub(super) header: Header,
    /// Bytes of the payload.
    pub(super) payload: u64,
    /// Where the `moof` begins, and its content.
    moof_start: usize,
    moof: &'a [u8],
}

impl<'a> FirstPage<'a> {
    /// Reads a fragment's first [`HEADER`] bytes.
    pub(super) fn read(page: &'a [u8; HEADER]) -> Result<Self, Flaw> {
        let (room, mdat) = page.split_at(HEADER - 8);
        let mut header = None;
        let mut moof = None;
        for (place, one) in boxes(room).enumerate() {
            let one = one?;
            match (place, &one.kind) {
                (0, b"uuid") => header = Some(Header::read(one.content)?),
                (0, _) => break,
                (_, b"moof") => moof = Some(one),
                _ => {}
            }
        }
        let header = header.ok_or(Flaw::Missing(*b"uuid"))?;
        let moof = moof.filter(|moof| moof.start + moof.length == HEADER - 8);
        let moof = moof.ok_or(Flaw::Missing(*b"moof"))?;
        let mut fields = crate::fmp4::Fields(mdat);
        let (length, kind) = (u64::from(fields.u32()?), fields.array::<4>()?);
        if kind != *b"mdat" {
            return Err(Flaw::Missing(*b"mdat"));
        }
        let payload = length.checked_sub(8).filter(|bytes| *bytes <= super::MAX_PAYLOAD as u64);
        let payload = payload.ok_or(Flaw::Length)?;
        Ok(Self { header, payload, moof_start: moof.start, moof: moof.content })
    }

    /// How long the fragment is, in bytes.
    pub(super) const fn length(&self) -> u64 {
        fragment_length(self.payload)
    }

    /// Its samples, with offsets that count from the beginning of the fragment and lie in its payload.
    pub(super) fn samples(&self) -> Result<Vec<crate::fmp4::SampleInfo>, Flaw> {
        let start = i64::try_from(self.moof_start).map_err(|_| Flaw::Length)?;
        let payload = HEADER as u64..HEADER as u64 + self.payload;
        let mut samples = samples_of(self.moof)?;
        for sample in &mut samples {
            sample.offset = sample.offset.saturating_add(start);
            let begin = u64::try_from(sample.offset).map_err(|_| Flaw::Length)?;
            if begin < payload.start || begin.saturating_add(u64::from(sample.length)) > payload.end {
                return Err(Flaw::Length);
            }
        }
        Ok(samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_an_unknown_flag_does_not() {
        let header = Header {
            camera: [7; 16],
            number: 1 << 40,
            wall_us: -5,
            previous: [1; 32],
            init: [2; 32],
            key: true,
            gap: false,
        };
        let mut to = Boxes::default();
        header.write(&mut to);
        let mut bytes = to.into_bytes();
        assert_eq!(bytes.len(), HEADER_BOX);
        assert_eq!(Header::read(&bytes[8..]), Ok(header));
        bytes[8 + 17] |= 4;
        assert_eq!(Header::read(&bytes[8..]), Err(Flaw::Value));
        assert_eq!(Header::read(&bytes[8..40]), Err(Flaw::Value));
        bytes[8 + 17] &= 3;
        assert_eq!(Header::read(&bytes[8..40]), Err(Flaw::Length));
    }

    #[test]
    fn a_fragment_has_room_for_padding_and_trailer_whatever_its_payload() {
        for payload in 0..9000 {
            let length = fragment_length(payload);
            assert!(
                length.is_multiple_of(4096)
                    && length >= 4096 + payload + 64
                    && length < 4096 + payload + 64 + 4096
            );
        }
    }
}
