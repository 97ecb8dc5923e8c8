//! A cursor over one packet's bytes. It never reads past the end: every shortage is a [`Flaw::Length`].

use super::Flaw;

/// What is left of a packet.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Everything that is left.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Flaw> {
        let (taken, left) = self.0.split_at_checked(count).ok_or(Flaw::Length)?;
        self.0 = left;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Flaw> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Flaw> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Flaw> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A length of one to four bytes, seven bits in each.
    pub(super) fn length(&mut self) -> Result<usize, Flaw> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Flaw::Length)
    }

    /// Bytes that stand after their length.
    pub(super) fn binary(&mut self) -> Result<&'a [u8], Flaw> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// A text that stands after its length.
    pub(super) fn text(&mut self) -> Result<&'a str, Flaw> {
        let text = std::str::from_utf8(self.binary()?).map_err(|_| Flaw::Text)?;
        if text.contains('\0') { Err(Flaw::Text) } else { Ok(text) }
    }

    /// A packet identifier, which is never zero.
    pub(super) fn identifier(&mut self) -> Result<u16, Flaw> {
        match self.u16()? {
            0 => Err(Flaw::Identifier),
            identifier => Ok(identifier),
        }
    }

    /// The next `length` bytes as a cursor of their own.
    pub(super) fn part(&mut self) -> Result<Self, Flaw> {
        let length = self.length()?;
        self.take(length).map(Self)
    }
}
