//! Where an alarm is, as roughly as the public may know it.

use liengia_kernel::Position;
use std::fmt::Write;

/// The smallest circle: around one house it must hold its neighbours too.
pub const LEAST_RADIUS_M: f64 = 200.0;
/// Positions are rounded to a thousandth of a degree, some 110 metres.
const PER_DEGREE: f64 = 1000.0;
/// The longest outline that is written.
const MOST_CORNERS: usize = 200;
/// Metres in a degree of latitude, roughly; enough to tell a house from a neighbourhood.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// A circle or an outline, no smaller than a neighbourhood.
#[derive(Clone, Debug, PartialEq)]
pub struct Area(Shape);

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// In metres.
    Circle(Position, f64),
    /// Only its name is known.
    Unknown,
    /// Open: the first corner is not repeated.
    Outline(Vec<Position>),
}

/// An outline that is none, or that shows too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadArea {
    /// Fewer than three corners once rounded, or too many.
    #[error("an outline needs 3 to 200 different corners; use a circle around the village instead")]
    Corners,
    /// As small as a house.
    #[error("an outline of less than 400 metres across would show a house; use the outline of the village")]
    TooSmall,
}

impl Area {
    /// The circle around the middle of a team or village; a small radius (in metres) is widened to [`LEAST_RADIUS_M`].
    pub fn circle(middle: Position, radius_m: f64) -> Self {
        let radius = if radius_m.is_finite() { radius_m.max(LEAST_RADIUS_M) } else { LEAST_RADIUS_M };
        Self(Shape::Circle(rounded(middle), radius))
    }

    /// A place of which only the name is known; the standard lets the shape be left out.
    pub fn unknown() -> Self {
        Self(Shape::Unknown)
    }

    /// The outline of a village or commune.
    pub fn outline(corners: &[Position]) -> Result<Self, BadArea> {
        let mut rough: Vec<Position> = corners.iter().map(|corner| rounded(*corner)).collect();
        rough.dedup();
        while rough.len() > 1 && rough.first() == rough.last() {
            rough.pop();
        }
        if !(3..=MOST_CORNERS).contains(&rough.len()) {
            return Err(BadArea::Corners);
        }
        let span = |axis: fn(Position) -> f64| {
            let (least, most) = rough.iter().fold((f64::MAX, f64::MIN), |(least, most), corner| {
                (least.min(axis(*corner)), most.max(axis(*corner)))
            });
            most - least
        };
        let across = span(Position::lat).hypot(span(Position::lon)) * METRES_PER_DEGREE;
        if across < 2.0 * LEAST_RADIUS_M { Err(BadArea::TooSmall) } else { Ok(Self(Shape::Outline(rough))) }
    }

    /// The element's name and its text.
    pub(super) fn element(&self) -> Option<(&'static str, String)> {
        match &self.0 {
            Shape::Unknown => None,
            Shape::Circle(middle, radius_m) => {
                Some(("circle", format!("{} {:.1}", pair(*middle), radius_m / 1000.0)))
            }
            Shape::Outline(corners) => {
                let mut text = String::new();
                for corner in corners.iter().chain(corners.first()) {
                    let gap = if text.is_empty() { "" } else { " " };
                    // Writing to a string never fails.
                    let _ = write!(text, "{gap}{}", pair(*corner));
                }
                Some(("polygon", text))
            }
        }
    }
}

fn pair(position: Position) -> String {
    format!("{:.3},{:.3}", position.lat(), position.lon())
}

fn rounded(position: Position) -> Position {
    let round = |degrees: f64| (degrees * PER_DEGREE).round() / PER_DEGREE;
    // Rounding leaves -90..90 and -180..180, which are whole; a position on the Earth stays on it.
    Position::new(round(position.lat()), round(position.lon())).unwrap_or(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn a_circle_is_never_as_small_as_a_house() {
        let element = |radius| Area::circle(at(16.047_123, 108.206_987), radius).element().unwrap();
        for radius in [0.0, -5.0, f64::NAN, 199.0] {
            assert_eq!(element(radius), ("circle", "16.047,108.207 0.2".to_owned()), "{radius}");
        }
        assert_eq!(element(1500.0).1, "16.047,108.207 1.5");
    }

    #[test]
    fn an_outline_is_closed_once() {
        let open = [at(16.0, 108.0), at(16.01, 108.0), at(16.01, 108.01)];
        let closed = [open[0], open[1], open[2], open[0]];
        let expected = "16.000,108.000 16.010,108.000 16.010,108.010 16.000,108.000";
        for corners in [&open[..], &closed[..]] {
            assert_eq!(Area::outline(corners).unwrap().element(), Some(("polygon", expected.to_owned())));
        }
    }

    #[test]
    fn an_outline_of_a_house_or_of_nothing_is_refused() {
        let house = [at(16.0, 108.0), at(16.0001, 108.0), at(16.0001, 108.0001)];
        assert_eq!(Area::outline(&house), Err(BadArea::Corners));
        let yard = [at(16.0, 108.0), at(16.001, 108.0), at(16.001, 108.001)];
        assert_eq!(Area::outline(&yard), Err(BadArea::TooSmall));
        assert_eq!(Area::outline(&[]), Err(BadArea::Corners));
    }
}
