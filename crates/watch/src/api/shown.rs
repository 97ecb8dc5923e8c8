//! What the answers hold. Never where a camera is reached, and never the number of a case.

use super::Api;
use crate::{
    acts::WatchActError,
    event::{
        Consent, CopyWanted, LookKind, LookPurpose, Mask, Masking, Payer, SightingKind, SitePurpose, Span,
    },
    running::Health,
    views::{Camera, Export, Hold, Look, Site, notes_of},
};
use liengia_access::{Named, Scope};
use liengia_http::Problem;
use liengia_kernel::{
    AlarmId, CameraId, ExportId, HouseholdId, LookId, OrderId, PersonId, Pii, PlaceId, Position, SightingId,
    SiteId, Timestamp, shown,
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A site.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SiteShown {
    /// Its id.
    pub id: SiteId,
    /// Send it back with a correction.
    pub version: u64,
    /// The village it is in.
    pub place: PlaceId,
    /// What that is called.
    pub place_name: String,
    /// What people call it.
    pub name: String,
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
    /// For how many hours somebody asks that it be kept, where another person must still agree.
    pub longer_hours: Option<u16>,
    /// Whether that is the caller, who therefore cannot agree.
    pub longer_by_me: bool,
}

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
    /// What it answered.
    pub reaim_done: Option<bool>,
    /// Whether the commune's server records it at this moment.
    pub recorded: bool,
    /// Since when it has been out of order, if it is.
    pub out_of_order_since: Option<Timestamp>,
    /// Until when somebody sees to it, if somebody does.
    pub repair_until: Option<Timestamp>,
    /// When it was taken down; what it recorded is left until its time is over.
    pub removed_at: Option<Timestamp>,
    /// How it is.
    pub health: Health,
}

/// Who looked at a camera.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LookShown {
    /// Its id.
    pub id: LookId,
    /// Which unit: the name of the place for which somebody was on duty; empty where the home itself looked.
    pub unit: String,
    /// Live or back in time.
    pub kind: LookKind,
    /// Why.
    pub purpose: LookPurpose,
    /// At which footage.
    pub span: Option<Span>,
    /// For which alarm.
    pub alarm: Option<AlarmId>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How long somebody looked, in seconds.
    pub seconds: Option<u64>,
    /// Since when it can be read here, where a second officer and the auditor had put that off.
    pub told_at: Option<Timestamp>,
    /// Whether the camera was turned meanwhile.
    pub moved: bool,
}

/// What a camera showed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SightingShown {
    /// Its id.
    pub id: SightingId,
    /// Which camera.
    pub camera: CameraId,
    /// What that is called.
    pub camera_name: String,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What.
    pub kind: SightingKind,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What was noted of it.
    #[serde(serialize_with = "all_shown")]
    pub notes: Vec<Pii<String>>,
}

/// Footage that is kept longer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HoldShown {
    /// Its id; of what an alarm keeps, the alarm's.
    pub id: String,
    /// Of which cameras.
    pub cameras: Vec<CameraId>,
    /// Which footage.
    pub span: Span,
    /// Until when.
    pub until: Timestamp,
    /// The alarm that keeps it by itself.
    pub alarm: Option<AlarmId>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Under which number, and why.
    #[serde(serialize_with = "all_shown")]
    pub notes: Vec<Pii<String>>,
}

/// Footage that is handed out.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExportShown {
    /// Its id.
    pub id: ExportId,
    /// Of which cameras.
    pub cameras: Vec<CameraId>,
    /// Which footage.
    pub span: Span,
    /// Why.
    pub purpose: LookPurpose,
    /// The copy that is wanted, beside what was recorded or instead of it.
    pub copy: Option<CopyWanted>,
    /// Who asked.
    #[serde(serialize_with = "shown")]
    pub asked_by: Pii<String>,
    /// Whether that was the caller, who therefore cannot decide.
    pub asked_by_me: bool,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    #[serde(serialize_with = "shown")]
    pub decided_by: Option<Pii<String>>,
    /// What they decided.
    pub approved: Option<bool>,
    /// When it was put together.
    pub made_at: Option<Timestamp>,
    /// The hash of its manifest, which binds the whole file, as 64 digits.
    pub sha256: Option<String>,
    /// How long it is.
    pub bytes: Option<u64>,
    /// Fragments in it that are damaged.
    pub damaged: Option<u64>,
    /// When it was fetched: once, and never again.
    pub fetched_at: Option<Timestamp>,
    /// Under which number, and why.
    #[serde(serialize_with = "all_shown")]
    pub notes: Vec<Pii<String>>,
    /// By which order.
    pub order: Option<OrderId>,
    /// Whether those concerned are told later.
    pub told_later: bool,
}

