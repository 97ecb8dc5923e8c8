//! `GET /api/teams/{id}`: one team.

use super::{Api, shown::TeamShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::TeamId;

/// One team.
#[utoipa::path(get, path = "/api/teams/{id}", tag = "register", params(("id" = TeamId, Path)),
    responses((status = 200, body = TeamShown)))]
pub async fn read_team(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
) -> Result<Json<TeamShown>, Problem> {
    caller.permit(Action::ReadTeams, api.team_target(id).await?)?;
    Ok(Json(api.team_shown(&caller, id).await?))
}
