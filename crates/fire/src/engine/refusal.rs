//! What the engine does not do, and what is missing.

use liengia_kernel::{AlarmId, DeviceId, Timestamp};
use serde::Serialize;
use std::fmt;

/// Why an input changed nothing. A press is never refused for what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// No alarm, drill or late press has this id.
    UnknownAlarm {
        /// The id.
        alarm: AlarmId,
    },
    /// It is closed already.
    AlreadyClosed {
        /// The alarm.
        alarm: AlarmId,
        /// Since when.
        at: Timestamp,
    },
    /// The id belongs to a drill, so it cannot be a live press: press again.
    IdOfADrill,
    /// Only bells of another team tell of an alarm of this id, so this press is another one: press with a new id.
    IdOfAnotherTeam,
    /// A drill has none of this: nobody calls 114 for it, and it ends instead of being closed.
    NotForADrill,
    /// The roster does not know the device: pair it.
    UnknownDevice {
        /// The device.
        device: DeviceId,
    },
    /// The roster does not know the person or home, and no home was named.
    UnknownPerson,
    /// The roster does not know the team.
    UnknownTeam,
    /// No such card is offered to this person.
    NoCardOffered,
    /// Somebody else took the card.
    CardTaken,
    /// The person's own home is in danger: get everybody out and say so first.
    OwnHomeNotOut,
    /// Closing needs more.
    CannotClose {
        /// All of it.
        missing: Vec<Missing>,
    },
    /// The whole team was told already: claim a false alarm instead.
    TooLateToCancel,
    /// Only the warned home can cancel its detector.
    NotYourHome,
    /// A drill or ring test is not allowed now.
    NotNow {
        /// Why.
        why: NotNow,
    },
    /// A drill of this id exists already.
    DrillExists,
    /// The same was changed too often in this alarm; it was counted, and what was said last stands.
    ChangedTooOften,
    /// Something is full; it was counted.
    Full {
        /// What.
        what: &'static str,
        /// How much of it there may be.
        limit: usize,
    },
}

/// What closing still needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Somebody who looked on site and said so.
    SomeoneWhoLooked,
    /// The one who looked saw no fire, as the reason says.
    LookedAndSawNoFire,
    /// That nobody who looked themselves says that they see fire.
    NobodyWhoSeesFire,
    /// The team's leader or deputy, or the desk.
    LeaderOrDesk,
    /// Another person: who looks and who closes are two.
    SecondPerson,
    /// A reason.
    Reason,
}

/// Why a drill or ring test is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotNow {
    /// Only from 07:00 to 20:00.
    Night,
    /// It must be announced a day before.
    TooSoon,
    /// Nobody plans that far ahead.
    TooFar,
    /// Its time has not come.
    BeforeItsTime,
    /// A live alarm is open, or was until lately, here or next door.
    LiveAlarmNear,
    /// A drill is running there.
    DrillRunning,
    /// The bells of this home were tested within the minute.
    TestedLately,
}

impl Refusal {
    /// The key of the sentence that tells people.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::UnknownAlarm { .. } => "fire-refused-unknown-alarm",
            Self::AlreadyClosed { .. } => "fire-refused-already-closed",
            Self::IdOfADrill => "fire-refused-id-of-a-drill",
            Self::IdOfAnotherTeam => "fire-refused-id-of-another-team",
            Self::NotForADrill => "fire-refused-not-for-a-drill",
            Self::UnknownDevice { .. } => "fire-refused-unknown-device",
            Self::UnknownPerson => "fire-refused-unknown-person",
            Self::UnknownTeam => "fire-refused-unknown-team",
            Self::NoCardOffered => "fire-refused-no-card-offered",
            Self::CardTaken => "fire-refused-card-taken",
            Self::OwnHomeNotOut => "fire-refused-own-home-not-out",
            Self::CannotClose { .. } => "fire-refused-cannot-close",
            Self::TooLateToCancel => "fire-refused-too-late-to-cancel",
            Self::NotYourHome => "fire-refused-not-your-home",
            Self::NotNow { .. } => "fire-refused-not-now",
            Self::DrillExists => "fire-refused-drill-exists",
            Self::ChangedTooOften => "fire-refused-changed-too-often",
            Self::Full { .. } => "fire-refused-full",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotClose { missing } => write!(f, "{}: {missing:?}", self.key()),
            Self::NotNow { why } => write!(f, "{}: {why:?}", self.key()),
            Self::Full { what, limit } => write!(f, "{}: {what}, at most {limit}", self.key()),
            _ => f.write_str(self.key()),
        }
    }
}

impl std::error::Error for Refusal {}
