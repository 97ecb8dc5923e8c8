//! What everyone may know without an account: which sites there are, what for, whom to ask, and how often somebody looked.

use super::Api;
use crate::{
    event::{LookKind, LookPurpose, Owner, Payer, SitePurpose, Vote},
    rules::{Shut, WatchError, open_to_residents},
    views::{Camera, Entered, Look, ResidentsView, Site},
};
use axum::{Json, extract::State};
use liengia_access::Scope;
use liengia_http::{Path, Problem};
use liengia_journal::QueryError;
use liengia_kernel::{Position, SiteId, Timestamp};
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};

/// How far back looks are counted.
const COUNTED: Duration = Duration::from_hours(30 * 24);

/// A site, as everyone may know it. Of homes' cameras nothing stands here.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct SiteOpen {
    /// Its id.
    pub id: SiteId,
    /// What people call it.
    pub name: String,
    /// The village it is in.
    pub place_name: String,
    /// Where it is.
    pub position: Position,
    /// What its cameras are for.
    pub purpose: SitePurpose,
    /// The same in plain words.
    pub words: String,
    /// Whom to ask.
    pub contact: String,
    /// Who pays.
    pub paid_by: Payer,
    /// Whether sound is recorded.
    pub sound: bool,
    /// How long footage is kept, in hours.
    pub keep_hours: u16,
    /// What the village voted about residents' viewing; null where nothing holds: then no resident looks.
    pub residents: Option<VoteOpen>,
    /// Its public cameras.
    pub cameras: Vec<CameraOpen>,
}

/// A vote that holds, as everyone may know it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct VoteOpen {
    /// How the village voted.
    pub vote: Vote,
    /// Since when residents may look.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl VoteOpen {
    pub(super) fn of((entered, from): (&Entered, Timestamp)) -> Self {
        Self { vote: entered.voted.vote, from, until: entered.voted.until }
    }
}

/// A public camera, as everyone may know it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct CameraOpen {
    /// What it is called.
    pub name: String,
    /// Where it looks, in degrees from north, clockwise.
    pub direction: u16,
    /// How wide it sees, in degrees.
    pub angle: u16,
    /// How far one can make things out, in metres.
    pub reach_m: u16,
    /// Since when it has been out of order, if it is.
    pub out_of_order_since: Option<Timestamp>,
    /// How much of the last 30 days it recorded, in per cent, where one site is shown; null where nothing can be said.
    pub recorded_percent: Option<u64>,
    /// Why residents may not look, where their village voted that they may; null where they may, or nothing holds.
    pub residents_shut: Option<Shut>,
    /// How often somebody looked in the last 30 days, by day, unit and purpose, the latest day first.
    pub looks: Vec<LooksOpen>,
}

/// How often one unit looked for one purpose on one day. Nobody's name, and no case, stands here.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct LooksOpen {
    /// When the day began, by the place's clocks.
    pub day: Timestamp,
    /// Which unit: the name of the place for which somebody was on duty, or whose residents looked.
    pub unit: String,
    /// Why.
    pub purpose: LookPurpose,
    /// Live or back in time.
    pub kind: LookKind,
    /// How often.
    pub times: u64,
    /// How long together, in seconds.
    pub seconds: u64,
}

/// The public sites of the commune.
#[utoipa::path(get, path = "/api/public/sites", tag = "watch", responses((status = 200, body = Vec<SiteOpen>)))]
pub async fn read_sites(State(api): State<Api>) -> Result<Json<Vec<SiteOpen>>, Problem> {
    Ok(Json(sites_open(&api, None).await?))
}

/// One public site, with how often somebody looked at its cameras.
#[utoipa::path(get, path = "/api/public/sites/{id}", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, body = SiteOpen)))]
pub async fn read_site(State(api): State<Api>, Path(id): Path<SiteId>) -> Result<Json<SiteOpen>, Problem> {
    let site = sites_open(&api, Some(id)).await?.into_iter().next();
    Ok(Json(site.ok_or(WatchError::NoSite(id))?))
}

/// Public sites: all without, or one with how often somebody looked.
pub async fn sites_open(api: &Api, one: Option<SiteId>) -> Result<Vec<SiteOpen>, QueryError> {
    let journal = &api.cameras.journal;
    let now = api.running.now();
    let mut cameras: BTreeMap<SiteId, Vec<Camera>> = BTreeMap::new();
    for camera in Camera::all(journal).await? {
        if one.is_none_or(|site| site == camera.facts.site) && camera.facts.owner == Owner::Public {
            cameras.entry(camera.facts.site).or_default().push(camera);
        }
    }
    let views = ResidentsView::all(journal).await?;
    let mut shown = Vec::new();
    for site in Site::all(journal).await? {
        if one.is_some_and(|wanted| wanted != site.site) || site.facts.purpose == SitePurpose::Home {
            continue;
        }
        let view = views.iter().find(|view| view.site == site.site);
        let residents = view.and_then(|view| view.in_force(&site, now)).map(VoteOpen::of);
        let village = api.village_of(site.facts.place);
        let shut = |camera: &Camera| match village {
            Some(village) => open_to_residents(camera, village, now).err(),
            None => Some(Shut::NotYourVillage),
        };
        let mut here = Vec::new();
        for camera in cameras.remove(&site.site).unwrap_or_default() {
            let why = residents.as_ref().and_then(|_| shut(&camera));
            let (mut percent, mut looks) = (None, Vec::new());
            if one.is_some() {
                percent = api.recorded_percent(&camera, &site).await;
                looks = api.looks_open(&camera, now).await?;
            }
            here.push(open(camera, why, percent, looks));
        }
        let facts = site.facts;
        shown.push(SiteOpen {
            id: site.site,
            place_name: api.place_name(facts.place),
            name: facts.name,
            position: facts.position,
            purpose: facts.purpose,
            words: facts.words,
            contact: facts.contact,
            paid_by: facts.paid_by,
            sound: facts.sound,
            keep_hours: facts.keep_hours,
            residents,
            cameras: here,
        });
    }
    Ok(shown)
}

fn open(
    camera: Camera,
    residents_shut: Option<Shut>,
    recorded_percent: Option<u64>,
    looks: Vec<LooksOpen>,
) -> CameraOpen {
    CameraOpen {
        name: camera.facts.name,
        direction: camera.facts.direction,
        angle: camera.facts.angle,
        reach_m: camera.facts.reach_m,
        out_of_order_since: camera.died_at,
        recorded_percent,
        residents_shut,
        looks,
    }
}

impl Api {
    async fn looks_open(&self, camera: &Camera, now: Timestamp) -> Result<Vec<LooksOpen>, QueryError> {
        let offset = self.settings.utc_offset_hours;
        let counts = Look::counts(&self.cameras.journal, camera.camera, now - COUNTED, offset).await?;
        let open = counts.into_iter().map(|count| LooksOpen {
            day: count.day,
            unit: match count.unit {
                Scope::Place(place) => self.place_name(place),
                Scope::Household(_) | Scope::Team(_) => String::new(),
            },
            purpose: count.purpose,
            kind: count.kind,
            times: count.times,
            seconds: count.seconds,
        });
        Ok(open.collect())
    }
}
