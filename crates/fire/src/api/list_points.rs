//! `GET /api/points`: the public firefighting points.

use super::Api;
use crate::shown::point::Point;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Where};
use liengia_http::{Page, Paged, Problem};
use liengia_kernel::PlaceId;

/// The public firefighting points of the commune.
#[utoipa::path(get, path = "/api/points", tag = "fire", params(Page), responses((status = 200, body = Paged<Point>)))]
pub async fn list_points(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<Point>>, Problem> {
    let reach = caller.reach(Action::ReadPoints)?;
    Ok(Json(Paged::of(api.points_in(&reach), &page, |point| point.id)?))
}

impl Api {
    /// The points where the caller may look, in the order of their names.
    pub(super) fn points_in(&self, reach: &Where) -> Vec<Point> {
        let directory = self.directory.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let inside = |place: PlaceId| {
            reach.everywhere
                || self.access.tree(|tree| reach.nodes.iter().any(|node| tree.within(*node, place.into())))
        };
        let points = directory.points.iter().filter(|point| inside(point.facts.place));
        points.map(|point| Point::new(point, None)).collect()
    }
}
