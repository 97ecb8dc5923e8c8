//! `POST /api/teams/{id}/dissolve`: a team is no more; its households are in no team then.

use super::{Api, because, shown::TeamShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{Pii, TeamId};
use serde::Deserialize;

/// Why a team is dissolved.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Dissolution {
    /// The version that was read.
    version: u64,
    /// Why.
    reason: Pii<String>,
}

/// Dissolves a team.
#[utoipa::path(post, path = "/api/teams/{id}/dissolve", tag = "register", params(("id" = TeamId, Path)),
    request_body = Dissolution, responses((status = 200, body = TeamShown)))]
pub async fn dissolve_team(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Body(input): Body<Dissolution>,
) -> Result<Json<TeamShown>, Problem> {
    let permit = caller.permit(Action::KeepTeams, Target::team(id))?;
    let reason = because(&input.reason)?;
    let current = api.team_shown(&caller, id).await?;
    let done = permit
        .commit(async || {
            let known = api.register.team(id).await?;
            same_version(input.version, known.version, || current.clone())?;
            let context = permit.context();
            Ok::<_, Problem>((api.register.dissolve_team(&context, id, input.version, &reason).await?, id))
        })
        .await?;
    Ok(Json(api.team_shown(&caller, done.answer).await?))
}
