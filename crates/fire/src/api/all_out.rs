//! `POST /api/alarms/{id}/all-out`: everybody is out of a home.

use super::{Api, tell::Act};
use crate::{engine::Input, shown::alarm::Alarm};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, HouseholdId};
use serde::Deserialize;

/// Who is out of a home.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewAllOut {
    /// Which home.
    household: HouseholdId,
    /// How many stand outside; all who are registered or usually there where it is left out.
    count: Option<u16>,
    /// How many are known to be elsewhere.
    #[serde(default)]
    away: u16,
}

/// Says that everybody is out of a home: a named person confirms it for any home of the team.
#[utoipa::path(post, path = "/api/alarms/{id}/all-out", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = NewAllOut, responses((status = 200, body = Alarm)))]
pub async fn all_out(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<NewAllOut>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let site = api.site(id).await?;
    // Also here: whose business the alarm is not counts nobody out of it.
    caller.permit(Action::AnswerAlarm, api.target(&caller, site))?;
    caller.permit(Action::CountOut, Target::household(input.household))?;
    let NewAllOut { household, count, away } = input;
    api.tell_once(
        &caller,
        &act,
        Input::AllOut { alarm: id, household, count, away, by: api.by(&caller, site) },
    )?;
    api.answered(&caller, id).await
}
