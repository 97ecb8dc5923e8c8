//! `POST /api/alarms/{id}/note`: words of one's own, kept in the vault.

use super::Api;
use crate::{event::About, live::Note, shown::alarm::Alarm};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, Pii};
use serde::Deserialize;

/// A note.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewNote {
    /// Its words.
    text: Pii<String>,
}

/// Writes a note into an alarm, open or over. The leader, the deputy and the desk read it.
#[utoipa::path(post, path = "/api/alarms/{id}/note", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = NewNote, responses((status = 200, body = Alarm)))]
pub async fn note(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
    Body(input): Body<NewNote>,
) -> Result<Json<Alarm>, Problem> {
    let (site, permit) = api.permit(&caller, id, Action::NoteAlarm).await?;
    let about = About::Alarm;
    let done = permit
        .commit(async || {
            Ok::<_, Problem>((api.kit.note_alarm(&permit.context(), site.alarm, about, &input.text)?, ()))
        })
        .await?;
    if !done.repeated {
        let (at, by, text) = (permit.now(), Some(caller.person()), input.text.clone());
        api.alarms.note(site.alarm, Note { at, by, about, text });
    }
    api.answered(&caller, id).await
}
