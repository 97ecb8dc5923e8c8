//! How a commune lies: river, roads, and a site beside a road for each village, none in another's way.

use super::chance::Chance;
use super::ground::{Line, Spot, real, spot};
use super::model::Setting;
use super::village::{MOORING_M, Site, Style, Village, Words, lay};
use super::words;

/// What a commune must hold.
pub(super) struct Plan {
    pub(super) setting: Setting,
    /// For each village, the sizes of its teams.
    pub(super) villages: Vec<Vec<usize>>,
    /// How many of the first villages are streets.
    pub(super) streets: usize,
    /// How far apart villages are at least, in metres.
    pub(super) gap: f64,
    /// How far the roads go from the middle, in metres.
    pub(super) reach: f64,
}

/// A commune on the ground.
pub(super) struct Ground {
    /// Width and middle line; the main road first.
    pub(super) roads: Vec<(f64, Line)>,
    pub(super) river: Option<Line>,
    pub(super) villages: Vec<(String, Village)>,
}

/// How finely roads are drawn.
const ROAD_STEP_M: f64 = 12.0;
/// The river's width in metres.
pub(super) const RIVER_M: f64 = 64.0;
/// From the middle of the dyke road to the middle of the river.
const DYKE_TO_RIVER_M: f64 = MOORING_M + 22.0;

/// A line across the commune through `through`, swinging gently.
fn across(through: Spot, heading: Spot, reach: f64, swing: f64, chance: &Chance) -> Line {
    let (wave, phase) = (chance.between(0.8, 1.3) * reach, chance.between(0.0, 6.0));
    let bend = |gone: f64| swing * (gone / wave * std::f64::consts::TAU * 0.5 + phase).cos();
    let ahead = Line::bending(through, heading, reach, ROAD_STEP_M, bend);
    let behind = Line::bending(through, heading * -1.0, reach, ROAD_STEP_M, |gone| -bend(-gone));
    Line::new(behind.spots().iter().rev().chain(&ahead.spots()[1..]).copied())
}

fn shifted(line: &Line, aside: f64) -> Line {
    let steps = (0..).map(|step| real(step) * ROAD_STEP_M).take_while(|metres| *metres <= line.length());
    Line::new(steps.map(|metres| line.beside(metres, aside)))
}

/// Lays a commune out.
pub(super) fn lay_out(plan: &Plan, seed: u64) -> Ground {
    let chance = Chance::of(seed, 11);
    let swing = 60.0 / plan.reach;
    let main = across(spot(0.0, 0.0), spot(1.0, chance.between(-0.2, 0.25)), plan.reach, swing, &chance);
    let cross =
        across(spot(0.0, 0.0), spot(chance.between(-0.2, 0.2), 1.0), plan.reach * 0.8, swing, &chance);
    let mut roads = vec![(7.0, main), (5.5, cross)];
    let mut river = None;
    if matches!(plan.setting, Setting::Mountain | Setting::Border) {
        let far = spot(0.0, plan.reach * 0.42);
        roads.push((
            4.5,
            across(far, spot(1.0, chance.between(-0.25, 0.25)), plan.reach * 0.8, swing * 2.0, &chance),
        ));
    } else {
        let south = spot(0.0, -(220.0 + 0.12 * plan.reach));
        let dyke =
            across(south, spot(1.0, chance.between(-0.1, 0.1)), plan.reach * 1.15, swing * 1.2, &chance);
        river = Some(shifted(&dyke, -DYKE_TO_RIVER_M));
        let stops = dyke.metres_from(spot(0.0, 0.0)) + 4.0;
        roads[1].1 = cross_to_dyke(&roads[1].1, &dyke, stops);
        roads.push((5.0, dyke));
    }
    let mut ground = Ground { roads, river, villages: Vec::with_capacity(plan.villages.len()) };
    let names = words::villages(plan.setting, plan.villages.len(), plan.streets, &chance);
    for (index, sizes) in plan.villages.iter().enumerate() {
        let (style, words) = words::style(plan.setting, index, plan.streets, &names[index], seed);
        let village = settle(&ground, plan, index, style, sizes, &words, seed);
        ground.villages.push((names[index].clone(), village));
    }
    ground
}

/// The cross road ends on the dyke instead of in the river.
fn cross_to_dyke(cross: &Line, dyke: &Line, within: f64) -> Line {
    let crossing =
        cross.spots().iter().enumerate().filter(|(_, at)| at.y < 0.0 && at.length() < within * 1.6);
    let nearest = crossing.min_by(|(_, a), (_, b)| dyke.metres_from(**a).total_cmp(&dyke.metres_from(**b)));
    let from = nearest.map_or(0, |(index, _)| index);
    Line::new(cross.spots()[from..].iter().copied())
}

