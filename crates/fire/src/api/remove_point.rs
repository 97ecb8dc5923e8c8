//! `DELETE /api/points/{id}`: a firefighting point is no longer there.

use super::Api;
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{Pii, PointId};
use liengia_register::api::because;
use serde::Deserialize;

/// Why a point is removed.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PointRemoval {
    /// Why.
    reason: Pii<String>,
}

/// Removes a firefighting point, and forgets who had its key.
#[utoipa::path(delete, path = "/api/points/{id}", tag = "fire", params(("id" = PointId, Path)),
    request_body = PointRemoval, responses((status = 204)))]
pub async fn remove_point(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PointId>,
    Body(input): Body<PointRemoval>,
) -> Result<StatusCode, Problem> {
    let place = api.kit.point(id).await?.facts.place;
    let permit = caller.permit(Action::KeepPoints, Target::place(place))?;
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let (context, reason) = (permit.context(), api.register.because(id, &reason));
            Ok::<_, Problem>((api.kit.remove_point(&context, id, reason).await?, ()))
        })
        .await?;
    api.followed(&done.entries).await;
    Ok(StatusCode::NO_CONTENT)
}
