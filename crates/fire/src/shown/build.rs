//! An alarm made of ids and names for the one who asks.

use super::{
    Names, Whole,
    alarm::{
        Alarm, AlarmHousehold, AlarmOrigin, AlarmState, AllOut, Closed, EmergencyCall, FalseAlarm, HelpNote,
        Ladder, Looked, Looker, Mine, PointNear, Responder, TimelineEntry,
    },
    timeline,
};
use crate::{
    engine::{self, CardState, Event, HomeSnapshot, Phase},
    event::About,
    live::Home,
    views::nearest,
};
use liengia_kernel::{HouseholdId, PersonId, Pii, Position};
use std::collections::{BTreeMap, BTreeSet};

/// Nearest points that are shown.
const POINTS: usize = 5;

/// Most entries of a timeline on a board: the last ones. The report has all of them.
const TIMELINE: usize = 200;

/// The middle of these places, which lie near each other.
fn middle(all: &[Position]) -> Option<Position> {
    let count = f64::from(u32::try_from(all.len()).ok().filter(|count| *count > 0)?);
    let of = |degrees: fn(Position) -> f64| all.iter().map(|one| degrees(*one)).sum::<f64>() / count;
    Position::new(of(Position::lat), of(Position::lon)).ok()
}

/// Who asks, as far as this alarm is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    pub person: PersonId,
    pub household: Option<HouseholdId>,
    /// They lead the team, stand in, or sit at the desk.
    pub leads: bool,
}

/// What the engine says of the one who asks, and what they may be told besides.
pub(crate) struct Seen {
    pub viewer: Viewer,
    pub mine: Option<engine::Mine>,
    pub help: Vec<HelpNote>,
}

impl Whole {
    /// The alarm for the one who asks.
    pub fn shown(&self, names: &Names<'_>, seen: Seen) -> Alarm {
        let Seen { viewer, mine, help } = seen;
        let snapshot = &self.snapshot;
        let open = self.ending.is_none();
        let team = snapshot.team.and_then(|team| names.team(team));
        // Who goes there, leads or sits at the desk is told of doors and floors.
        let inside = self.responds(viewer) || viewer.leads;
        let told = Told { leads: viewer.leads, inside };
        Alarm {
            alarm: snapshot.alarm,
            number: self.number,
            mode: snapshot.mode,
            state: self.state(),
            origin: self.origin(names, team.as_ref().map(|team| team.name.as_str()), inside),
            team,
            raised_at: snapshot.raised_at,
            source: snapshot.source,
            late: snapshot.late,
            recorded: snapshot.recorded,
            emergency_call: snapshot.emergency_call.map_or_else(EmergencyCall::default, |(by, at)| {
                EmergencyCall { called: true, by: Some(names.by(by)), at: Some(at) }
            }),
            false_alarm: snapshot.false_alarm.map(|(by, at)| FalseAlarm { by: names.by(by), at }),
            looked: self.looked(names),
            counts: snapshot.counts,
            households: snapshot.households.iter().map(|home| household(home, names, told)).collect(),
            responders: snapshot.responders.iter().filter_map(|card| responder(card, names)).collect(),
            mine: mine.filter(|_| open).map(|mine| self.mine(mine, viewer)),
            help: if open { help } else { Vec::new() },
            ladder: Ladder {
                next_step: snapshot.ladder.next.filter(|_| open),
                next_at: snapshot.ladder.next_at.filter(|_| open),
                enough: snapshot.ladder.enough,
                accounted: snapshot.ladder.accounted,
            },
            bells_rest: snapshot.bells_rest,
            points: self.points(names),
            linked: snapshot.linked.clone(),
            timeline: self.timeline(names, viewer.leads),
            closed: self.ending.as_ref().map(|ending| self.closed(ending, names)),
        }
    }

    fn state(&self) -> AlarmState {
        match (&self.ending, self.snapshot.phase) {
            (Some(_), _) => AlarmState::Closed,
            (None, Phase::OwnHomeWarning) => AlarmState::OwnHomeWarning,
            (None, Phase::Ringing) => AlarmState::Ringing,
        }
    }

    /// Whether the one who asks took a card that leads to the fire.
    pub fn responds(&self, viewer: Viewer) -> bool {
        self.snapshot.responders.iter().any(|card| {
            card.holder == engine::Holder::Person(viewer.person)
                && card.role != engine::Role::Call114
                && matches!(card.state, CardState::Accepted | CardState::Arrived)
        })
    }

    /// The burning homes and those next to them.
    pub fn near(&self) -> BTreeSet<HouseholdId> {
        let near = self.snapshot.households.iter().filter(|home| home.burning || home.adjoining);
        near.map(|home| home.household).collect()
    }

    fn origin(&self, names: &Names<'_>, team: Option<&str>, inside: bool) -> AlarmOrigin {
        let household = self.snapshot.origin;
        let known = household.and_then(|home| names.directory.households.get(&home));
        let label = match (household, team) {
            (Some(household), _) => names.household(household),
            (None, Some(team)) => Pii::new(team.to_owned()),
            (None, None) => names.word("fire-some-home"),
        };
        AlarmOrigin {
            household,
            label,
            position: known.and_then(|home| home.position.clone()),
            how_to_find: known.and_then(|home| written(home.how_to_find())),
            floor_notes: known.filter(|_| inside).and_then(|home| written(home.floor_notes())),
        }
    }

    fn looked(&self, names: &Names<'_>) -> Looked {
        let engine::Looks { fire, no_fire } = self.snapshot.looked;
        let said = self.events.iter().filter_map(|event| match event {
            Event::Looked { by, saw, .. } => Some((*by, *saw)),
            _ => None,
        });
        // Whoever looks again says it anew: the last word stands.
        let said: BTreeMap<_, _> = said.collect();
        let people = said.into_iter();
        let people = people.map(|(person, saw)| Looker { person, name: names.person(person), saw });
        Looked { fire, no_fire, people: people.collect() }
    }

