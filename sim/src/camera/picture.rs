//! A picture of cells: squares of one colour, four pixels wide.
//!
//! Promises: what is drawn is what a decoder shows, since the encoder keeps every cell exactly. Nothing is drawn beside
//! the picture: what lies outside is cut off.

use super::{Masks, size::Size};
use std::sync::PoisonError;

/// Width of the drawing plane, in points: a medium picture has one cell for each.
pub(super) const POINTS: i32 = 160;

/// A colour as the camera stores it (BT.601, limited range).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    luma: u8,
    cb: u8,
    cr: u8,
}

impl Colour {
    /// The nearest colour whose brightness the encoder keeps exactly: a multiple of four.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "each lies between 16 and 240"
    )]
    pub(super) const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        let (r, g, b) = (red as i32, green as i32, blue as i32);
        let luma = 16 + ((66 * r + 129 * g + 25 * b + 128) >> 8);
        let cb = 128 + ((112 * b - 38 * r - 74 * g + 128) >> 8);
        let cr = 128 + ((112 * r - 94 * g - 18 * b + 128) >> 8);
        Self { luma: luma as u8 & !3, cb: cb as u8, cr: cr as u8 }
    }

    pub(super) const BLACK: Self = Self::rgb(0, 0, 0);
    pub(super) const WHITE: Self = Self::rgb(255, 255, 255);
}

/// Where something is drawn: left, top, width, height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area(pub(super) i32, pub(super) i32, pub(super) i32, pub(super) i32);

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) size: Size,
    /// Brightness of each cell, row by row; four cells for each column of macroblocks.
    pub(super) luma: Vec<u8>,
    /// Blueness of each two by two cells, row by row.
    pub(super) cb: Vec<u8>,
    /// Redness of each two by two cells, row by row.
    pub(super) cr: Vec<u8>,
}

impl Picture {
    /// A black picture.
    pub(super) fn new(size: Size) -> Self {
        let blocks = size.columns() * size.rows();
        let Colour { luma, cb, cr } = Colour::BLACK;
        Self { size, luma: vec![luma; 16 * blocks], cb: vec![cb; 4 * blocks], cr: vec![cr; 4 * blocks] }
    }

    /// Makes this picture equal to another of the same size, without a new allocation.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.luma.copy_from_slice(&other.luma);
        self.cb.copy_from_slice(&other.cb);
        self.cr.copy_from_slice(&other.cr);
    }

    /// Cells from left to right.
    pub(super) const fn width(&self) -> usize {
        4 * self.size.columns()
    }

    /// Cells of one dot of text: text is never smaller than a cell a dot.
    pub(super) fn dot(&self) -> i32 {
        (cells(self.width()) / POINTS).max(1)
    }

    /// Fills an area that is given in points.
    pub(super) fn fill(&mut self, Area(left, top, width, height): Area, colour: Colour) {
        let scale = |points: i32| (points * cells(self.width())).div_euclid(POINTS);
        let (x, y) = (scale(left), scale(top));
        // What is thinner than a cell still shows.
        let (right, bottom) = (scale(left + width).max(x + 1), scale(top + height).max(y + 1));
        self.fill_cells(Area(x, y, right - x, bottom - y), colour);
    }

    /// Fills an area that is given in cells.
    pub(super) fn fill_cells(&mut self, Area(left, top, width, height): Area, colour: Colour) {
        let (columns, rows) = (cells(self.width()), cells(4 * self.size.rows()));
        let clip = |at: i32, limit: i32| usize::try_from(at.clamp(0, limit)).unwrap_or(0);
        let (x0, x1) = (clip(left, columns), clip(left + width, columns));
        let (y0, y1) = (clip(top, rows), clip(top + height, rows));
        if x0 >= x1 {
            return;
        }
        let stride = self.width();
        for y in y0..y1 {
            self.luma[y * stride + x0..y * stride + x1].fill(colour.luma);
            let row = y / 2 * (stride / 2);
            let half = row + x0 / 2..row + x1.div_ceil(2);
            self.cb[half.clone()].fill(colour.cb);
            self.cr[half].fill(colour.cr);
        }
    }

    /// Blackens what a device was told to.
    pub(super) fn blacken(&mut self, masks: &Masks) {
        let (columns, rows) = (cells(self.width()), cells(self.size.height() / 4));
        let masks = masks.lock().unwrap_or_else(PoisonError::into_inner);
        for mask in masks.iter().filter(|mask| mask.enabled) {
            let [left, top, right, bottom] = mask.thousandths().map(i32::from);
            let (x, y) = (left * columns / 1_000, top * rows / 1_000);
            // What is covered in part is covered.
            let end = |edge: i32, all: i32| (edge * all + 999) / 1_000;
            self.fill_cells(Area(x, y, end(right, columns) - x, end(bottom, rows) - y), Colour::BLACK);
        }
    }

    /// Fills a disc, given in points.
    pub(super) fn disc(&mut self, x: i32, y: i32, radius: i32, colour: Colour) {
        for row in -radius..radius {
            // Twice the distances, so that the middle of each row counts.
            let across = (4 * radius * radius - (2 * row + 1).pow(2)).isqrt() / 2;
            self.fill(Area(x - across, y + row, 2 * across, 1), colour);
        }
    }

    /// The picture as a decoder writes it: all brightness, then all blueness, then all redness (planar 4:2:0).
    #[cfg(test)]
    pub(super) fn pixels(&self) -> Vec<u8> {
        let (width, height) = (self.size.width(), self.size.height());
        let luma = (0..height).flat_map(|y| (0..width).map(move |x| self.luma[y / 4 * self.width() + x / 4]));
        let chroma = |plane: &[u8]| -> Vec<u8> {
            let at = |x: usize, y: usize| plane[y / 4 * (self.width() / 2) + x / 4];
            (0..height / 2).flat_map(|y| (0..width / 2).map(move |x| at(x, y))).collect()
        };
        luma.chain(chroma(&self.cb)).chain(chroma(&self.cr)).collect()
    }
}

/// A count of cells as a coordinate.
fn cells(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
