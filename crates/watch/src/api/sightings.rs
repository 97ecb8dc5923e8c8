//! `/api/sightings`: the duty log, what cameras showed.

use super::{Api, shown::SightingShown};
use crate::{
    event::SightingKind,
    views::{Sighting, Sightings, Site, notes_of},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Page, Paged, Path, Problem, Query};
use liengia_kernel::{CameraId, Pii, SightingId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far back counts look.
const COUNTED: Duration = Duration::from_hours(90 * 24);

/// What a camera showed.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewSighting {
    /// Which camera.
    camera: CameraId,
    /// What.
    kind: SightingKind,
    /// When; now if nothing is said.
    seen_at: Option<Timestamp>,
    /// In plain words.
    #[serde(default)]
    note: Pii<String>,
}

/// How it ended.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct SightingEnd {
    /// Who was told.
    told: Pii<String>,
    /// How it ended.
    outcome: Pii<String>,
}

/// Which sightings.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhichSightings {
    /// Seen at this time or later.
    since: Option<Timestamp>,
    /// Seen before this time.
    until: Option<Timestamp>,
}

/// How often something was seen at a site in the last 90 days.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SightingCounted {
    /// Where.
    site: SiteId,
    /// What it is called.
    site_name: String,
    /// What.
    kind: SightingKind,
    /// How often.
    times: u64,
}

/// Notes what a camera showed.
#[utoipa::path(post, path = "/api/sightings", tag = "watch", request_body = NewSighting,
    responses((status = 201, body = SightingShown)))]
pub async fn note_sighting(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewSighting>,
) -> Result<(StatusCode, Json<SightingShown>), Problem> {
    let (_, permit) = api.camera_for(&caller, Action::NoteSighting, input.camera).await?;
    let id = SightingId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let context = permit.context();
            let (what, by) = ((input.kind, input.seen_at.unwrap_or(context.at)), permit.person());
            let note = api.cameras.note_sighting(&context, id, (input.camera, by), what, &input.note);
            Ok::<_, Problem>((note.await?, id))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(api.one_sighting(done.answer).await?)))
}

/// Says who was told and how it ended.
#[utoipa::path(post, path = "/api/sightings/{id}/end", tag = "watch", params(("id" = SightingId, Path)),
    request_body = SightingEnd, responses((status = 200, body = SightingShown)))]
pub async fn end_sighting(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SightingId>,
    Body(input): Body<SightingEnd>,
) -> Result<Json<SightingShown>, Problem> {
    let known = api.sighting(id).await?;
    let (_, permit) = api.camera_for(&caller, Action::NoteSighting, known.camera).await?;
    permit
        .commit(async || {
            let (context, words) = (permit.context(), (&input.told, &input.outcome));
            let end = api.cameras.end_sighting(&context, id, permit.person(), words);
            Ok::<_, Problem>((end.await?, ()))
        })
        .await?;
    Ok(Json(api.one_sighting(id).await?))
}

/// What cameras showed, the latest first.
#[utoipa::path(get, path = "/api/sightings", tag = "watch", params(WhichSightings, Page),
    responses((status = 200, body = Paged<SightingShown>)))]
pub async fn list_sightings(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<WhichSightings>,
    page: Page,
) -> Result<Json<Paged<SightingShown>>, Problem> {
    caller.permit_over_the_whole(Action::ReadSightings)?;
    let which = Sightings { since: which.since, until: which.until, before: page.after()? };
    let sightings = Sighting::last(&api.cameras.journal, which, page.rows()).await?;
    let sightings = Paged::cut(sightings, &page, |sighting| (sighting.seen_at, sighting.sighting));
    let Paged { items, next } = sightings;
    let mut shown = Vec::with_capacity(items.len());
    for sighting in items {
        shown.push(api.sighting_shown(sighting).await?);
    }
    Ok(Json(Paged { items: shown, next }))
}

/// How often what was seen where in the last 90 days, the most frequent first.
#[utoipa::path(get, path = "/api/sighting-counts", tag = "watch",
    responses((status = 200, body = Vec<SightingCounted>)))]
pub async fn count_sightings(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Vec<SightingCounted>>, Problem> {
    caller.permit_over_the_whole(Action::ReadSightings)?;
    let since = api.running.now() - COUNTED;
    let counts = Sighting::counts(&api.cameras.journal, since).await?;
    let sites = Site::all(&api.cameras.journal).await?;
    let name = |id: SiteId| {
        let site = sites.iter().find(|site| site.site == id);
        site.map(|site| site.facts.name.clone()).unwrap_or_default()
    };
    let shown = counts.into_iter().map(|count| SightingCounted {
        site: count.site,
        site_name: name(count.site),
        kind: count.kind,
        times: count.times,
    });
    Ok(Json(shown.collect()))
}

impl Api {
    async fn sighting(&self, id: SightingId) -> Result<Sighting, Problem> {
        let found = Sighting::find(&self.cameras.journal, id).await?;
        Ok(found.ok_or(crate::rules::WatchError::NoSighting(id))?)
    }

    async fn one_sighting(&self, id: SightingId) -> Result<SightingShown, Problem> {
        self.sighting_shown(self.sighting(id).await?).await
    }

    async fn sighting_shown(&self, sighting: Sighting) -> Result<SightingShown, Problem> {
        let notes = notes_of(&self.cameras.journal, sighting.sighting).await?;
        let [note, told, outcome] = sighting.words.map(|words| notes.get(&words?).cloned());
        let facts = self.running.camera_ever(sighting.camera).map(|camera| camera.facts);
        Ok(SightingShown {
            id: sighting.sighting,
            camera: sighting.camera,
            site: facts.as_ref().map(|facts| facts.site),
            camera_name: facts.map(|facts| facts.name).unwrap_or_default(),
            seen_at: sighting.seen_at,
            kind: sighting.kind,
            ended_at: sighting.ended_at,
            note,
            told,
            outcome,
        })
    }
}
