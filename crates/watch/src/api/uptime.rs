//! `GET /api/cameras/{id}/uptime`: how much of each day a camera was recorded.

use super::Api;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::{CameraId, MICROS_PER_SECOND, Timestamp};
use serde::Serialize;

/// Days that are told.
const DAYS: i64 = 30;

/// A day, in microseconds.
const DAY_US: i64 = 86_400 * MICROS_PER_SECOND;

/// How much of the last days a camera was recorded.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Uptime {
    /// The oldest first; days of which footage is gone by age are left out.
    days: Vec<DayUp>,
}

/// How much of a day a camera was recorded.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DayUp {
    /// When it began, by the place's clocks.
    starts_at: Timestamp,
    /// Seconds of it of which there is footage.
    recorded_seconds: u64,
    /// Seconds of it in which the camera was there.
    of_seconds: u64,
}

/// How much of each of the last 30 days a camera was recorded, as far as footage is kept.
#[utoipa::path(get, path = "/api/cameras/{id}/uptime", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = Uptime)))]
pub async fn read_uptime(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<Uptime>, Problem> {
    let (camera, _) = api.camera_for(&caller, Action::ReadCameras, id).await?;
    let site = api.cameras.site(camera.facts.site).await?;
    let now = api.running.now().as_micros();
    let offset = i64::from(api.settings.utc_offset_hours) * 3_600 * MICROS_PER_SECOND;
    let today = (now + offset).div_euclid(DAY_US) * DAY_US - offset;
    let kept = now - i64::from(site.facts.keep_hours) * 3_600 * MICROS_PER_SECOND;
    let since = camera.added_at.as_micros().max(kept);
    let from = today - (DAYS - 1) * DAY_US;
    let spans = api.running.ask(move |index| index.spans(*id.as_bytes(), from.max(since), now)).await?;
    let days = (0..DAYS).map(|day| from + day * DAY_US).filter_map(|begins| {
        let (from, to) = (begins.max(since), (begins + DAY_US).min(now));
        let inside = |began: i64, ended: i64| (ended.min(to) - began.max(from)).max(0);
        let recorded: i64 = spans.iter().map(|span| inside(span.began_us, span.ended_us)).sum();
        let seconds = |us: i64| u64::try_from(us / MICROS_PER_SECOND).unwrap_or(0);
        (from < to).then(|| DayUp {
            starts_at: Timestamp::from_micros(begins),
            recorded_seconds: seconds(recorded),
            of_seconds: seconds(to - from),
        })
    });
    Ok(Json(Uptime { days: days.collect() }))
}
