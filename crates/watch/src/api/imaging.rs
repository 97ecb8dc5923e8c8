//! `/api/cameras/{id}/imaging`: how a camera makes its pictures.
//!
//! Promises: what is answered was read from the camera, after writing too; what it cannot do it is not told.

use super::{Api, seek::said_no};
use crate::{
    event::{Imaging, ImagingOptions, IrCut, Range},
    onvif::{Client, Flaw},
    rules,
    views::Camera,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Permit};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::CameraId;
use serde::Serialize;

/// How a camera makes its pictures, and what it can be told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ImagingShown {
    /// As it is now.
    settings: Imaging,
    /// Within what brightness can be set; null where it cannot.
    brightness: Option<RangeShown>,
    /// Within what contrast can be set.
    contrast: Option<RangeShown>,
    /// What the filter against infrared light can be told.
    ir_cut: Vec<IrCut>,
    /// Whether it can be told to make out light and dark places both.
    wide_range: bool,
}

/// From least to most.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RangeShown {
    /// The least.
    least: f32,
    /// The most.
    most: f32,
}

/// Asks a camera how it makes its pictures.
#[utoipa::path(get, path = "/api/cameras/{id}/imaging", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = ImagingShown)))]
pub async fn read_imaging(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<ImagingShown>, Problem> {
    let (camera, _) = api.imaging_of(&caller, id).await?;
    let (settings, options) = api.told(&camera, None).await?;
    Ok(Json(shown(settings, &options)))
}

/// Tells a camera how to make its pictures, and reads from it what became of that.
#[utoipa::path(put, path = "/api/cameras/{id}/imaging", tag = "watch", params(("id" = CameraId, Path)),
    request_body = Imaging, responses((status = 200, body = ImagingShown)))]
pub async fn set_imaging(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<Imaging>,
) -> Result<Json<ImagingShown>, Problem> {
    let (camera, permit) = api.imaging_of(&caller, id).await?;
    let (settings, options) = api.told(&camera, Some(input)).await?;
    permit
        .commit(async || {
            let (context, person) = (permit.context(), permit.person());
            Ok::<_, Problem>((api.cameras.set_imaging(&context, id, person, settings).await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(shown(settings, &options)))
}

impl Api {
    /// A camera whose pictures may be set: a public one.
    async fn imaging_of(&self, caller: &Caller, id: CameraId) -> Result<(Camera, Permit), Problem> {
        let (camera, permit) = self.camera_for(caller, Action::KeepCameras, id).await?;
        rules::imaging(&camera, &Imaging::default(), &ImagingOptions::default())?;
        Ok((camera, permit))
    }

    /// What a camera tells of itself, after it was told this.
    async fn told(
        &self,
        camera: &Camera,
        asked: Option<Imaging>,
    ) -> Result<(Imaging, ImagingOptions), Problem> {
        let door = self.cameras.door(camera.camera).await?;
        let known = camera.clone();
        let told = self.running.talk(door, move |client| {
            let source = source(client)?;
            let options = client.imaging_options(&source)?;
            if let Some(asked) = asked {
                if let Err(why) = rules::imaging(&known, &asked, &options) {
                    return Ok(Err(why));
                }
                client.set_imaging(&source, asked)?;
            }
            Ok(Ok((client.imaging(&source)?, options)))
        });
        Ok(told.await.map_err(|flaw| said_no(&flaw))??)
    }
}

/// The video source of the first stream that has one.
fn source(client: &mut Client<'_>) -> Result<String, Flaw> {
    client.profiles()?.into_iter().find_map(|profile| profile.source).ok_or(Flaw::NotSupported)
}

fn shown(settings: Imaging, options: &ImagingOptions) -> ImagingShown {
    let range = |range: Option<Range>| range.map(|Range { least, most }| RangeShown { least, most });
    ImagingShown {
        settings,
        brightness: range(options.brightness),
        contrast: range(options.contrast),
        ir_cut: options.ir_cut.clone(),
        wide_range: options.wide_range,
    }
}
