//! `GET /api/points/{id}/history`: what happened to one firefighting point.

use super::Api;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Page, Paged, Path, Problem};
use liengia_kernel::PointId;
use liengia_register::api::{Happened, history_of};

/// What happened to one point, the oldest first.
#[utoipa::path(get, path = "/api/points/{id}/history", tag = "fire", params(("id" = PointId, Path), Page),
    responses((status = 200, body = Paged<Happened>)))]
pub async fn point_history(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PointId>,
    page: Page,
) -> Result<Json<Paged<Happened>>, Problem> {
    let place = api.kit.point(id).await?.facts.place;
    caller.permit(Action::ReadHistory, Target::place(place))?;
    let subject = id.to_string();
    Ok(Json(history_of(&api.register.journal, &subject, vec![subject.clone()], &page).await?))
}
