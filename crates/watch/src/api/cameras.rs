//! `/api/cameras`: the cameras, how they are, and what their owners allow.

use super::{Api, camera_shown::CameraShown, left_permit, sites::Why};
use crate::{
    door::Door,
    event::{CameraFacts, Owner},
    record::{Certificate, certificate},
    rtsp::Transport,
    views::{Camera, Site},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Field, Page, Paged, Path, Problem, WRONG_FIELDS};
use liengia_kernel::{CameraId, HouseholdId, Pii, Position, SiteId};
use serde::Deserialize;

/// What is written down about a camera.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct CameraParticulars {
    /// The site it belongs to.
    site: SiteId,
    /// What it is called.
    name: String,
    /// Where it hangs.
    position: Position,
    /// Where it looks, in degrees from north, clockwise.
    direction: u16,
    /// How wide it sees, in degrees.
    angle: u16,
    /// How far one can make things out, in metres.
    reach_m: u16,
}

/// Where a camera is reached. It is sealed, and never shown again.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewDoor {
    /// Its main stream: `rtsp://192.168.1.20:554/stream1`.
    pub(super) url: Pii<String>,
    /// Its small stream, if it has one.
    #[serde(default)]
    pub(super) sub_url: Pii<String>,
    /// Whom it knows.
    #[serde(default)]
    pub(super) user: Pii<String>,
    /// That one's password.
    #[serde(default)]
    pub(super) password: Pii<String>,
    /// Where it is asked more than its pictures (ONVIF), if it can be.
    #[serde(default)]
    pub(super) onvif: Pii<String>,
    /// On which way its pictures come; an `rtsps://` address is for TCP alone.
    #[serde(default)]
    pub(super) transport: Transport,
    /// The certificate that it is known by from now on, as 64 digits, where its address begins with `rtsps://`. Where none is
    /// given the one that was known stays, or the one that it shows now is taken.
    #[serde(default)]
    pub(super) certificate: String,
    /// The same for where it is asked more, where that begins with `https://`.
    #[serde(default)]
    pub(super) onvif_certificate: String,
}

impl NewDoor {
    /// The same, checked.
    pub(super) fn door(&self) -> Result<Door, Problem> {
        let checked = |door: Door| door.asked_at(self.onvif.expose())?.by(self.transport);
        let sub_url = Some(self.sub_url.expose().as_str());
        let door = Door::new(self.url.expose(), sub_url, self.user.expose(), &self.password);
        Ok(Door {
            certificate: known("certificate", &self.certificate)?,
            onvif_certificate: known("onvif_certificate", &self.onvif_certificate)?,
            ..door.and_then(checked).map_err(crate::acts::WatchActError::from)?
        })
    }
}

/// A certificate as it was given in this field; none where it is empty.
fn known(field: &'static str, digits: &str) -> Result<Option<Certificate>, Problem> {
    if digits.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::new(WRONG_FIELDS).blaming(Field::new(field, "wrong_value"));
    certificate(digits).map(Some).ok_or_else(wrong)
}

/// A camera to put up.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewCamera {
    /// The household whose it is; the commune's if none is named.
    household: Option<HouseholdId>,
    /// Its particulars.
    facts: CameraParticulars,
    /// Where it is reached.
    door: NewDoor,
}

/// A camera's particulars as they should be, and why.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct CameraCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// All particulars as they should be.
    facts: CameraParticulars,
    /// Where it is reached, if that changes.
    door: Option<NewDoor>,
}

impl CameraParticulars {
    fn facts(&self, owner: Owner) -> CameraFacts {
        CameraFacts {
            site: self.site,
            name: self.name.clone(),
            position: self.position,
            direction: self.direction,
            angle: self.angle,
            reach_m: self.reach_m,
            owner,
        }
    }
}

/// The cameras that the caller may read of, in the order of their names; of a household, its own.
#[utoipa::path(get, path = "/api/cameras", tag = "watch", params(Page),
    responses((status = 200, body = Paged<CameraShown>)))]
