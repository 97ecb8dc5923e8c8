//! `POST /api/alarms/{id}/cancel-at-home`: the home that its own detector warns says that nothing burns.

use super::{Api, tell::Act};
use crate::{engine::Input, problems::NOT_YOUR_HOME, shown::alarm::Alarm};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// Ends a detector's warning in one's own home, in the time before the team is rung.
#[utoipa::path(post, path = "/api/alarms/{id}/cancel-at-home", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Alarm)))]
pub async fn cancel_at_home(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    api.site(id).await?;
    let household = caller.household().ok_or_else(|| Problem::new(NOT_YOUR_HOME))?;
    caller.permit(Action::PressAlarm, Target::household(household))?;
    api.tell_once(&caller, &act, Input::CancelAtHome { alarm: id, household, by: Some(caller.person()) })?;
    api.answered(&caller, id).await
}
