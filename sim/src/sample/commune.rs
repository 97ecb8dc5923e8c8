//! Puts one commune together: ground, places, homes, teams, points.

use super::chance::{Chance, Mint};
use super::civic;
use super::devices::Fitter;
use super::families::Families;
use super::ground::{Frame, Line, Spot, real, spot};
use super::homes;
use super::layout::{Ground, Plan, RIVER_M, lay_out};
use super::model::{Commune, Household, HouseholdKind, Map, Place, PlaceKind, Road, Setting, Team};
use super::outline;
use super::teams;
use super::village::{Plot, Row, Style, Village};
use liengia_kernel::{CommuneId, HouseholdId, Pii, PlaceId, TeamId};
use std::{cell::Cell, collections::BTreeSet};

/// Everything that one commune is made from.
pub(super) struct Recipe {
    pub(super) plan: Plan,
    /// Of the last village, the last row's homes belong to no team.
    pub(super) last_row_has_no_team: bool,
    pub(super) name: String,
    pub(super) above: Vec<Place>,
    pub(super) middle: (f64, f64),
    /// The outline, if the commune shares it with its neighbours, in metres from `middle`.
    pub(super) outline: Option<Line>,
    pub(super) first_team: usize,
    pub(super) first_phone: u32,
    pub(super) points: usize,
    pub(super) mediators: Vec<usize>,
    pub(super) models: usize,
    pub(super) seed: u64,
}

/// Makes the commune.
pub(super) fn make(recipe: Recipe) -> Commune {
    let (chance, mint) = (Chance::of(recipe.seed, 1), Mint::new(recipe.seed));
    let highland = matches!(recipe.plan.setting, Setting::Mountain | Setting::Border);
    let ground = lay_out(&recipe.plan, recipe.seed);
    let frame = Frame::new(recipe.middle.0, recipe.middle.1);
    let mut building = Building {
        families: Families {
            highland,
            chance: &chance,
            mint: &mint,
            next_phone: Cell::new(recipe.first_phone),
        },
        fitter: Fitter { chance: &chance, mint: &mint },
        chance: &chance,
        mint: &mint,
        frame,
        commune: recipe.name.split_once(' ').map_or(recipe.name.as_str(), |(_, own)| own).to_owned(),
        taken: BTreeSet::new(),
        households: Vec::new(),
        teams: Vec::new(),
        spots: Vec::new(),
    };
    let id = mint.id(CommuneId::new);
    let places = building.places(&recipe, &ground);
    let members = members(&ground);
    let mut clusters = places.iter().filter(|place| place.kind == PlaceKind::Cluster);
    let mut number = recipe.first_team;
    for (v, (_, village)) in ground.villages.iter().enumerate() {
        for (r, row) in village.rows.iter().enumerate() {
            let Some(cluster) = clusters.next() else { continue };
            let loose =
                recipe.last_row_has_no_team && v + 1 == ground.villages.len() && r + 1 == village.rows.len();
            let team = (!loose).then(|| (mint.id(TeamId::new), number));
            number += usize::from(!loose);
            let kind =
                |plot: usize| members.iter().find(|(at, _)| *at == (v, r, plot)).map(|(_, kind)| *kind);
            building.row(village, row, cluster.id, team, &kind);
        }
    }
    teams::mark_adjacent(&mut building.teams, &building.spots);
    let Building { households, teams, .. } = building;
    let points = civic::points(recipe.points, &ground, frame, &places, &teams, &chance, &mint);
    Commune {
        id,
        setting: recipe.plan.setting,
        above: recipe.above,
        points,
        officials: civic::officials(highland, &chance, &mint),
        mediation: civic::mediation(&recipe.mediators, &places, highland, &chance),
        models: civic::models(recipe.models, recipe.plan.setting, &places, &chance),
        map: map(&ground, frame, recipe.outline),
        places,
        households,
        teams,
    }
}

struct Building<'a> {
    families: Families<'a>,
    fitter: Fitter<'a>,
    chance: &'a Chance,
    mint: &'a Mint,
    frame: Frame,
    /// The commune's own word, without "Xã".
    commune: String,
    taken: BTreeSet<String>,
    households: Vec<Household>,
    teams: Vec<Team>,
    /// The spots of each team's homes.
    spots: Vec<Vec<Spot>>,
}

