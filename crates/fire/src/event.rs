//! What can happen in fire safety: alarms, which the engine tells, and the kit around them.

pub use crate::engine::DeviceKind as Kind;
use crate::{engine, rules::LadderTimes};
use liengia_journal::{Commitment, Event};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, PlaceId, PointId, Position, ShiftId, TeamId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// How a device speaks.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Profile {
    /// Our own topics.
    Liengia,
    /// A Zigbee device behind a Zigbee2MQTT bridge.
    Zigbee2mqtt,
    /// Tasmota firmware.
    Tasmota,
    /// ESPHome firmware.
    Esphome,
}

/// How a Zigbee siren is rung.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SirenKind {
    /// By `warning`, as certified sirens are.
    Warning,
    /// By `alarm` and `duration`, as many of Tuya's are.
    Alarm,
    /// By `state` and `on_time`: a plug or relay with a siren on it.
    Switch,
}

/// Where in a home a device is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Spot {
    /// On the ground floor, where people sleep or sit.
    GroundFloor,
    /// On a floor above.
    UpperFloor,
    /// In the kitchen.
    Kitchen,
    /// Outside, at the gate or on the wall.
    Outside,
    /// Somewhere else.
    Other,
}

/// What stands at a public firefighting point.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Contents {
    /// Portable extinguishers.
    Extinguisher,
    /// Crowbar, pliers, hammer, axe.
    Tools,
    /// A hydraulic cutter.
    Cutter,
    /// A ladder.
    Ladder,
    /// Hose and nozzle.
    Hose,
    /// A pump.
    Pump,
    /// Water.
    Water,
    /// Masks.
    Masks,
}

/// A public firefighting point, as everyone may know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PointFacts {
    /// The village it is in.
    pub place: PlaceId,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// What stands there.
    pub contents: Vec<Contents>,
    /// How to get to it: how wide the alley is, whether it is locked.
    pub access: String,
}

/// A home that an alarm concerns, as it was then: a report must know who should have been reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeThen {
    /// The home.
    pub household: HouseholdId,
    /// Bells that it had.
    pub bells: u16,
    /// How many people had to be out of it.
    pub people: u16,
}

/// What a note in an alarm or drill is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum About {
    /// What the caller said when the alarm was raised at the desk.
    Call,
    /// Whatever somebody wrote while it ran.
    Alarm,
    /// Why it was closed, in the person's own words.
    Close,
    /// What was announced of a drill.
    Drill,
}

/// Why words of an alarm went to nobody: there was no way to say them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsaid {
    /// No gateway sends texts or calls.
    NoGateway,
    /// Nobody sat at the desk, and there is no number to call in their place.
    NoOnCall,
}

/// What happened to the kit, at the desk, or beside an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the words of the glossary")]
pub enum KitEvent {
    /// A device was paired; it takes the place of another one that broke, if `replaces` names it.
    DevicePaired {
        device: DeviceId,
        household: HouseholdId,
        device_kind: Kind,
        profile: Profile,
        spot: Spot,
        second_sound: bool,
        replaces: Option<DeviceId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        siren: Option<SirenKind>,
    },
    /// A device was taken away. Its secret opens nothing from now on.
    DeviceRemoved { device: DeviceId, household: HouseholdId },
    /// A firefighting point was added.
    PointAdded { point: PointId, facts: PointFacts, keyholder: Option<Commitment> },
    /// Its particulars were corrected.
    PointCorrected {
        point: PointId,
        facts: PointFacts,
        keyholder: Option<Commitment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Commitment>,
    },
    /// It is no longer there.
    PointRemoved {
        point: PointId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Commitment>,
    },
    /// An officer began a shift at the desk.
    ShiftStarted { shift: ShiftId, officer: PersonId },
    /// The officer handed over.
    ShiftHandedOver { shift: ShiftId, officer: PersonId, to: Option<PersonId>, note: Option<Commitment> },
    /// The officer had gone without handing over, and another one took the desk over. That one's shift begins.
    ShiftTakenOver { shift: ShiftId, officer: PersonId, by: PersonId },
    /// A team's ladder was set.
    LadderSet { team: TeamId, ladder: LadderTimes },
    /// An alarm or drill concerns these homes, too.
    AlarmConcerned { alarm: AlarmId, homes: Vec<HomeThen> },
    /// Somebody wrote a note into an alarm or drill. Its words are in the vault.
    AlarmNoted { alarm: AlarmId, about: About, note: Commitment },
    /// Somebody should have been texted or called, and nobody could be.
    AlarmUnsaid { alarm: AlarmId, why: Unsaid },
}

/// Everything that can happen in fire safety.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FireEvent {
    /// What the alarm engine tells.
    Alarm(engine::Event),
    /// The kit, and the desk.
    Kit(KitEvent),
}

impl Event for KitEvent {
    const SLICE: &'static str = "fire";

    fn kind(&self) -> &'static str {
        self.into()
    }

    fn subject(&self) -> String {
        match self {
            Self::DevicePaired { device, .. } | Self::DeviceRemoved { device, .. } => device.to_string(),
            Self::PointAdded { point, .. }
            | Self::PointCorrected { point, .. }
            | Self::PointRemoved { point, .. } => point.to_string(),
            Self::ShiftStarted { shift, .. }
            | Self::ShiftHandedOver { shift, .. }
            | Self::ShiftTakenOver { shift, .. } => shift.to_string(),
            Self::LadderSet { team, .. } => team.to_string(),
            Self::AlarmConcerned { alarm, .. }
            | Self::AlarmNoted { alarm, .. }
            | Self::AlarmUnsaid { alarm, .. } => alarm.to_string(),
        }
    }
}

impl Event for engine::Event {
    const SLICE: &'static str = "fire";

    fn kind(&self) -> &'static str {
        self.into()
    }

    /// The alarm, drill or late press; the device; or the team whose bells were tested.
    fn subject(&self) -> String {
        self.subject_id()
    }
}

impl Event for FireEvent {
    const SLICE: &'static str = "fire";

    fn kind(&self) -> &'static str {
        match self {
            Self::Alarm(event) => event.kind(),
            Self::Kit(event) => event.kind(),
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Alarm(event) => event.subject(),
            Self::Kit(event) => event.subject(),
        }
    }
}
