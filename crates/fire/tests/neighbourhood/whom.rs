//! Whom an alarm concerns, worked out from the town.

use crate::town::Town;
use liengia_fire::engine::{AlarmSnapshot, Mode, Source};
use liengia_kernel::HouseholdId;
use std::collections::BTreeSet;

pub fn burning(shown: &AlarmSnapshot) -> BTreeSet<HouseholdId> {
    shown.households.iter().filter(|home| home.burning).map(|home| home.household).collect()
}

/// The burning homes and those next to them; the whole team where nobody knows.
pub fn near(town: &Town, shown: &AlarmSnapshot) -> BTreeSet<HouseholdId> {
    if shown.mode == Mode::Drill {
        return BTreeSet::new();
    }
    let burning = burning(shown);
    match shown.team {
        Some(team) if burning.is_empty() => town.homes_of(team),
        _ => burning.iter().flat_map(|home| town.adjoining(*home)).chain(burning.clone()).collect(),
    }
}

/// Whoever must hear it: the whole team of each home where somebody pressed, and the homes near.
pub fn concerned(town: &Town, shown: &AlarmSnapshot) -> BTreeSet<HouseholdId> {
    let mut homes = near(town, shown);
    homes.extend(shown.team.into_iter().flat_map(|team| town.homes_of(team)));
    let pressed = shown.presses.iter().filter(|press| press.source != Source::Bell);
    for home in pressed.filter_map(|press| press.household).filter(|home| !town.moved.contains(home)) {
        homes.extend(town.homes_of(town.team_of(home)));
    }
    homes
}

pub fn clear(town: &Town, shown: &AlarmSnapshot, home: HouseholdId) -> bool {
    let out = shown.households.iter().find(|known| known.household == home).and_then(|known| known.out);
    out.is_some_and(|out| usize::from(out.count + out.away) >= town.home(home).people.len())
}
