//! Cameras that are found in the network, and what they say of themselves (ONVIF): before one is put up.
//!
//! Promises: only whoever may put cameras up has them looked for; a password is sent as a proof, and nothing of it is kept.

use super::Api;
use crate::{
    onvif::{Address, Codec, Flaw},
    problems::{BAD_CAMERA_ADDRESS, CAMERA_SAYS_NO},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Field, Problem};
use liengia_kernel::Pii;
use serde::{Deserialize, Serialize};

/// Cameras in the node's own networks.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CamerasFound {
    /// Each once.
    found: Vec<CameraFound>,
}

/// A camera that answered.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CameraFound {
    /// Where it is.
    host: String,
    /// The address at which it can be asked more.
    address: String,
    /// What it calls itself.
    name: Option<String>,
    /// What it is made of.
    hardware: Option<String>,
}

/// A camera to be asked.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewQuestion {
    /// Where: an address that was found, or `192.168.1.20`.
    address: Pii<String>,
    /// Whom it knows.
    #[serde(default)]
    user: Pii<String>,
    /// That one's password.
    #[serde(default)]
    password: Pii<String>,
}

/// What a camera says of itself.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CameraDescribed {
    /// Who made it, and which model it is.
    maker: String,
    /// The version of its program.
    firmware: String,
    /// How far its clock is ahead of the node's, in milliseconds.
    clock_error_ms: Option<i64>,
    /// Its streams; those of a kind that cannot be recorded are left out.
    streams: Vec<StreamDescribed>,
    /// Which one is to be recorded, by its place; null if there is none.
    main: Option<usize>,
    /// Which one is a small picture, by its place.
    sub: Option<usize>,
}

/// A stream of a camera.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StreamDescribed {
    /// What the camera calls it.
    name: String,
    /// Where it is played.
    url: String,
    /// `h264` or `h265`.
    codec: &'static str,
    /// Picture width in pixels.
    width: u32,
    /// Picture height in pixels.
    height: u32,
    /// Pictures a second.
    pictures_per_s: Option<f32>,
    /// What it sends, in thousands of bits a second.
    kilobits_per_s: Option<u32>,
}

/// Calls all cameras in the node's own networks, and waits some seconds for who answers.
#[utoipa::path(post, path = "/api/camera-search", tag = "watch", responses((status = 200, body = CamerasFound)))]
pub async fn seek_cameras(State(api): State<Api>, caller: Caller) -> Result<Json<CamerasFound>, Problem> {
    caller.permit_over_the_whole(Action::KeepCameras)?;
    let found = api.running.seek_cameras().await.map_err(Problem::failed)?;
    let shown = found.into_iter().filter_map(|one| {
        let address = one.addresses.first()?.to_string();
        Some(CameraFound { host: one.host.to_string(), address, name: one.name, hardware: one.hardware })
    });
    Ok(Json(CamerasFound { found: shown.collect() }))
}

/// Asks a camera what it is and which streams it has. Nothing is kept.
#[utoipa::path(post, path = "/api/camera-questions", tag = "watch", request_body = NewQuestion,
    responses((status = 200, body = CameraDescribed)))]
pub async fn ask_camera(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewQuestion>,
) -> Result<Json<CameraDescribed>, Problem> {
    caller.permit_over_the_whole(Action::KeepCameras)?;
    let address = Address::parse(input.address.expose()).ok_or_else(|| Problem::new(BAD_CAMERA_ADDRESS))?;
    let user = input.user.expose().trim();
    let user = (!user.is_empty()).then(|| (user.to_owned(), input.password.expose().clone()));
    let told = api.running.describe_camera(address, user).await.map_err(|flaw| said_no(&flaw))?;
    let stream = |one: crate::running::Stream| StreamDescribed {
        name: one.profile.name,
        url: one.url.expose().clone(),
        codec: if one.profile.codec == Codec::H265 { "h265" } else { "h264" },
        width: one.profile.width,
        height: one.profile.height,
        pictures_per_s: one.profile.pictures_per_s,
        kilobits_per_s: one.profile.kilobits_per_s,
    };
    Ok(Json(CameraDescribed {
        maker: [told.maker.name, told.maker.model].join(" ").trim().to_owned(),
        firmware: told.maker.firmware,
        clock_error_ms: told.clock_error_ms,
        streams: told.streams.into_iter().map(stream).collect(),
        main: told.picked.0,
        sub: told.picked.1,
    }))
}

/// How a flaw reads to the person who asked.
pub(super) fn said_no(flaw: &Flaw) -> Problem {
    let (field, why) = match flaw {
        Flaw::NotAuthorized => ("password", "onvif_not_authorized"),
        Flaw::WantsPlain => ("password", "onvif_wants_plain"),
        Flaw::NotSupported => ("address", "onvif_not_supported"),
        Flaw::Unreachable => ("address", "onvif_unreachable"),
        Flaw::Timeout => ("address", "onvif_timeout"),
        Flaw::NotOnvif => ("address", "onvif_not_onvif"),
        Flaw::CertificateChanged => ("address", "onvif_certificate_changed"),
        Flaw::Refused { .. } => ("address", "onvif_refused"),
    };
    Problem::new(CAMERA_SAYS_NO).blaming(Field::new(field, why))
}
