//! What the record keeps: ids, times and counts, never personal data.
//!
//! The open alarms are a fold of these events (`Alarms::evolve`); nothing changes them in any other way.

use super::terms::{
    By, CloseReason, DrillEnd, DrillOff, Holder, PressFacts, Role, Rung, Said, Saw, Scope, Sound, TeamReason,
    Withdrawal,
};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

/// One thing that happened. `at` is the wall clock when the engine handled it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are ids and times whose names and types say it")]
pub enum Event {
    /// An alarm opened. Its id is the press's. `own_home`: a lone detector warns its own home first.
    Raised { alarm: AlarmId, at: Timestamp, stands_on: Scope, own_home: bool, press: PressFacts },
    /// A further press joined an open alarm; its home burns, too.
    Joined { alarm: AlarmId, at: Timestamp, press: PressFacts },
    /// A bell was found ringing an alarm that nobody knew: it rings on.
    Adopted {
        alarm: AlarmId,
        at: Timestamp,
        stands_on: Scope,
        device: DeviceId,
        own_home: Option<HouseholdId>,
    },
    /// A bell was found ringing an unknown id while its team's alarm is open: the same alarm.
    AliasAdopted { alarm: AlarmId, at: Timestamp, press: AlarmId, device: DeviceId },
    /// An alarm of which only bells had told reaches another team than was thought: it rings there, too.
    /// `stands_there`: a press says that it burns there.
    Reached { alarm: AlarmId, at: Timestamp, team: TeamId, stands_there: bool },
    /// A home's own warning became the team's alarm.
    WentToTeam { alarm: AlarmId, at: Timestamp, why: TeamReason },
    /// The warned home said in time that nothing burns. Closes the alarm.
    CancelledAtHome { alarm: AlarmId, at: Timestamp, household: HouseholdId, by: Option<PersonId> },
    /// A press came late: "still burning?" was asked.
    LateAsked { press: AlarmId, at: Timestamp, facts: PressFacts, team: Option<TeamId> },
    /// Nobody answered: it is on the desk as late.
    LateToDesk { press: AlarmId, at: Timestamp },
    /// Someone answered. `yes` is followed by `raised` or `joined`.
    LateAnswered { press: AlarmId, at: Timestamp, yes: bool, by: Option<By> },
    /// Two alarms next to each other are shown together.
    Linked { alarm: AlarmId, at: Timestamp, with: AlarmId },
    /// A rung of the ladder was taken for the first time.
    RungTaken { alarm: AlarmId, at: Timestamp, rung: Rung },
    /// A home's bell confirmed that it rings.
    Rang { alarm: AlarmId, at: Timestamp, household: HouseholdId, device: DeviceId },
    /// A home's phone received the alarm.
    Delivered { alarm: AlarmId, at: Timestamp, household: HouseholdId },
    /// Somebody in a home saw it.
    Seen { alarm: AlarmId, at: Timestamp, household: HouseholdId, person: Option<PersonId> },
    /// Somebody answered.
    Answered {
        alarm: AlarmId,
        at: Timestamp,
        household: HouseholdId,
        person: Option<PersonId>,
        said: Said,
        said_at: Option<Timestamp>,
    },
    /// A role card was offered.
    CardOffered { alarm: AlarmId, at: Timestamp, role: Role, to: Holder },
    /// It was taken.
    CardAccepted { alarm: AlarmId, at: Timestamp, role: Role, by: Holder },
    /// It was not taken.
    CardDeclined { alarm: AlarmId, at: Timestamp, role: Role, by: Holder },
    /// It was not answered in time.
    CardMovedOn { alarm: AlarmId, at: Timestamp, role: Role, from: Holder },
    /// It was taken back.
    CardWithdrawn { alarm: AlarmId, at: Timestamp, role: Role, from: Holder, why: Withdrawal },
    /// A named person called 114.
    EmergencyCalled { alarm: AlarmId, at: Timestamp, by: By },
    /// Someone looked.
    Looked {
        alarm: AlarmId,
        at: Timestamp,
        by: PersonId,
        saw: Saw,
        /// Who took their word, where they did not say it on a phone of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told_to: Option<PersonId>,
    },
    /// Someone says that nothing burns. Silences nothing.
    FalseAlarmClaimed { alarm: AlarmId, at: Timestamp, by: By },
    /// Someone says that everybody is out of a home: `count` of them there, `away` elsewhere.
    AllOut { alarm: AlarmId, at: Timestamp, household: HouseholdId, count: u16, away: u16, by: By },
    /// Someone asked for more.
    Escalated { alarm: AlarmId, at: Timestamp, by: By },
    /// Everybody next to the fire is out and enough are coming: the bells rest, the alarm stays open.
    BellsRested { alarm: AlarmId, at: Timestamp },
    /// They ring again.
    BellsResumed { alarm: AlarmId, at: Timestamp },
    /// Closed on site.
    Closed { alarm: AlarmId, at: Timestamp, by: By, looked_by: PersonId, reason: CloseReason },
    /// A drill was announced. It begins by itself if `by_itself`.
    DrillAnnounced {
        drill: AlarmId,
        at: Timestamp,
        team: TeamId,
        starts_at: Timestamp,
        by_itself: bool,
        by: By,
    },
    /// An announced drill does not take place.
    DrillCancelled { drill: AlarmId, at: Timestamp, team: TeamId, why: DrillOff, by: Option<By> },
    /// It began.
    DrillStarted { drill: AlarmId, at: Timestamp, team: TeamId, by: Option<By> },
    /// It ended.
    DrillEnded { drill: AlarmId, at: Timestamp, why: DrillEnd, by: Option<By> },
    /// The bells of a team were tested, or those of one of its homes.
    RingTested {
        team: TeamId,
        at: Timestamp,
        test: AlarmId,
        bells: u16,
        by: By,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        household: Option<HouseholdId>,
    },
    /// Someone listened to a bell, and heard it or not.
    BellHeard { device: DeviceId, at: Timestamp, heard: bool, by: PersonId },
    /// A device was heard for the first time.
    DeviceFirstHeard { device: DeviceId, at: Timestamp },
    /// A device has been silent for too long.
    DeviceFault { device: DeviceId, at: Timestamp, last_heard: Option<Timestamp> },
    /// It is back.
    DeviceBack { device: DeviceId, at: Timestamp },
    /// A device was opened or taken off.
    DeviceTampered { device: DeviceId, at: Timestamp },
    /// A device's battery is low.
    BatteryLow { device: DeviceId, at: Timestamp, percent: u8 },
    /// A bell rang something else than it was told, and was told again.
    WrongSound { alarm: AlarmId, at: Timestamp, device: DeviceId, sound: Sound },
}