pub(super) fn all_shown<S: Serializer>(notes: &[Pii<String>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(notes.iter().map(Pii::expose))
}

impl Api {
    pub(super) fn site_shown(&self, site: Site, me: PersonId) -> SiteShown {
        let Site { site: id, facts, longer, version } = site;
        SiteShown {
            id,
            version,
            place: facts.place,
            place_name: self.place_name(facts.place),
            name: facts.name,
            position: facts.position,
            purpose: facts.purpose,
            words: facts.words,
            contact: facts.contact,
            paid_by: facts.paid_by,
            sound: facts.sound,
            keep_hours: facts.keep_hours,
            longer_hours: longer.map(|longer| longer.hours),
            longer_by_me: longer.is_some_and(|longer| longer.asked_by == me),
        }
    }

    /// What neighbours call the homes of these cameras.
    pub(super) async fn home_labels(
        &self,
        cameras: &[Camera],
    ) -> Result<BTreeMap<HouseholdId, Pii<String>>, WatchActError> {
        use liengia_access::Directory as _;
        let homes = cameras.iter().filter_map(|camera| camera.facts.owner.household());
        let named: Vec<Named> = homes.map(Named::Household).collect();
        let names = self.register.names(&named).await?;
        let home = |(named, name)| match named {
            Named::Household(home) => Some((home, name)),
            Named::Person(_) | Named::Team(_) => None,
        };
        Ok(names.into_iter().filter_map(home).collect())
    }

    pub(super) async fn one_camera(&self, id: CameraId) -> Result<CameraShown, WatchActError> {
        let camera = self.cameras.camera(id).await?;
        let sites = [self.cameras.site(camera.facts.site).await?];
        let homes = self.home_labels(std::slice::from_ref(&camera)).await?;
        Ok(self.camera_shown(camera, &sites, &homes))
    }

    pub(super) fn camera_shown(
        &self,
        camera: Camera,
        sites: &[Site],
        homes: &BTreeMap<HouseholdId, Pii<String>>,
    ) -> CameraShown {
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
            household_label: household.and_then(|home| homes.get(&home).cloned()),
            consent: camera.consent,
            consented_at: camera.consented.map(|(_, at)| at),
            paused: camera.paused,
            masks: camera.masks,
            masking: camera.masking,
            masks_lost_at,
            reaim_asked_at: camera.reaim_asked_at,
            reaim_done: camera.reaim_done,
            recorded,
            out_of_order_since: camera.died_at,
            repair_until: camera.repair.map(|(_, until)| until),
            removed_at: camera.removed_at,
            health: self.running.health(camera.camera),
        }
    }

    pub(super) fn look_shown(&self, look: &Look) -> LookShown {
        let unit = match look.unit {
            Scope::Place(place) => self.place_name(place),
            Scope::Household(_) | Scope::Team(_) => String::new(),
        };
        LookShown {
            id: look.look,
            unit,
            kind: look.kind,
            purpose: look.purpose,
            span: look.span,
            alarm: look.alarm,
            opened_at: look.opened_at,
            closed_at: look.closed_at,
            seconds: look.seconds,
            told_at: look.told_at.filter(|_| look.delay.is_some()),
            moved: look.moved,
        }
    }

    pub(super) async fn hold_shown(&self, hold: Hold) -> Result<HoldShown, Problem> {
        let notes = notes_of(&self.cameras.journal, &hold.hold).await?;
        Ok(HoldShown {
            id: hold.hold,
            cameras: hold.cameras,
            span: hold.span,
            until: hold.until,
            alarm: hold.alarm,
            placed_at: hold.placed_at,
            notes: notes.into_values().collect(),
        })
    }

    pub(super) async fn export_shown(&self, export: Export, me: PersonId) -> Result<ExportShown, Problem> {
        let notes = notes_of(&self.cameras.journal, export.export).await?;
        let asked_by = self.name_of(export.asked_by).await?;
        let decided_by = self.maybe_name(export.decided_by).await?;
        Ok(ExportShown {
            id: export.export,
            cameras: export.cameras,
            span: export.span,
            purpose: export.purpose,
            copy: export.copy,
            asked_by,
            asked_by_me: export.asked_by == me,
            asked_at: export.asked_at,
            decided_by,
            approved: export.approved,
            made_at: export.made_at,
            sha256: export.sha256,
            bytes: export.bytes,
            damaged: export.damaged,
            fetched_at: export.fetched_at,
            notes: notes.into_values().collect(),
            order: export.order,
            told_later: export.delay.is_some(),
        })
    }
}