    fn mine(&self, mine: engine::Mine, viewer: Viewer) -> Mine {
        let looked = self.events.iter().rev().find_map(|event| match event {
            Event::Looked { by, saw, .. } if *by == viewer.person => Some(*saw),
            _ => None,
        });
        let own = viewer.household.is_some_and(|own| {
            self.snapshot.households.iter().any(|home| home.burning && home.household == own)
        });
        Mine {
            card: mine.card.map(|(role, _)| role),
            card_state: mine.card.map(|(_, state)| state),
            answer: mine.answer,
            looked,
            must_get_out: mine.must_get_out,
            may_close: mine.may_close,
            may_looked: mine.may_look,
            may_cancel: own && self.snapshot.phase == Phase::OwnHomeWarning,
        }
    }

    /// Where it burns; where nobody says or knows that, the middle of the team's homes.
    fn place(&self, names: &Names<'_>) -> Option<Position> {
        let directory = names.directory;
        let position = |home: &Home| home.position.as_ref().map(|here| *here.expose());
        let origin = self.snapshot.origin.and_then(|home| directory.households.get(&home));
        let team =
            || middle(&directory.homes_of(self.snapshot.team?).filter_map(position).collect::<Vec<_>>());
        origin.and_then(position).or_else(team)
    }

    fn points(&self, names: &Names<'_>) -> Vec<PointNear> {
        let Some(here) = self.place(names) else { return Vec::new() };
        let near = nearest(&names.directory.points, here, POINTS).into_iter();
        near.map(|(point, metres)| PointNear {
            point: point.point,
            name: point.facts.name.clone(),
            metres: whole_metres(metres),
            position: point.facts.position,
        })
        .collect()
    }

    fn timeline(&self, names: &Names<'_>, leads: bool) -> Vec<TimelineEntry> {
        let told = self.events.iter().filter(|event| !timeline::is_noise(event));
        let mut entries: Vec<TimelineEntry> = told.map(|event| timeline::entry(event, names)).collect();
        // Notes are for those who lead; what was announced of a drill is for all.
        let notes = self.notes.iter().filter(|note| leads || note.about == About::Drill);
        entries.extend(notes.map(|note| timeline::note(note, names)));
        entries.sort_by_key(|entry| entry.at);
        let surplus = entries.len().saturating_sub(TIMELINE);
        entries.drain(..surplus);
        entries
    }

    /// How it ended, with what was said of it.
    pub fn closed(&self, ending: &Event, names: &Names<'_>) -> Closed {
        let (code, by, looked_by) = match ending {
            Event::Closed { by, looked_by, reason, .. } => {
                (reason.to_string(), names.by(*by), names.person(*looked_by))
            }
            Event::CancelledAtHome { household, by, .. } => {
                let by = by.map_or_else(|| names.household(*household), |person| names.person(person));
                ("cancelled_at_home".to_owned(), by, Pii::default())
            }
            Event::DrillEnded { why, by, .. } => {
                let by = by.map_or_else(|| names.word("fire-by-itself"), |by| names.by(by));
                (why.to_string(), by, Pii::default())
            }
            _ => (String::new(), Pii::default(), Pii::default()),
        };
        let word = names.word(&format!("fire-closed-{}", code.replace('_', "-")));
        let words = self.notes.iter().rev().find(|note| note.about == About::Close);
        let reason = match words {
            Some(words) if code == "other" => words.text.clone(),
            Some(words) => Pii::new(format!("{}. {}", word.expose(), words.text.expose())),
            None => word,
        };
        Closed { at: ending.at(), by, looked_by, code, reason }
    }
}

/// What the one who asks is told of each home.
#[derive(Clone, Copy)]
struct Told {
    leads: bool,
    inside: bool,
}

/// A text, where there is one.
fn written(text: Pii<String>) -> Option<Pii<String>> {
    Some(text).filter(|text| !text.expose().is_empty())
}

fn household(home: &HomeSnapshot, names: &Names<'_>, told: Told) -> AlarmHousehold {
    let known = names.directory.households.get(&home.household);
    let entered = known.filter(|_| told.inside && (home.burning || home.adjoining));
    let position: Option<Pii<Position>> = known.and_then(|known| known.position.clone());
    AlarmHousehold {
        household: home.household,
        label: names.household(home.household),
        position,
        how_to_find: entered.and_then(|known| written(known.how_to_find())),
        floor_notes: entered.and_then(|known| written(known.floor_notes())),
        metres: home.metres.map(whole_metres),
        burning: home.burning,
        adjoining: home.adjoining,
        people: home.registered,
        rang_at: home.rang_at,
        delivered_at: home.delivered_at,
        seen_at: home.seen_at,
        answer: home.answer,
        answer_at: home.answer_at,
        out: home.out.map(|out| AllOut {
            count: out.count,
            away: out.away,
            by: names.by(out.by),
            at: out.at,
        }),
        clear: home.clear,
        silent: told.leads && home.silent,
    }
}

/// A card that is or was with its holder; one that moved on or was taken back is nobody's.
fn responder(card: &engine::Responder, names: &Names<'_>) -> Option<Responder> {
    let shown = !matches!(card.state, CardState::MovedOn | CardState::Withdrawn);
    let person = match card.holder {
        engine::Holder::Person(person) => Some(person),
        engine::Holder::Household(_) | engine::Holder::Desk => None,
    };
    shown.then(|| Responder {
        person,
        name: names.holder(card.holder),
        card: card.role,
        state: card.state,
        at: card.at,
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn whole_metres(metres: f64) -> u32 {
    metres.round() as u32
}
