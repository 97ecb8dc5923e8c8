//! `POST /api/devices/{id}/heard`: somebody listened to a bell.

use super::Api;
use crate::{engine::Input, shown::device::Device};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::DeviceId;
use serde::Deserialize;

/// Whether a bell was heard.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Heard {
    /// It was.
    yes: bool,
}

/// Says whether one heard a bell ringing. A heartbeat is not a sound: only this is.
#[utoipa::path(post, path = "/api/devices/{id}/heard", tag = "fire", params(("id" = DeviceId, Path)),
    request_body = Heard, responses((status = 200, body = Device)))]
pub async fn heard(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DeviceId>,
    Body(input): Body<Heard>,
) -> Result<Json<Device>, Problem> {
    let household = api.kit.device(id).await?.household;
    caller.permit(Action::SayHeard, Target::household(household))?;
    api.tell(Input::Heard { device: id, by: caller.person(), yes: input.yes })?;
    api.written().await?;
    api.device_shown(&caller, id).await.map(Json)
}
