//! `PUT /api/teams/{id}/adjacent`: which teams are next to this one.

use super::{Api, because, shown::TeamShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{Pii, TeamId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Which teams are next door.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Neighbours {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// All of them.
    teams: Vec<TeamId>,
}

/// Names the teams next to a team; each is next to the other from then on. It takes the same right over every team that
/// becomes a neighbour or is one no more: its alarms and names are shown next door.
#[utoipa::path(put, path = "/api/teams/{id}/adjacent", tag = "register", params(("id" = TeamId, Path)),
    request_body = Neighbours, responses((status = 200, body = TeamShown)))]
pub async fn name_neighbours(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Body(input): Body<Neighbours>,
) -> Result<Json<TeamShown>, Problem> {
    let permit = caller.permit(Action::KeepTeams, Target::team(id))?;
    let reason = because(&input.reason)?;
    let current = api.team_shown(&caller, id).await?;
    let done = permit
        .commit(async || {
            let known = api.register.team(id).await?;
            same_version(input.version, known.version, || current.clone())?;
            for other in changed(&known.neighbours, &input.teams) {
                // Of a team that is nowhere, the register says so.
                if api.access.tree(|tree| tree.has(other.into())) {
                    caller.permit(Action::KeepTeams, Target::team(other))?;
                }
            }
            let context = permit.context();
            let commit =
                api.register.name_neighbours(&context, id, input.version, &input.teams, &reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(api.team_shown(&caller, done.answer).await?))
}

/// The teams that are next door either before or after, and not both.
fn changed(before: &[TeamId], after: &[TeamId]) -> Vec<TeamId> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    before.symmetric_difference(&after).map(|team| **team).collect()
}
