//! What residents see of the public cameras that they paid for, and how a home that is in a picture closes it to them.

use super::{Api, public::VoteOpen};
use crate::{
    event::{Owner, Payer, SitePurpose},
    rules::{Shut, WatchError, open_to_residents},
    views::{Camera, ResidentsView, Site, objections_of},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Grant, Permit, PlaceKind, Role, Scope, Target};
use liengia_http::{Page, Paged, Path, Problem};
use liengia_kernel::{CameraId, HouseholdId, PlaceId, SiteId};
use serde::Serialize;
use std::collections::BTreeSet;

/// A site of the caller's village that residents paid for.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct VillageSite {
    /// Its id.
    pub id: SiteId,
    /// What people call it.
    pub name: String,
    /// The village.
    pub place_name: String,
    /// What its cameras are for.
    pub purpose: SitePurpose,
    /// The same in plain words.
    pub words: String,
    /// Whom to ask.
    pub contact: String,
    /// Who pays.
    pub paid_by: Payer,
    /// What the village voted about residents' viewing; null where nothing holds.
    pub vote: Option<VoteOpen>,
    /// Its public cameras.
    pub cameras: Vec<VillageCamera>,
}

/// A public camera, as a resident of its village sees it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct VillageCamera {
    /// Its id.
    pub id: CameraId,
    /// What it is called.
    pub name: String,
    /// Why residents may not look now; null where they may.
    pub shut: Option<Shut>,
    /// Whether the caller's own home objects. Of other homes nothing is said.
    pub objected: bool,
}

/// The sites of the caller's villages that residents paid for, in the order of their names.
#[utoipa::path(get, path = "/api/village-cameras", tag = "watch", params(Page),
    responses((status = 200, body = Paged<VillageSite>)))]
pub async fn list_village_cameras(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<VillageSite>>, Problem> {
    caller.reach(Action::LookAsResident)?;
    let journal = &api.cameras.journal;
    let mut villages = BTreeSet::new();
    let mut objected = BTreeSet::new();
    for home in homes(&caller) {
        villages.extend(api.village_of_home(home));
        objected.append(&mut objections_of(journal, home).await?);
    }
    let cameras = Camera::all(journal).await?;
    let views = ResidentsView::all(journal).await?;
    let mut shown = Vec::new();
    for site in Site::all(journal).await? {
        let village = api.village_of(site.facts.place).filter(|village| villages.contains(village));
        let paid = site.facts.paid_by.is_residents() && site.facts.purpose != SitePurpose::Home;
        if let Some(village) = village.filter(|_| paid) {
            let view = views.iter().find(|view| view.site == site.site);
            shown.push(api.village_site(site, village, view, &cameras, &objected));
        }
    }
    Ok(Json(Paged::of(shown, &page, |site: &VillageSite| site.id)?))
}

/// The caller's home is in the picture: no resident looks through this camera from now on, and open views close at once.
/// No reason is asked for, and nobody is told who it was.
#[utoipa::path(put, path = "/api/cameras/{id}/objection", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 204)))]
pub async fn object_to_view(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<StatusCode, Problem> {
    objects(&api, &caller, id, true).await
}

/// The caller's home takes that back.
#[utoipa::path(delete, path = "/api/cameras/{id}/objection", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 204)))]
pub async fn withdraw_objection(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<StatusCode, Problem> {
    objects(&api, &caller, id, false).await
}

async fn objects(api: &Api, caller: &Caller, id: CameraId, yes: bool) -> Result<StatusCode, Problem> {
    let (home, permit) = api.home_in_village(caller, id).await?;
    if !yes && !caller.speaks_for(home, api.cameras.camera(id).await?.added_at).await? {
        return Err(WatchError::JoinedLater.into());
    }
    permit
        .commit(async || {
            let (context, who) = (permit.context(), (home, permit.person()));
            Ok::<_, Problem>((api.cameras.object_to_view(&context, id, who, yes).await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(StatusCode::NO_CONTENT)
}

/// The homes of the caller.
fn homes(caller: &Caller) -> Vec<HouseholdId> {
    let home = |grant: Grant| match (grant.role, grant.scope) {
        (Role::HouseholdMember, Scope::Household(home)) => Some(home),
        _ => None,
    };
    caller.grants().into_iter().filter_map(home).collect()
}

impl Api {
    fn village_of_home(&self, home: HouseholdId) -> Option<PlaceId> {
        self.access.tree(|tree| tree.enclosing(Scope::Household(home), PlaceKind::Village))
    }

    /// The caller's home in the village in which a public camera stands.
    async fn home_in_village(&self, caller: &Caller, id: CameraId) -> Result<(HouseholdId, Permit), Problem> {
        let camera = self.cameras.camera(id).await?;
        let place = self.cameras.site(camera.facts.site).await?.facts.place;
        let village = self.village_of(place).ok_or(WatchError::NotOfResidents)?;
        let homes = homes(caller);
        let home = homes.iter().find(|home| self.village_of_home(**home) == Some(village));
        // Of a home elsewhere the refusal is the one of a home that is not the caller's.
        let target = home.map_or(Target::place(place), |home| Target::household(*home));
        let permit = caller.permit(Action::ObjectToView, target)?;
        let home = home.ok_or(WatchError::NotOfResidents)?;
        Ok((*home, permit))
    }

    fn village_site(
        &self,
        site: Site,
        village: PlaceId,
        view: Option<&ResidentsView>,
        cameras: &[Camera],
        objected: &BTreeSet<CameraId>,
    ) -> VillageSite {
        let now = self.running.now();
        let own = cameras
            .iter()
            .filter(|camera| camera.facts.site == site.site && camera.facts.owner == Owner::Public);
        let cameras = own.map(|camera| VillageCamera {
            id: camera.camera,
            name: camera.facts.name.clone(),
            shut: open_to_residents(camera, village, now).err(),
            objected: objected.contains(&camera.camera),
        });
        let vote = view.and_then(|view| view.in_force(&site, now)).map(VoteOpen::of);
        VillageSite {
            id: site.site,
            place_name: self.place_name(village),
            cameras: cameras.collect(),
            vote,
            name: site.facts.name,
            purpose: site.facts.purpose,
            words: site.facts.words,
            contact: site.facts.contact,
            paid_by: site.facts.paid_by,
        }
    }
}
