//! How a village lies: its lanes, and the plots along them, one row of plots for each team.

use super::chance::Chance;
use super::ground::{Line, Spot, real};

/// How a village is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Narrow houses wall to wall along a road, and lanes behind them.
    Street,
    /// Lanes on both sides of a village road, like the bones of a fish.
    Lanes,
    /// Loose houses along a winding path, without numbers.
    Hamlet,
    /// Houses on the dyke and boats below it.
    Wharf,
}

/// Where a house, or a boat, stands.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) at: Spot,
    /// The number on the door.
    pub(super) number: Option<u16>,
    /// On the left, coming from the start of the lane.
    pub(super) left: bool,
    /// The how-manieth on its side, from 1.
    pub(super) order: usize,
    /// In the water.
    pub(super) moored: bool,
}

/// The plots of one team, and the lane that they stand along.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// "Ngõ 3".
    pub(super) name: String,
    /// What follows the number or the name in a label: "ngõ 3".
    pub(super) address: String,
    pub(super) line: Line,
    pub(super) plots: Vec<Plot>,
}

/// A village on the ground.
#[derive(Clone, Debug)]
pub(super) struct Village {
    pub(super) style: Style,
    pub(super) middle: Spot,
    /// From the middle to the farthest plot.
    pub(super) radius: f64,
    pub(super) rows: Vec<Row>,
    /// Width and middle line.
    pub(super) roads: Vec<(f64, Line)>,
    pub(super) landmarks: Vec<(&'static str, Spot)>,
}

/// Where a village begins: at a road, so many metres along it.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) road: &'a Line,
    pub(super) at: f64,
    /// 1 to the left of the road, -1 to the right.
    pub(super) side: f64,
    /// 1 if the village goes on along the road, -1 if it goes back.
    pub(super) along: f64,
}

/// Words that a village's parts are called by.
pub(super) struct Words<'a> {
    /// The village's own word: "Chợ" of "Phố Chợ".
    pub(super) own: &'a str,
    /// Words for its hamlets.
    pub(super) hamlets: &'a [&'static str],
}

/// How finely lanes are drawn.
const LANE_STEP_M: f64 = 5.0;

/// Marks beside which people live, by how a village is built.
const MARKS: [&str; 9] = [
    "đình làng",
    "chùa làng",
    "giếng làng",
    "cây đa",
    "trạm biến áp",
    "ao làng",
    "sân bóng",
    "cổng làng",
    "miếu thổ thần",
];

/// Lays a village out, with one row of that many plots for each of `sizes`.
pub(super) fn lay(
    style: Style,
    site: Site<'_>,
    sizes: &[usize],
    words: &Words<'_>,
    chance: &Chance,
) -> Village {
    let mut village = Village {
        style,
        middle: site.road.beside(site.at, site.side * 30.0),
        radius: 0.0,
        rows: Vec::with_capacity(sizes.len()),
        roads: Vec::new(),
        landmarks: Vec::new(),
    };
    match style {
        Style::Street => street(&mut village, site, sizes, words, chance),
        Style::Lanes => lanes(&mut village, site, sizes, chance),
        Style::Hamlet => hamlet(&mut village, site, sizes, words, chance),
        Style::Wharf => wharf(&mut village, site, sizes, chance),
    }
    let plots: Vec<Spot> = village.rows.iter().flat_map(|row| &row.plots).map(|plot| plot.at).collect();
    if !plots.is_empty() {
        let sum = plots.iter().fold(Spot { x: 0.0, y: 0.0 }, |sum, &at| sum + at);
        village.middle = sum * (1.0 / real(plots.len()));
        village.radius = plots.iter().map(|at| at.metres_to(village.middle)).fold(0.0, f64::max);
    }
    village
}

/// House numbers: odd on the left, even on the right, counted from the start.
fn door(left: bool, order: usize) -> Option<u16> {
    u16::try_from(if left { 2 * order - 1 } else { 2 * order }).ok()
}

/// Plots on both sides of a lane, `first` metres from its start.
fn along_lane(
    line: &Line,
    size: usize,
    first: f64,
    aside: f64,
    fronts: (f64, f64),
    chance: &Chance,
) -> Vec<Plot> {
    let mut gone = [first + chance.between(0.0, 2.0), first + chance.between(0.0, 2.0)];
    let mut plots: Vec<Plot> = (0..size)
        .map(|index| {
            let left = index % 2 == 0;
            let front = chance.between(fronts.0, fronts.1);
            let reached = &mut gone[index % 2];
            let middle = *reached + front / 2.0;
            *reached += front;
            let away = aside + chance.between(-0.3, 0.9);
            let order = index / 2 + 1;
            Plot {
                at: line.beside(middle, if left { away } else { -away }),
                number: door(left, order),
                left,
                order,
                moored: false,
            }
        })
        .collect();
    plots.sort_by_key(|plot| (!plot.left, plot.order));
    plots
}

