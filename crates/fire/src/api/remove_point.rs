//! `DELETE /api/points/{id}`: a firefighting point is no longer there.

use super::Api;
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::PointId;

/// Removes a firefighting point, and forgets who had its key.
#[utoipa::path(delete, path = "/api/points/{id}", tag = "fire", params(("id" = PointId, Path)),
    responses((status = 204)))]
pub async fn remove_point(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PointId>,
) -> Result<StatusCode, Problem> {
    let place = api.kit.point(id).await?.facts.place;
    let permit = caller.permit(Action::KeepPoints, Target::place(place))?;
    let done = permit
        .commit(async || Ok::<_, Problem>((api.kit.remove_point(&permit.context(), id).await?, ())))
        .await?;
    api.followed(&done.entries).await;
    Ok(StatusCode::NO_CONTENT)
}
