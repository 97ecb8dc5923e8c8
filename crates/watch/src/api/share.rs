//! What a home does with its own camera, and what it is asked: `/api/cameras/{id}/…`.

use super::{Api, camera_shown::CameraShown};
use crate::{
    event::{Consent, Mask, Owner},
    rules::WatchError,
    views::Camera,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Permit};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{CameraId, PersonId, Pii};
use serde::Deserialize;

/// What must not be seen.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewMasks {
    /// Rectangles on the picture; none takes all away.
    masks: Vec<Mask>,
    /// The home turned its camera, and says that what it shows now may be seen. Of the commune's nobody can say that.
    #[serde(default)]
    fine: bool,
}

/// Why a home is asked to turn its camera.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReaimRequest {
    /// In plain words: the home reads them.
    reason: Pii<String>,
}

/// What the home did about it.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReaimAnswer {
    /// Whether it turned the camera. No is an answer, and has no other consequence.
    done: bool,
}

/// The home lets its camera be used for this, and for nothing else.
#[utoipa::path(put, path = "/api/cameras/{id}/consent", tag = "watch", params(("id" = CameraId, Path)),
    request_body = Consent, responses((status = 200, body = CameraShown)))]
pub async fn give_consent(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<Consent>,
) -> Result<Json<CameraShown>, Problem> {
    let permit = opening_permit(&api, &caller, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((
                api.cameras.give_consent(&permit.context(), id, permit.person(), input.clone()).await?,
                (),
            ))
        })
        .await?;
    api.after_sharing(id).await
}

/// The home lets its camera be used for nothing any more; open views close at once.
#[utoipa::path(delete, path = "/api/cameras/{id}/consent", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = CameraShown)))]
pub async fn withdraw_consent(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<CameraShown>, Problem> {
    let permit = home_permit(&api, &caller, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((
                api.cameras.withdraw_consent(&permit.context(), id, permit.person()).await?,
                (),
            ))
        })
        .await?;
    api.after_sharing(id).await
}

/// Nobody looks for now, and nothing is recorded; open views close at once.
#[utoipa::path(post, path = "/api/cameras/{id}/pause", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = CameraShown)))]
pub async fn pause(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<CameraShown>, Problem> {
    let permit = home_permit(&api, &caller, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((api.cameras.pause(&permit.context(), id, permit.person(), true).await?, ()))
        })
        .await?;
    api.after_sharing(id).await
}

/// The pause is over: what was consented to holds again.
#[utoipa::path(post, path = "/api/cameras/{id}/resume", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = CameraShown)))]
pub async fn resume(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<CameraShown>, Problem> {
    let permit = opening_permit(&api, &caller, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((api.cameras.pause(&permit.context(), id, permit.person(), false).await?, ()))
        })
        .await?;
    api.after_sharing(id).await
}

/// Draws what must not be seen. Where nothing blackens it, nobody but the home sees the picture of its camera; of the
/// commune's, no resident.
#[utoipa::path(put, path = "/api/cameras/{id}/masks", tag = "watch", params(("id" = CameraId, Path)),
    request_body = NewMasks, responses((status = 200, body = CameraShown)))]
pub async fn draw_masks(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<NewMasks>,
) -> Result<Json<CameraShown>, Problem> {
    let public = api.cameras.camera(id).await?.facts.owner == Owner::Public;
    let action = if public { Action::KeepCameras } else { Action::ShareCamera };
    let (camera, permit) = api.camera_for(&caller, action, id).await?;
    api.speaks(&caller, &camera).await?;
    permit
        .commit(async || {
            let (context, masks) = (permit.context(), input.masks.clone());
            let draw = api.cameras.draw_masks(&context, id, permit.person(), masks, (false, input.fine));
            Ok::<_, Problem>((draw.await?, ()))
        })
        .await?;
    // From here on nobody else sees it; if the camera blackens them itself, they may again.
    let drawn = api.after_sharing(id).await?;
    if !api.blackened(id, permit.person(), input.masks).await? {
        return Ok(drawn);
    }
    api.after_sharing(id).await
}

/// Asks the home to turn its camera. It may decline.
#[utoipa::path(post, path = "/api/cameras/{id}/reaim", tag = "watch", params(("id" = CameraId, Path)),
    request_body = ReaimRequest, responses((status = 200, body = CameraShown)))]
pub async fn ask_to_reaim(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<ReaimRequest>,
) -> Result<Json<CameraShown>, Problem> {
    let (_, permit) = api.camera_for(&caller, Action::AskToReaim, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((api.cameras.ask_to_reaim(&permit.context(), id, &input.reason).await?, ()))
        })
        .await?;
    api.after_sharing(id).await
}

/// The home's answer.
#[utoipa::path(post, path = "/api/cameras/{id}/reaim-answer", tag = "watch", params(("id" = CameraId, Path)),
    request_body = ReaimAnswer, responses((status = 200, body = CameraShown)))]
pub async fn answer_reaim(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    Body(input): Body<ReaimAnswer>,
) -> Result<Json<CameraShown>, Problem> {
    let permit = home_permit(&api, &caller, id).await?;
    permit
        .commit(async || {
            Ok::<_, Problem>((
                api.cameras.answer_reaim(&permit.context(), id, permit.person(), input.done).await?,
                (),
            ))
        })
        .await?;
    api.after_sharing(id).await
}

/// The permit for what lets others see more: for a phone that speaks for the home.
async fn opening_permit(api: &Api, caller: &Caller, id: CameraId) -> Result<Permit, Problem> {
    let permit = home_permit(api, caller, id).await?;
    api.speaks(caller, &api.cameras.camera(id).await?).await?;
    Ok(permit)
}

async fn home_permit(api: &Api, caller: &Caller, id: CameraId) -> Result<Permit, Problem> {
    api.cameras.home_camera(id).await?;
    Ok(api.camera_for(caller, Action::ShareCamera, id).await?.1)
}

impl Api {
    /// Refuses a phone that does not speak for the home of this camera.
    pub(super) async fn speaks(&self, caller: &Caller, camera: &Camera) -> Result<(), Problem> {
        let Some(home) = camera.facts.owner.household() else { return Ok(()) };
        let speaks = caller.speaks_for(home, camera.added_at).await?;
        if speaks { Ok(()) } else { Err(WatchError::JoinedLater.into()) }
    }

    /// Has the camera blacken what was drawn just now, where it can; whether the records say so. They do not where somebody
    /// drew something else meanwhile.
    async fn blackened(&self, id: CameraId, person: PersonId, masks: Vec<Mask>) -> Result<bool, Problem> {
        let known = self.cameras.camera(id).await?;
        let Ok(door) = self.cameras.door(id).await else { return Ok(false) };
        let done = self.running.blacken(door, masks.clone()).await;
        if !done || masks.is_empty() {
            return Ok(false);
        }
        Ok(self.running.note_blackened(&self.cameras, (id, known.version), person, masks).await)
    }

    /// What is recorded and shown follows; the camera as it is then.
    async fn after_sharing(&self, id: CameraId) -> Result<Json<CameraShown>, Problem> {
        self.settled().await;
        Ok(Json(self.one_camera(id).await?))
    }
}