impl Building<'_> {
    /// The commune, its villages and their clusters.
    fn places(&self, recipe: &Recipe, ground: &Ground) -> Vec<Place> {
        let place = |parent, kind, name: &str, at| {
            let (id, name) = (self.mint.id(PlaceId::new), name.to_owned());
            Place { id, parent, kind, name, position: self.frame.position(at) }
        };
        let parent = recipe.above.last().map(|place| place.id);
        let commune = place(parent, PlaceKind::Commune, &recipe.name, spot(0.0, 0.0));
        let commune_id = commune.id;
        let mut places = vec![commune];
        for (name, village) in &ground.villages {
            let whole = place(Some(commune_id), PlaceKind::Village, name, village.middle);
            let village_id = whole.id;
            places.push(whole);
            for row in &village.rows {
                let sum = row.plots.iter().fold(spot(0.0, 0.0), |sum, plot| sum + plot.at);
                let middle = sum * (1.0 / real(row.plots.len().max(1)));
                places.push(place(Some(village_id), PlaceKind::Cluster, &row.name, middle));
            }
        }
        places
    }

    /// The homes of one row, and their team if they have one.
    fn row(
        &mut self,
        village: &Village,
        row: &Row,
        cluster: PlaceId,
        team: Option<(TeamId, usize)>,
        special: &dyn Fn(usize) -> Option<HouseholdKind>,
    ) {
        let first = self.households.len();
        for (index, plot) in row.plots.iter().enumerate() {
            let kind =
                if plot.moored { HouseholdKind::Boat } else { special(index).unwrap_or(HouseholdKind::Home) };
            let mut home = self.household(village, row, plot, kind, cluster);
            home.team = team.map(|(id, _)| id);
            self.households.push(home);
        }
        let Some((id, number)) = team else { return };
        let (leader, deputy) = teams::choose_leaders(&mut self.households[first..], self.chance);
        self.teams.push(Team {
            id,
            name: format!("Tổ liên gia {number}"),
            place: cluster,
            households: self.households[first..].iter().map(|home| home.id).collect(),
            leader,
            deputy,
            adjacent: Vec::new(),
        });
        self.spots.push(row.plots.iter().map(|plot| plot.at).collect());
    }

    fn household(
        &mut self,
        village: &Village,
        row: &Row,
        plot: &Plot,
        kind: HouseholdKind,
        place: PlaceId,
    ) -> Household {
        let chance = self.chance;
        let id = self.mint.id(HouseholdId::new);
        let people = match kind {
            HouseholdKind::Home | HouseholdKind::Boat => self.families.family(),
            HouseholdKind::BoardingHouse => {
                let mut people = self.families.family();
                people.extend(self.families.tenants(chance.among(12, 17)));
                people
            }
            HouseholdKind::School => self.families.staff(6),
            HouseholdKind::Agency => self.families.staff(5),
            HouseholdKind::Company => self.families.staff(4),
        };
        let occupants = match kind {
            HouseholdKind::School => Some(30 * chance.among(8, 14)),
            HouseholdKind::Company => Some(10 * chance.among(3, 9)),
            _ => None,
        };
        let number = u16::try_from(chance.among(1_000, 9_999)).unwrap_or(1_000);
        let label = if kind == HouseholdKind::Home {
            homes::label(&people, plot, row, &|label| self.taken.contains(label), chance)
        } else {
            homes::member_label(kind, &people, row, &self.commune, number, chance)
        };
        self.taken.insert(label.clone());
        let unnumbered = plot.number.is_none() || kind != HouseholdKind::Home;
        let found =
            (unnumbered || chance.percent(12)).then(|| homes::how_to_find(plot, row, village, chance));
        Household {
            id,
            kind,
            label: Pii::new(label),
            place,
            team: None,
            position: self.frame.position(plot.at),
            how_to_find: found.map(Pii::new),
            floor_notes: homes::floor_notes(kind, village.style, chance).map(Pii::new),
            occupants: occupants.and_then(|many| u32::try_from(many).ok()),
            people,
            devices: self.fitter.fit(kind, village.style),
        }
    }
}

/// Which plots hold something other than a home: (village, row, plot).
fn members(ground: &Ground) -> Vec<((usize, usize, usize), HouseholdKind)> {
    let mut found: Vec<((usize, usize, usize), HouseholdKind)> = Vec::new();
    let mut put = |kind, styles: &[Style], at_the_end: bool| {
        let rows = ground.villages.iter().enumerate().flat_map(|(v, (_, village))| {
            village.rows.iter().enumerate().map(move |(r, row)| (v, r, village.style, row.plots.len()))
        });
        let mut rows = rows.filter(|(_, _, style, size)| styles.contains(style) && *size >= 6);
        let free = rows.find(|(v, r, _, _)| !found.iter().any(|((fv, fr, _), _)| (fv, fr) == (v, r)));
        if let Some((v, r, _, size)) = free {
            found.push(((v, r, if at_the_end { size - 1 } else { 0 }), kind));
        }
    };
    put(HouseholdKind::Agency, &[Style::Street, Style::Hamlet], false);
    put(HouseholdKind::School, &[Style::Lanes, Style::Hamlet], true);
    put(HouseholdKind::BoardingHouse, &[Style::Street, Style::Lanes], true);
    put(HouseholdKind::Company, &[Style::Hamlet, Style::Lanes], true);
    found
}

fn map(ground: &Ground, frame: Frame, shared_outline: Option<Line>) -> Map {
    let villages = || ground.villages.iter().map(|(_, village)| village);
    let outline = shared_outline.unwrap_or_else(|| outline::around(ground));
    // A little beyond, so that roads and rivers cross the outline.
    let wide = Line::new(outline.spots().iter().map(|&at| at * 1.04));
    let clipped =
        |line: &Line| Line::new(line.spots().iter().copied().filter(|&at| outline::inside(&wide, at)));
    let roads = ground.roads.iter().map(|(width, line)| (*width, clipped(line)));
    let lanes = villages().flat_map(|village| village.roads.iter().cloned());
    let road = |(width, line)| Road { width, line: frame.line(&line) };
    let banks = ground.river.as_ref().map(|river| {
        let nearby = river
            .spots()
            .iter()
            .copied()
            .filter(|&at| outline.metres_from(at) < 8.0 * RIVER_M || outline::inside(&wide, at));
        outline::banks(&Line::new(nearby), RIVER_M)
    });
    let landmarks = villages().flat_map(|village| &village.landmarks);
    Map {
        outline: frame.line(&outline),
        roads: roads.chain(lanes).map(road).collect(),
        water: banks.into_iter().map(|banks| frame.line(&banks)).collect(),
        landmarks: landmarks.map(|(name, at)| ((*name).to_owned(), frame.position(*at))).collect(),
    }
}
