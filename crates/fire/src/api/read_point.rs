//! `GET /api/points/{id}`: one firefighting point.

use super::Api;
use crate::shown::point::Point;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Grant, Scope, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::PointId;

/// One point; with who has its key for whoever keeps it, leads a team there or sits at the desk.
#[utoipa::path(get, path = "/api/points/{id}", tag = "fire", params(("id" = PointId, Path)),
    responses((status = 200, body = Point)))]
pub async fn read_point(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PointId>,
) -> Result<Json<Point>, Problem> {
    let point = api.kit.point(id).await?;
    caller.permit(Action::ReadPoints, Target::place(point.facts.place))?;
    let keeps = caller.may(Action::KeepPoints, Target::place(point.facts.place));
    let place = Scope::Place(point.facts.place);
    let leads_there = |grant: &Grant| {
        matches!(grant.scope, Scope::Team(_)) && api.access.tree(|tree| tree.within(place, grant.scope))
    };
    let leads = caller.grants().iter().any(leads_there);
    let keyholder = if keeps || leads { api.kit.keyholder_of(id).await? } else { None };
    Ok(Json(Point::new(&point, keyholder)))
}
