//! What can happen with cameras: sites and cameras, who shares what, who looked, what is kept and what is handed out.
//!
//! Never: a picture, an address or password of a camera, a case number or the words of a note; those are in the vault, and an
//! entry holds a commitment to them.

mod copy;
mod facts;
mod imaging;
mod share;

pub use copy::{CameraMasks, CopyWanted};
pub use facts::{CameraFacts, Owner, Payer, SiteFacts, SitePurpose};
pub use imaging::{Imaging, ImagingOptions, IrCut, Range};
pub use share::{Consent, Hours, LookKind, LookPurpose, Mask, Masking, SightingKind};

use liengia_access::Scope;
use liengia_journal::{Commitment, Event};
use liengia_kernel::{
    AlarmId, CameraId, ExportId, HoldId, LookId, PersonId, ShiftId, SightingId, SiteId, Timestamp,
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

    /// An officer saw something and noted it.
    SightingNoted {
        sighting: SightingId,
        camera: CameraId,
        person: PersonId,
        seen_at: Timestamp,
        sighting_kind: SightingKind,
        note: Option<Commitment>,
    },
    /// How it ended, and who was told.
    SightingEnded { sighting: SightingId, person: PersonId, note: Commitment },

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
            | Self::SiteClosed { site, .. } => site.to_string(),
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
            Self::SightingNoted { sighting, .. } | Self::SightingEnded { sighting, .. } => {
                sighting.to_string()
            }
            Self::FootageAnchored { .. } => FOOTAGE.to_owned(),
        }
    }
}

/// The subject of what is about all footage.
pub const FOOTAGE: &str = "footage";
