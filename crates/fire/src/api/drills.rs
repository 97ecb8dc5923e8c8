//! `POST /api/drills/{id}/start` and `POST /api/drills/{id}/end`.

use super::Api;
use crate::{engine::DrillOrder, shown::drill::Drill};
use axum::{Json, extract::State};
use liengia_access::Caller;
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// Starts an announced drill whose time has come.
#[utoipa::path(post, path = "/api/drills/{id}/start", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Drill)))]
pub async fn start_drill(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<Drill>, Problem> {
    let site = api.drill_site(&caller, id).await?;
    api.may_be_written()?;
    let by = api.by(&caller, site);
    api.order(DrillOrder::Start { drill: id, by })?;
    if let Err(problem) = api.written().await {
        // Nobody practises without a record of it.
        api.order(DrillOrder::End { drill: id, by })?;
        return Err(problem);
    }
    api.drill_shown(id).await.map(Json)
}

/// Ends a running drill, also while that cannot be written: its bells must fall silent.
#[utoipa::path(post, path = "/api/drills/{id}/end", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Drill)))]
pub async fn end_drill(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<Drill>, Problem> {
    let site = api.drill_site(&caller, id).await?;
    api.order(DrillOrder::End { drill: id, by: api.by(&caller, site) })?;
    api.drill_shown(id).await.map(Json)
}
