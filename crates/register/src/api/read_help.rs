//! `POST /api/people/{id}/help/read` and `GET /api/people/{id}/help/reads`: the note, and who was shown it.

use super::Api;
use crate::views::Person;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Page, Paged, Path, Problem};
use liengia_kernel::{AlarmId, PersonId, Pii, Timestamp, shown};
use serde::Serialize;
use std::{
    collections::btree_map::Entry,
    sync::{Mutex, PoisonError},
};

/// A help note.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HelpShown {
    /// What the household wrote; null where there is none.
    #[serde(serialize_with = "shown")]
    note: Option<Pii<String>>,
}

/// One reading of a help note.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReadShown {
    /// When.
    at: Timestamp,
    /// Who was shown it.
    #[serde(serialize_with = "shown")]
    who: Pii<String>,
    /// In which alarm.
    alarm: Option<AlarmId>,
}

/// Shows the own home a help note, and writes down who was shown it. A write, because reading it is an act. Everyone
/// else is shown it by an alarm that runs there or next door.
///
/// The same request again shows the note as it is then, and is written down as another reading.
#[utoipa::path(post, path = "/api/people/{id}/help/read", tag = "register", params(("id" = PersonId, Path)),
    responses((status = 200, body = HelpShown)))]
pub async fn read_help(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Json<HelpShown>, Problem> {
    let home = api.register.person(id).await?.household;
    let permit = caller.permit(Action::WriteHelp, Target::household(home))?;
    let told = Mutex::new(None);
    let done = permit
        .commit(async || {
            let (commit, note) = api.register.read_help_note(&permit.context(), id, None).await?;
            *told.lock().unwrap_or_else(PoisonError::into_inner) = note;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    let mut note = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    if done.repeated {
        // The note may be another one by now, so this is another reading. Only then is it shown.
        let (commit, now) = api.register.read_help_note(&permit.context(), id, None).await?;
        api.register.journal.commit(commit).await?;
        note = now;
    }
    Ok(Json(HelpShown { note }))
}

/// Who was shown a person's help note, the latest first.
#[utoipa::path(get, path = "/api/people/{id}/help/reads", tag = "register", params(("id" = PersonId, Path), Page),
    responses((status = 200, body = Paged<ReadShown>)))]
pub async fn read_help_reads(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
    page: Page,
) -> Result<Json<Paged<ReadShown>>, Problem> {
    let home = api.register.person(id).await?.household;
    caller.permit(Action::ReadHelpReads, Target::household(home))?;
    let reads = Person::help_note_reads(&api.register.journal, id, page.after()?, page.rows()).await?;
    let reads = Paged::cut(reads, &page, |read| read.seq);
    let readers: Vec<PersonId> = reads.items.iter().map(|read| read.reader).collect();
    let mut names = Person::names(&api.register.journal, &readers).await?;
    for reader in readers {
        // An officer lives in no household, and is told by the name of their account.
        if let Entry::Vacant(unnamed) = names.entry(reader)
            && let (Some(name), _) = api.access.spoken_to(reader).await?
        {
            unnamed.insert(name);
        }
    }
    Ok(Json(reads.map(|read| ReadShown {
        at: read.at,
        who: names.get(&read.reader).cloned().unwrap_or_default(),
        alarm: read.alarm,
    })))
}
