//! `GET /api/history`: what happened to one record.

use super::Api;
use crate::{
    event::RegisterEvent,
    views::{Household, Person, reasons_of},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_journal::{Actor, Body as EntryBody, Entry, EntryFilter, Journal};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, TeamId, Timestamp, shown};
use serde::{Deserialize, Serialize};

/// Whose history.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Whose {
    /// A household.
    household: Option<HouseholdId>,
    /// A person.
    person: Option<PersonId>,
    /// A team.
    team: Option<TeamId>,
    /// A place.
    place: Option<PlaceId>,
}

/// One thing that happened.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Happened {
    /// Its place in the journal.
    seq: u64,
    /// When.
    at: Timestamp,
    /// What, as in the journal.
    kind: String,
    /// Who did it; null for the program itself.
    #[serde(serialize_with = "shown")]
    who: Option<Pii<String>>,
    /// Why, where a reason was given.
    #[serde(serialize_with = "shown")]
    reason: Option<Pii<String>>,
    /// What the entry holds: ids, words, counts.
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

/// What happened to one household, person, team or place, the oldest first.
#[utoipa::path(get, path = "/api/history", tag = "register", params(Whose, Page),
    responses((status = 200, body = Paged<Happened>)))]
pub async fn read_history(
    State(api): State<Api>,
    caller: Caller,
    Query(whose): Query<Whose>,
    page: Page,
) -> Result<Json<Paged<Happened>>, Problem> {
    let journal = &api.register.journal;
    let (target, subject) = match (whose.household, whose.person, whose.team, whose.place) {
        (Some(household), None, None, None) => {
            Household::find(journal, household).await?;
            (Target::household(household), household.to_string())
        }
        (None, Some(person), None, None) => {
            let home = api.register.person(person).await?.household;
            (Target::household(home), person.to_string())
        }
        (None, None, Some(team), None) => (api.team_target(team).await?, team.to_string()),
        (None, None, None, Some(place)) => {
            api.known_place(place)?;
            (Target::place(place), place.to_string())
        }
        _ => return Err(Problem::new(liengia_http::WRONG_QUERY)),
    };
    caller.permit(Action::ReadHistory, target)?;
    let mut subjects = vec![subject.clone()];
    subjects.extend(whose.person.map(RegisterEvent::reads_of));
    Ok(Json(history_of(journal, &subject, subjects, &page).await?))
}

/// A page of what happened to these subjects, with the reasons that were given for changes to `owner`.
pub async fn history_of(
    journal: &Journal,
    owner: &str,
    subjects: Vec<String>,
    page: &Page,
) -> Result<Paged<Happened>, Problem> {
    let rows = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let after = page.after::<u64>()?.unwrap_or(0);
    let filter = EntryFilter { after, subjects, limit: rows, ..EntryFilter::default() };
    let entries = journal.entries(&filter).await?;
    let entries = Paged::cut(entries, page, |entry| entry.seq);
    let people: Vec<PersonId> = entries.items.iter().filter_map(|entry| person_of(entry)).collect();
    let names = Person::names(journal, &people).await?;
    let reasons = reasons_of(journal, owner).await?;
    Ok(entries.map(|entry| {
        let facts = facts(&entry);
        let reason = facts["reason"].as_str().and_then(|commitment| reasons.get(commitment)).cloned();
        let who = person_of(&entry).map(|person| names.get(&person).cloned().unwrap_or_default());
        Happened { seq: entry.seq, at: entry.at, kind: entry.kind.to_string(), who, reason, facts }
    }))
}

fn person_of(entry: &Entry) -> Option<PersonId> {
    match entry.actor {
        Actor::Person(person) => Some(person),
        Actor::Device(_) | Actor::Node => None,
    }
}

fn facts(entry: &Entry) -> serde_json::Value {
    match &entry.body {
        EntryBody::Open { json, .. } => serde_json::from_str(json).unwrap_or_default(),
        EntryBody::Withheld(_) => serde_json::Value::Null,
    }
}
