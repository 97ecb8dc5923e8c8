//! The shape of an alarm as boards and phones read it.

use super::TeamNamed;
use crate::engine::{AlarmCounts, CardState, Mode, Role, Rung, Said, Saw, Source};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii, PointId, Position, Timestamp, shown};
use serde::Serialize;
use std::collections::BTreeMap;

/// An alarm or drill, as the one who asks may see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Alarm {
    /// Its id: that of the press which raised it.
    pub alarm: AlarmId,
    /// Its number in this commune; null until it is written.
    pub number: Option<u64>,
    /// Fire or practice.
    pub mode: Mode,
    /// How far it is.
    pub state: AlarmState,
    /// Its team; null where the home is in none.
    pub team: Option<TeamNamed>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// What raised it.
    pub source: Source,
    /// The press came late, and somebody said that it still burns.
    pub late: bool,
    /// Every press is on the disk.
    pub recorded: bool,
    /// What burns.
    pub origin: AlarmOrigin,
    /// Whether somebody said that the emergency number was called.
    pub emergency_call: EmergencyCall,
    /// Somebody says that nothing burns.
    pub false_alarm: Option<FalseAlarm>,
    /// What those saw who looked.
    pub looked: Looked,
    /// The homes, counted; people where it says so.
    pub counts: AlarmCounts,
    /// The homes that it concerns.
    pub households: Vec<AlarmHousehold>,
    /// Who holds which card.
    pub responders: Vec<Responder>,
    /// What concerns the one who asks; null once it is closed.
    pub mine: Option<Mine>,
    /// Who may need help to get out, for responders, the leader and the desk while it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub help: Vec<HelpNote>,
    /// What comes next.
    pub ladder: Ladder,
    /// Everybody next to the fire is out and enough are coming: the bells rest.
    pub bells_rest: bool,
    /// The nearest firefighting points.
    pub points: Vec<PointNear>,
    /// Alarms of teams next door that were open at the same time.
    pub linked: Vec<AlarmId>,
    /// What happened, oldest first; the report has all of it.
    pub timeline: Vec<TimelineEntry>,
    /// How it ended; null while it is open.
    pub closed: Option<Closed>,
}

/// How far an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// A lone detector warns its own home.
    OwnHomeWarning,
    /// The team rings.
    Ringing,
    /// It is over.
    Closed,
}

/// What burns.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AlarmOrigin {
    /// The home that was named first; null where none was, and in a drill.
    pub household: Option<HouseholdId>,
    /// What neighbours call it; else the team's name.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub position: Option<Pii<Position>>,
    /// How to find it where there is no number.
    #[serde(serialize_with = "shown")]
    pub how_to_find: Option<Pii<String>>,
    /// What a responder must know about floors, doors, gas: for responders, the leader and the desk.
    #[serde(serialize_with = "shown")]
    pub floor_notes: Option<Pii<String>>,
}

/// Whether the emergency number was called.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct EmergencyCall {
    /// A named person said so.
    pub called: bool,
    /// Who.
    #[serde(serialize_with = "shown")]
    pub by: Option<Pii<String>>,
    /// When.
    pub at: Option<Timestamp>,
}

/// Somebody says that nothing burns. It silences nothing.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FalseAlarm {
    /// Who.
    #[serde(serialize_with = "shown")]
    pub by: Pii<String>,
    /// When.
    pub at: Timestamp,
}

/// What those saw who looked.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Looked {
    /// So many saw fire.
    pub fire: usize,
    /// So many saw none.
    pub no_fire: usize,
    /// Who looked: closing names one of them.
    pub people: Vec<Looker>,
}

/// Somebody who looked on site.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Looker {
    /// Their id.
    pub person: PersonId,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// What they saw, as they said last.
    pub saw: Saw,
}

