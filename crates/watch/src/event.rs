//! What can happen with cameras: sites and cameras, who shares what, who looked, what is kept and what is handed out.
//!
//! Never: a picture, an address or password of a camera, a case number or the words of a note; those are in the vault, and an
//! entry holds a commitment to them.

mod copy;
mod facts;
mod imaging;
mod residents;
mod share;

pub use copy::{CameraMasks, CopyWanted};
pub use facts::{CameraFacts, Owner, Payer, SiteFacts, SitePurpose};
pub use imaging::{Imaging, ImagingOptions, IrCut, Range};
pub use residents::{ResidentsVote, Vote, VotedCamera};
pub use share::{Consent, Hours, LookKind, LookPurpose, Mask, Masking, SightingKind};

use liengia_access::Scope;
use liengia_journal::{Commitment, Event};
use liengia_kernel::{
    AlarmId, CameraId, DelayId, ExportId, HoldId, HouseholdId, LookId, OrderId, PersonId, ShiftId,
    SightingId, SiteId, Timestamp,
};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A stretch of time, the end not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Span {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
}

impl Span {
    /// What of it was before this moment.
    #[must_use]
    pub fn until(self, now: Timestamp) -> Self {
        Self { to: self.to.min(now), ..self }
    }
}

/// Everything that can happen with cameras.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the words of the glossary")]
pub enum WatchEvent {
    /// A site was opened.
    SiteAdded { site: SiteId, facts: SiteFacts },
    /// Its particulars were corrected.
    SiteCorrected { site: SiteId, facts: SiteFacts, reason: Commitment },
    /// It is a site no longer.
    SiteClosed { site: SiteId, reason: Commitment },
    /// Somebody asks that its footage be kept longer than is usual.
    LongerKeepingAsked { site: SiteId, person: PersonId, hours: u16, reason: Commitment },
    /// Somebody else agrees.
    LongerKeepingAgreed { site: SiteId, person: PersonId, hours: u16 },
    /// Somebody else does not.
    LongerKeepingRefused { site: SiteId, person: PersonId, reason: Commitment },
    /// A camera was put up.
    CameraAdded { camera: CameraId, facts: CameraFacts },
    /// Its particulars were corrected; `door` says whether its address or password is another.
    CameraCorrected { camera: CameraId, facts: CameraFacts, door: bool, reason: Commitment },
    /// It was taken down.
    CameraRemoved { camera: CameraId, reason: Commitment },

    /// A home lets its camera be used for this and nothing else.
    ConsentGiven { camera: CameraId, person: PersonId, consent: Consent },
    /// It lets it be used for nothing any more.
    ConsentWithdrawn { camera: CameraId, person: PersonId },
    /// It let nobody look for now.
    CameraPaused { camera: CameraId, person: PersonId },
    /// The pause is over.
    CameraResumed { camera: CameraId, person: PersonId },
    /// What must not be seen was drawn on the picture.
    MasksDrawn { camera: CameraId, person: PersonId, masks: Vec<Mask>, masking: Masking },
    /// The camera blackens them no longer, and did last at that time: nobody else sees it, and nothing is recorded.
    MasksLost { camera: CameraId, since: Timestamp },
    /// It was told again, and does.
    MasksBack { camera: CameraId },
    /// The home was asked to turn its camera.
    ReaimAsked { camera: CameraId, note: Commitment },
    /// It did, or declined.
    ReaimAnswered { camera: CameraId, person: PersonId, done: bool },

    /// What a village voted about its residents' viewing was entered; it waits for a second person.
    ResidentsViewAsked {
        site: SiteId,
        person: PersonId,
        voted: ResidentsVote,
        minutes: Commitment,
        note: Option<Commitment>,
    },
    /// Somebody else agrees: residents may look.
    ResidentsViewAgreed { site: SiteId, person: PersonId },
    /// Residents may look no longer.
    ResidentsViewEnded { site: SiteId, person: PersonId, reason: Commitment },
    /// A home is in the picture of a public camera and closes it to residents.
    ResidentsViewObjected { camera: CameraId, household: HouseholdId, person: PersonId },
    /// It takes that back.
    ObjectionWithdrawn { camera: CameraId, household: HouseholdId, person: PersonId },

    /// Somebody looked.
    LookOpened {
        look: LookId,
        person: PersonId,
        unit: Scope,
        cameras: Vec<CameraId>,
        look_kind: LookKind,
        purpose: LookPurpose,
        span: Option<Span>,
        alarm: Option<AlarmId>,
        shift: Option<ShiftId>,
        case: Option<Commitment>,
        order: Option<OrderId>,
        delay: Option<DelayId>,
    },
    /// They turned a camera while they looked: said once.
    CameraMoved { camera: CameraId, look: LookId, person: PersonId },
    /// They looked no longer, after so long; none where the node stopped meanwhile.
    LookClosed { look: LookId, seconds: Option<u64> },

    /// Footage is kept longer.
    HoldPlaced {
        hold: HoldId,
        cameras: Vec<CameraId>,
        span: Span,
        until: Timestamp,
        case: Commitment,
        reason: Commitment,
    },
    /// It is not any more.
    HoldEnded { hold: HoldId, reason: Commitment },
    /// Footage around an alarm is kept by itself.
    FootageProtected { alarm: AlarmId, cameras: Vec<CameraId>, span: Span, until: Timestamp },

