//! `/api/exports`: footage that is handed out. One asks, another agrees, and it is fetched once.

use super::{Api, shown::ExportShown, sites::Why};
use crate::{
    acts::ExportRequest,
    event::{CopyWanted, LookPurpose, Span},
    problems::{NO_FFMPEG, NOT_AT_THIS_STAGE},
    rules::{LookAsked, Shut, WatchError, may_hand_out},
    running::Ffmpeg,
    views::Export,
};
use axum::{
    Json,
    body::Body as Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use liengia_access::{Action, Caller, Permit};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{CameraId, DelayId, ExportId, OrderId, Pii, Timestamp};
use serde::{Deserialize, Serialize};

/// Footage that is asked for.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewExport {
    /// Of which cameras: 1 to 16.
    cameras: Vec<CameraId>,
    /// Which footage: at most 24 hours.
    span: Span,
    /// Why.
    purpose: LookPurpose,
    /// The number of the case or the request, where the purpose needs one.
    #[serde(default)]
    case: Pii<String>,
    /// The order of which a copy is kept, where one is the purpose.
    order: Option<OrderId>,
    /// By which agreement those concerned are told later.
    delay: Option<DelayId>,
    /// For whom and what for, in plain words.
    reason: Pii<String>,
    /// A copy, cut to the stretch and covered, beside what was recorded or instead of it; at most two hours of all cameras.
    copy: Option<CopyWanted>,
}

/// Asks for footage to be handed out.
#[utoipa::path(post, path = "/api/exports", tag = "watch", request_body = NewExport,
    responses((status = 201, body = ExportShown)))]
pub async fn ask_export(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewExport>,
) -> Result<(StatusCode, Json<ExportShown>), Problem> {
    let permit = api.permit_over(&caller, Action::AskExport, &input.cameras).await?;
    let id = ExportId::new(permit.now(), permit.entropy());
    let unit = permit.grant().scope;
    let looked = LookAsked::handed_out(permit.person(), unit, input.purpose, input.span);
    api.may_hand_out(&looked, &input.cameras, input.copy.as_ref()).await?;
    if input.copy.is_some() && Ffmpeg::find().await.is_none() {
        return Err(Problem::new(NO_FFMPEG));
    }
    let asked = ExportRequest {
        person: permit.person(),
        unit,
        cameras: input.cameras.clone(),
        span: input.span,
        purpose: input.purpose,
        case: input.case.clone(),
        order: input.order,
        delay: input.delay,
        reason: input.reason.clone(),
        copy: input.copy.clone(),
    };
    let done = permit
        .commit(async || Ok::<_, Problem>((api.cameras.ask_export(&permit.context(), id, &asked).await?, id)))
        .await?;
    // What was asked for must not go while somebody decides.
    api.settled().await;
    Ok((StatusCode::CREATED, Json(api.one_export(done.answer, &permit).await?)))
}

/// Agrees; the footage is put together at once. Never by whoever asked.
#[utoipa::path(post, path = "/api/exports/{id}/approve", tag = "watch", params(("id" = ExportId, Path)),
    responses((status = 200, body = ExportShown)))]
pub async fn approve_export(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ExportId>,
) -> Result<Json<ExportShown>, Problem> {
    let known = api.cameras.export(id).await?;
    let permit = api.permit_over(&caller, Action::DecideExport, &known.cameras).await?;
    // What a home took back meanwhile is not handed out: it is asked as if they who asked looked at it now.
    let asked = LookAsked::handed_out(known.asked_by, known.unit, known.purpose, known.span);
    api.may_hand_out(&asked, &known.cameras, known.copy.as_ref()).await?;
    permit
        .commit(async || {
            let by = (permit.person(), permit.grant().scope);
            Ok::<_, Problem>((api.cameras.approve_export(&permit.context(), id, by).await?, ()))
        })
        .await?;
    api.running.exports().notify_one();
    Ok(Json(api.one_export(id, &permit).await?))
}

/// Does not agree.
#[utoipa::path(post, path = "/api/exports/{id}/refuse", tag = "watch", params(("id" = ExportId, Path)),
    request_body = Why, responses((status = 200, body = ExportShown)))]
pub async fn refuse_export(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ExportId>,
    Body(input): Body<Why>,
) -> Result<Json<ExportShown>, Problem> {
    let known = api.cameras.export(id).await?;
    let permit = api.permit_over(&caller, Action::DecideExport, &known.cameras).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let refuse = api.cameras.refuse_export(&context, id, permit.person(), &input.reason);
            Ok::<_, Problem>((refuse.await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(api.one_export(id, &permit).await?))
}

/// What was asked for and handed out, the latest first.
#[utoipa::path(get, path = "/api/exports", tag = "watch", params(Page),
    responses((status = 200, body = Paged<ExportShown>)))]
