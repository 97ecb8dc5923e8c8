//! A small H.264 encoder for pictures of flat cells.
//!
//! Promises: every stream is Constrained Baseline, one slice a picture, and a decoder shows exactly the cells that were
//! drawn. A macroblock that did not change costs nothing. Never allocates for a picture once the first was written.

mod bits;
mod blocks;
mod codes;
mod levels;
mod parameters;
#[cfg(test)]
mod tests;

use super::{picture::Picture, size::Size};
use bits::Bits;

/// An encoder of one stream.
pub(super) struct Encoder {
    /// The sequence parameter set, a NAL unit without start code.
    pub(super) sequence: Vec<u8>,
    /// The picture parameter set.
    pub(super) parameters: Vec<u8>,
    previous: Picture,
    /// The newest picture's slice.
    slice: Vec<u8>,
    number: u32,
    /// Two key pictures in a row must differ in this.
    odd_key: bool,
}

impl Encoder {
    /// An encoder for pictures of this size, so many a second.
    pub(super) fn new(size: Size, rate: u32) -> Self {
        Self {
            sequence: parameters::sequence(size, rate),
            parameters: parameters::picture(),
            previous: Picture::new(size),
            slice: Vec::new(),
            number: 0,
            odd_key: false,
        }
    }

    /// Encodes the next picture, which must be of the encoder's size; the first must be a key picture. Returns its one
    /// NAL unit, without start code.
    pub(super) fn encode(&mut self, picture: &Picture, key: bool) -> &[u8] {
        let mut bits = Bits::begin(std::mem::take(&mut self.slice), if key { 0x65 } else { 0x41 });
        self.number = if key { 0 } else { (self.number + 1) % (1 << parameters::NUMBER_BITS) };
        self.header(&mut bits, key);
        let mut unchanged = 0;
        for row in 0..picture.size.rows() {
            for column in 0..picture.size.columns() {
                if key {
                    blocks::write(&mut bits, picture, (column, row), 1);
                } else if blocks::same(picture, &self.previous, column, row) {
                    unchanged += 1;
                } else {
                    bits.unsigned(std::mem::take(&mut unchanged));
                    blocks::write(&mut bits, picture, (column, row), 6);
                }
            }
        }
        if unchanged > 0 {
            bits.unsigned(unchanged);
        }
        self.previous.copy_from(picture);
        self.slice = bits.end();
        &self.slice
    }

    /// The slice's header, section 7.3.3 of the standard.
    fn header(&mut self, bits: &mut Bits, key: bool) {
        bits.unsigned(0);
        bits.unsigned(if key { 7 } else { 5 });
        bits.unsigned(0);
        bits.put(self.number, parameters::NUMBER_BITS);
        if key {
            self.odd_key = !self.odd_key;
            bits.unsigned(self.odd_key.into());
            // Earlier pictures may still be shown; this one is kept for a short time only.
            bits.put(0b00, 2);
        } else {
            // The usual number of references, in the usual order, kept the usual way.
            bits.put(0b000, 3);
        }
        bits.signed(0);
        // No deblocking: it would blur what must stay exact.
        bits.unsigned(1);
    }
}
