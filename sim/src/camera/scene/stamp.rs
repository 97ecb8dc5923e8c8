//! What is burnt into every picture: the time for people, the time for programs, and the camera's name.
//!
//! The bar is 32 squares from the top left corner, each a fortieth of the picture's width: the milliseconds of the local
//! day as a number, its highest bit first, white for one and black for zero.

use super::font;
use crate::camera::picture::{Area, Colour, Picture};

const BOX: Colour = Colour::rgb(16, 20, 30);
const NAME: Colour = Colour::rgb(255, 226, 120);
/// Letters of the clock, `HH:MM:SS.mmm`.
const LETTERS: i32 = 12;

/// As much of a name as has room in such a picture.
pub(super) fn letters(name: &str, picture: &Picture) -> Vec<u8> {
    let (left, _) = corner(picture);
    let width = i32::try_from(picture.width()).unwrap_or(i32::MAX);
    let room = usize::try_from((width - 2 * left) / (font::ADVANCE * picture.dot())).unwrap_or(0);
    name.chars().map(|letter| u8::try_from(letter).unwrap_or(u8::MAX)).take(room).collect()
}

/// Draws the name, at the bottom left.
pub(super) fn name(picture: &mut Picture, letters: &[u8]) {
    let (left, _) = corner(picture);
    let visible = i32::try_from(picture.size.height() / 4).unwrap_or(0);
    let corner = (left, visible - (font::HEIGHT + 5) * picture.dot());
    boxed(picture, corner, i32::try_from(letters.len()).unwrap_or(0));
    font::write(picture, corner, letters, NAME);
}

/// Draws the time, for people and for programs.
pub(super) fn time(picture: &mut Picture, millis: u32) {
    let side = i32::try_from(picture.size.square() / 4).unwrap_or(1);
    for square in 0..32 {
        let white = millis & (0x8000_0000 >> square) != 0;
        picture.fill_cells(
            Area(square * side, 0, side, side),
            if white { Colour::WHITE } else { Colour::BLACK },
        );
    }
    let corner = corner(picture);
    boxed(picture, corner, LETTERS);
    font::write(picture, corner, &digits(millis), Colour::WHITE);
}

/// Where the clock begins, in cells: below the bar.
fn corner(picture: &Picture) -> (i32, i32) {
    let dot = picture.dot();
    (4 * dot, i32::try_from(picture.size.square() / 4).unwrap_or(1) + 4 * dot)
}

fn boxed(picture: &mut Picture, (left, top): (i32, i32), letters: i32) {
    let dot = picture.dot();
    // An even number of cells: two share their colour.
    let (width, height) = (letters * font::ADVANCE + 4, font::HEIGHT + 5);
    picture.fill_cells(Area(left - 2 * dot, top - 2 * dot, width * dot, height * dot), BOX);
}

fn digits(millis: u32) -> [u8; 12] {
    let mut text = *b"00:00:00.000";
    let parts = [
        (0, millis / 3_600_000, 2),
        (3, millis / 60_000 % 60, 2),
        (6, millis / 1_000 % 60, 2),
        (9, millis % 1_000, 3),
    ];
    for (first, mut value, digits) in parts {
        for place in (first..first + digits).rev() {
            text[place] += (value % 10).to_le_bytes()[0];
            value /= 10;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn the_clock_reads_as_people_write_it() {
        assert_eq!(&digits(0), b"00:00:00.000");
        assert_eq!(&digits(((13 * 60 + 7) * 60 + 59) * 1_000 + 42), b"13:07:59.042");
        assert_eq!(&digits(86_399_999), b"23:59:59.999");
    }
}
