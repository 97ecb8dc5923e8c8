//! The words that inputs, outputs and events share.

use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

/// Whether there is a fire, or people practise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A fire.
    Live,
    /// Practice: its own topics, colours and sounds.
    Drill,
}

impl Mode {
    /// As it stands in the journal and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Drill => "drill",
        }
    }
}

/// How far an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A lone detector warns its own home.
    OwnHomeWarning,
    /// The team rings.
    Ringing,
}

/// What an alarm stands on: at most one live alarm is open per scope, and further presses join it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "scope", content = "id", rename_all = "snake_case")]
pub enum Scope {
    /// A team.
    Team(TeamId),
    /// A home of no team that the roster knows.
    Home(HouseholdId),
    /// Nothing that the roster knows: the press stands for itself.
    Stray(AlarmId),
}

impl Scope {
    /// The team, if it is one.
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(team) => Some(team),
            Self::Home(_) | Self::Stray(_) => None,
        }
    }

    /// The home in no team, if it is one.
    pub const fn home(self) -> Option<HouseholdId> {
        match self {
            Self::Home(home) => Some(home),
            Self::Team(_) | Self::Stray(_) => None,
        }
    }
}

/// Where a press comes from.
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
    strum::Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AlarmSource)]
pub enum Source {
    /// A button.
    Button,
    /// A smoke or heat detector.
    Detector,
    /// A phone.
    Phone,
    /// The desk, on a caller's behalf.
    Desk,
    /// A bell that was found ringing after a restart, before its press was heard again.
    Bell,
}

/// A named person, and whether they act at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub person: PersonId,
    /// As the officer at the desk, not as a neighbour.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub desk: bool,
}

impl By {
    /// A neighbour.
    pub const fn neighbour(person: PersonId) -> Self {
        Self { person, desk: false }
    }

    /// An officer at the desk.
    pub const fn desk(person: PersonId) -> Self {
        Self { person, desk: true }
    }
}

/// What one press said, as the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PressFacts {
    /// The id that the source gave it.
    pub press: AlarmId,
    /// Where it came from.
    pub source: Source,
    /// The home that burns, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// The device that was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The person who pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// When it was pressed, by the wall clock.
    pub pressed_at: Timestamp,
    /// It came late, and someone said that it still burns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// What a role card asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CardKind)]
pub enum Role {
    /// Call 114.
    #[serde(rename = "call_114")]
    Call114,
    /// Get people out.
    PeopleOut,
    /// Bring the extinguisher.
    Extinguisher,
    /// First aid.
    FirstAid,
    /// Open the gate and guide the truck.
    Gate,
    /// Cut the power.
    Power,
}

/// Who holds a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A home whose button was pressed: all its phones.
    Household(HouseholdId),
    /// The desk.
    Desk,
}

/// How far a card is with its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Offered and not answered.
    Offered,
    /// Taken.
    Accepted,
    /// Its holder is there.
    Arrived,
    /// Not taken.
    Declined,
    /// Not answered in time.
    MovedOn,
    /// Taken back.
    Withdrawn,
}

/// Why a card was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    /// The holder's own home is in danger and not yet out.
    OwnHomeInDanger,
    /// The holder cannot come.
    CannotCome,
    /// Somebody did it: 114 was called.
    Done,
}

/// What a person says to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// I cannot come.
    Cannot,
    /// I am safe: speaks for one person, never for a home.
    Safe,
    /// I am coming.
    Coming,
    /// I am there.
    Arrived,
}

/// What someone saw who looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Saw {
    /// Fire or smoke.
    Fire,
    /// Neither.
    NoFire,
}

/// Why an alarm was closed. Words beside it belong in the vault, not here.
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
    strum::Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CloseReason {
    /// The fire is out.
    FireOut,
    /// There was none: pressed by mistake, cooking, incense.
    NoFire,
    /// The fire police took over.
    HandedOver,
    /// Something else, said in the note.
    Other,
}

/// A rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The team and the desk, at once.
    Team,
    /// Two-way SMS and voice.
    Hook,
    /// Leader, deputy, and the on-call phone.
    Leaders,
    /// Adjacent teams, the village security team, the next post.
    Wider,
}

impl Rung {
    /// All of them, from the first.
    pub const ALL: [Self; 4] = [Self::Team, Self::Hook, Self::Leaders, Self::Wider];
}

/// What a bell sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// The evacuation signal.
    Live,
    /// A detector's warning in its own home.
    OwnHome,
    /// Practice.
    Drill,
    /// A ring test.
    Test,
}

/// Why a warning in one home became the team's alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamReason {
    /// Nobody there cancelled it in time.
    NotCancelled,
    /// Somebody pressed.
    Press,
    /// A second detector.
    SecondDetector,
    /// Somebody escalated it.
    Escalated,
    /// A bell was already ringing the team's alarm.
    Bell,
}

/// Why a drill ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DrillEnd {
    /// Somebody ended it.
    ByHand,
    /// Its time was over, or the evening came.
    TimeOver,
    /// A live alarm, here or next to it.
    LiveAlarm,
}

/// Why an announced drill did not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DrillOff {
    /// Somebody called it off.
    ByHand,
    /// A live alarm was too near.
    LiveAlarm,
    /// Nobody started it, or its time was no longer allowed.
    NotStarted,
}