/// Finds the village's place: the nearest to the middle that is free, give or take.
fn settle(
    ground: &Ground,
    plan: &Plan,
    index: usize,
    style: Style,
    sizes: &[usize],
    words: &Words<'_>,
    seed: u64,
) -> Village {
    let part = 100 + u64::try_from(index).unwrap_or(0);
    let mut nearest_first = sites(ground, plan, index, style, &Chance::of(seed, part));
    nearest_first.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    for relaxed in [1.0, 0.6, 0.3, 0.1] {
        let gap = plan.gap * relaxed;
        for (_, (road, site)) in &nearest_first {
            let doorstep = site.road.beside(site.at, site.side * 20.0);
            if ground
                .villages
                .iter()
                .any(|(_, other)| doorstep.metres_to(other.middle) < other.radius + gap * 0.7)
            {
                continue;
            }
            let village = lay(style, *site, sizes, words, &Chance::of(seed, part + 1_000));
            if fits(ground, *road, &village, gap) {
                return village;
            }
        }
    }
    // The roads reach so far that this does not happen; were it to, the village would lie beyond their end.
    let (_, main) = &ground.roads[0];
    let site = Site { road: main, at: main.length() + 400.0 * real(index + 1), side: 1.0, along: 1.0 };
    lay(style, site, sizes, words, &Chance::of(seed, part + 1_000))
}

/// Where a village might lie, each with how far from the middle that is.
fn sites<'a>(
    ground: &'a Ground,
    plan: &Plan,
    index: usize,
    style: Style,
    chance: &Chance,
) -> Vec<(f64, (usize, Site<'a>))> {
    let roads = ground.roads.iter().enumerate().filter(|(number, _)| match style {
        Style::Street => *number == 0,
        Style::Wharf => *number == 2,
        Style::Lanes | Style::Hamlet => true,
    });
    let mut found = Vec::new();
    for (number, (_, road)) in roads {
        if style == Style::Street {
            let middle = road.nearest(spot(0.0, 0.0));
            let along = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
            for step in 0..60 {
                let at = middle + along * real(step) * 40.0;
                found.push((real(step), (number, Site { road, at, side: 1.0, along })));
            }
            continue;
        }
        let mut at = 30.0;
        while at < road.length() - 30.0 {
            for side in [1.0, -1.0] {
                let away = road.at(at).0.length() + chance.between(0.0, plan.gap * 1.6);
                let along = if chance.percent(50) { 1.0 } else { -1.0 };
                found.push((away, (number, Site { road, at, side, along })));
            }
            at += (plan.gap / 4.0).max(22.0);
        }
    }
    if style == Style::Wharf {
        found.retain(|(_, (_, site))| site.side > 0.0);
    }
    found
}

fn plots(village: &Village) -> impl Iterator<Item = Spot> {
    let plots = village.rows.iter().flat_map(|row| &row.plots).map(|plot| plot.at);
    plots.chain(village.rows.is_empty().then_some(village.middle))
}

/// Whether the village stands in nobody's way.
fn fits(ground: &Ground, own: usize, village: &Village, gap: f64) -> bool {
    let mine = village.radius;
    let clear_of_villages = ground.villages.iter().all(|(_, other)| {
        let far = village.middle.metres_to(other.middle) > mine + other.radius + gap;
        far || plots(village).all(|at| plots(other).all(|there| at.metres_to(there) > gap))
    });
    let clear_of = |line: &Line, least: f64| {
        let far = line.metres_from(village.middle) > mine + least + ROAD_STEP_M;
        far || plots(village).all(|at| line.metres_from(at) > least)
    };
    let clear_of_roads = || {
        let roads = ground.roads.iter().enumerate();
        roads.into_iter().all(|(number, (_, road))| clear_of(road, if number == own { 8.0 } else { 20.0 }))
    };
    let dry = || {
        let plots =
            village.rows.iter().flat_map(|row| &row.plots).filter(|plot| !plot.moored).map(|plot| plot.at);
        let mut all = plots.chain(village.landmarks.iter().map(|(_, at)| *at));
        ground.river.as_ref().is_none_or(|river| all.all(|at| river.metres_from(at) > RIVER_M * 0.5 + 12.0))
    };
    clear_of_villages && clear_of_roads() && dry()
}
