//! A street by day: what stands in it.

use crate::camera::picture::{Area, Colour, POINTS, Picture};
use liengia_kernel::SeededEntropy;

/// Where the pavement begins, in points from the top; the houses stand on it.
pub(super) const PAVEMENT: i32 = 60;
/// Where the road begins.
pub(super) const ROAD: i32 = 67;
/// Below everything that is shown.
const BOTTOM: i32 = 100;

const WALLS: [Colour; 7] = [
    Colour::rgb(244, 208, 122),
    Colour::rgb(122, 190, 184),
    Colour::rgb(232, 160, 146),
    Colour::rgb(240, 232, 214),
    Colour::rgb(148, 178, 216),
    Colour::rgb(190, 208, 146),
    Colour::rgb(214, 182, 208),
];
const ROOFS: [Colour; 3] = [Colour::rgb(168, 72, 52), Colour::rgb(132, 62, 54), Colour::rgb(104, 112, 120)];
const AWNINGS: [Colour; 3] = [Colour::rgb(200, 56, 56), Colour::rgb(40, 120, 90), Colour::rgb(52, 92, 164)];
const DOOR: Colour = Colour::rgb(96, 66, 48);
const GLASS: Colour = Colour::rgb(74, 104, 132);
const LEAVES: Colour = Colour::rgb(74, 138, 70);
const CLOUD: Colour = Colour::rgb(248, 250, 252);

/// Draws the street that belongs to a seed.
pub(super) fn draw(picture: &mut Picture, seed: u64) {
    let chance = SeededEntropy::new(seed);
    let below = |limit: u64| i32::try_from(chance.below(limit)).unwrap_or(0);
    sky(picture, &below);
    ground(picture);
    let mut left = -below(8);
    let mut wall = below(7);
    while left < POINTS {
        let width = 18 + 2 * below(5);
        // Neighbours never share a colour.
        wall = (wall + 1 + below(5)) % 7;
        house(picture, (left, width), wall, &below);
        left += width;
    }
    for _ in 0..3 {
        tree(picture, 8 + below(144));
    }
}

fn sky(picture: &mut Picture, below: &dyn Fn(u64) -> i32) {
    for (band, step) in (0..8_u8).zip(0..) {
        let colour = Colour::rgb(120 + 12 * band, 178 + 7 * band, 232 + 2 * band);
        picture.fill(Area(0, 6 * step, POINTS, BOTTOM), colour);
    }
    picture.disc(96 + below(56), 15, 6, Colour::rgb(255, 232, 150));
    for (cloud, y) in (0..3).zip([19, 24, 9]) {
        let x = 50 * cloud + below(30);
        for Area(dx, dy, width, height) in [Area(0, 2, 22, 3), Area(4, 0, 12, 5)] {
            picture.fill(Area(x + dx, y + dy, width, height), CLOUD);
        }
    }
}

fn ground(picture: &mut Picture) {
    picture.fill(Area(0, PAVEMENT, POINTS, 7), Colour::rgb(186, 182, 174));
    picture.fill(Area(0, ROAD - 1, POINTS, 1), Colour::rgb(134, 130, 126));
    picture.fill(Area(0, ROAD, POINTS, BOTTOM), Colour::rgb(84, 86, 92));
    for dash in 0..10 {
        picture.fill(Area(16 * dash + 4, 77, 8, 1), Colour::rgb(226, 220, 200));
    }
}

fn house(picture: &mut Picture, (left, width): (i32, i32), wall: i32, below: &dyn Fn(u64) -> i32) {
    let pick = |colours: &[Colour], n: i32| colours[usize::try_from(n).unwrap_or(0) % colours.len()];
    let floors = 2 + below(2);
    let top = PAVEMENT - 10 * floors - 4;
    picture.fill(Area(left, top, width, PAVEMENT - top), pick(&WALLS, wall));
    let roof = pick(&ROOFS, below(3));
    if below(2) == 0 {
        for step in 0..4 {
            picture.fill(Area(left + 2 * step, top - 1 - step, width - 4 * step, 1), roof);
        }
    } else {
        picture.fill(Area(left, top - 2, width, 2), roof);
    }
    for floor in 1..floors {
        for column in 0..2 {
            let (x, y) = (left + 3 + column * (width - 11), PAVEMENT - 10 * floor - 9);
            picture.fill(Area(x - 1, y - 1, 7, 8), CLOUD);
            picture.fill(Area(x, y, 5, 6), GLASS);
            picture.fill(Area(x + 2, y, 1, 6), CLOUD);
        }
    }
    let shop = below(2) == 0;
    picture.fill(Area(left + 2, PAVEMENT - 9, 5, 9), DOOR);
    picture.fill(Area(left + 9, PAVEMENT - 8, width - 11, if shop { 7 } else { 4 }), GLASS);
    if shop {
        let awning = pick(&AWNINGS, below(3));
        for stripe in 0..width / 2 {
            let colour = if stripe % 2 == 0 { awning } else { CLOUD };
            picture.fill(Area(left + 2 * stripe, PAVEMENT - 11, 2, 3), colour);
        }
    }
    picture.fill(Area(left + width - 1, top, 1, PAVEMENT - top), Colour::rgb(120, 112, 104));
}

fn tree(picture: &mut Picture, x: i32) {
    picture.fill(Area(x - 1, PAVEMENT - 10, 2, 13), DOOR);
    picture.disc(x, PAVEMENT - 15, 7, LEAVES);
    picture.disc(x - 2, PAVEMENT - 17, 3, Colour::rgb(104, 164, 86));
}
