//! Writes the bits of one NAL unit.
//!
//! Promises: what comes out holds no start code, however the bits fall.

/// A NAL unit while it is written.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that do not yet make a byte, the newest lowest.
    open: u64,
    count: u32,
    zeros: u32,
}

impl Bits {
    /// Begins a unit in the room of an earlier one, with this first byte.
    pub(super) fn begin(mut room: Vec<u8>, header: u8) -> Self {
        room.clear();
        room.push(header);
        Self { bytes: room, ..Self::default() }
    }

    /// The lowest `count` bits of a value, at most 32.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        let mask = (1_u64 << count) - 1;
        self.open = (self.open << count) | (u64::from(value) & mask);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.byte((self.open >> self.count).to_le_bytes()[0]);
        }
    }

    /// One bit.
    pub(super) fn flag(&mut self, value: bool) {
        self.put(u32::from(value), 1);
    }

    /// An unsigned Exp-Golomb code, `ue(v)`.
    pub(super) fn unsigned(&mut self, value: u32) {
        let length = (value + 1).ilog2();
        self.put(0, length);
        self.put(value + 1, length + 1);
    }

    /// A signed Exp-Golomb code, `se(v)`.
    pub(super) fn signed(&mut self, value: i32) {
        let twice = 2 * value.unsigned_abs();
        self.unsigned(if value > 0 { twice - 1 } else { twice });
    }

    /// Closes the unit.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.put(1, 1);
        self.put(0, (8 - self.count) % 8);
        self.bytes
    }

    fn byte(&mut self, byte: u8) {
        if self.zeros == 2 && byte <= 3 {
            self.bytes.push(3);
            self.zeros = 0;
        }
        self.zeros = if byte == 0 { self.zeros + 1 } else { 0 };
        self.bytes.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_says() {
        let mut bits = Bits::begin(Vec::new(), 0x67);
        for value in [0, 1, 2, 3, 7] {
            bits.unsigned(value);
        }
        for value in [0, 1, -1] {
            bits.signed(value);
        }
        // 1 010 011 00100 0001000 | 1 010 011, then the closing bit.
        assert_eq!(bits.end(), [0x67, 0b1010_0110, 0b0100_0001, 0b0001_0100, 0b1110_0000]);
    }

    #[test]
    fn zeros_never_look_like_a_start_code() {
        let mut bits = Bits::begin(Vec::new(), 0x65);
        for byte in [0, 0, 0, 0, 0, 1, 0, 0, 4, 0, 0, 3] {
            bits.put(byte, 8);
        }
        assert_eq!(bits.end(), [0x65, 0, 0, 3, 0, 0, 3, 0, 1, 0, 0, 4, 0, 0, 3, 3, 0x80]);
    }
}
