//! What a report on an alarm or drill finds: how long things took, and where nobody was reached. Pure, and from the
//! record alone.

use crate::{
    engine::{AlarmSnapshot, Event, HomeSnapshot, Mode, Said, Saw},
    event::{HomeThen, Unsaid},
};
use liengia_kernel::{HouseholdId, Timestamp};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// A bell that rang later than this after the press rang late.
pub const RANG_IN_TIME: Duration = Duration::from_secs(10);

/// The emergency number called later than this after the press was called late.
pub const CALLED_IN_TIME: Duration = Duration::from_mins(2);

/// What was missed at one home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HomeGap {
    /// It had no bell.
    NoBell,
    /// Its bell never confirmed that it rang.
    BellNeverConfirmed,
    /// Its bell confirmed later than 10 s after the press.
    BellLate,
    /// Nobody there saw it, as far as anybody knows.
    NobodySawIt,
    /// Somebody saw it, and nobody answered.
    NobodyAnswered,
    /// It burnt or stood next to the fire, and nobody said that all were out.
    NobodySaidAllOut,
    /// It burnt or stood next to the fire, and fewer were counted than had to be out.
    SomeoneMissing,
}

/// What was missed in the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Gap {
    /// Nobody said that the emergency number was called.
    EmergencyNeverCalled,
    /// It was called late.
    EmergencyCalledLate {
        /// So many seconds after the press.
        seconds: u64,
    },
    /// Nobody could be texted or called: there was no gateway.
    NobodyCalledNoGateway,
    /// Nobody sat at the desk, and there was no number to call in their place.
    NobodyOnCall,
    /// Nobody said that they come.
    NobodyCame,
    /// Nobody looked.
    NobodyLooked,
    /// Bells that never confirmed.
    BellsNeverConfirmed {
        /// Of so many homes.
        homes: u64,
    },
    /// Homes where neither bell nor phone nor person is known to have had it.
    HomesNotReached {
        /// So many.
        homes: u64,
    },
    /// Homes near the fire that were not accounted for when it was closed.
    HomesUnaccounted {
        /// So many.
        homes: u64,
    },
}

/// How long things took, in seconds from the press.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Durations {
    /// Until the first bell confirmed.
    pub first_bell_s: Option<f64>,
    /// Until the last bell that ever confirmed.
    pub last_bell_s: Option<f64>,
    /// Until somebody saw it.
    pub first_seen_s: Option<f64>,
    /// Until somebody said that they come.
    pub first_coming_s: Option<f64>,
    /// Until somebody was there.
    pub first_arrived_s: Option<f64>,
    /// Until somebody said that the emergency number was called.
    pub emergency_called_s: Option<f64>,
    /// Until somebody said what they saw.
    pub first_looked_s: Option<f64>,
    /// Until the last home near the fire was out, if all were.
    pub all_out_s: Option<f64>,
    /// Until it was closed.
    pub closed_s: Option<f64>,
}

/// What a report finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// How long things took.
    pub durations: Durations,
    /// What was missed at which home.
    pub homes: BTreeMap<HouseholdId, Vec<HomeGap>>,
    /// What was missed in the whole.
    pub gaps: Vec<Gap>,
    /// People who answered in any way.
    pub answered: u64,
    /// Who saw fire, and who saw none.
    pub saw_fire: u64,
    /// Who saw none.
    pub saw_no_fire: u64,
}

