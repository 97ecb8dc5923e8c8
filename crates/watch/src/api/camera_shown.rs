//! What the answers hold of a camera. Never where it is reached.

use super::Api;
use crate::{
    acts::WatchActError,
    event::{Consent, Mask, Masking},
    running::Health,
    views::{Camera, Site, notes_of},
};
use liengia_access::Named;
use liengia_http::Problem;
use liengia_kernel::{CameraId, HouseholdId, PersonId, Pii, Position, SiteId, Timestamp, shown};
use serde::Serialize;
use std::collections::BTreeMap;

/// A camera.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CameraShown {
    /// Its id.
    pub id: CameraId,
    /// Send it back with a correction.
    pub version: u64,
    /// The site it belongs to.
    pub site: SiteId,
    /// What that is called.
    pub site_name: String,
    /// What it is called.
    pub name: String,
    /// Where it hangs.
    pub position: Position,
    /// Where it looks, in degrees from north, clockwise.
    pub direction: u16,
    /// How wide it sees, in degrees.
    pub angle: u16,
    /// How far one can make things out, in metres.
    pub reach_m: u16,
    /// The household whose it is; null for the commune's.
    pub household: Option<HouseholdId>,
    /// What neighbours call that.
    #[serde(serialize_with = "shown")]
    pub household_label: Option<Pii<String>>,
    /// What its home allows; null where it allows nothing, and for the commune's.
    pub consent: Option<Consent>,
    /// Since when it does.
    pub consented_at: Option<Timestamp>,
    /// The home lets nobody look for now.
    pub paused: bool,
    /// What must not be seen.
    pub masks: Vec<Mask>,
    /// What becomes of that.
    pub masking: Masking,
    /// Since when the camera has forgotten it, while it has: nobody but the home sees its picture.
    pub masks_lost_at: Option<Timestamp>,
    /// When the home was asked to turn it.
    pub reaim_asked_at: Option<Timestamp>,
    /// Why, in the words of whoever asked.
    #[serde(serialize_with = "shown")]
    pub reaim_reason: Option<Pii<String>>,
    /// What it answered.
    pub reaim_done: Option<bool>,
    /// Whether the commune's server records it at this moment.
    pub recorded: bool,
    /// Since when it has been out of order, if it is.
    pub out_of_order_since: Option<Timestamp>,
    /// Who sees to that, if somebody does.
    #[serde(serialize_with = "shown")]
    pub repair_by: Option<Pii<String>>,
    /// Until when.
    pub repair_until: Option<Timestamp>,
    /// When it was taken down; what it recorded is left until its time is over.
    pub removed_at: Option<Timestamp>,
    /// How it is.
    pub health: Health,
}

/// The names that stand beside cameras.
pub(super) struct Names {
    /// What neighbours call the homes whose they are.
    homes: BTreeMap<HouseholdId, Pii<String>>,
    /// Who sees to those that are out of order.
    repairers: BTreeMap<PersonId, Pii<String>>,
    /// Why homes are asked to turn theirs.
    reasons: BTreeMap<CameraId, Pii<String>>,
}

impl Api {
    /// What neighbours call the homes of these cameras, and who sees to those that are out of order.
    pub(super) async fn names_beside(&self, cameras: &[Camera]) -> Result<Names, Problem> {
        use liengia_access::Directory as _;
        let homes = cameras.iter().filter_map(|camera| camera.facts.owner.household());
        let named: Vec<Named> = homes.map(Named::Household).collect();
        let names = self.register.names(&named).await.map_err(WatchActError::from)?;
        let home = |(named, name)| match named {
            Named::Household(home) => Some((home, name)),
            Named::Person(_) | Named::Team(_) => None,
        };
        let homes = names.into_iter().filter_map(home).collect();
        let mut repairers = BTreeMap::new();
        for (person, _) in cameras.iter().filter_map(|camera| camera.repair) {
            repairers.insert(person, self.name_of(person).await?);
        }
        let mut reasons = BTreeMap::new();
        let asked = cameras.iter().filter(|camera| camera.reaim_done.is_none());
        for (id, note) in asked.filter_map(|camera| Some((camera.camera, camera.reaim_note.as_ref()?))) {
            let mut notes = notes_of(&self.cameras.journal, id).await?;
            reasons.extend(notes.remove(note).map(|reason| (id, reason)));
        }
        Ok(Names { homes, repairers, reasons })
    }

    pub(super) async fn one_camera(&self, id: CameraId) -> Result<CameraShown, Problem> {
        let camera = self.cameras.camera(id).await?;
        let sites = [self.cameras.site(camera.facts.site).await?];
        let names = self.names_beside(std::slice::from_ref(&camera)).await?;
        Ok(self.camera_shown(camera, &sites, &names))
    }

    pub(super) fn camera_shown(&self, camera: Camera, sites: &[Site], names: &Names) -> CameraShown {
        let recorded = camera.is_recorded(self.running.now());
        let masks_lost_at = camera.masks_lost_at();
        let site = sites.iter().find(|site| site.site == camera.facts.site);
        let household = camera.facts.owner.household();
        CameraShown {
            id: camera.camera,
            version: camera.version,
            site: camera.facts.site,
            site_name: site.map(|site| site.facts.name.clone()).unwrap_or_default(),
            name: camera.facts.name,
            position: camera.facts.position,
            direction: camera.facts.direction,
            angle: camera.facts.angle,
            reach_m: camera.facts.reach_m,
            household,
            household_label: household.and_then(|home| names.homes.get(&home).cloned()),
            consent: camera.consent,
            consented_at: camera.consented.map(|(_, at)| at),
            paused: camera.paused,
            masks: camera.masks,
            masking: camera.masking,
            masks_lost_at,
            reaim_asked_at: camera.reaim_asked_at,
            reaim_reason: names.reasons.get(&camera.camera).cloned(),
            reaim_done: camera.reaim_done,
            recorded,
            out_of_order_since: camera.died_at,
            repair_by: camera.repair.and_then(|(person, _)| names.repairers.get(&person).cloned()),
            repair_until: camera.repair.map(|(_, until)| until),
            removed_at: camera.removed_at,
            health: self.running.health(camera.camera),
        }
    }
}
