//! `PATCH /api/teams/{id}`: a corrected name or village, with a reason.

use super::{Api, because, shown::TeamShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{Pii, PlaceId, TeamId};
use serde::Deserialize;

/// What changes about a team; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct TeamCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// What people call it.
    name: Option<String>,
    /// The village it is in.
    place: Option<PlaceId>,
}

/// Corrects a team.
#[utoipa::path(patch, path = "/api/teams/{id}", tag = "register", params(("id" = TeamId, Path)),
    request_body = TeamCorrection, responses((status = 200, body = TeamShown)))]
pub async fn correct_team(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Body(input): Body<TeamCorrection>,
) -> Result<Json<TeamShown>, Problem> {
    let permit = caller.permit(Action::KeepTeams, Target::team(id))?;
    if let Some(place) = input.place {
        caller.permit(Action::KeepTeams, Target::place(place))?;
    }
    let reason = because(&input.reason)?;
    let current = api.team_shown(&caller, id).await?;
    let done = permit
        .commit(async || {
            let known = api.register.team(id).await?;
            same_version(input.version, known.version, || current.clone())?;
            let place = api.known_place(input.place.unwrap_or(known.place))?;
            let name = input.name.as_deref().unwrap_or(&known.name);
            let context = permit.context();
            let commit =
                api.register.correct_team(&context, id, input.version, (place, name), &reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(api.team_shown(&caller, done.answer).await?))
}