/// What the record of an alarm shows.
pub fn findings(
    snapshot: &AlarmSnapshot,
    events: &[Event],
    then: &BTreeMap<HouseholdId, HomeThen>,
    unsaid: &BTreeSet<Unsaid>,
) -> Findings {
    let live = snapshot.mode == Mode::Live;
    let since = snapshot.raised_at;
    let homes = snapshot
        .households
        .iter()
        .map(|home| (home.household, home_gaps(home, then.get(&home.household), live, since)));
    let homes: BTreeMap<HouseholdId, Vec<HomeGap>> = homes.collect();
    let saw = |wanted: Saw| {
        let looked =
            events.iter().filter(|event| matches!(event, Event::Looked { saw, .. } if *saw == wanted));
        count(looked.count())
    };
    Findings {
        durations: durations(snapshot, events, since),
        gaps: gaps(snapshot, events, &homes, unsaid),
        answered: count(snapshot.voices.len()),
        saw_fire: saw(Saw::Fire),
        saw_no_fire: saw(Saw::NoFire),
        homes,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn home_gaps(home: &HomeSnapshot, then: Option<&HomeThen>, live: bool, since: Timestamp) -> Vec<HomeGap> {
    let mut gaps = Vec::new();
    match (home.rang_at, then.map_or(1, |then| then.bells)) {
        (Some(at), _) if at.since(since) > RANG_IN_TIME => gaps.push(HomeGap::BellLate),
        (Some(_), _) => {}
        (None, 0) => gaps.push(HomeGap::NoBell),
        (None, _) => gaps.push(HomeGap::BellNeverConfirmed),
    }
    if home.seen_at.is_none() {
        gaps.push(HomeGap::NobodySawIt);
    } else if home.answer.is_none() {
        gaps.push(HomeGap::NobodyAnswered);
    }
    if live && (home.burning || home.adjoining) && !home.clear {
        gaps.push(if home.out.is_some() { HomeGap::SomeoneMissing } else { HomeGap::NobodySaidAllOut });
    }
    gaps
}

fn gaps(
    snapshot: &AlarmSnapshot,
    events: &[Event],
    homes: &BTreeMap<HouseholdId, Vec<HomeGap>>,
    unsaid: &BTreeSet<Unsaid>,
) -> Vec<Gap> {
    let live = snapshot.mode == Mode::Live;
    let mut gaps = Vec::new();
    match snapshot.emergency_call {
        _ if !live => {}
        None => gaps.push(Gap::EmergencyNeverCalled),
        Some((_, at)) => {
            let after = at.since(snapshot.raised_at);
            if after > CALLED_IN_TIME {
                gaps.push(Gap::EmergencyCalledLate { seconds: after.as_secs() });
            }
        }
    }
    gaps.extend(unsaid.iter().map(|why| match why {
        Unsaid::NoGateway => Gap::NobodyCalledNoGateway,
        Unsaid::NoOnCall => Gap::NobodyOnCall,
    }));
    let came = |event: &Event| matches!(event, Event::Answered { said: Said::Coming | Said::Arrived, .. });
    if !events.iter().any(came) {
        gaps.push(Gap::NobodyCame);
    }
    if live && !events.iter().any(|event| matches!(event, Event::Looked { .. })) {
        gaps.push(Gap::NobodyLooked);
    }
    let silent = homes.values().filter(|gaps| gaps.contains(&HomeGap::BellNeverConfirmed)).count();
    if silent > 0 {
        gaps.push(Gap::BellsNeverConfirmed { homes: count(silent) });
    }
    let unreached = snapshot.households.iter();
    let unreached = unreached.filter(|home| home.rang_at.is_none() && home.delivered_at.is_none()).count();
    if unreached > 0 {
        gaps.push(Gap::HomesNotReached { homes: count(unreached) });
    }
    if live && snapshot.counts.unaccounted > 0 {
        gaps.push(Gap::HomesUnaccounted { homes: count(snapshot.counts.unaccounted) });
    }
    gaps
}

fn durations(snapshot: &AlarmSnapshot, events: &[Event], since: Timestamp) -> Durations {
    let seconds = |at: Timestamp| (at.since(since).as_secs_f64() * 10.0).round() / 10.0;
    let first =
        |is: fn(&Event) -> bool| events.iter().find(|event| is(event)).map(|event| seconds(event.at()));
    let rang = || snapshot.households.iter().filter_map(|home| home.rang_at);
    let near = || snapshot.households.iter().filter(|home| home.burning || home.adjoining);
    let outs: Option<Vec<Timestamp>> =
        near().map(|home| home.out.filter(|_| home.clear).map(|out| out.at)).collect();
    Durations {
        first_bell_s: rang().min().map(seconds),
        last_bell_s: rang().max().map(seconds),
        first_seen_s: snapshot.households.iter().filter_map(|home| home.seen_at).min().map(seconds),
        first_coming_s: first(|event| {
            matches!(event, Event::Answered { said: Said::Coming | Said::Arrived, .. })
        }),
        first_arrived_s: first(|event| matches!(event, Event::Answered { said: Said::Arrived, .. })),
        emergency_called_s: snapshot.emergency_call.map(|(_, at)| seconds(at)),
        first_looked_s: first(|event| matches!(event, Event::Looked { .. })),
        all_out_s: outs.and_then(|outs| outs.into_iter().max()).map(seconds),
        closed_s: super::ending(events).map(|event| seconds(event.at())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{By, CloseReason, PressFacts, Rung, Scope, Source},
        rules::as_it_ended,
    };
    use liengia_kernel::{AlarmId, DeviceId, PersonId, TeamId};

    const ALARM: AlarmId = AlarmId::from_bytes([1; 16]);
    const TEAM: TeamId = TeamId::from_bytes([2; 16]);
    const LAN: PersonId = PersonId::from_bytes([5; 16]);

    fn home(byte: u8) -> HouseholdId {
        HouseholdId::from_bytes([byte; 16])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000 + seconds)
    }

    fn raised() -> Event {
        let press = PressFacts {
            press: ALARM,
            source: Source::Phone,
            household: Some(home(11)),
            device: None,
            by: Some(LAN),
            pressed_at: at(0),
            late: false,
        };
        Event::Raised { alarm: ALARM, at: at(0), stands_on: Scope::Team(TEAM), own_home: false, press }
    }

    fn rang(byte: u8, seconds: i64) -> Event {
        let device = DeviceId::from_bytes([byte; 16]);
        Event::Rang { alarm: ALARM, at: at(seconds), household: home(byte), device }
    }

    fn closed(seconds: i64) -> Event {
        let (by, reason) = (By::desk(LAN), CloseReason::FireOut);
        Event::Closed { alarm: ALARM, at: at(seconds), by, looked_by: LAN, reason }
    }

    /// Three homes: one whose bell rings at once, one whose bell rings late, one without a bell.
    fn found(between: Vec<Event>) -> Findings {
        found_where(between, None)
    }

    fn found_where(between: Vec<Event>, unsaid: Option<Unsaid>) -> Findings {
        let then = [(11, 1), (12, 1), (13, 0)]
            .map(|(byte, bells)| (home(byte), HomeThen { household: home(byte), bells, people: 2 }));
        let then = BTreeMap::from(then);
        let mut events = vec![raised(), Event::RungTaken { alarm: ALARM, at: at(0), rung: Rung::Team }];
        events.extend(between);
        events.push(closed(600));
        let snapshot = as_it_ended(ALARM, &events, &then, |_| None).unwrap();
        findings(&snapshot, &events, &then, &unsaid.into_iter().collect())
    }

    #[test]
    fn an_alarm_that_reached_nobody_says_so_of_every_home() {
        let found = found(Vec::new());
        assert_eq!(
            found.gaps,
            [
                Gap::EmergencyNeverCalled,
                Gap::NobodyCame,
                Gap::NobodyLooked,
                Gap::BellsNeverConfirmed { homes: 2 },
                Gap::HomesNotReached { homes: 3 },
                Gap::HomesUnaccounted { homes: 3 },
            ]
        );
        assert_eq!(
            found.homes[&home(13)],
            [HomeGap::NoBell, HomeGap::NobodySawIt, HomeGap::NobodySaidAllOut]
        );
        assert_eq!(found.durations.closed_s, Some(600.0));
    }

    #[test]
    fn whom_nobody_could_call_is_a_gap_and_why() {
        let gaps = |unsaid| found_where(Vec::new(), unsaid).gaps;
        assert_eq!(gaps(Some(Unsaid::NoGateway))[1], Gap::NobodyCalledNoGateway);
        assert_eq!(gaps(Some(Unsaid::NoOnCall))[1], Gap::NobodyOnCall);
        assert_eq!(gaps(None)[1], Gap::NobodyCame);
    }

    #[test]
    fn what_was_late_is_named_with_how_late() {
        let by = By::neighbour(LAN);
        let found = found(vec![
            rang(11, 1),
            rang(12, 30),
            Event::EmergencyCalled { alarm: ALARM, at: at(180), by },
            Event::Looked { alarm: ALARM, at: at(200), by: LAN, saw: Saw::Fire, told_to: None },
            Event::AllOut { alarm: ALARM, at: at(240), household: home(12), count: 1, away: 0, by },
        ]);
        assert!(found.gaps.contains(&Gap::EmergencyCalledLate { seconds: 180 }));
        assert_eq!(found.homes[&home(12)][0], HomeGap::BellLate);
        assert!(found.homes[&home(12)].contains(&HomeGap::SomeoneMissing));
        assert_eq!((found.durations.first_bell_s, found.durations.last_bell_s), (Some(1.0), Some(30.0)));
        assert_eq!(found.durations.first_looked_s, Some(200.0));
    }
}
