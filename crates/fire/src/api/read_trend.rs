//! `GET /api/devices/{id}/trend`: how one device did, hour by hour and day by day.

use super::Api;
use crate::{
    shown::trend::DeviceTrend,
    views::{Span, TrendSpan, begun},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_journal::QueryError;
use liengia_kernel::DeviceId;

/// What was heard of a device in each hour of the last two days and each day of the last quarter, as of some minutes ago.
#[utoipa::path(get, path = "/api/devices/{id}/trend", tag = "fire", params(("id" = DeviceId, Path)),
    responses((status = 200, body = DeviceTrend)))]
pub async fn read_trend(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DeviceId>,
) -> Result<Json<DeviceTrend>, Problem> {
    let known = api.kit.device(id).await?;
    caller.permit(Action::ReadDevices, Target::household(known.household))?;
    let (hours, days) = (api.trend(id, Span::Hour).await?, api.trend(id, Span::Day).await?);
    Ok(Json(DeviceTrend::new(known.paired_at, &hours, &days)))
}

impl Api {
    async fn trend(&self, device: DeviceId, span: Span) -> Result<Vec<TrendSpan>, QueryError> {
        let running = begun(self.alarms.now().wall, span.lasts(), self.settings.utc_offset_hours);
        TrendSpan::of(&self.kit.journal, device, span, running - span.kept()).await
    }
}
