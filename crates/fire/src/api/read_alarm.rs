//! `GET /api/alarms/{id}`: one alarm, open or over.

use super::Api;
use crate::shown::alarm::Alarm;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// One alarm or drill as the caller may see it, open or over.
#[utoipa::path(get, path = "/api/alarms/{id}", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Alarm)))]
pub async fn read_alarm(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<Alarm>, Problem> {
    api.permit(&caller, id, Action::ReadAlarms).await?;
    api.answered(&caller, id).await
}