impl Event {
    /// It opens, joins or ends something. When a full queue must let events go unwritten, these stay: with
    /// them a restart rings what should ring and nothing else, and without the others only louder.
    pub const fn opens_or_ends(&self) -> bool {
        matches!(
            self,
            Self::Raised { .. }
                | Self::Joined { .. }
                | Self::Adopted { .. }
                | Self::AliasAdopted { .. }
                | Self::Reached { .. }
                | Self::WentToTeam { .. }
                | Self::CancelledAtHome { .. }
                | Self::Closed { .. }
                | Self::LateAsked { .. }
                | Self::LateAnswered { .. }
                | Self::DrillAnnounced { .. }
                | Self::DrillCancelled { .. }
                | Self::DrillStarted { .. }
                | Self::DrillEnded { .. }
        )
    }

    /// The press that it puts on the record: once it is written, the engine is told so.
    pub const fn press(&self) -> Option<AlarmId> {
        match self {
            Self::Raised { press, .. } | Self::Joined { press, .. } => Some(press.press),
            Self::LateAsked { press, .. } | Self::AliasAdopted { press, .. } => Some(*press),
            Self::Adopted { alarm, .. } => Some(*alarm),
            _ => None,
        }
    }

    /// The alarm, late press or drill that it belongs to, if it belongs to one.
    pub const fn alarm(&self) -> Option<AlarmId> {
        match self {
            Self::Raised { alarm, .. }
            | Self::Joined { alarm, .. }
            | Self::Adopted { alarm, .. }
            | Self::AliasAdopted { alarm, .. }
            | Self::Reached { alarm, .. }
            | Self::WentToTeam { alarm, .. }
            | Self::CancelledAtHome { alarm, .. }
            | Self::Linked { alarm, .. }
            | Self::RungTaken { alarm, .. }
            | Self::Rang { alarm, .. }
            | Self::Delivered { alarm, .. }
            | Self::Seen { alarm, .. }
            | Self::Answered { alarm, .. }
            | Self::CardOffered { alarm, .. }
            | Self::CardAccepted { alarm, .. }
            | Self::CardDeclined { alarm, .. }
            | Self::CardMovedOn { alarm, .. }
            | Self::CardWithdrawn { alarm, .. }
            | Self::EmergencyCalled { alarm, .. }
            | Self::Looked { alarm, .. }
            | Self::FalseAlarmClaimed { alarm, .. }
            | Self::AllOut { alarm, .. }
            | Self::Escalated { alarm, .. }
            | Self::BellsRested { alarm, .. }
            | Self::BellsResumed { alarm, .. }
            | Self::WrongSound { alarm, .. }
            | Self::Closed { alarm, .. } => Some(*alarm),
            Self::LateAsked { press, .. }
            | Self::LateToDesk { press, .. }
            | Self::LateAnswered { press, .. } => Some(*press),
            Self::DrillAnnounced { drill, .. }
            | Self::DrillCancelled { drill, .. }
            | Self::DrillStarted { drill, .. }
            | Self::DrillEnded { drill, .. } => Some(*drill),
            Self::RingTested { .. }
            | Self::BellHeard { .. }
            | Self::DeviceFirstHeard { .. }
            | Self::DeviceFault { .. }
            | Self::DeviceBack { .. }
            | Self::DeviceTampered { .. }
            | Self::BatteryLow { .. } => None,
        }
    }