    /// Somebody asks for footage to be handed out.
    ExportAsked {
        export: ExportId,
        person: PersonId,
        unit: Scope,
        cameras: Vec<CameraId>,
        span: Span,
        purpose: LookPurpose,
        case: Option<Commitment>,
        order: Option<OrderId>,
        delay: Option<DelayId>,
        reason: Commitment,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<CopyWanted>,
    },
    /// Somebody else agrees.
    ExportApproved { export: ExportId, person: PersonId, unit: Scope },
    /// Somebody else does not.
    ExportRefused { export: ExportId, person: PersonId, reason: Commitment },
    /// It was put together. `sha256`: of its manifest, which binds every other byte of the archive.
    ExportMade { export: ExportId, sha256: Commitment, bytes: u64, damaged: u64 },
    /// It was fetched: once, and never again.
    ExportFetched { export: ExportId, person: PersonId },

    /// A court or prosecutor ordered something; a copy of that is kept.
    OrderKept { order: OrderId, person: PersonId, unit: Scope, number: Commitment, copy: Commitment },

    /// Somebody asks that those concerned be told later.
    NoticeDelayAsked {
        delay: DelayId,
        person: PersonId,
        unit: Scope,
        cameras: Vec<CameraId>,
        purpose: LookPurpose,
        case: Option<Commitment>,
        order: Option<OrderId>,
        reason: Commitment,
    },
    /// A second officer or the auditor agrees; with the second of the two it holds `until` then.
    NoticeDelayAgreed { delay: DelayId, person: PersonId, auditor: bool, until: Option<Timestamp> },
    /// One of them does not.
    NoticeDelayRefused { delay: DelayId, person: PersonId, reason: Commitment },
    /// Somebody asks that it hold once more.
    NoticeDelayRenewed { delay: DelayId, person: PersonId, reason: Commitment },
    /// Those concerned are told from now on; by nobody where the time was over.
    NoticeGiven { delay: DelayId, person: Option<PersonId> },

    /// An officer saw something and noted it.
    SightingNoted {
        sighting: SightingId,
        camera: CameraId,
        person: PersonId,
        seen_at: Timestamp,
        sighting_kind: SightingKind,
        note: Option<Commitment>,
    },
    /// Who was told, and how it ended.
    SightingEnded { sighting: SightingId, person: PersonId, told: Commitment, outcome: Commitment },

    /// A hash over everything that was recorded since the last one.
    FootageAnchored { root: Commitment, segments: u64, cameras: u64 },

    /// It was told how to make its pictures, and does so.
    ImagingSet { camera: CameraId, person: PersonId, imaging: Imaging },

    /// A camera was dead for too long: somebody must see to it.
    CameraDied { camera: CameraId, since: Timestamp },
    /// Somebody does.
    RepairTaken { camera: CameraId, person: PersonId, until: Timestamp },
    /// It lives again.
    CameraLives { camera: CameraId },
}

impl Event for WatchEvent {
    const SLICE: &'static str = "watch";

    fn kind(&self) -> &'static str {
        self.into()
    }

    fn subject(&self) -> String {
        match self {
            Self::SiteAdded { site, .. }
            | Self::SiteCorrected { site, .. }
            | Self::SiteClosed { site, .. }
            | Self::LongerKeepingAsked { site, .. }
            | Self::LongerKeepingAgreed { site, .. }
            | Self::LongerKeepingRefused { site, .. } => site.to_string(),
            Self::CameraAdded { camera, .. }
            | Self::CameraCorrected { camera, .. }
            | Self::CameraRemoved { camera, .. }
            | Self::ConsentGiven { camera, .. }
            | Self::ConsentWithdrawn { camera, .. }
            | Self::CameraPaused { camera, .. }
            | Self::CameraResumed { camera, .. }
            | Self::MasksDrawn { camera, .. }
            | Self::MasksLost { camera, .. }
            | Self::MasksBack { camera }
            | Self::ImagingSet { camera, .. }
            | Self::ReaimAsked { camera, .. }
            | Self::ReaimAnswered { camera, .. }
            | Self::CameraDied { camera, .. }
            | Self::RepairTaken { camera, .. }
            | Self::CameraLives { camera } => camera.to_string(),
            // Not the site's or camera's own id, which have their versions; nor the home's, whose history its leader reads.
            Self::ResidentsViewAsked { site, .. }
            | Self::ResidentsViewAgreed { site, .. }
            | Self::ResidentsViewEnded { site, .. } => residents_of(site),
            Self::ResidentsViewObjected { camera, .. } | Self::ObjectionWithdrawn { camera, .. } => {
                residents_of(camera)
            }
            Self::LookOpened { look, .. }
            | Self::CameraMoved { look, .. }
            | Self::LookClosed { look, .. } => look.to_string(),
            Self::HoldPlaced { hold, .. } | Self::HoldEnded { hold, .. } => hold.to_string(),
            // Not the alarm's own id: that has its versions elsewhere.
            Self::FootageProtected { alarm, .. } => format!("{FOOTAGE}:{alarm}"),
            Self::ExportAsked { export, .. }
            | Self::ExportApproved { export, .. }
            | Self::ExportRefused { export, .. }
            | Self::ExportMade { export, .. }
            | Self::ExportFetched { export, .. } => export.to_string(),
            Self::OrderKept { order, .. } => order.to_string(),
            Self::NoticeDelayAsked { delay, .. }
            | Self::NoticeDelayAgreed { delay, .. }
            | Self::NoticeDelayRefused { delay, .. }
            | Self::NoticeDelayRenewed { delay, .. }
            | Self::NoticeGiven { delay, .. } => delay.to_string(),
            Self::SightingNoted { sighting, .. } | Self::SightingEnded { sighting, .. } => {
                sighting.to_string()
            }
            Self::FootageAnchored { .. } => FOOTAGE.to_owned(),
        }
    }
}

/// The subject of what is about all footage.
pub const FOOTAGE: &str = "footage";

/// The subject of what residents may look at: of a site what was voted, of a camera who objects.
pub fn residents_of(what: impl std::fmt::Display) -> String {
    format!("residents:{what}")
}
