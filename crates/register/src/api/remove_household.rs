//! `DELETE /api/households/{id}`: a household in which nobody is registered any more.

use super::{Api, because};
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{HouseholdId, Pii};
use serde::Deserialize;

/// Why a household is removed.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct HouseholdRemoval {
    /// The version that was read.
    version: u64,
    /// Why.
    reason: Pii<String>,
}

/// Removes a household and forgets where it was; its history stays, without a name.
#[utoipa::path(delete, path = "/api/households/{id}", tag = "register", params(("id" = HouseholdId, Path)),
    request_body = HouseholdRemoval, responses((status = 204)))]
pub async fn remove_household(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
    Body(input): Body<HouseholdRemoval>,
) -> Result<StatusCode, Problem> {
    let permit = caller.permit(Action::KeepHouseholds, Target::household(id))?;
    let reason = because(&input.reason)?;
    permit
        .erase(&[id.to_string()], async || {
            let known = api.register.household(id).await?;
            same_version(input.version, known.version, || api.household_shown(&caller, known.clone()))?;
            let context = permit.context();
            Ok::<_, Problem>((api.register.remove_household(&context, id, input.version, &reason).await?, id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
