//! `POST /api/alarms/{id}/escalate`: more people, now.

use super::{Api, tell::Act};
use crate::{engine::Input, shown::alarm::Alarm};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// Takes every rung of the ladder now, and asks for as many people again. The leader, the deputy and the desk may; and
/// whoever lives in a home that its own detector warns, since to say "there is fire" is to press.
#[utoipa::path(post, path = "/api/alarms/{id}/escalate", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Alarm)))]
pub async fn escalate(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let site = api.site(id).await?;
    match api.warned_home(&caller, site) {
        Some(own) => caller.permit(Action::PressAlarm, Target::household(own))?,
        None => caller.permit(Action::EscalateAlarm, api.target(&caller, site))?,
    };
    api.tell_once(&caller, &act, Input::Escalate { alarm: id, by: api.by(&caller, site) })?;
    api.answered(&caller, id).await
}