    /// When the engine handled it, by the wall clock.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Raised { at, .. }
            | Self::Joined { at, .. }
            | Self::Adopted { at, .. }
            | Self::AliasAdopted { at, .. }
            | Self::Reached { at, .. }
            | Self::WentToTeam { at, .. }
            | Self::CancelledAtHome { at, .. }
            | Self::LateAsked { at, .. }
            | Self::LateToDesk { at, .. }
            | Self::LateAnswered { at, .. }
            | Self::Linked { at, .. }
            | Self::RungTaken { at, .. }
            | Self::Rang { at, .. }
            | Self::Delivered { at, .. }
            | Self::Seen { at, .. }
            | Self::Answered { at, .. }
            | Self::CardOffered { at, .. }
            | Self::CardAccepted { at, .. }
            | Self::CardDeclined { at, .. }
            | Self::CardMovedOn { at, .. }
            | Self::CardWithdrawn { at, .. }
            | Self::EmergencyCalled { at, .. }
            | Self::Looked { at, .. }
            | Self::FalseAlarmClaimed { at, .. }
            | Self::AllOut { at, .. }
            | Self::Escalated { at, .. }
            | Self::BellsRested { at, .. }
            | Self::BellsResumed { at, .. }
            | Self::Closed { at, .. }
            | Self::DrillAnnounced { at, .. }
            | Self::DrillCancelled { at, .. }
            | Self::DrillStarted { at, .. }
            | Self::DrillEnded { at, .. }
            | Self::RingTested { at, .. }
            | Self::BellHeard { at, .. }
            | Self::DeviceFirstHeard { at, .. }
            | Self::DeviceFault { at, .. }
            | Self::DeviceBack { at, .. }
            | Self::DeviceTampered { at, .. }
            | Self::BatteryLow { at, .. }
            | Self::WrongSound { at, .. } => *at,
        }
    }

    /// What it happened to: the alarm, late press or drill; else the device; else the team.
    pub fn subject_id(&self) -> String {
        match self {
            Self::BellHeard { device, .. }
            | Self::DeviceFirstHeard { device, .. }
            | Self::DeviceFault { device, .. }
            | Self::DeviceBack { device, .. }
            | Self::DeviceTampered { device, .. }
            | Self::BatteryLow { device, .. } => device.to_string(),
            Self::RingTested { team, .. } => team.to_string(),
            other => other.alarm().map_or_else(String::new, |alarm| alarm.to_string()),
        }
    }
}
