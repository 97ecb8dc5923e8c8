//! `/api/sites`: where cameras stand, what for, and whom to ask.

use super::{Api, shown::SiteShown};
use crate::{
    event::{Payer, SiteFacts, SitePurpose},
    rules,
    views::Site,
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{Pii, PlaceId, Position, SiteId};
use serde::Deserialize;

/// A site to open.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewSite {
    /// The village it is in.
    place: PlaceId,
    /// What people call it.
    name: String,
    /// Where it is.
    position: Position,
    /// What its cameras are for.
    purpose: SitePurpose,
    /// The same in plain words, for the sign.
    #[serde(default)]
    words: String,
    /// Whom to ask, and how to reach them: an office, not a person.
    contact: String,
    /// Who pays.
    paid_by: Payer,
    /// Whether sound is recorded: only where the purpose needs it.
    #[serde(default)]
    sound: bool,
    /// How long footage is kept, in hours; 72 if nothing is said.
    #[serde(default = "rules::keep_hours")]
    keep_hours: u16,
}

impl NewSite {
    fn facts(&self) -> SiteFacts {
        SiteFacts {
            place: self.place,
            name: self.name.clone(),
            position: self.position,
            purpose: self.purpose,
            words: self.words.clone(),
            contact: self.contact.clone(),
            paid_by: self.paid_by,
            sound: self.sound,
            keep_hours: self.keep_hours,
        }
    }
}

/// A site's particulars as they should be, and why.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct SiteCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// All particulars as they should be.
    facts: NewSite,
}

/// Why a site is closed, or a camera taken down.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Why {
    /// In plain words.
    pub(super) reason: Pii<String>,
}

/// The sites of the commune, in the order of their names.
#[utoipa::path(get, path = "/api/sites", tag = "watch", params(Page), responses((status = 200, body = Paged<SiteShown>)))]
pub async fn list_sites(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<SiteShown>>, Problem> {
    let reach = caller.reach(Action::ReadSites)?;
    let mut sites = Site::all(&api.cameras.journal).await?;
    sites.retain(|site| {
        let node = site.facts.place.into();
        reach.everywhere || api.access.tree(|tree| reach.nodes.iter().any(|seat| tree.within(*seat, node)))
    });
    let me = caller.person();
    let shown = sites.into_iter().map(|site| api.site_shown(site, me));
    Ok(Json(Paged::of(shown, &page, |site: &SiteShown| site.id)?))
}

/// Opens a site.
#[utoipa::path(post, path = "/api/sites", tag = "watch", request_body = NewSite,
    responses((status = 201, body = SiteShown)))]
pub async fn add_site(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewSite>,
) -> Result<(StatusCode, Json<SiteShown>), Problem> {
    let permit = caller.permit(Action::KeepSites, Target::place(input.place))?;
    let id = SiteId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            api.known_place(input.place)?;
            Ok::<_, Problem>((api.cameras.add_site(&permit.context(), id, input.facts())?, id))
        })
        .await?;
    api.settled().await;
    Ok((StatusCode::CREATED, Json(api.site_shown(api.cameras.site(done.answer).await?, permit.person()))))
}

/// Corrects a site's particulars.
#[utoipa::path(patch, path = "/api/sites/{id}", tag = "watch", params(("id" = SiteId, Path)),
    request_body = SiteCorrection, responses((status = 200, body = SiteShown)))]
pub async fn correct_site(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<SiteCorrection>,
) -> Result<Json<SiteShown>, Problem> {
    let known = api.cameras.site(id).await?;
    let permit = caller.permit(Action::KeepSites, Target::place(known.facts.place))?;
    caller.permit(Action::KeepSites, Target::place(input.facts.place))?;
    permit
        .commit(async || {
            api.known_place(input.facts.place)?;
            let (context, facts) = (permit.context(), input.facts.facts());
            let commit = api.cameras.correct_site(&context, id, input.version, facts, &input.reason).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(api.site_shown(api.cameras.site(id).await?, permit.person())))
}

/// Closes a site that has no cameras any more.
#[utoipa::path(delete, path = "/api/sites/{id}", tag = "watch", params(("id" = SiteId, Path)), request_body = Why,
    responses((status = 204)))]
pub async fn close_site(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<Why>,
) -> Result<StatusCode, Problem> {
    let known = api.cameras.site(id).await?;
    let permit = caller.permit(Action::KeepSites, Target::place(known.facts.place))?;
    permit
        .commit(async || {
            let commit = api.cameras.close_site(&permit.context(), id, &input.reason).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
