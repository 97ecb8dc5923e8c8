//! `POST /api/camera-trials`: a camera is tried out before it is put up, or when it does not work.

use super::{Api, cameras::NewDoor};
use crate::{
    record::{Certificate, fingerprint},
    trial::{Advice, Seen, Trouble, try_camera as call},
};
use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Problem};
use liengia_kernel::CameraId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a camera is listened to.
const LISTENED: Duration = Duration::from_secs(6);

/// Which camera: by its address, or one that is there.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewTrial {
    /// Where it is reached.
    door: Option<NewDoor>,
    /// Or a camera that is there, as it is reached now.
    camera: Option<CameraId>,
}

/// What was seen of a camera.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TrialShown {
    /// What is wrong; null if it works.
    trouble: Option<Trouble>,
    /// How its pictures are coded, as browsers call it (RFC 6381).
    codec: Option<String>,
    /// Picture width in pixels.
    width: u16,
    /// Picture height in pixels.
    height: u16,
    /// What it sends, in thousands of bits a second.
    kilobits_per_s: u32,
    /// Pictures a second.
    pictures_per_s: f32,
    /// Between two key pictures, in milliseconds.
    key_interval_ms: Option<u32>,
    /// Whether it offers sound.
    sound: bool,
    /// How far its clock is ahead of the node's, in milliseconds; null if it tells no time.
    clock_error_ms: Option<i64>,
    /// A picture, as an MP4 of its own in Base64.
    still: Option<String>,
    /// What should be changed or known.
    advice: Vec<Advice>,
    /// The SHA-256 of the certificate that it shows where its pictures are, 64 digits in groups of four: to be compared by a
    /// person, and saved with its address. Null without TLS.
    certificate: Option<String>,
    /// The same for where it is asked more (ONVIF).
    onvif_certificate: Option<String>,
}

/// Calls a camera, listens for some seconds, and tells what it sends. Nothing is kept.
#[utoipa::path(post, path = "/api/camera-trials", tag = "watch", request_body = NewTrial,
    responses((status = 200, body = TrialShown)))]
pub async fn try_camera(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewTrial>,
) -> Result<Json<TrialShown>, Problem> {
    let door = match (&input.door, input.camera) {
        (Some(door), None) => {
            caller.permit_over_the_whole(Action::KeepCameras)?;
            door.door()?
        }
        (None, Some(id)) => {
            let (camera, _) = api.camera_for(&caller, Action::KeepCameras, id).await?;
            // A home's picture is for nobody before it consents, a trial's still included.
            if camera.facts.owner.household().is_some() {
                return Err(crate::rules::WatchError::NoCamera(id).into());
            }
            api.cameras.door(id).await?
        }
        _ => return Err(Problem::new(liengia_http::WRONG_FIELDS)),
    };
    let target = door.target().ok_or(crate::rules::WatchError::BadAddress)?;
    let (clock, entropy) = api.running.ports();
    let known = door.certificate;
    let tried = move || call(target, known, LISTENED, &*clock, &*entropy);
    let tried = tokio::task::spawn_blocking(tried).await.map_err(Problem::failed)?;
    let told = match tried.outcome {
        Ok(seen) => shown(seen),
        Err(trouble) => TrialShown { trouble: Some(trouble), ..nothing() },
    };
    let digits = |certificate: Option<Certificate>| certificate.as_ref().map(fingerprint);
    Ok(Json(TrialShown {
        certificate: digits(tried.certificate),
        onvif_certificate: digits(api.running.onvif_certificate(&door).await),
        ..told
    }))
}

const fn nothing() -> TrialShown {
    TrialShown {
        trouble: None,
        codec: None,
        width: 0,
        height: 0,
        kilobits_per_s: 0,
        pictures_per_s: 0.0,
        key_interval_ms: None,
        sound: false,
        clock_error_ms: None,
        still: None,
        advice: Vec::new(),
        certificate: None,
        onvif_certificate: None,
    }
}

fn shown(seen: Seen) -> TrialShown {
    TrialShown {
        trouble: None,
        codec: Some(seen.codec),
        width: seen.width,
        height: seen.height,
        kilobits_per_s: seen.kilobits_per_s,
        pictures_per_s: seen.pictures_per_s,
        key_interval_ms: seen.key_interval_ms,
        sound: seen.sound.is_some(),
        clock_error_ms: seen.clock_error_ms,
        still: seen.still.map(|still| STANDARD.encode(still)),
        advice: seen.advice,
        ..nothing()
    }
}
