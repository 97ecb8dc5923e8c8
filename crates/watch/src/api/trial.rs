//! `POST /api/camera-trials`: a camera is tried out before it is put up, or when it does not work.

use super::{Api, cameras::NewDoor};
use crate::{
    event::{LookKind, LookPurpose, Span},
    record::{Certificate, fingerprint},
    rtsp::Target,
    rules::LookAsked,
    trial::{Advice, Seen, Trouble, try_camera as call},
};
use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_access::{Action, Caller, Permit};
use liengia_http::{Body, Problem};
use liengia_kernel::{CameraId, LookId};
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

/// Calls a camera, listens for some seconds, and tells what it sends. Of a camera that is up this is a look at it, kept as
/// any other; of a home's, and of whatever stands at the same address, no picture is shown.
#[utoipa::path(post, path = "/api/camera-trials", tag = "watch", request_body = NewTrial,
    responses((status = 200, body = TrialShown)))]
pub async fn try_camera(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewTrial>,
) -> Result<Json<TrialShown>, Problem> {
    let mut look = None;
    let door = match (&input.door, input.camera) {
        (Some(door), None) => {
            caller.permit_over_the_whole(Action::KeepCameras)?;
            door.door()?
        }
        (None, Some(id)) => {
            let (camera, permit) = api.camera_for(&caller, Action::KeepCameras, id).await?;
            // A home's picture is for nobody before it consents, a trial's still included.
            if camera.facts.owner.household().is_some() {
                return Err(crate::rules::WatchError::NoCamera(id).into());
            }
            look = Some((api.begin_check(&permit, id).await?, permit));
            api.cameras.door(id).await?
        }
        _ => return Err(Problem::new(liengia_http::WRONG_FIELDS)),
    };
    let target = door.target().ok_or(crate::rules::WatchError::BadAddress)?;
    let of_a_home = api.is_a_homes(&target).await?;
    let (clock, entropy) = api.running.ports();
    let known = door.certificate;
    let tried = move || call(target, known, LISTENED, &*clock, &*entropy);
    let tried = tokio::task::spawn_blocking(tried).await.map_err(Problem::failed)?;
    if let Some((look, permit)) = look {
        let close = api.cameras.close_look(&permit.context(), look, Some(LISTENED.as_secs())).await?;
        api.cameras.journal.commit(close).await?;
    }
    let told = match tried.outcome {
        Ok(seen) if of_a_home => TrialShown { still: None, ..shown(seen) },
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

impl Api {
    /// Keeps that somebody looks at a camera that is up, before they do.
    async fn begin_check(&self, permit: &Permit, camera: CameraId) -> Result<LookId, Problem> {
        let (context, look) = (permit.context(), LookId::new(permit.now(), permit.entropy()));
        let asked = LookAsked {
            kind: LookKind::Live,
            span: None,
            ..LookAsked::handed_out(
                permit.person(),
                permit.grant().scope,
                LookPurpose::CameraCheck,
                Span { from: context.at, to: context.at },
            )
        };
        let around = (self.settings.utc_offset_hours, &[][..]);
        let (commit, _) = self.cameras.open_look(&context, look, &[camera], &asked, None, around).await?;
        self.cameras.journal.commit(commit).await?;
        Ok(look)
    }

    /// Whether a home's camera is reached there, by whatever path.
    async fn is_a_homes(&self, target: &Target) -> Result<bool, Problem> {
        let doors = self.cameras.all_doors().await?;
        let of_homes = doors.into_iter().filter(|(id, _)| {
            self.running.camera(*id).is_some_and(|camera| camera.facts.owner.household().is_some())
        });
        let mut targets = of_homes.filter_map(|(_, door)| door.target());
        Ok(targets.any(|known| known.host == target.host && known.port == target.port))
    }
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
