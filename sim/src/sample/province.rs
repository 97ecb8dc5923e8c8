//! A whole province: drawn up as a plan of a few kilobytes, its communes made one at a time.

use super::chance::{Chance, Mint};
use super::commune::{Recipe, make};
use super::ground::{Frame, Line, Spot, real, spot};
use super::layout::Plan;
use super::model::{Commune, Place, PlaceKind, Setting};
use super::words;
use liengia_kernel::PlaceId;

/// Communes, villages, teams, points, mediation teams, mediators and models of the sample province.
const COMMUNES: usize = 54;
const VILLAGES: usize = 1_452;
const TEAMS: usize = 1_600;
const POINTS: usize = 500;
const MEDIATION_TEAMS: usize = 1_500;
const MEDIATORS: usize = 9_200;
const MODELS: usize = 65;

/// How many communes lie in each row from north to south, how far the row begins from the west, and its land.
const ROWS: [(usize, f64, Setting); 7] = [
    (5, 4.0, Setting::Border),
    (8, 2.0, Setting::Mountain),
    (10, 0.5, Setting::Mountain),
    (11, 0.0, Setting::Delta),
    (10, 0.5, Setting::Coast),
    (7, 2.0, Setting::Coast),
    (3, 6.0, Setting::Island),
];
/// The radius of a commune's cell, in metres.
const CELL_M: f64 = 4_900.0;
/// Where the province's middle lies.
const MIDDLE: (f64, f64) = (21.02, 107.2);

/// The sample province. It holds the plan only; [`Province::communes`] makes the communes one after another.
#[derive(Clone, Debug)]
pub struct Province {
    /// The province itself.
    pub place: Place,
    seed: u64,
    settings: Vec<Setting>,
    names: Vec<String>,
    villages: Vec<usize>,
    teams: Vec<usize>,
    points: Vec<usize>,
    mediation: Vec<usize>,
    mediators: Vec<usize>,
    models: Vec<usize>,
}

/// Splits `total` into `parts` that are about equal, each at least `least`.
fn split(total: usize, parts: usize, least: usize, chance: &Chance) -> Vec<usize> {
    let mut shares: Vec<usize> =
        (0..parts).map(|part| total * (part + 1) / parts - total * part / parts).collect();
    for _ in 0..parts * 3 {
        let (from, to) = (chance.below(parts), chance.below(parts));
        if shares[from] > least {
            shares[from] -= 1;
            shares[to] += 1;
        }
    }
    shares
}

impl Province {
    pub(super) fn new(seed: u64) -> Self {
        let chance = Chance::of(seed, 2);
        let mut settings: Vec<Setting> = Vec::with_capacity(COMMUNES);
        for (count, _, setting) in ROWS {
            let towns = if matches!(setting, Setting::Delta | Setting::Coast) { 2 } else { 0 };
            let place = chance.below(count.saturating_sub(towns).max(1));
            settings.extend(
                (0..count).map(|n| if (place..place + towns).contains(&n) { Setting::Town } else { setting }),
            );
        }
        let mint = Mint::new(seed);
        let frame = Frame::new(MIDDLE.0, MIDDLE.1);
        let place = Place {
            id: mint.id(PlaceId::new),
            parent: None,
            kind: PlaceKind::Province,
            name: super::PROVINCE.to_owned(),
            position: frame.position(spot(0.0, 0.0)),
        };
        let names = words::communes(&settings, &chance);
        let villages = split(VILLAGES, COMMUNES, 12, &chance);
        let teams = split(TEAMS, COMMUNES, 8, &chance);
        let mediation = split(MEDIATION_TEAMS, COMMUNES, 10, &chance);
        let mediators = split(MEDIATORS, MEDIATION_TEAMS, 3, &chance);
        let (points, models) = (split(POINTS, COMMUNES, 3, &chance), split(MODELS, COMMUNES, 0, &chance));
        Self { place, seed, settings, names, villages, teams, points, mediation, mediators, models }
    }

    /// How many communes there are.
    pub fn count(&self) -> usize {
        self.settings.len()
    }

    /// The communes in order, each made when it is asked for.
    pub fn communes(&self) -> impl ExactSizeIterator<Item = Commune> {
        (0..self.count()).map(|index| make(self.recipe(index)))
    }

    /// One commune by its number from 0, without making the others.
    pub fn commune(&self, index: usize) -> Option<Commune> {
        (index < self.count()).then(|| make(self.recipe(index)))
    }

    fn recipe(&self, index: usize) -> Recipe {
        let chance = Chance::of(self.seed, 5_000 + u64::try_from(index).unwrap_or(0));
        let setting = self.settings[index];
        let (row, column) = cell(index);
        let middle = Frame::new(MIDDLE.0, MIDDLE.1).position(cell_middle(row, column));
        let per_village = split(self.teams[index], self.villages[index], 0, &chance);
        let sizes = |teams: &usize| (0..*teams).map(|_| chance.among(5, 15)).collect();
        let before: usize = self.mediation[..index].iter().sum();
        Recipe {
            plan: Plan {
                setting,
                villages: per_village.iter().map(sizes).collect(),
                streets: if setting == Setting::Town { 6 } else { 1 },
                gap: 320.0,
                reach: 3_900.0,
            },
            last_row_has_no_team: false,
            name: self.names[index].clone(),
            above: vec![self.place.clone()],
            middle: (middle.lat(), middle.lon()),
            outline: Some(self.outline(row, column)),
            first_team: 1,
            first_phone: u32::try_from(index * 3_000).unwrap_or(0),
            points: self.points[index],
            mediators: self.mediators[before..before + self.mediation[index]].to_vec(),
            models: self.models[index],
            seed: Chance::of(self.seed, 9_000 + u64::try_from(index).unwrap_or(0)).below(usize::MAX) as u64,
        }
    }

    /// A commune's outline: six corners, which its neighbours share.
    fn outline(&self, row: usize, column: f64) -> Line {
        let middle = cell_middle(row, column);
        let corner = |sixth: usize| {
            let way = spot(0.0, 1.0).turned(60.0 * real(sixth)) * CELL_M;
            way + self.nudge(middle + way)
        };
        Line::new((0..6).map(corner))
    }

    /// How far a corner lies from where the grid has it: the same for every commune that shares it.
    fn nudge(&self, at: Spot) -> Spot {
        let key = |metres: f64| (metres / 500.0).round().to_bits();
        let chance = Chance::of(self.seed ^ key(at.x).rotate_left(17) ^ key(at.y), 3);
        spot(chance.between(-800.0, 800.0), chance.between(-800.0, 800.0))
    }
}

/// Row and column of a commune's cell; the column in cells from the west.
fn cell(index: usize) -> (usize, f64) {
    let mut left = index;
    for (row, (count, start, _)) in ROWS.iter().enumerate() {
        if left < *count {
            return (row, start + real(left));
        }
        left -= count;
    }
    (0, 0.0)
}

fn cell_middle(row: usize, column: f64) -> Spot {
    let width = CELL_M * 3.0_f64.sqrt();
    // Cells of every second row stand half a cell aside, so that they fit like honeycomb.
    let aside = if row.is_multiple_of(2) { 0.5 } else { 0.0 };
    let column = column.floor() + aside;
    spot((column - 5.5) * width, (3.0 - real(row)) * CELL_M * 1.5)
}
