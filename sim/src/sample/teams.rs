//! Who leads a team, and which teams stand next to each other.

use super::chance::Chance;
use super::families::YEAR;
use super::ground::Spot;
use super::model::{Household, HouseholdKind, Skill, Team};
use liengia_kernel::PersonId;

/// Teams whose nearest homes are at most this far apart stand next to each other.
pub(super) const NEXT_TO_M: f64 = 60.0;
/// A team with no team so near counts the nearest one as next to it, up to this far.
pub(super) const NEAREST_WITHIN_M: f64 = 700.0;

/// Chooses a leader and a deputy of two households, and gives both what leaders are trained for.
pub(super) fn choose_leaders(households: &mut [Household], chance: &Chance) -> (PersonId, PersonId) {
    let mut chosen: Vec<PersonId> = Vec::with_capacity(2);
    let mut order: Vec<usize> = (0..households.len()).collect();
    chance.shuffle(&mut order);
    // First homes with somebody fit, then whoever is of age: every team has a leader.
    for fit in [true, false] {
        for &index in &order {
            let home = &mut households[index];
            let taken = home.people.iter().any(|person| chosen.contains(&person.id));
            if chosen.len() == 2 || taken || (fit && home.kind != HouseholdKind::Home) {
                continue;
            }
            let suits = |age: u16| (33..67).contains(&age);
            let candidate = home.people.iter_mut().find(|person| {
                person.adult
                    && person.help.is_none()
                    && (!fit || (suits(YEAR - person.born) && !person.tenant))
            });
            if let Some(person) = candidate {
                person.can_respond = true;
                person.trained.extend([Skill::Extinguisher, Skill::Evacuation]);
                person.trained.sort();
                person.trained.dedup();
                chosen.push(person.id);
            }
        }
    }
    let leader = chosen.first().copied().unwrap_or(households[0].people[0].id);
    (leader, chosen.get(1).copied().unwrap_or(households[1].people[0].id))
}

/// Marks teams next to each other, on both sides. `homes` holds the spots of each team's homes.
pub(super) fn mark_adjacent(teams: &mut [Team], homes: &[Vec<Spot>]) {
    let far = |a: &[Spot], b: &[Spot]| {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| a.metres_to(*b)));
        pairs.fold(f64::INFINITY, f64::min)
    };
    let mut nearest = vec![(f64::INFINITY, 0); teams.len()];
    for first in 0..teams.len() {
        for second in first + 1..teams.len() {
            if homes[first][0].metres_to(homes[second][0]) > NEAREST_WITHIN_M + 400.0 {
                continue;
            }
            let metres = far(&homes[first], &homes[second]);
            if metres <= NEXT_TO_M {
                join(teams, first, second);
            }
            for (one, other) in [(first, second), (second, first)] {
                if metres < nearest[one].0 {
                    nearest[one] = (metres, other);
                }
            }
        }
    }
    for (team, &(metres, other)) in nearest.iter().enumerate() {
        if teams[team].adjacent.is_empty() && metres <= NEAREST_WITHIN_M {
            join(teams, team, other);
        }
    }
}

fn join(teams: &mut [Team], one: usize, other: usize) {
    let (one_id, other_id) = (teams[one].id, teams[other].id);
    for (team, neighbour) in [(one, other_id), (other, one_id)] {
        if !teams[team].adjacent.contains(&neighbour) {
            teams[team].adjacent.push(neighbour);
        }
    }
}