pub async fn list_cameras(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<CameraShown>>, Problem> {
    let reach = caller.reach(Action::ReadCameras)?;
    let sites = Site::all(&api.cameras.journal).await?;
    let mut cameras = Camera::all(&api.cameras.journal).await?;
    cameras.retain(|camera| api.within(&reach, camera, &sites));
    let names = api.names_beside(&cameras).await?;
    let shown = cameras.into_iter().map(|camera| api.camera_shown(camera, &sites, &names));
    Ok(Json(Paged::of(shown, &page, |camera: &CameraShown| camera.id)?))
}

/// The cameras that were taken down and of which footage is left, as far as the caller may read of them, in the order of
/// their names. Nothing of them is live.
#[utoipa::path(get, path = "/api/removed-cameras", tag = "watch", params(Page),
    responses((status = 200, body = Paged<CameraShown>)))]
pub async fn list_removed(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<CameraShown>>, Problem> {
    caller.reach(Action::ReadCameras)?;
    let sites = Site::ever(&api.cameras.journal).await?;
    let mut cameras = api.running.cameras_left().await?;
    cameras.retain(|camera| left_permit(&caller, Action::ReadCameras, camera).is_ok());
    let names = api.names_beside(&cameras).await?;
    let shown = cameras.into_iter().map(|camera| api.camera_shown(camera, &sites, &names));
    Ok(Json(Paged::of(shown, &page, |camera: &CameraShown| camera.id)?))
}

/// One camera.
#[utoipa::path(get, path = "/api/cameras/{id}", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = CameraShown)))]
pub async fn read_camera(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<CameraShown>, Problem> {
    api.camera_for(&caller, Action::ReadCameras, id).await?;
    Ok(Json(api.one_camera(id).await?))
}

/// Puts a camera up. Of a household nothing is recorded or shown before its people consent.
#[utoipa::path(post, path = "/api/cameras", tag = "watch", request_body = NewCamera,
    responses((status = 201, body = CameraShown)))]
pub async fn add_camera(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewCamera>,
) -> Result<(StatusCode, Json<CameraShown>), Problem> {
    let site = api.cameras.site(input.facts.site).await?;
    let permit = caller.permit(Action::KeepCameras, Target::place(site.facts.place))?;
    if let Some(home) = input.household {
        api.register.household(home).await?;
        caller.permit(Action::KeepCameras, Target::household(home))?;
    }
    let id = CameraId::new(permit.now(), permit.entropy());
    let door = input.door.door()?;
    let done = permit
        .commit(async || {
            let facts = input.facts.facts(input.household.map_or(Owner::Public, Owner::Household));
            let door = api.running.pin(door.clone(), None).await?;
            let commit = api.cameras.add_camera(&permit.context(), id, facts, &door).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    api.settled().await;
    Ok((StatusCode::CREATED, Json(api.one_camera(done.answer).await?)))
}

/// Corrects a camera's particulars, or where it is reached.
#[utoipa::path(patch, path = "/api/cameras/{id}", tag = "watch", params(("id" = CameraId, Path)),
    request_body = CameraCorrection, responses((status = 200, body = CameraShown)))]
pub async fn correct_camera(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<CameraCorrection>,
) -> Result<Json<CameraShown>, Problem> {
    let (known, permit) = api.camera_for(&caller, Action::KeepCameras, id).await?;
    let site = api.cameras.site(input.facts.site).await?;
    caller.permit(Action::KeepCameras, Target::place(site.facts.place))?;
    let door = input.door.as_ref().map(NewDoor::door).transpose()?;
    permit
        .commit(async || {
            let (context, facts) = (permit.context(), input.facts.facts(known.facts.owner));
            let door = match &door {
                Some(door) => Some(api.running.pin(door.clone(), api.cameras.door(id).await.ok()).await?),
                None => None,
            };
            let correct =
                api.cameras.correct_camera(&context, id, input.version, facts, door.as_ref(), &input.reason);
            Ok::<_, Problem>((correct.await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(api.one_camera(id).await?))
}

/// Takes a camera down. What it recorded is kept for as long as all footage is.
#[utoipa::path(delete, path = "/api/cameras/{id}", tag = "watch", params(("id" = CameraId, Path)), request_body = Why,
    responses((status = 204)))]
pub async fn remove_camera(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<Why>,
) -> Result<StatusCode, Problem> {
    let (_, permit) = api.camera_for(&caller, Action::KeepCameras, id).await?;
    permit
        .commit(async || {
            let commit = api.cameras.remove_camera(&permit.context(), id, &input.reason).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    api.settled().await;
    Ok(StatusCode::NO_CONTENT)
}
