//! An alarm that is over, as it stood when it ended: a fold of its record, the same as that of an open one.

use crate::{
    engine::{
        AlarmSnapshot, Event, HouseholdRoster, LadderConfig, Moment, Scope, Settings, State, TeamRoster, step,
    },
    event::HomeThen,
};
use liengia_kernel::{AlarmId, HouseholdId, Position, TeamId};
use std::{collections::BTreeMap, time::Duration};

/// The event that ended what rang.
pub fn ending(events: &[Event]) -> Option<&Event> {
    events.iter().rfind(|event| {
        matches!(event, Event::Closed { .. } | Event::CancelledAtHome { .. } | Event::DrillEnded { .. })
    })
}

/// An alarm or drill as it stood when it ended; none if it never rang or is not over. `position` tells where homes
/// stand: it decides which were next to the fire.
pub fn as_it_ended(
    alarm: AlarmId,
    events: &[Event],
    homes: &BTreeMap<HouseholdId, HomeThen>,
    position: impl Fn(HouseholdId) -> Option<Position>,
) -> Option<AlarmSnapshot> {
    let end = ending(events)?;
    let now = Moment { wall: end.at(), steady: Duration::ZERO };
    let mut state = State::new(Settings::default());
    if let Some(team) = team_of(events) {
        // Nobody of the roster is known: cards that were dealt stand in the record, and none is dealt now.
        let roster = TeamRoster {
            team,
            leader: None,
            deputy: None,
            adjacent: Vec::new(),
            households: homes.values().map(|home| roster_of(home, position(home.household))).collect(),
            ladder: LadderConfig::default(),
        };
        step(&mut state, crate::engine::Input::Team(roster), now);
    }
    state.adopt(events.iter().filter(|event| *event != end).cloned(), now);
    state.snapshot(alarm, now)
}

fn roster_of(home: &HomeThen, position: Option<Position>) -> HouseholdRoster {
    HouseholdRoster {
        household: home.household,
        position,
        adjoining: Vec::new(),
        occupants: home.people,
        people: Vec::new(),
        devices: Vec::new(),
    }
}

fn team_of(events: &[Event]) -> Option<TeamId> {
    events.iter().find_map(|event| match event {
        Event::Raised { stands_on, .. } | Event::Adopted { stands_on, .. } => match stands_on {
            Scope::Team(team) => Some(*team),
            Scope::Home(_) | Scope::Stray(_) => None,
        },
        Event::DrillStarted { team, .. } => Some(*team),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{By, CloseReason, PressFacts, Rung, Source};
    use liengia_kernel::{PersonId, Timestamp};

    const ALARM: AlarmId = AlarmId::from_bytes([1; 16]);
    const TEAM: TeamId = TeamId::from_bytes([2; 16]);
    const HOME: HouseholdId = HouseholdId::from_bytes([3; 16]);
    const NEXT: HouseholdId = HouseholdId::from_bytes([4; 16]);
    const LAN: PersonId = PersonId::from_bytes([5; 16]);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn record() -> Vec<Event> {
        let press = PressFacts {
            press: ALARM,
            source: Source::Phone,
            household: Some(HOME),
            device: None,
            by: Some(LAN),
            pressed_at: at(100),
            late: false,
        };
        vec![
            Event::Raised { alarm: ALARM, at: at(100), stands_on: Scope::Team(TEAM), own_home: false, press },
            Event::RungTaken { alarm: ALARM, at: at(100), rung: Rung::Team },
            Event::AllOut {
                alarm: ALARM,
                at: at(110),
                household: NEXT,
                count: 3,
                away: 0,
                by: By::desk(LAN),
            },
            Event::Closed {
                alarm: ALARM,
                at: at(400),
                by: By::desk(LAN),
                looked_by: LAN,
                reason: CloseReason::FireOut,
            },
        ]
    }

    #[test]
    fn an_alarm_that_is_over_is_shown_as_it_stood_when_it_ended() {
        let homes = [HOME, NEXT].map(|household| (household, HomeThen { household, bells: 1, people: 3 }));
        let shown = as_it_ended(ALARM, &record(), &homes.into(), |_| None).unwrap();
        assert_eq!(shown.team, Some(TEAM));
        assert_eq!((shown.counts.homes, shown.counts.out, shown.counts.unaccounted), (2, 1, 1));
        assert_eq!(shown.responders, [], "nobody is given a card when it is over");
    }

    #[test]
    fn what_is_not_over_has_no_end() {
        let record = record();
        let open = &record[..3];
        assert_eq!(as_it_ended(ALARM, open, &BTreeMap::new(), |_| None), None);
    }
}