fn lane_row(number: usize, line: Line, plots: Vec<Plot>) -> Row {
    Row { name: format!("Ngõ {number}"), address: format!("ngõ {number}"), line, plots }
}

fn street(village: &mut Village, site: Site<'_>, sizes: &[usize], words: &Words<'_>, chance: &Chance) {
    let mut start = site.at + site.along * 16.0;
    let mut doors = [0, 0];
    let mut lane_number = 0;
    for (bay, sizes) in sizes.chunks(3).enumerate() {
        let longest = sizes.iter().take(2).copied().max().unwrap_or(0);
        for (side, &size) in sizes.iter().take(2).enumerate() {
            let left = side == 0;
            let plots = (0..size).map(|index| {
                let gone = start + site.along * (5.4 * real(index) + 2.7 + chance.between(-0.3, 0.3));
                let away = 10.0 + chance.between(-0.4, 0.6);
                let order = doors[side] + index + 1;
                let at = site.road.beside(gone, if left { away } else { -away });
                Plot { at, number: door(left, order), left, order: index + 1, moored: false }
            });
            let plots: Vec<Plot> = plots.collect();
            doors[side] += size;
            let (first, last) = (&plots[0], &plots[plots.len() - 1]);
            let numbers = format!("{}–{}", first.number.unwrap_or(0), last.number.unwrap_or(0));
            village.rows.push(Row {
                name: format!("Phố {}, số {numbers}", words.own),
                address: format!("phố {}", words.own),
                line: Line::new([first.at, last.at]),
                plots,
            });
        }
        let end = start + site.along * (5.4 * real(longest) + 5.0);
        if let Some(&size) = sizes.get(2) {
            lane_number += 1;
            let (mouth, heading) = site.road.at(end);
            let away = heading.left() * if (bay % 2 == 0) == (site.side > 0.0) { 1.0 } else { -1.0 };
            let tilt = chance.between(-0.12, 0.12);
            let length = 30.0 + 6.8 * real(size.div_ceil(2));
            let lane =
                Line::bending(mouth, away, length, LANE_STEP_M, |gone| if gone > 26.0 { tilt } else { 0.0 });
            village.rows.push(lane_row(
                lane_number,
                lane.clone(),
                along_lane(&lane, size, 27.0, 6.0, (5.6, 7.4), chance),
            ));
            village.roads.push((3.0, lane));
        }
        start = end + site.along * 5.0;
    }
    let public = if site.along > 0.0 { "chợ" } else { "trụ sở xã" };
    village.landmarks.push((public, site.road.beside(site.at + site.along * 4.0, site.along * -26.0)));
    let far = if site.along > 0.0 { "trạm xăng" } else { "bưu điện xã" };
    village.landmarks.push((far, site.road.beside(start + site.along * 10.0, 15.0)));
}

/// The road that leads into a village from its site.
fn spine(site: Site<'_>, length: f64, bend: impl Fn(f64) -> f64, chance: &Chance) -> Line {
    let (mouth, heading) = site.road.at(site.at);
    let inward = heading.left() * site.side;
    Line::bending(mouth, inward.turned(chance.between(-14.0, 14.0)), length, LANE_STEP_M, bend)
}

fn lanes(village: &mut Village, site: Site<'_>, sizes: &[usize], chance: &Chance) {
    const PITCH: f64 = 33.0;
    const FIRST: f64 = 30.0;
    let rows = real(sizes.len().div_ceil(2));
    let curve = chance.between(-0.09, 0.09);
    let road = spine(site, FIRST + PITCH * rows, |_| curve, chance);
    let heading = road.at(FIRST + PITCH * rows / 2.0).1;
    let (tilt, bend) = (chance.between(-10.0, 10.0), chance.between(-0.22, 0.22));
    for (index, &size) in sizes.iter().enumerate() {
        let left = index % 2 == 0;
        let stagger = if left { 0.0 } else { PITCH * 0.45 };
        let (mouth, _) = road.at(FIRST + PITCH * real(index / 2) + stagger);
        let away = if left { heading.left() } else { heading.left() * -1.0 };
        let front = (7.6, 11.0);
        let length = 14.0 + 9.4 * real(size.div_ceil(2));
        let sign = if left { 1.0 } else { -1.0 };
        let lane = Line::bending(mouth, away.turned(sign * tilt), length, LANE_STEP_M, |gone| {
            if gone > 18.0 { sign * bend } else { 0.0 }
        });
        village.rows.push(lane_row(
            index + 1,
            lane.clone(),
            along_lane(&lane, size, 12.0, 7.2, front, chance),
        ));
        village.roads.push((2.6, lane));
    }
    village.landmarks.push(("nhà văn hóa thôn", road.beside(14.0, 15.0)));
    village.landmarks.push((*chance.pick(&MARKS), road.beside(road.length() + 18.0, 8.0)));
    village.landmarks.push((*chance.pick(&MARKS[..5]), road.beside(FIRST + PITCH * 0.2, -11.0)));
    village.roads.push((4.0, road));
}

