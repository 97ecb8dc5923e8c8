//! `POST /api/alarms/{id}/called-114`: a named person called the emergency number.

use super::{Api, tell::Act};
use crate::{engine::Input, shown::alarm::Alarm};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// Says that one called the emergency number. The first who says so stands on every screen.
#[utoipa::path(post, path = "/api/alarms/{id}/called-114", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Alarm)))]
pub async fn called_114(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let (site, _) = api.permit(&caller, id, Action::AnswerAlarm).await?;
    api.tell_once(&caller, &act, Input::EmergencyCalled { alarm: id, by: api.by(&caller, site) })?;
    api.answered(&caller, id).await
}
