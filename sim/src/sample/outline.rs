//! Outlines: around what a commune holds, and along a river's banks.

use super::ground::{Line, Spot, real, spot};
use super::layout::Ground;

/// How far the outline stays from the last house.
const MARGIN_M: f64 = 95.0;

fn everything(ground: &Ground) -> impl Iterator<Item = Spot> {
    ground.villages.iter().flat_map(|(_, village)| {
        let plots = village.rows.iter().flat_map(|row| &row.plots).map(|plot| plot.at);
        plots.chain([village.middle]).chain(village.landmarks.iter().map(|(_, at)| *at))
    })
}

fn middle(ground: &Ground) -> Spot {
    let (mut low, mut high) = (spot(0.0, 0.0), spot(0.0, 0.0));
    for at in everything(ground) {
        low = spot(low.x.min(at.x), low.y.min(at.y));
        high = spot(high.x.max(at.x), high.y.max(at.y));
    }
    (low + high) * 0.5
}

/// An outline that keeps its distance from everything in the commune; a river bounds it.
pub(super) fn around(ground: &Ground) -> Line {
    const CORNERS: usize = 64;
    let middle = middle(ground);
    let direction = |corner: usize| spot(1.0, 0.0).turned(360.0 * real(corner) / real(CORNERS));
    let along = |at: Spot, heading: Spot| (at - middle).x * heading.x + (at - middle).y * heading.y;
    let headings: Vec<Spot> = (0..CORNERS).map(direction).collect();
    let support =
        |heading: &Spot| everything(ground).map(|at| along(at, *heading)).fold(0.0, f64::max) + MARGIN_M;
    let supports: Vec<f64> = headings.iter().map(support).collect();
    // The radius at which a ray leaves the convex hull, and one that follows what lies near the ray.
    let hull = |corner: usize| {
        let walls = headings.iter().zip(&supports).map(|(wall, far)| {
            let slant = wall.x * headings[corner].x + wall.y * headings[corner].y;
            if slant > 0.05 { far / slant } else { f64::INFINITY }
        });
        walls.fold(f64::INFINITY, f64::min)
    };
    let hulls: Vec<f64> = (0..CORNERS).map(hull).collect();
    let corner = |corner: usize| {
        let near = (0..5).map(|step| hulls[(corner + CORNERS + step - 2) % CORNERS]).sum::<f64>() / 5.0;
        let dent = 1.0 - 0.05 * (1.0 + (real(corner) * 0.9).sin() * (real(corner) * 0.37).cos());
        let at = middle + headings[corner] * (near * dent);
        ground.river.as_ref().map_or(at, |river| north_of(river, at))
    };
    Line::new((0..CORNERS).map(corner))
}

/// The spot itself if it lies to the left of the river's course, else the river's spot nearest to it.
fn north_of(river: &Line, at: Spot) -> Spot {
    let nearest = river.spots().windows(2).min_by(|a, b| a[0].metres_to(at).total_cmp(&b[0].metres_to(at)));
    let Some(pair) = nearest else { return at };
    let (course, way) = (pair[1] - pair[0], at - pair[0]);
    if course.x * way.y - course.y * way.x > 0.0 { at } else { pair[0] }
}

/// Whether a spot lies inside an outline.
pub(super) fn inside(outline: &Line, at: Spot) -> bool {
    let corners = outline.spots().iter().zip(outline.spots().iter().cycle().skip(1));
    let crossed = corners.filter(|(a, b)| {
        (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
    });
    crossed.count() % 2 == 1
}

/// A river's area from its middle line: down one bank and back up the other.
pub(super) fn banks(line: &Line, width: f64) -> Line {
    let steps = 60_usize;
    let at = |step: usize, aside: f64| line.beside(line.length() * real(step) / real(steps), aside);
    let down = (0..=steps).map(|step| at(step, width / 2.0));
    let up = (0..=steps).rev().map(|step| at(step, -width / 2.0));
    Line::new(down.chain(up))
}
