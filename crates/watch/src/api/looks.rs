//! `/api/looks`: why somebody looks, before they do; and who looked.

use super::{Api, shown::LookShown};
use crate::{
    event::{LookKind, LookPurpose, Span},
    problems::{NO_LOOK, TOO_MANY_VIEWERS},
    rules::LookAsked,
    running::OpenLook,
    views::{Camera, Look},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, NOT_ALLOWED, Permit, Scope, Target};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{AlarmId, CameraId, DelayId, HouseholdId, LookId, OrderId, Pii, SessionId};
use serde::{Deserialize, Serialize};

/// A look to open.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct LookWanted {
    /// At which cameras: 1 to 16.
    cameras: Vec<CameraId>,
    /// Live, or back in time.
    kind: LookKind,
    /// Why.
    purpose: LookPurpose,
    /// Which footage; nothing for a live look.
    span: Option<Span>,
    /// For which alarm, where one is the purpose.
    alarm: Option<AlarmId>,
    /// The number of the case or the request, where the purpose needs one. Nobody who is looked at reads it.
    #[serde(default)]
    case: Pii<String>,
    /// The order of which a copy is kept, where one is the purpose.
    order: Option<OrderId>,
    /// By which agreement those concerned are told later.
    delay: Option<DelayId>,
}

/// A look that is open.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LookOpen {
    /// Its id: what pictures are asked for with. It closes a minute after the last one.
    pub id: LookId,
    /// Whether live pictures are offered over WebRTC, too, which shows them sooner.
    pub webrtc: bool,
}

/// Says why one looks. It is in the journal before a picture is shown.
#[utoipa::path(post, path = "/api/looks", tag = "watch", request_body = LookWanted,
    responses((status = 201, body = LookOpen)))]
pub async fn open_look(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<LookWanted>,
) -> Result<(StatusCode, Json<LookOpen>), Problem> {
    let permit = permit_for(&api, &caller, &input.cameras, input.purpose).await?;
    if input.purpose == LookPurpose::Owner {
        let named = input.cameras.iter().take(crate::rules::MAX_CAMERAS_OF_A_LOOK).copied();
        for camera in api.cameras.cameras(&named.collect::<Vec<_>>()).await? {
            api.speaks(&caller, &camera).await?;
        }
    }
    let id = LookId::new(permit.now(), permit.entropy());
    let shift = match input.purpose {
        LookPurpose::DutyWatch => api.settings.incidents.shift_of(permit.person()).await,
        _ => None,
    };
    let (case, keep) = api.cameras.case_note(id, &input.case)?.unzip();
    let asked = LookAsked {
        person: permit.person(),
        unit: unit_of(&api, &permit, &input).await?,
        kind: input.kind,
        purpose: input.purpose,
        span: input.span.map(|span| span.until(permit.now())),
        alarm: input.alarm,
        shift,
        case,
        order: input.order,
        delay: input.delay,
    };
    if api.running.looks().is_full(caller.session(), input.purpose) {
        return Err(Problem::new(TOO_MANY_VIEWERS));
    }
    let done = permit
        .commit(async || {
            let (context, keep) = (permit.context(), keep.clone());
            let around = (api.settings.utc_offset_hours, api.settings.incidents.open());
            let around = (around.0, around.1.as_slice());
            let (commit, _) =
                api.cameras.open_look(&context, id, &input.cameras, &asked, keep, around).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    if !done.repeated {
        let look = OpenLook { asked, cameras: input.cameras.clone(), session: caller.session() };
        api.running.looks().open(id, look);
    }
    Ok((StatusCode::CREATED, Json(LookOpen { id: done.answer, webrtc: api.webrtc.is_some() })))
}

/// Looks no longer.
#[utoipa::path(post, path = "/api/looks/{id}/end", tag = "watch", params(("id" = LookId, Path)),
    responses((status = 204)))]
