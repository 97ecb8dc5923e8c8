//! What a home lets its camera be used for, and why somebody looks.

use super::facts::words;
use liengia_kernel::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// How somebody looks.
    LookKind {
        /// At what happens now.
        Live,
        /// At what was recorded.
        Playback,
        /// At what is handed out.
        Export,
    }
}

words! {
    /// Why somebody looks: a closed list.
    LookPurpose {
        /// The officer on duty watches public cameras: one purpose a shift.
        DutyWatch,
        /// An alarm is open there.
        Alarm,
        /// An accident, or somebody in danger.
        Accident,
        /// Somebody is missing.
        MissingPerson,
        /// An offence is looked into; a case number is needed.
        Offence,
        /// Somebody asks for what was recorded of them; a case number is needed.
        DataRequest,
        /// Whether the camera works, and where it looks.
        CameraCheck,
        /// A court or prosecutor orders it; a copy of the order is needed.
        Order,
        /// The home looks at its own camera.
        Owner,
        /// A resident looks at a public camera that residents paid for, where the village voted so.
        Residents,
    }
}

impl LookPurpose {
    /// Whether a number must be named: of the case, the request or the order.
    pub const fn needs_case(self) -> bool {
        matches!(self, Self::Offence | Self::DataRequest)
    }

    /// Whether telling those concerned may be put off: where somebody could be in danger by it.
    pub const fn may_be_told_later(self) -> bool {
        matches!(self, Self::Offence | Self::Order)
    }

    /// Whether a home can let its camera be used for it.
    pub const fn can_be_consented(self) -> bool {
        matches!(self, Self::DutyWatch | Self::Alarm | Self::Accident | Self::MissingPerson | Self::Offence)
    }
}

words! {
    /// What an officer saw.
    SightingKind {
        /// An accident.
        Accident,
        /// Water on the road.
        Flooding,
        /// A crowd in danger.
        Crowd,
        /// Smoke or fire.
        Smoke,
        /// Something lies on the road.
        Obstacle,
        /// A light is out.
        LightOut,
        /// Something else.
        Other,
    }
}

words! {
    /// What becomes of the masks that a home drew.
    Masking {
        /// There are none.
        None,
        /// The camera blackens them itself.
        ByCamera,
        /// Nobody blackens them: only the owner sees the picture.
        Withheld,
        /// Nobody blackens them: the owner turned the camera, and says that it is fine.
        OwnerSaysFine,
    }
}

/// Hours of a day by the place's clocks, in minutes from midnight; they may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hours {
    /// From this minute on.
    pub from: u16,
    /// Until before this minute.
    pub to: u16,
}

/// What a home lets its camera be used for. What it does not say, it does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Consent {
    /// For what.
    pub purposes: Vec<LookPurpose>,
    /// Whether the commune's server records it.
    pub recorded: bool,
    /// Whether the duty officer may look at it live.
    pub live: bool,
    /// Only while a resident's alarm is open there.
    pub only_during_alarms: bool,
    /// At what hours somebody may look; all day if none are named.
    pub hours: Option<Hours>,
    /// Until when; until it is withdrawn if none is named.
    pub until: Option<Timestamp>,
}

/// A rectangle that must not be seen, in thousandths of the picture's width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mask {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}
