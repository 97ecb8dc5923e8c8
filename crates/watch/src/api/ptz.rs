//! `/api/cameras/{id}/move`: a public camera is turned by whoever watches it now.
//!
//! Promises: that it was turned is in the journal before it turns. A word stands for five seconds and no longer than the
//! view is open, and the camera is told to stop then.

use super::{Api, seek::said_no};
use crate::{
    onvif::Speed,
    problems::{CAMERA_TURNED, NO_LOOK},
    rules::may_move,
    running::{NoTurn, Way},
    views::Camera,
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem, Query};
use liengia_kernel::{CameraId, LookId};
use serde::{Deserialize, Serialize};

/// By which look.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ByLook {
    /// A live look that is open.
    look: LookId,
}

/// How a camera can be turned.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TurnsShown {
    /// Whether it can be turned.
    turns: bool,
    /// Whether it has a home to which it goes back a minute after it was turned last.
    home: bool,
    /// Directions of view that it keeps.
    presets: Vec<PresetShown>,
}

/// A direction of view that a camera keeps.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PresetShown {
    /// What the camera calls it.
    token: String,
    /// What people call it; may be empty.
    name: String,
}

/// Where to.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct MoveWanted {
    /// The look by which it is seen: live, and with its view open.
    look: LookId,
    /// How fast to the right: from -1 to 1, of what the camera can. All three 0: stop.
    #[serde(default)]
    pan: f32,
    /// How fast upwards.
    #[serde(default)]
    tilt: f32,
    /// How fast closer.
    #[serde(default)]
    zoom: f32,
    /// Instead of that, a direction of view that it keeps.
    preset: Option<String>,
    /// Instead of that, home.
    #[serde(default)]
    home: bool,
}

impl MoveWanted {
    fn way(&self) -> Way {
        match &self.preset {
            _ if self.home => Way::Home,
            Some(token) => Way::Preset(token.clone()),
            None => Way::Speed(Speed { pan: self.pan, tilt: self.tilt, zoom: self.zoom }),
        }
    }
}

/// Asks a camera how it can be turned.
#[utoipa::path(get, path = "/api/cameras/{id}/turns", tag = "watch", params(("id" = CameraId, Path), ByLook),
    responses((status = 200, body = TurnsShown)))]
pub async fn read_turns(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Query(by): Query<ByLook>,
) -> Result<Json<TurnsShown>, Problem> {
    api.turning(&caller, by.look, id)?;
    let door = api.cameras.door(id).await?;
    let none = TurnsShown { turns: false, home: false, presets: Vec::new() };
    // Most cannot, and that is no trouble of whoever looks.
    let Ok((home, presets)) = api.running.turns(door).await else { return Ok(Json(none)) };
    let shown = presets.into_iter().map(|one| PresetShown { token: one.token, name: one.name });
    Ok(Json(TurnsShown { turns: true, home, presets: shown.collect() }))
}

/// Turns a camera; said again at least every five seconds while it is to go on, since it stops by itself then.
#[utoipa::path(post, path = "/api/cameras/{id}/move", tag = "watch", params(("id" = CameraId, Path)),
    request_body = MoveWanted, responses((status = 204)))]
pub async fn move_camera(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<MoveWanted>,
) -> Result<StatusCode, Problem> {
    let camera = api.turning(&caller, input.look, id)?;
    let permit = caller.permit(Action::WatchCameras, api.target(&camera).await?)?;
    if !api.running.looks().is_watched(input.look) {
        return Err(Problem::new(NO_LOOK));
    }
    permit
        .commit(async || {
            let of = (id, input.look);
            Ok::<_, Problem>((api.cameras.move_camera(&permit.context(), of, permit.person()).await?, ()))
        })
        .await?;
    let door = api.cameras.door(id).await?;
    api.running.turn_camera(id, door, input.look, input.way()).await.map_err(|why| match why {
        NoTurn::Busy => Problem::new(CAMERA_TURNED),
        NoTurn::Flaw(flaw) => said_no(&flaw),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

impl Api {
    /// A camera that this look may turn.
    fn turning(&self, caller: &Caller, look: LookId, id: CameraId) -> Result<Camera, Problem> {
        let (asked, camera) = self.seeing(caller, look, id)?;
        may_move(&camera, &asked)?;
        Ok(camera)
    }
}