pub async fn list_exports(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<ExportShown>>, Problem> {
    caller.permit_over_the_whole(Action::ReadEvidence)?;
    let exports = Export::last(&api.cameras.journal, page.after()?, page.rows()).await?;
    let Paged { items, next } = Paged::cut(exports, &page, |export| (export.asked_at, export.export));
    let mut shown = Vec::with_capacity(items.len());
    for export in items {
        shown.push(api.export_shown(export, caller.person()).await?);
    }
    Ok(Json(Paged { items: shown, next }))
}

/// A link by which what was put together is fetched.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ExportLink {
    /// A path on this node. Whoever has it gets the file: it is as secret as the footage.
    path: String,
    /// It ends then; before that with the browser's session, and once the file was given whole.
    until: Timestamp,
}

/// Makes the one link by which what was put together is fetched: once, and never again.
#[utoipa::path(post, path = "/api/exports/{id}/link", tag = "watch", params(("id" = ExportId, Path)),
    responses((status = 201, body = ExportLink)))]
pub async fn link_export(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ExportId>,
) -> Result<(StatusCode, Json<ExportLink>), Problem> {
    let known = api.cameras.export(id).await?;
    let permit = api.permit_over(&caller, Action::AskExport, &known.cameras).await?;
    api.may_still_go(&known).await?;
    // Of what is not there nothing is handed out, and the journal does not say so.
    if known.fetched_at.is_none() && !api.running.is_there(id).await {
        return Err(Problem::new(NOT_AT_THIS_STAGE));
    }
    let done = permit
        .commit(async || {
            Ok::<_, Problem>((api.cameras.fetch_export(&permit.context(), id, permit.person()).await?, ()))
        })
        .await?;
    let link = if done.repeated {
        api.running.parcel_of(id, caller.session()).ok_or(WatchError::LinkOver)?
    } else {
        api.running.parcel(id, caller.session())
    };
    let (name, until) = link;
    Ok((StatusCode::CREATED, Json(ExportLink { path: format!("/api/parcels/{name}"), until })))
}

/// Gives what was put together to whoever has the link, whole, once. Where the way breaks off, it can be fetched again.
#[utoipa::path(get, path = "/api/parcels/{link}", tag = "watch", params(("link" = String, Path)),
    responses((status = 200, description = "the archive", content_type = "application/zip")))]
pub async fn fetch_export(State(api): State<Api>, Path(link): Path<String>) -> Result<Response, Problem> {
    let parcel = api.running.parcelled(&link).filter(|(_, session)| api.access.is_signed_in(*session));
    let (id, _) = parcel.ok_or(WatchError::LinkOver)?;
    api.may_still_go(&api.cameras.export(id).await?).await?;
    let given = api.running.unpack(&link).await.map_err(Problem::failed)?;
    let (bytes, length) = given.ok_or(WatchError::LinkOver)?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"liengia-{id}.zip\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Bytes::from_stream(bytes)).into_response())
}

impl Api {
    /// The permit for all of these cameras.
    pub(super) async fn permit_over(
        &self,
        caller: &Caller,
        action: Action,
        cameras: &[CameraId],
    ) -> Result<Permit, Problem> {
        let mut permit = None;
        for camera in cameras.iter().take(crate::rules::MAX_CAMERAS_OF_A_LOOK) {
            permit = Some(self.footage_for(caller, action, *camera).await?.1);
        }
        permit.ok_or_else(|| WatchError::WhichCameras.into())
    }

    /// Whether footage of these cameras may be handed out for that.
    async fn may_hand_out(
        &self,
        asked: &LookAsked,
        cameras: &[CameraId],
        copy: Option<&CopyWanted>,
    ) -> Result<(), Problem> {
        self.shut(asked, cameras, copy).await?.map_or(Ok(()), |shut| Err(shut.into()))
    }

    /// Why footage of these cameras may not be handed out for that.
    async fn shut(
        &self,
        asked: &LookAsked,
        cameras: &[CameraId],
        copy: Option<&CopyWanted>,
    ) -> Result<Option<WatchError>, Problem> {
        let incidents = self.settings.incidents.open();
        let now = self.running.now();
        for camera in self.cameras.cameras(cameras).await? {
            let may = may_hand_out(&camera, asked, copy, now, self.settings.utc_offset_hours, &incidents);
            if let Err(why) = may {
                return Ok(Some(WatchError::Shut { camera: camera.camera, why }));
            }
        }
        Ok(None)
    }

    /// What a home took back since it was put together does not go out; an alarm may be over by now.
    async fn may_still_go(&self, known: &Export) -> Result<(), Problem> {
        let asked = LookAsked::handed_out(known.asked_by, known.unit, known.purpose, known.span);
        match self.shut(&asked, &known.cameras, known.copy.as_ref()).await? {
            None | Some(WatchError::Shut { why: Shut::NoAlarm, .. }) => Ok(()),
            Some(shut) => Err(shut.into()),
        }
    }

    async fn one_export(&self, id: ExportId, permit: &Permit) -> Result<ExportShown, Problem> {
        self.export_shown(self.cameras.export(id).await?, permit.person()).await
    }
}
