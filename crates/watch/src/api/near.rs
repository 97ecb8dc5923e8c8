//! `GET /api/alarms/{id}/cameras`: the cameras nearest to an open alarm.

use super::{Api, camera_shown::CameraShown};
use crate::{
    rules::{Incident, nearest_to_look},
    views::Site,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;
use serde::Serialize;

/// The cameras nearest to an open alarm.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NearCameras {
    /// The nearest first; at most four. Whether each may be looked at is answered when somebody does.
    cameras: Vec<NearCamera>,
}

/// A camera near an alarm.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NearCamera {
    /// The camera.
    camera: CameraShown,
    /// How far from what burns, in a straight line.
    metres: u64,
}

/// The cameras nearest to an open alarm, of those that the caller watches; none where nothing burns, or nobody knows where.
#[utoipa::path(get, path = "/api/alarms/{id}/cameras", tag = "watch", params(("id" = AlarmId, Path)),
    responses((status = 200, body = NearCameras)))]
pub async fn near_cameras(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<NearCameras>, Problem> {
    let reach = caller.reach(Action::WatchCameras)?;
    let open = api.settings.incidents.open();
    let there =
        open.iter().find(|incident: &&Incident| incident.alarm == id).and_then(|incident| incident.position);
    let Some(there) = there else { return Ok(Json(NearCameras { cameras: Vec::new() })) };
    let sites = Site::all(&api.cameras.journal).await?;
    let mut cameras = api.running.cameras();
    cameras.retain(|camera| api.within(&reach, camera, &sites));
    let names = api.names_beside(&cameras).await?;
    let offset = api.settings.utc_offset_hours;
    let near = nearest_to_look(&cameras, there, api.running.now(), offset).into_iter();
    let near = near.filter_map(|id| cameras.iter().find(|camera| camera.camera == id).cloned());
    let items = near.map(|camera| {
        // Metres on a street: no more than a few hundred.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a distance of some hundred metres"
        )]
        let metres = camera.facts.position.metres_to(there).round() as u64;
        NearCamera { camera: api.camera_shown(camera, &sites, &names), metres }
    });
    Ok(Json(NearCameras { cameras: items.collect() }))
}
