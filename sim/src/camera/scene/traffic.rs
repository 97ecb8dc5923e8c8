//! What moves in the street: a motorbike to the right, a person to the left, and on some streets a second rider.
//!
//! Where each is follows from the time alone.

use super::street::{PAVEMENT, ROAD};
use crate::camera::picture::{Area, Colour, POINTS, Picture};

/// How far beside the picture all begin and end, in points.
const BESIDE: i32 = 24;
const SKIN: Colour = Colour::rgb(214, 164, 124);
const TYRE: Colour = Colour::rgb(28, 28, 32);

/// Draws all that moves at this moment.
pub(super) fn draw(picture: &mut Picture, seed: u64, millis: u32) {
    let late = u32::try_from(seed % 97).unwrap_or(0) * 131;
    let at = |speed: u32, start: u32| {
        let span = u32::try_from(POINTS + 2 * BESIDE).unwrap_or(1);
        let way = u64::from(millis.wrapping_add(start)) * u64::from(speed) / 1_000;
        i32::try_from(way % u64::from(span)).unwrap_or(0) - BESIDE
    };
    let steps = (millis / 250).is_multiple_of(2);
    person(picture, POINTS - at(9, late), steps);
    if seed.is_multiple_of(2) {
        rider(picture, POINTS - at(24, 3 * late), ROAD - 4, -1, Colour::rgb(236, 180, 48));
    }
    rider(picture, at(36, late), ROAD + 3, 1, Colour::rgb(206, 44, 44));
}

/// A rider on a motorbike, heading right (1) or left (-1), from the middle between its wheels.
fn rider(picture: &mut Picture, x: i32, top: i32, heading: i32, colour: Colour) {
    let mut part = |Area(dx, dy, width, height): Area, colour| {
        let left = if heading > 0 { x + dx } else { x - dx - width };
        picture.fill(Area(left, top + dy, width, height), colour);
    };
    for wheel in [-8, 3] {
        part(Area(wheel, 8, 6, 4), TYRE);
        part(Area(wheel + 1, 7, 4, 6), TYRE);
        part(Area(wheel + 2, 9, 2, 2), Colour::rgb(190, 190, 196));
    }
    part(Area(-8, 5, 12, 4), colour);
    part(Area(3, 2, 2, 6), colour);
    part(Area(-3, -2, 5, 8), Colour::rgb(62, 84, 140));
    part(Area(1, 1, 4, 2), SKIN);
    part(Area(-2, -6, 4, 4), SKIN);
    part(Area(-3, -8, 6, 4), Colour::WHITE);
}

/// A person with a conical hat.
fn person(picture: &mut Picture, x: i32, steps: bool) {
    let top = PAVEMENT - 10;
    picture.fill(Area(x - 2, top + 4, 4, 6), Colour::rgb(150, 70, 130));
    picture.fill(Area(x - 1, top + 1, 2, 3), SKIN);
    picture.fill(Area(x - 3, top, 6, 1), Colour::rgb(226, 200, 132));
    picture.fill(Area(x - 1, top - 1, 2, 1), Colour::rgb(226, 200, 132));
    let (left, right) = if steps { (-2, 1) } else { (-1, 0) };
    for leg in [left, right] {
        picture.fill(Area(x + leg, top + 10, 1, 5), TYRE);
    }
}
