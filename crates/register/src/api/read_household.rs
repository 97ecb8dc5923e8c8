//! `GET /api/households/{id}`: one household with its people.

use super::{Api, shown::HouseholdWhole};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::HouseholdId;

/// One household with its people.
#[utoipa::path(get, path = "/api/households/{id}", tag = "register", params(("id" = HouseholdId, Path)),
    responses((status = 200, body = HouseholdWhole)))]
pub async fn read_household(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
) -> Result<Json<HouseholdWhole>, Problem> {
    caller.permit(Action::ReadHousehold, Target::household(id))?;
    Ok(Json(api.household_whole(&caller, id).await?))
}