/// One home in one alarm.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question a board asks of a home")]
pub struct AlarmHousehold {
    /// Its id.
    pub household: HouseholdId,
    /// What neighbours call it.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub position: Option<Pii<Position>>,
    /// How to find it where there is no number: of what burns or stands next to it, for responders, the leader and the
    /// desk.
    #[serde(serialize_with = "shown")]
    pub how_to_find: Option<Pii<String>>,
    /// What a responder must know about floors, doors, gas: of the same homes, for the same people.
    #[serde(serialize_with = "shown")]
    pub floor_notes: Option<Pii<String>>,
    /// How far from the home that was named first.
    pub metres: Option<u32>,
    /// It burns.
    pub burning: bool,
    /// It stands next to one that burns.
    pub adjoining: bool,
    /// How many people must be out: those registered there, or as many as are usually there if that is more.
    pub people: u16,
    /// When its bell confirmed.
    pub rang_at: Option<Timestamp>,
    /// When its phone had it.
    pub delivered_at: Option<Timestamp>,
    /// When somebody saw it.
    pub seen_at: Option<Timestamp>,
    /// The answer of its people that helps most.
    pub answer: Option<Said>,
    /// When that was said.
    pub answer_at: Option<Timestamp>,
    /// The last "all out".
    pub out: Option<AllOut>,
    /// Everybody who is registered or usually there is out.
    pub clear: bool,
    /// No bell of it is there to ring: told to the leader and the desk only, false for everyone else.
    pub silent: bool,
}

/// Somebody said that all are out of a home.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AllOut {
    /// How many stand outside.
    pub count: u16,
    /// How many are known to be elsewhere.
    pub away: u16,
    /// Who says so.
    #[serde(serialize_with = "shown")]
    pub by: Pii<String>,
    /// When.
    pub at: Timestamp,
}

/// A role card with one holder.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Responder {
    /// Who; null where a home or the desk holds it.
    pub person: Option<PersonId>,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// Which card.
    pub card: Role,
    /// How far.
    pub state: CardState,
    /// Since when.
    pub at: Timestamp,
}

/// What concerns the one who asks.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is something a phone offers or not")]
pub struct Mine {
    /// The card offered or held; a role card before "call 114".
    pub card: Option<Role>,
    /// How far it is.
    pub card_state: Option<CardState>,
    /// The answer that stands.
    pub answer: Option<Said>,
    /// What they saw who asks, if they looked.
    pub looked: Option<Saw>,
    /// Their own home is in danger: get out.
    pub must_get_out: bool,
    /// They may close it now, once they name who looked and why.
    pub may_close: bool,
    /// They may say what they see on site.
    pub may_looked: bool,
    /// Their own detector warns their own home, and they may say that nothing burns.
    pub may_cancel: bool,
}

/// What a household wrote about the help somebody there needs to get out.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AlarmHelp)]
pub struct HelpNote {
    /// Which.
    pub household: HouseholdId,
    /// Who needs help.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// What the household wrote.
    #[serde(serialize_with = "shown")]
    pub note: Pii<String>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct Ladder {
    /// The rung that is taken next.
    pub next_step: Option<Rung>,
    /// When.
    pub next_at: Option<Timestamp>,
    /// Enough are coming: nobody more is recruited.
    pub enough: bool,
    /// Everybody in the burning and adjoining homes is accounted for.
    pub accounted: bool,
}

/// A firefighting point near an alarm.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PointNear {
    /// Its id.
    pub point: PointId,
    /// What people call it.
    pub name: String,
    /// How far in a straight line.
    pub metres: u32,
    /// Where it is.
    pub position: Position,
}

/// How an alarm or drill ended.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// Who closed it.
    #[serde(serialize_with = "shown")]
    pub by: Pii<String>,
    /// Who had looked; empty in a drill.
    #[serde(serialize_with = "shown")]
    pub looked_by: Pii<String>,
    /// Why, in a word of a closed list: `fire_out`, `no_fire`, `handed_over`, `other`, `cancelled_at_home`, `by_hand`,
    /// `time_over`, `live_alarm`.
    pub code: String,
    /// Why, in words.
    #[serde(serialize_with = "shown")]
    pub reason: Pii<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What, in a word of a closed list.
    pub kind: &'static str,
    /// Who did it.
    #[serde(serialize_with = "shown", skip_serializing_if = "Option::is_none")]
    pub who: Option<Pii<String>>,
    /// The particulars.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Object>)]
    pub args: BTreeMap<&'static str, Particular>,
}

/// A particular of something that happened.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Particular {
    /// A name or somebody's words.
    Words(#[serde(serialize_with = "shown")] Pii<String>),
    /// A word of a closed list, or an id.
    Word(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Truth(bool),
}

impl Particular {
    /// Whether it may tell who somebody is.
    pub fn is_personal(&self) -> bool {
        matches!(self, Self::Words(_))
    }
}
