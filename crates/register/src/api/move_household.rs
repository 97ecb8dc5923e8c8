//! `POST /api/households/{id}/move`: into another team, or into or out of one.

use super::{Api, because, shown::HouseholdShown};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{HouseholdId, Pii, TeamId};
use serde::Deserialize;

/// Where a household moves.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct HouseholdMove {
    /// The version that was read.
    version: u64,
    /// Why it moves.
    reason: Pii<String>,
    /// The team from now on; null for none.
    team: Option<TeamId>,
}

/// Moves a household between teams.
#[utoipa::path(post, path = "/api/households/{id}/move", tag = "register", params(("id" = HouseholdId, Path)),
    request_body = HouseholdMove, responses((status = 200, body = HouseholdShown)))]
pub async fn move_household(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
    Body(input): Body<HouseholdMove>,
) -> Result<Json<HouseholdShown>, Problem> {
    let permit = caller.permit(Action::MoveHousehold, Target::household(id))?;
    if let Some(team) = input.team {
        caller.permit(Action::MoveHousehold, Target::team(team))?;
    }
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let known = api.register.household(id).await?;
            same_version(input.version, known.version, || api.household_shown(&caller, known.clone()))?;
            let context = permit.context();
            let commit =
                api.register.move_household(&context, id, input.version, input.team, &reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(api.household_shown(&caller, api.register.household(done.answer).await?)))
}
