//! `PUT /api/teams/{id}/leaders`: who leads a team.

use super::{Api, because, shown::TeamShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{PersonId, Pii, TeamId};
use serde::Deserialize;

/// Who leads.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Leaders {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// The leader; null for none.
    leader: Option<PersonId>,
    /// The deputy; null for none.
    deputy: Option<PersonId>,
}

/// Names a team's leader and deputy. They get the rights of it, and who led before loses them.
#[utoipa::path(put, path = "/api/teams/{id}/leaders", tag = "register", params(("id" = TeamId, Path)),
    request_body = Leaders, responses((status = 200, body = TeamShown)))]
pub async fn name_leaders(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Body(input): Body<Leaders>,
) -> Result<Json<TeamShown>, Problem> {
    let permit = caller.permit(Action::NameLeaders, Target::team(id))?;
    let reason = because(&input.reason)?;
    let current = api.team_shown(&caller, id).await?;
    let done = permit
        .commit(async || {
            let known = api.register.team(id).await?;
            same_version(input.version, known.version, || current.clone())?;
            let (context, both) = (permit.context(), [input.leader, input.deputy]);
            Ok::<_, Problem>((
                api.register.name_leaders(&context, id, input.version, both, &reason).await?,
                id,
            ))
        })
        .await?;
    Ok(Json(api.team_shown(&caller, done.answer).await?))
}
