//! `GET /api/devices/{id}`: one device.

use super::Api;
use crate::shown::device::Device;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::DeviceId;

/// One device, and how it is.
#[utoipa::path(get, path = "/api/devices/{id}", tag = "fire", params(("id" = DeviceId, Path)),
    responses((status = 200, body = Device)))]
pub async fn read_device(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DeviceId>,
) -> Result<Json<Device>, Problem> {
    let household = api.kit.device(id).await?.household;
    caller.permit(Action::ReadDevices, Target::household(household))?;
    api.device_shown(&caller, id).await.map(Json)
}
