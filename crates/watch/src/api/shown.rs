//! What the answers hold. Never where a camera is reached, and never the number of a case.

use super::Api;
use crate::{
    event::{CopyWanted, LookKind, LookPurpose, Payer, SightingKind, SitePurpose, Span},
    views::{Export, Hold, Look, Site, notes_of},
};
use liengia_access::Scope;
use liengia_http::Problem;
use liengia_kernel::{
    AlarmId, CameraId, ExportId, LookId, OrderId, PersonId, Pii, PlaceId, Position, SightingId, SiteId,
    Timestamp, shown,
};
use serde::{Serialize, Serializer};

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
    /// Its site; null where the camera is not known any more.
    pub site: Option<SiteId>,
    /// What was noted of it.
    #[serde(serialize_with = "shown")]
    pub note: Option<Pii<String>>,
    /// Who was told.
    #[serde(serialize_with = "shown")]
    pub told: Option<Pii<String>>,
    /// How it ended.
    #[serde(serialize_with = "shown")]
    pub outcome: Option<Pii<String>>,
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
    /// Whether it waits for room on the disk of the node's data.
    pub no_room: bool,
    /// When the link was made by which it is fetched: once, and never again.
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
            no_room: self.running.waits_for_room(export.export),
            fetched_at: export.fetched_at,
            notes: notes.into_values().collect(),
            order: export.order,
            told_later: export.delay.is_some(),
        })
    }
}