fn hamlet(village: &mut Village, site: Site<'_>, sizes: &[usize], words: &Words<'_>, chance: &Chance) {
    let (wave, phase) = (chance.between(90.0, 150.0), chance.between(0.0, 6.0));
    let swing = chance.between(0.35, 0.75);
    let total = sizes.iter().sum::<usize>();
    let length = 20.0 + 9.5 * real(total) + 30.0 * real(sizes.len());
    let road = spine(site, length, |gone| swing * (gone / wave * 2.0 + phase).sin(), chance);
    let mut gone = 26.0;
    for (index, &size) in sizes.iter().enumerate() {
        let start = gone - 8.0;
        let word = words.hamlets[index % words.hamlets.len()];
        let mut orders = [0, 0];
        let plots = (0..size).map(|_| {
            let left = if orders[0] > orders[1] + 1 {
                false
            } else if orders[1] > orders[0] + 1 {
                true
            } else {
                chance.percent(50)
            };
            gone += chance.between(6.5, 12.0);
            let away = chance.between(9.0, 20.0);
            let order = &mut orders[usize::from(!left)];
            *order += 1;
            let at = road.beside(gone, if left { away } else { -away });
            Plot { at, number: None, left, order: *order, moored: false }
        });
        let plots = plots.collect();
        village.rows.push(Row {
            name: format!("Xóm {word}"),
            address: format!("xóm {word}"),
            line: road.part(start.max(0.0), gone + 6.0),
            plots,
        });
        village
            .landmarks
            .push((MARKS[(index * 3 + chance.below(3)) % MARKS.len()], road.beside(gone + 17.0, 11.0)));
        gone += 32.0;
    }
    village.landmarks.push(("nhà văn hóa thôn", road.beside(16.0, -14.0)));
    village.roads.push((3.0, road));
}

/// How far the boats lie from the middle of the dyke road.
pub(super) const MOORING_M: f64 = 34.0;

fn wharf(village: &mut Village, site: Site<'_>, sizes: &[usize], chance: &Chance) {
    const PARTS: [&str; 5] = ["Bến Trên", "Bến Giữa", "Bến Dưới", "Bến Đò", "Bến Mới"];
    let mut gone = site.at;
    for (index, &size) in sizes.iter().enumerate() {
        let start = gone;
        let boats = if size > 6 { size / 4 } else { 0 };
        let mut plots = Vec::with_capacity(size);
        for order in 1..=size - boats {
            let front = chance.between(8.0, 11.5);
            let at =
                site.road.beside(gone + site.along * front / 2.0, site.side * chance.between(10.0, 13.0));
            plots.push(Plot { at, number: None, left: site.side > 0.0, order, moored: false });
            gone += site.along * front;
        }
        for order in 1..=boats {
            let along = start + (gone - start) * (0.3 + 0.14 * real(order)) + chance.between(-2.0, 2.0);
            let at = site.road.beside(along, -site.side * (MOORING_M + chance.between(0.0, 7.0)));
            plots.push(Plot { at, number: None, left: site.side < 0.0, order, moored: true });
        }
        let word = PARTS[index % PARTS.len()];
        let (from, to) = (start.min(gone), start.max(gone));
        village.rows.push(Row {
            name: format!("Xóm {word}"),
            address: format!("xóm {word}"),
            line: site.road.part(from, to),
            plots,
        });
        village.landmarks.push((
            ["bến đò", "trạm bơm", "kho đá lạnh"][index % 3],
            site.road.beside(gone, -site.side * 9.0),
        ));
        gone += site.along * 20.0;
    }
    village
        .landmarks
        .push(("nhà văn hóa thôn", site.road.beside(site.at - site.along * 14.0, site.side * 13.0)));
}
