//! Who is next to the fire, who is out of it, and whether enough are coming.

use super::alarm::{Alarm, Voice};
use super::standing::Standing;
use super::terms::{Mode, Said};
use liengia_kernel::{HouseholdId, PersonId};
use std::collections::BTreeSet;

/// The burning homes and those next to them. Where nobody knows what burns, every home it reaches; in a
/// drill nothing burns.
pub(super) fn near(roster: &Standing, alarm: &Alarm) -> BTreeSet<HouseholdId> {
    if alarm.mode == Mode::Drill {
        return BTreeSet::new();
    }
    let mut near = alarm.burning.clone();
    for burning in &alarm.burning {
        near.extend(roster.homes_next_to(*burning));
    }
    if near.is_empty() {
        near.extend(alarm.scope.home());
        near.extend(alarm.teams().flat_map(|team| roster.homes_of(team)));
    }
    near
}

/// Whether somebody said of a home that all are out, and named as many as are registered or usually there.
pub(super) fn clear(roster: &Standing, alarm: &Alarm, household: HouseholdId) -> bool {
    let out = alarm.homes.get(&household).and_then(|home| home.out);
    out.is_some_and(|out| out.count.saturating_add(out.away) >= roster.registered(household))
}

/// Whether a home is near the fire and not clear: its people get out, and are sent nowhere.
pub(super) fn in_danger(
    roster: &Standing,
    alarm: &Alarm,
    near: &BTreeSet<HouseholdId>,
    household: HouseholdId,
) -> bool {
    near.contains(&household) && !clear(roster, alarm, household)
}

/// Whether everybody in the burning and adjoining homes is accounted for. Never so where no home is known.
pub(super) fn accounted(roster: &Standing, alarm: &Alarm, near: &BTreeSet<HouseholdId>) -> bool {
    !near.is_empty() && near.iter().all(|home| clear(roster, alarm, *home))
}

/// How many said this, from homes that are not themselves in danger.
pub(super) fn helping(roster: &Standing, alarm: &Alarm, near: &BTreeSet<HouseholdId>, said: Said) -> usize {
    let answers = alarm.voices.values().filter(|voiced| voiced.said == said);
    answers.filter(|voiced| !in_danger(roster, alarm, near, voiced.household)).count()
}

/// Whether enough are coming; every escalation by hand asks for as many again.
pub(super) fn enough(roster: &Standing, alarm: &Alarm, near: &BTreeSet<HouseholdId>) -> bool {
    let wanted = usize::from(roster.ladder(alarm.scope).enough) * (1 + usize::from(alarm.escalations));
    let there_or_coming = [Said::Coming, Said::Arrived].map(|said| helping(roster, alarm, near, said));
    there_or_coming.iter().sum::<usize>() >= wanted
}

/// Whether anybody of a home has answered.
pub(super) fn answered(alarm: &Alarm, household: HouseholdId) -> bool {
    alarm.voices.values().any(|voiced| voiced.household == household)
}

/// Whether this person has answered, or a phone of their home that is nobody's in particular.
pub(super) fn person_answered(alarm: &Alarm, household: HouseholdId, person: PersonId) -> bool {
    let voices = [Voice::Person(person), Voice::Household(household)];
    voices.iter().any(|voice| alarm.voices.contains_key(voice))
}
