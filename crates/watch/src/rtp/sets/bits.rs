//! The bits of a parameter set or another header, one after another. It never reads past the end: every shortage is `None`.

/// A cursor over bits; of a NAL unit without its emulation prevention bytes (ITU-T H.264, 7.3.1).
pub(in crate::rtp) struct Bits<'a> {
    bytes: &'a [u8],
    /// Emulation prevention bytes are to be taken out.
    escaped: bool,
    /// The byte that is being read, and how many of its bits are left.
    byte: u8,
    left: u8,
    /// Zero bytes in a row just read.
    zeros: u8,
}

impl<'a> Bits<'a> {
    /// Over the bytes after the NAL unit's header.
    pub(in crate::rtp) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, escaped: true, byte: 0, left: 0, zeros: 0 }
    }

    /// Over bytes that are not escaped.
    pub(in crate::rtp) const fn plain(bytes: &'a [u8]) -> Self {
        Self { bytes, escaped: false, byte: 0, left: 0, zeros: 0 }
    }

    fn next_byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    /// One bit: u(1).
    pub(in crate::rtp) fn bit(&mut self) -> Option<bool> {
        if self.left == 0 {
            let mut byte = self.next_byte()?;
            if self.escaped && self.zeros >= 2 && byte == 3 {
                self.zeros = 0;
                byte = self.next_byte()?;
            }
            self.zeros = if byte == 0 { self.zeros.saturating_add(1) } else { 0 };
            self.byte = byte;
            self.left = 8;
        }
        self.left -= 1;
        Some(self.byte >> self.left & 1 == 1)
    }

    /// As many bits as asked for, 32 at most: u(n).
    pub(in crate::rtp) fn bits(&mut self, count: u8) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Some(value)
    }

    /// Eight bits: u(8).
    pub(in crate::rtp) fn byte(&mut self) -> Option<u8> {
        u8::try_from(self.bits(8)?).ok()
    }

    /// Steps over so many bits.
    pub(in crate::rtp) fn skip(&mut self, count: u32) -> Option<()> {
        for _ in 0..count {
            self.bit()?;
        }
        Some(())
    }

    /// An Exp-Golomb number: ue(v) (9.1).
    pub(in crate::rtp) fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.bits(zeros)?)
    }

    /// An Exp-Golomb number that may not be larger than this.
    pub(in crate::rtp) fn ue_up_to(&mut self, most: u8) -> Option<u8> {
        u8::try_from(self.ue()?).ok().filter(|value| *value <= most)
    }

    /// A signed Exp-Golomb number: se(v) (9.1.1).
    pub(in crate::rtp) fn se(&mut self) -> Option<i64> {
        let number = i64::from(self.ue()?);
        Some(if number % 2 == 0 { -(number / 2) } else { number / 2 + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_standard_lists_them() {
        // 1 010 011 00100 00101, table 9-2.
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let got: Vec<_> = (0..5).map(|_| bits.ue().unwrap()).collect();
        assert_eq!(got, [0, 1, 2, 3, 4]);
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let got: Vec<_> = (0..5).map(|_| bits.se().unwrap()).collect();
        assert_eq!(got, [0, 1, -1, 2, -2]);
    }

    #[test]
    fn emulation_prevention_is_no_content() {
        let mut bits = Bits::new(&[1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3]);
        let got: Vec<_> = std::iter::from_fn(|| bits.byte()).collect();
        assert_eq!(got, [1, 0, 0, 1, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn a_number_that_is_too_long_or_cut_is_none() {
        assert_eq!(Bits::new(&[0, 0, 0, 0, 0x80, 0, 0, 0, 0]).ue(), None);
        assert_eq!(Bits::new(&[0, 1, 1, 0, 0x7F, 0xFF]).bits(32), Some(0x0001_0100));
        assert_eq!(Bits::new(&[0x08]).ue(), None);
        assert_eq!(Bits::new(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]).ue(), Some(u32::MAX - 1));
        assert_eq!(Bits::new(&[]).bit(), None);
        assert_eq!(Bits::new(&[0b0000_1000, 0]).ue_up_to(14), None);
    }
}