pub async fn end_look(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LookId>,
) -> Result<StatusCode, Problem> {
    let (asked, cameras) = api.looking(&caller, id)?;
    let permit = permit_for(&api, &caller, &cameras, asked.purpose).await?;
    let seconds = api.running.looks().close(id);
    permit
        .commit(async || {
            let commit = api.cameras.close_look(&permit.context(), id, seconds).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who looked at a camera, and to whom its footage was to be handed out: which unit, why, when and for how long; what was
/// told last comes first. Never under which number.
#[utoipa::path(get, path = "/api/cameras/{id}/looks", tag = "watch", params(("id" = CameraId, Path), Page),
    responses((status = 200, body = Paged<LookShown>)))]
pub async fn list_looks(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
    page: Page,
) -> Result<Json<Paged<LookShown>>, Problem> {
    api.footage_for(&caller, Action::ReadLooks, id).await?;
    let looks = Look::at(&api.cameras.journal, id, page.after()?, page.rows()).await?;
    let looks = Paged::cut(looks, &page, |look| (look.told_at.unwrap_or(look.opened_at), look.look));
    Ok(Json(looks.map(|look| api.look_shown(&look))))
}

/// For whom somebody looks: where they have the role that lets them; a resident for the village, never for their home.
async fn unit_of(api: &Api, permit: &Permit, input: &LookWanted) -> Result<Scope, Problem> {
    let held = permit.grant().scope;
    let first = input.cameras.first().filter(|_| input.purpose == LookPurpose::Residents);
    let Some(first) = first else { return Ok(held) };
    let camera = api.cameras.camera(*first).await?;
    let place = api.cameras.site(camera.facts.site).await?.facts.place;
    let village = api.village_of(place).ok_or(crate::rules::WatchError::NotOfResidents)?;
    Ok(Scope::Place(village))
}

/// The permit for all of these cameras: at one's own by whose they are, at others by one's duty or as a resident.
async fn permit_for(
    api: &Api,
    caller: &Caller,
    cameras: &[CameraId],
    purpose: LookPurpose,
) -> Result<Permit, Problem> {
    let action = needed(purpose);
    let mut permit = None;
    for camera in cameras.iter().take(crate::rules::MAX_CAMERAS_OF_A_LOOK) {
        permit = Some(api.footage_for(caller, action, *camera).await?.1);
    }
    permit.ok_or_else(|| crate::rules::WatchError::WhichCameras.into())
}

/// What whoever looks for this must be allowed to do.
const fn needed(purpose: LookPurpose) -> Action {
    match purpose {
        LookPurpose::Owner => Action::ShareCamera,
        LookPurpose::Residents => Action::LookAsResident,
        _ => Action::WatchCameras,
    }
}

impl Api {
    /// The caller's open look.
    pub(super) fn looking(&self, caller: &Caller, id: LookId) -> Result<(LookAsked, Vec<CameraId>), Problem> {
        let found = self.running.looks().of(id, caller.session());
        found.ok_or_else(|| Problem::new(NO_LOOK))
    }

    /// A camera of the caller's open look, if it may be seen at this moment.
    pub(super) fn seeing(
        &self,
        caller: &Caller,
        look: LookId,
        camera: CameraId,
    ) -> Result<(LookAsked, Camera), Problem> {
        self.seen_by(caller.session(), look, camera)
    }

    /// The same of a browser that is not asking now. Whoever lost the role that let them look sees nothing more.
    pub(super) fn seen_by(
        &self,
        session: SessionId,
        look: LookId,
        camera: CameraId,
    ) -> Result<(LookAsked, Camera), Problem> {
        let found = self.running.looks().of(look, session);
        let (asked, cameras) = found.ok_or_else(|| Problem::new(NO_LOOK))?;
        let known = cameras.contains(&camera).then(|| self.running.camera_ever(camera)).flatten();
        let known = known.ok_or(crate::rules::WatchError::NoCamera(camera))?;
        let place = self.running.place_of(known.facts.site).map(Target::place);
        // Of a home that is no more, the commune decides.
        let there = |home: &HouseholdId| self.access.tree(|tree| tree.household(*home).is_some());
        let target = known.facts.owner.household().filter(there).map(Target::household).or(place);
        if !target.is_some_and(|target| self.access.may(session, needed(asked.purpose), target)) {
            return Err(Problem::new(NOT_ALLOWED));
        }
        let now = self.running.now();
        let incidents = self.settings.incidents.open();
        crate::rules::may_see(&known, &asked, now, self.settings.utc_offset_hours, &incidents)
            .map_err(|why| crate::rules::WatchError::Shut { camera, why })?;
        Ok((asked, known))
    }
}
