//! What happened, as data for sentences: the browser has the words, this has who, when and how many.

use super::{
    Names,
    alarm::{Particular, TimelineEntry},
};
use crate::{
    engine::{Event, Holder, PressFacts},
    live::Note,
};
use liengia_kernel::{AlarmId, HouseholdId, Pii};
use serde::Serialize;
use std::collections::BTreeMap;

type Args = BTreeMap<&'static str, Particular>;

/// The word of a closed list, as it stands in every message.
fn word(value: impl Serialize) -> Particular {
    // The words of closed lists serialise as texts.
    let json = serde_json::to_value(value).unwrap_or_default();
    Particular::Word(json.as_str().unwrap_or_default().to_owned())
}

fn id(alarm: AlarmId) -> Particular {
    Particular::Word(alarm.to_string())
}

/// Whether boards leave it out: it stands in the homes already, and there is much of it.
pub(crate) fn is_noise(event: &Event) -> bool {
    matches!(
        event,
        Event::Rang { .. }
            | Event::Delivered { .. }
            | Event::Seen { .. }
            | Event::CardOffered { .. }
            | Event::CardMovedOn { .. }
            | Event::CardWithdrawn { .. }
    )
}

/// A note, for those who may read it.
pub(crate) fn note(note: &Note, names: &Names<'_>) -> TimelineEntry {
    TimelineEntry {
        at: note.at,
        kind: "note",
        who: note.by.map(|person| names.person(person)),
        args: Args::from([("about", word(note.about)), ("text", Particular::Words(note.text.clone()))]),
    }
}

/// What happened, with the names that belong to it.
pub(crate) fn entry(event: &Event, names: &Names<'_>) -> TimelineEntry {
    let (who, args) = told(event, names);
    TimelineEntry { at: event.at(), kind: event.into(), who, args }
}

fn press(facts: &PressFacts, names: &Names<'_>) -> (Option<Pii<String>>, Args) {
    let mut args = Args::from([("source", word(facts.source)), ("late", Particular::Truth(facts.late))]);
    args.extend(facts.household.map(|home| ("home", Particular::Words(names.household(home)))));
    (facts.by.map(|person| names.person(person)), args)
}

fn told(event: &Event, names: &Names<'_>) -> (Option<Pii<String>>, Args) {
    let home = |household: HouseholdId| ("home", Particular::Words(names.household(household)));
    let by = |by| Some(names.by(by));
    match event {
        Event::Raised { press: facts, own_home, .. } => {
            let (who, mut args) = press(facts, names);
            args.insert("own_home", Particular::Truth(*own_home));
            (who, args)
        }
        Event::Joined { press: facts, .. } | Event::LateAsked { facts, .. } => press(facts, names),
        Event::Adopted { own_home, .. } => (None, own_home.map(home).into_iter().collect()),
        Event::WentToTeam { why, .. } => (None, Args::from([("why", word(why))])),
        Event::CancelledAtHome { household, by, .. } => {
            (by.map(|person| names.person(person)), Args::from([home(*household)]))
        }
        Event::LateAnswered { yes, by: who, .. } => {
            (who.and_then(by), Args::from([("yes", Particular::Truth(*yes))]))
        }
        Event::Linked { with, .. } => (None, Args::from([("with", id(*with))])),
        Event::RungTaken { rung, .. } => (None, Args::from([("rung", word(rung))])),
        Event::Rang { household, .. } | Event::Delivered { household, .. } => {
            (None, Args::from([home(*household)]))
        }
        Event::Seen { household, person, .. } => {
            (person.map(|person| names.person(person)), Args::from([home(*household)]))
        }
        Event::Answered { household, person, said, .. } => {
            let args = Args::from([home(*household), ("said", word(said))]);
            (person.map(|person| names.person(person)), args)
        }
        Event::Looked { by, saw, told_to, .. } => {
            let told_to = told_to.map(|person| ("told_to", Particular::Words(names.person(person))));
            (Some(names.person(*by)), [("saw", word(saw))].into_iter().chain(told_to).collect())
        }
        Event::AllOut { household, count, away, by: who, .. } => {
            let number = |count: &u16| Particular::Number(u64::from(*count));
            (by(*who), Args::from([home(*household), ("count", number(count)), ("away", number(away))]))
        }
        Event::Closed { by: who, looked_by, reason, .. } => {
            let looked_by = Particular::Words(names.person(*looked_by));
            (by(*who), Args::from([("looked_by", looked_by), ("reason", word(reason))]))
        }
        _ => told_of_cards_and_drills(event, names),
    }
}

fn told_of_cards_and_drills(event: &Event, names: &Names<'_>) -> (Option<Pii<String>>, Args) {
    let card = |holder: Holder, args: Args| (Some(names.holder(holder)), args);
    let by = |by| Some(names.by(by));
    match event {
        Event::CardOffered { role, to: holder, .. }
        | Event::CardAccepted { role, by: holder, .. }
        | Event::CardDeclined { role, by: holder, .. }
        | Event::CardMovedOn { role, from: holder, .. } => card(*holder, Args::from([("card", word(role))])),
        Event::CardWithdrawn { role, from, why, .. } => {
            card(*from, Args::from([("card", word(role)), ("why", word(why))]))
        }
        Event::EmergencyCalled { by: who, .. }
        | Event::FalseAlarmClaimed { by: who, .. }
        | Event::Escalated { by: who, .. } => (by(*who), Args::new()),
        Event::DrillAnnounced { by: who, starts_at, .. } => {
            (by(*who), Args::from([("starts_at", Particular::Word(starts_at.to_string()))]))
        }
        Event::DrillStarted { by: who, .. } => (who.and_then(by), Args::new()),
        Event::DrillEnded { why, by: who, .. } => (who.and_then(by), Args::from([("why", word(why))])),
        Event::DrillCancelled { why, by: who, .. } => (who.and_then(by), Args::from([("why", word(why))])),
        Event::WrongSound { sound, .. } => (None, Args::from([("sound", word(sound))])),
        _ => (None, Args::new()),
    }
}
