//! Dead cameras, and the disks that footage lies on.

use super::{Api, camera_shown::CameraShown};
use crate::running::DisksShown;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{CameraId, Timestamp};
use serde::Deserialize;

/// Until when somebody sees to a dead camera.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Repair {
    /// Until when.
    until: Timestamp,
}

/// The caller sees to a dead camera.
#[utoipa::path(post, path = "/api/cameras/{id}/repair", tag = "watch", params(("id" = CameraId, Path)),
    request_body = Repair, responses((status = 200, body = CameraShown)))]
pub async fn take_repair(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<Repair>,
) -> Result<Json<CameraShown>, Problem> {
    let (_, permit) = api.camera_for(&caller, Action::KeepCameras, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let take = api.cameras.take_repair(&context, id, permit.person(), input.until);
            Ok::<_, Problem>((take.await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(api.one_camera(id).await?))
}

/// The disks that footage lies on, and how long they last.
#[utoipa::path(get, path = "/api/footage-disks", tag = "watch", responses((status = 200, body = DisksShown)))]
pub async fn read_disks(State(api): State<Api>, caller: Caller) -> Result<Json<DisksShown>, Problem> {
    caller.permit_over_the_whole(Action::ReadCameras)?;
    Ok(Json(api.running.disks_shown().await))
}
