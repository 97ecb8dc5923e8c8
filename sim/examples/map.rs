//! Draws a sample's map as SVG, to look at: `cargo run -p liengia-sim --example map -- [seed] [commune of the province]`.

use liengia_kernel::Position;
use liengia_sim::sample::{Commune, HouseholdKind, PlaceKind, Sample};

const WIDTH: f64 = 1800.0;
const COLOURS: [&str; 8] =
    ["#1b6ca8", "#b4531c", "#3f7d20", "#7b3fa0", "#a8871b", "#177e89", "#a3264f", "#4b5563"];

struct Paper {
    west: f64,
    north: f64,
    scale: f64,
    squeeze: f64,
    height: f64,
}

impl Paper {
    fn around(all: &[Position]) -> Self {
        let fold = |of: fn(Position) -> f64, pick: fn(f64, f64) -> f64| {
            all.iter().map(|&p| of(p)).reduce(pick).unwrap_or(0.0)
        };
        let (west, east) = (fold(Position::lon, f64::min), fold(Position::lon, f64::max));
        let (south, north) = (fold(Position::lat, f64::min), fold(Position::lat, f64::max));
        let squeeze = north.to_radians().cos();
        let scale = WIDTH / ((east - west) * squeeze);
        Self { west, north, scale, squeeze, height: (north - south) * scale }
    }

    fn xy(&self, at: Position) -> (f64, f64) {
        ((at.lon() - self.west) * self.squeeze * self.scale, (self.north - at.lat()) * self.scale)
    }

    fn metres(&self, metres: f64) -> f64 {
        metres / 111_195.0 * self.scale
    }

    fn path(&self, line: &[Position]) -> String {
        line.iter()
            .map(|&at| self.xy(at))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn draw(commune: &Commune, paper: &Paper) -> String {
    let mut svg = vec![format!(
        "<polygon points='{}' fill='#f3f1e7' stroke='#9a9a8a' stroke-dasharray='8 5'/>\n",
        paper.path(&commune.map.outline)
    )];
    for water in &commune.map.water {
        svg.push(format!("<polygon points='{}' fill='#bcd8e6'/>\n", paper.path(water)));
    }
    for road in &commune.map.roads {
        let width = paper.metres(road.width).max(1.2);
        svg.push(format!(
            "<polyline points='{}' fill='none' stroke='#d8d2bd' stroke-width='{width:.1}' stroke-linecap='round'/>\n",
            paper.path(&road.line)
        ));
    }
    for (name, at) in &commune.map.landmarks {
        let (x, y) = paper.xy(*at);
        svg.push(format!(
            "<circle cx='{x:.1}' cy='{y:.1}' r='2' fill='#888'/><text x='{:.1}' y='{y:.1}' font-size='9' fill='#777'>{name}</text>\n",
            x + 4.0
        ));
    }
    for home in &commune.households {
        let number = home.team.and_then(|team| commune.teams.iter().position(|other| other.id == team));
        let colour = number.map_or("#ffffff", |number| COLOURS[number % COLOURS.len()]);
        let (x, y) = paper.xy(home.position);
        let size = paper.metres(5.0).max(3.0);
        let round = if home.kind == HouseholdKind::Home { 0.0 } else { size };
        svg.push(format!(
            "<rect x='{:.1}' y='{:.1}' width='{size:.1}' height='{size:.1}' rx='{round}' fill='{colour}' stroke='#333' stroke-width='0.4'/>\n",
            x - size / 2.0,
            y - size / 2.0
        ));
    }
    for point in &commune.points {
        let (x, y) = paper.xy(point.position);
        svg.push(format!("<path d='M{x:.1} {:.1} l5 9 h-10 z' fill='#0a7'/>\n", y - 6.0));
    }
    for place in commune.places.iter().filter(|place| place.kind == PlaceKind::Village) {
        let (x, y) = paper.xy(place.position);
        svg.push(format!(
            "<text x='{x:.1}' y='{y:.1}' font-size='17' text-anchor='middle' fill='#111' stroke='#fff' stroke-width='3' paint-order='stroke'>{}</text>\n",
            place.name
        ));
    }
    svg.concat()
}

fn main() {
    let argument = |n| std::env::args().nth(n).and_then(|text| text.parse::<usize>().ok());
    let seed = argument(1).unwrap_or(7) as u64;
    let communes: Vec<Commune> = match argument(2) {
        None => vec![Sample::commune(seed)],
        Some(999) => Sample::province(seed).communes().collect(),
        Some(index) => Sample::province(seed).commune(index).into_iter().collect(),
    };
    let outlines: Vec<Position> = communes.iter().flat_map(|commune| commune.map.outline.clone()).collect();
    let paper = Paper::around(&outlines);
    let drawn: String = communes.iter().map(|commune| draw(commune, &paper)).collect();
    println!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{:.0}' font-family='sans-serif'><rect width='100%' height='100%' fill='#fff'/>{drawn}</svg>",
        paper.height
    );
    let people: usize = communes.iter().map(|commune| commune.people().count()).sum();
    eprintln!("{people} people, {} devices", communes.iter().map(|c| c.devices().count()).sum::<usize>());
}
