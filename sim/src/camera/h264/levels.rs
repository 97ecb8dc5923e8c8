//! Writes the levels of one block (CAVLC, ITU-T H.264 9.2).

use super::bits::Bits;
use super::codes::{CHROMA_COUNT, CHROMA_ZEROS, Code, LUMA_COUNT, LUMA_ZEROS, RUN};

/// Sixteen levels of a macroblock's brightness, in scan order, where no neighbour has any beside its own sixteen.
pub(super) fn luma(bits: &mut Bits, levels: &[i32; 16]) {
    block(bits, levels, &LUMA_COUNT, &LUMA_ZEROS);
}

/// Four levels of one of its chroma planes.
pub(super) fn chroma(bits: &mut Bits, levels: &[i32; 4]) {
    block(bits, levels, &CHROMA_COUNT, &CHROMA_ZEROS);
}

fn put(bits: &mut Bits, code: Code) {
    bits.put(code.bits.into(), code.length.into());
}

fn block(bits: &mut Bits, levels: &[i32], counts: &[[Code; 4]], zeros: &[&[Code]]) {
    let places = || levels.iter().enumerate().rev().filter(|(_, level)| **level != 0);
    let count = places().count();
    let ones = places().take(3).take_while(|(_, level)| level.abs() == 1).count();
    put(bits, counts[count][ones]);
    let Some((last, _)) = places().next() else { return };
    for (_, level) in places().take(ones) {
        bits.flag(*level < 0);
    }
    let mut suffix = u32::from(count > 10 && ones < 3);
    for (n, (_, &level)) in places().skip(ones).enumerate() {
        // After fewer than three ones the next level is no one: its code begins at two.
        let sure = u32::from(n == 0 && ones < 3);
        one_level(bits, level, sure, suffix);
        suffix = suffix.max(1);
        if level.unsigned_abs() > 3 << (suffix - 1) && suffix < 6 {
            suffix += 1;
        }
    }
    let mut left = last + 1 - count;
    if count < levels.len() {
        put(bits, zeros[count - 1][left]);
    }
    for ((at, _), (before, _)) in places().zip(places().skip(1)) {
        if left == 0 {
            return;
        }
        let run = at - before - 1;
        put(bits, RUN[left.min(7) - 1][run]);
        left -= run;
    }
}

/// A level of at most 2,000 in either direction.
fn one_level(bits: &mut Bits, level: i32, sure: u32, suffix: u32) {
    let code = 2 * level.unsigned_abs() - 2 + u32::from(level < 0) - 2 * sure;
    let escape = if suffix == 0 { 30 } else { 15 << suffix };
    let (prefix, rest, length) = match (code, suffix) {
        (0..14, 0) => (code, 0, 0),
        (14..30, 0) => (14, code - 14, 4),
        _ if code < escape => (code >> suffix, code, suffix),
        _ => (15, code - escape, 12),
    };
    bits.put(1, prefix + 1);
    bits.put(rest, length);
}
