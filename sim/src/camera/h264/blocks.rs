//! One macroblock: what its neighbours foretell, and the levels that make up the rest.

use super::bits::Bits;
use super::levels;
use crate::camera::picture::Picture;

/// Where the places of a block stand in the scan of a frame.
const SCAN: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];
/// What a plane is taken for where it has no neighbour.
const MIDDLE: i32 = 128;

/// Whether a macroblock is the same in both pictures, which are of one size.
pub(super) fn same(one: &Picture, other: &Picture, column: usize, row: usize) -> bool {
    let stride = one.width();
    let equal = |a: &[u8], b: &[u8], stride: usize, side: usize| {
        (0..side).all(|y| {
            let at = (side * row + y) * stride + side * column;
            a[at..at + side] == b[at..at + side]
        })
    };
    equal(&one.luma, &other.luma, stride, 4)
        && equal(&one.cb, &other.cb, stride / 2, 2)
        && equal(&one.cr, &other.cr, stride / 2, 2)
}

/// Writes a macroblock as `Intra_16x16`, foretold from its neighbours' mean; `first_type` is the first such type's number
/// in this kind of slice.
pub(super) fn write(bits: &mut Bits, picture: &Picture, (column, row): (usize, usize), first_type: u32) {
    let luma = luma(picture, column, row);
    let cb = chroma(&picture.cb, picture.width() / 2, column, row);
    let cr = chroma(&picture.cr, picture.width() / 2, column, row);
    let coloured = cb != [0; 4] || cr != [0; 4];
    // Type: the mean foretells, and chroma levels follow or not. Then chroma from the mean too, and the same quantiser.
    bits.unsigned(first_type + 2 + 4 * u32::from(coloured));
    bits.unsigned(0);
    bits.signed(0);
    levels::luma(bits, &luma);
    if coloured {
        levels::chroma(bits, &cb);
        levels::chroma(bits, &cr);
    }
}

fn luma(picture: &Picture, column: usize, row: usize) -> [i32; 16] {
    let stride = picture.width();
    let cell = |x: usize, y: usize| i32::from(picture.luma[y * stride + x]);
    let (x0, y0) = (4 * column, 4 * row);
    let above = (row > 0).then(|| (0..4).map(|n| cell(x0 + n, y0 - 1)).sum::<i32>());
    let left = (column > 0).then(|| (0..4).map(|n| cell(x0 - 1, y0 + n)).sum::<i32>());
    let foretold = match (above, left) {
        (Some(above), Some(left)) => (4 * (above + left) + 16) >> 5,
        (Some(one), None) | (None, Some(one)) => (4 * one + 8) >> 4,
        (None, None) => MIDDLE,
    };
    let mut rest: [i32; 16] = std::array::from_fn(|n| cell(x0 + n % 4, y0 + n / 4) - foretold);
    for n in 0..4 {
        turn(&mut rest, 4 * n, 1);
    }
    for n in 0..4 {
        turn(&mut rest, n, 4);
    }
    // All cells are multiples of four and one number is taken from all, sixteen times in the first sum: nothing is lost.
    SCAN.map(|place| rest[place] / 4)
}

/// The Hadamard transform of four numbers.
fn turn(block: &mut [i32; 16], first: usize, step: usize) {
    let [a, b, c, d] = std::array::from_fn(|n| block[first + n * step]);
    for (n, sum) in [a + b + c + d, a + b - c - d, a - b - c + d, a - b + c - d].into_iter().enumerate() {
        block[first + n * step] = sum;
    }
}

fn chroma(plane: &[u8], stride: usize, column: usize, row: usize) -> [i32; 4] {
    let cell = |x: usize, y: usize| i32::from(plane[y * stride + x]);
    let (x0, y0) = (2 * column, 2 * row);
    let rest = |x: usize, y: usize| {
        let above = (row > 0).then(|| cell(x0 + x, y0 - 1));
        let left = (column > 0).then(|| cell(x0 - 1, y0 + y));
        // The two on the diagonal take both neighbours, the others the nearer one.
        let foretold = match (above, left) {
            (Some(above), Some(left)) if x == y => (above + left + 1) >> 1,
            (Some(above), Some(left)) => {
                if y == 0 {
                    above
                } else {
                    left
                }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => MIDDLE,
        };
        cell(x0 + x, y0 + y) - foretold
    };
    let (a, b, c, d) = (rest(0, 0), rest(1, 0), rest(0, 1), rest(1, 1));
    [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d]
}
