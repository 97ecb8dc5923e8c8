//! The parameter sets: what a decoder must know before the first picture.

use super::bits::Bits;
use crate::camera::size::Size;

/// Bits of the number that each picture carries.
pub(super) const NUMBER_BITS: u32 = 8;
/// The quantiser of all pictures. With it a level is a quarter of what it adds to a cell, so that multiples of four are exact.
const QUANTISER: i32 = 16;
/// How far below that the chroma's is: there a level is exactly what it adds.
const CHROMA_OFFSET: i32 = -6;

/// The sequence parameter set: Constrained Baseline, level 3.1, pictures shown in the order in which they come.
pub(super) fn sequence(size: Size, rate: u32) -> Vec<u8> {
    let mut bits = Bits::begin(Vec::new(), 0x67);
    bits.put(66, 8);
    bits.put(0b1100_0000, 8);
    bits.put(31, 8);
    bits.unsigned(0);
    bits.unsigned(NUMBER_BITS - 4);
    // No word about the order of pictures: it is that of the stream.
    bits.unsigned(2);
    // One reference picture, no gaps.
    bits.unsigned(1);
    bits.flag(false);
    bits.unsigned(number(size.columns()) - 1);
    bits.unsigned(number(size.rows()) - 1);
    bits.flag(true);
    bits.flag(true);
    let hidden = size.rows() * 16 - size.height();
    bits.flag(hidden > 0);
    if hidden > 0 {
        for side in [0, 0, 0, number(hidden) / 2] {
            bits.unsigned(side);
        }
    }
    bits.flag(true);
    usability(&mut bits, rate);
    bits.end()
}

/// What the standard calls VUI: the beat, and that no picture waits for a later one.
fn usability(bits: &mut Bits, rate: u32) {
    // Neither shape of pixels nor overscan; then the colours, BT.601 in limited range.
    bits.put(0b00, 2);
    bits.flag(true);
    bits.put(5, 3);
    bits.flag(false);
    bits.flag(true);
    for matrix in [6, 6, 6] {
        bits.put(matrix, 8);
    }
    bits.flag(false);
    // Two ticks make a picture.
    bits.flag(true);
    bits.put(1, 32);
    bits.put(2 * rate, 32);
    bits.flag(true);
    // No buffering model, no structure of pictures.
    bits.put(0b000, 3);
    bits.flag(true);
    bits.flag(true);
    // No bound on sizes, vectors as far as allowed, no reordering, one picture kept.
    for value in [0, 0, 16, 16, 0, 1] {
        bits.unsigned(value);
    }
}

/// The picture parameter set: CAVLC, no groups of slices, slices may turn the deblocking off.
pub(super) fn picture() -> Vec<u8> {
    let mut bits = Bits::begin(Vec::new(), 0x68);
    bits.unsigned(0);
    bits.unsigned(0);
    bits.put(0b00, 2);
    for value in [0, 0, 0] {
        bits.unsigned(value);
    }
    bits.put(0b000, 3);
    bits.signed(QUANTISER - 26);
    bits.signed(0);
    bits.signed(CHROMA_OFFSET);
    bits.put(0b100, 3);
    bits.end()
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
