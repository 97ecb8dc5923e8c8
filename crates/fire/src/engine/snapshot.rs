//! What is open, to be read: everything that a board or a phone shows of an alarm, by id and without names.

use super::alarm::Out;
use super::terms::{By, CardState, Holder, Mode, Phase, PressFacts, Role, Rung, Said, Source};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, TeamId, Timestamp};
use serde::Serialize;

/// An open alarm or running drill.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmSnapshot {
    /// Its id.
    pub alarm: AlarmId,
    /// Fire or practice.
    pub mode: Mode,
    /// How far it is.
    pub phase: Phase,
    /// Its team, if the roster knew one.
    pub team: Option<TeamId>,
    /// Further teams that it turned out to reach, where at first only bells told of it.
    pub also: Vec<TeamId>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// What raised it.
    pub source: Source,
    /// The press came late and somebody said that it still burns.
    pub late: bool,
    /// Every press is on the disk.
    pub recorded: bool,
    /// The home that was named first.
    pub origin: Option<HouseholdId>,
    /// Every press that was counted.
    pub presses: Vec<PressFacts>,
    /// Who called 114, and when.
    pub emergency_call: Option<(By, Timestamp)>,
    /// Who first said that it is a false alarm, and when.
    pub false_alarm: Option<(By, Timestamp)>,
    /// What those saw who looked.
    pub looked: Looks,
    /// Those who said themselves that they see fire; not those of whom the desk says it.
    pub fire_seen_by: Vec<PersonId>,
    /// The homes, counted.
    pub counts: AlarmCounts,
    /// The homes that it concerns.
    pub households: Vec<HomeSnapshot>,
    /// Who holds which card.
    pub responders: Vec<Responder>,
    /// What people said, with and without a card.
    pub voices: Vec<VoiceSnapshot>,
    /// What comes next.
    pub ladder: LadderSnapshot,
    /// Everybody near is out and enough are coming: the bells rest.
    pub bells_rest: bool,
    /// Alarms of adjacent teams that were open at the same time.
    pub linked: Vec<AlarmId>,
}

/// What those saw who looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// So many saw fire.
    pub fire: usize,
    /// So many saw none.
    pub no_fire: usize,
}

/// The homes of an alarm, counted; people where it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AlarmCounts {
    /// Homes that it concerns.
    pub homes: usize,
    /// Homes whose bell confirmed that it rings.
    pub rang: usize,
    /// Homes whose phone has it.
    pub delivered: usize,
    /// Homes where somebody saw it.
    pub seen: usize,
    /// People who are on their way, from homes not in danger.
    pub coming: usize,
    /// People who are there.
    pub arrived: usize,
    /// People who cannot come.
    pub cannot: usize,
    /// People who said that they are safe.
    pub safe: usize,
    /// Homes of which somebody said that all are out.
    pub out: usize,
    /// Burning and adjoining homes that are not.
    pub unaccounted: usize,
}

/// One home in one alarm.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question a board asks of a home")]
pub struct HomeSnapshot {
    /// The home.
    pub household: HouseholdId,
    /// How far from the home that was named first.
    pub metres: Option<f64>,
    /// It burns.
    pub burning: bool,
    /// It stands next to one that burns.
    pub adjoining: bool,
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
    pub out: Option<Out>,
    /// Everybody is out.
    pub clear: bool,
    /// How many people must be out before it is clear.
    pub registered: u16,
    /// No bell of it is there to ring. For the leader and the desk only.
    pub silent: bool,
}

/// A role card with one holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Responder {
    /// Who.
    pub holder: Holder,
    /// Which card.
    pub role: Role,
    /// How far.
    pub state: CardState,
    /// Since when.
    pub at: Timestamp,
}

/// What one voice said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceSnapshot {
    /// The person; none for a home's phone that is nobody's in particular.
    pub person: Option<PersonId>,
    /// The home.
    pub household: HouseholdId,
    /// What.
    pub said: Said,
    /// When.
    pub at: Timestamp,
}

/// What comes next on the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderSnapshot {
    /// The rung that is taken next, for the first time or again.
    pub next: Option<Rung>,
    /// When, by the wall clock as it stands.
    pub next_at: Option<Timestamp>,
    /// Enough are coming: nobody more is recruited.
    pub enough: bool,
    /// Everybody in the burning and adjoining homes is accounted for.
    pub accounted: bool,
}

/// What concerns one person in one alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mine {
    /// The card offered or held; a role card before "call 114".
    pub card: Option<(Role, CardState)>,
    /// The answer that stands.
    pub answer: Option<Said>,
    /// Their own home is in danger: get out.
    pub must_get_out: bool,
    /// They may close it now, once they name who looked and why.
    pub may_close: bool,
    /// Nobody may be asked to look who should get out first.
    pub may_look: bool,
}

/// A late press that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateSnapshot {
    /// What it said.
    pub press: PressFacts,
    /// Its team.
    pub team: Option<TeamId>,
    /// When it was asked about.
    pub asked_at: Timestamp,
    /// Since when it is on the desk.
    pub desk_at: Option<Timestamp>,
}

/// A drill that will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnouncedDrill {
    /// Its id.
    pub drill: AlarmId,
    /// Its team.
    pub team: TeamId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// By itself, or by hand.
    pub by_itself: bool,
}
