//! A flat piece of ground in metres, and how it lies on the Earth.
//!
//! A commune is a few kilometres wide, so a plane that touches its middle is exact enough.

use liengia_kernel::Position;
use std::ops::{Add, Mul, Sub};

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// A count as a real number.
pub(super) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A spot, or a way from one spot to another: metres east and north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) const fn spot(x: f64, y: f64) -> Spot {
    Spot { x, y }
}

impl Add for Spot {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        spot(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Spot {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        spot(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Spot {
    type Output = Self;
    fn mul(self, times: f64) -> Self {
        spot(self.x * times, self.y * times)
    }
}

impl Spot {
    pub(super) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(super) fn metres_to(self, other: Self) -> f64 {
        (other - self).length()
    }

    /// The same way, one metre long.
    pub(super) fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 { self * (1.0 / length) } else { spot(1.0, 0.0) }
    }

    /// Turned left by that many degrees.
    pub(super) fn turned(self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        spot(self.x * cos - self.y * sin, self.x * sin + self.y * cos)
    }

    /// A quarter turn to the left.
    pub(super) const fn left(self) -> Self {
        spot(-self.y, self.x)
    }
}

/// A line of spots, some metres apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    spots: Vec<Spot>,
    /// How far each spot is from the start, along the line.
    gone: Vec<f64>,
}

impl Line {
    pub(super) fn new(spots: impl IntoIterator<Item = Spot>) -> Self {
        let spots: Vec<Spot> = spots.into_iter().collect();
        let mut total = 0.0;
        let mut gone = Vec::with_capacity(spots.len());
        for (index, here) in spots.iter().enumerate() {
            total += spots[index.saturating_sub(1)].metres_to(*here);
            gone.push(total);
        }
        Self { spots, gone }
    }

    /// A line that starts at `from` towards `heading` and bends as `bend` says: degrees a metre, by
    /// metres gone.
    pub(super) fn bending(
        from: Spot,
        heading: Spot,
        length: f64,
        step: f64,
        bend: impl Fn(f64) -> f64,
    ) -> Self {
        let mut spots = vec![from];
        let (mut here, mut heading, mut gone) = (from, heading.unit(), 0.0);
        while gone < length {
            let step = step.min(length - gone).max(0.5);
            heading = heading.turned(bend(gone) * step);
            here = here + heading * step;
            gone += step;
            spots.push(here);
        }
        Self::new(spots)
    }

    pub(super) fn spots(&self) -> &[Spot] {
        &self.spots
    }

    /// The spot so many metres from the start, and the heading there. Beyond an end the line goes straight on.
    pub(super) fn at(&self, metres: f64) -> (Spot, Spot) {
        if self.spots.len() < 2 {
            return (self.spots.first().copied().unwrap_or(spot(0.0, 0.0)), spot(1.0, 0.0));
        }
        let after = self.gone.partition_point(|gone| *gone < metres).clamp(1, self.spots.len() - 1);
        let (from, to) = (self.spots[after - 1], self.spots[after]);
        let heading = (to - from).unit();
        (from + heading * (metres - self.gone[after - 1]), heading)
    }

    /// A spot beside the line, `aside` metres to the left of its heading.
    pub(super) fn beside(&self, metres: f64, aside: f64) -> Spot {
        let (here, heading) = self.at(metres);
        here + heading.left() * aside
    }

    pub(super) fn length(&self) -> f64 {
        self.gone.last().copied().unwrap_or(0.0)
    }

    /// How near the line's spots come.
    pub(super) fn metres_from(&self, from: Spot) -> f64 {
        let squared =
            |here: &Spot| (here.x - from.x) * (here.x - from.x) + (here.y - from.y) * (here.y - from.y);
        self.spots.iter().map(squared).fold(f64::INFINITY, f64::min).sqrt()
    }

    /// How far along the line its spot is that lies nearest to `to`.
    pub(super) fn nearest(&self, to: Spot) -> f64 {
        let pairs = self.spots.iter().zip(&self.gone);
        pairs
            .min_by(|(a, _), (b, _)| a.metres_to(to).total_cmp(&b.metres_to(to)))
            .map_or(0.0, |(_, gone)| *gone)
    }

    /// The part between two distances from the start.
    pub(super) fn part(&self, from: f64, to: f64) -> Self {
        let between = self.spots.iter().zip(&self.gone).filter(|(_, gone)| (from..to).contains(*gone));
        let between = between.map(|(at, _)| *at);
        Self::new([self.at(from).0].into_iter().chain(between).chain([self.at(to).0]))
    }
}

/// Where the ground lies on the Earth.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    lat: f64,
    lon: f64,
}

impl Frame {
    /// The ground whose middle is there.
    pub(super) const fn new(lat: f64, lon: f64) -> Self {
        Self { lat, lon }
    }

    /// A spot's position, to about a tenth of a metre.
    pub(super) fn position(self, at: Spot) -> Position {
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let lat = round(self.lat + at.y / DEGREE_M);
        let lon = round(self.lon + at.x / (DEGREE_M * self.lat.to_radians().cos()));
        // A sample lies in Vietnam, a hundred kilometres wide at most.
        Position::new(lat, lon).expect("a sample lies on the Earth")
    }

    pub(super) fn line(self, line: &Line) -> Vec<Position> {
        line.spots().iter().map(|&at| self.position(at)).collect()
    }
}

/// One of eight directions, as people say it.
pub(super) fn direction(from: Spot, to: Spot) -> &'static str {
    const ROSE: [&str; 8] = ["đông", "đông bắc", "bắc", "tây bắc", "tây", "tây nam", "nam", "đông nam"];
    let way = to - from;
    let eighths = (way.y.atan2(way.x) / std::f64::consts::FRAC_PI_4).round();
    let index = (0..8).find(|&n| (eighths - real(n)).abs() < 0.5 || (eighths + 8.0 - real(n)).abs() < 0.5);
    ROSE[index.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_on_the_ground_are_metres_on_the_earth() {
        let frame = Frame::new(20.9, 106.85);
        let (a, b) = (spot(-400.0, 300.0), spot(900.0, -250.0));
        let error = frame.position(a).metres_to(frame.position(b)) - a.metres_to(b);
        assert!(error.abs() < 2.0, "{error}");
    }

    #[test]
    fn north_is_up() {
        assert_eq!(direction(spot(0.0, 0.0), spot(0.0, 5.0)), "bắc");
        assert_eq!(direction(spot(0.0, 0.0), spot(-5.0, 0.1)), "tây");
        assert_eq!(direction(spot(0.0, 0.0), spot(-5.0, -0.1)), "tây");
        assert_eq!(direction(spot(0.0, 0.0), spot(4.0, -4.0)), "đông nam");
    }

    #[test]
    fn a_spot_beside_a_line_is_that_far_from_it() {
        let line = Line::bending(spot(0.0, 0.0), spot(1.0, 1.0), 120.0, 4.0, |gone| gone / 600.0);
        assert!((line.length() - 120.0).abs() < 1e-6);
        let beside = line.beside(50.0, 10.0);
        assert!((line.at(50.0).0.metres_to(beside) - 10.0).abs() < 1e-9);
    }
}
