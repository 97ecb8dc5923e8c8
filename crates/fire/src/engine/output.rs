//! What the engine wants done. Bells come first in every list, so that nothing waits before they ring.

use super::event::Event;
use super::refusal::Refusal;
use super::supervision::DeviceHealth;
use super::terms::{Holder, Mode, Role, Rung, Sound, Withdrawal};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, TeamId, Timestamp};
use std::time::Duration;

/// One thing that the engine wants done. Doing it twice does no harm.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Tell a bell.
    Bell(BellCommand),
    /// Tell people.
    Notify(Notice),
    /// A role card is offered, withdrawn or moved on.
    Card(CardNotice),
    /// Ask whoever pressed late: "still burning?".
    AskStillBurning(Question),
    /// Tell the source of a press what became of it.
    Receipt(Receipt),
    /// Something on the boards and phones changed: read it anew.
    Board(Board),
    /// A device's health changed. Only for its own home, the leader and the desk.
    Health(DeviceHealth),
    /// Write this. Everything before it has happened whether or not it can be written.
    Record(Event),
    /// The input changed nothing.
    Refused(Refusal),
}

/// A word to a bell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BellCommand {
    /// Ring, or go on ringing. Commands for several alarms stand side by side; live drowns drill.
    Ring {
        /// The bell.
        device: DeviceId,
        /// What for; its heartbeats carry this id.
        alarm: AlarmId,
        /// How.
        sound: Sound,
        /// How long, by the bell's own counting.
        lasts: Duration,
        /// When it expires on the way, by the wall clock.
        until: Timestamp,
        /// The home that burns, for bells with a display.
        origin: Option<HouseholdId>,
    },
    /// Stop ringing for one alarm.
    Stop {
        /// The bell.
        device: DeviceId,
        /// Which.
        alarm: AlarmId,
    },
}

/// A word to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The alarm, drill or late press.
    pub alarm: AlarmId,
    /// Fire or practice: never mixed in one notice.
    pub mode: Mode,
    /// Which rung of the ladder says it, if one does.
    pub rung: Option<Rung>,
    /// Which time it is said: it only grows, so that the same words said again are told apart from a repeat on the way.
    pub round: u32,
    /// To whom.
    pub to: Recipient,
    /// By what.
    pub channel: Channel,
    /// What.
    pub message: Message,
}

/// To whom a notice goes. The node knows their phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// Everybody in a home.
    Household(HouseholdId),
    /// One person.
    Person(PersonId),
    /// Every home of a team.
    Team(TeamId),
    /// The desk.
    Desk,
    /// The on-call phone.
    OnCall,
    /// The village security team of the place where it burns.
    VillageSecurity,
    /// The next post.
    NextPost,
}

/// How a notice travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Open phones and desks.
    Stream,
    /// Web Push.
    Push,
    /// The two-way SMS and voice hook: 1 coming, 2 cannot, 3 all out.
    Hook,
    /// A phone call by the hook.
    Call,
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Message {
    /// Your home burns or stands next to it: everybody out.
    GetOut,
    /// Fire in the team: come and help.
    Help,
    /// Your own detector: look, and cancel if nothing burns.
    OwnHomeWarning,
    /// 114 was not called yet.
    EmergencyNotCalled,
    /// Someone says it is a false alarm: confirm or deny.
    FalseAlarmClaimed,
    /// Someone looked and saw fire.
    FireSeen,
    /// The bells rest, the alarm is still open.
    StillOpen,
    /// It is over.
    Closed,
    /// A press came late and nobody answers.
    LatePress,
    /// There will be a drill.
    DrillAnnounced,
    /// The drill is off.
    DrillCancelled,
    /// Drill, no fire: do what you practise.
    DrillStarted,
    /// The drill is over.
    DrillEnded,
}

impl Message {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::GetOut => "fire-notice-get-out",
            Self::Help => "fire-notice-help",
            Self::OwnHomeWarning => "fire-notice-own-home-warning",
            Self::EmergencyNotCalled => "fire-notice-114-not-called-yet",
            Self::FalseAlarmClaimed => "fire-notice-false-alarm-claimed",
            Self::FireSeen => "fire-notice-fire-seen",
            Self::StillOpen => "fire-notice-still-open",
            Self::Closed => "fire-notice-closed",
            Self::LatePress => "fire-notice-late-press",
            Self::DrillAnnounced => "fire-notice-drill-announced",
            Self::DrillCancelled => "fire-notice-drill-cancelled",
            Self::DrillStarted => "fire-notice-drill-started",
            Self::DrillEnded => "fire-notice-drill-ended",
        }
    }
}

/// A word about a role card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardNotice {
    /// The alarm or drill.
    pub alarm: AlarmId,
    /// Fire or practice.
    pub mode: Mode,
    /// The card.
    pub role: Role,
    /// Whose.
    pub holder: Holder,
    /// What happened to it.
    pub change: CardChange,
}

/// What happened to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardChange {
    /// Offered: show it with `Role::instructions`.
    Offered,
    /// Taken back.
    Withdrawn(Withdrawal),
    /// Not answered; it went on to somebody else.
    MovedOn,
}

/// The question to whoever pressed late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The press.
    pub press: AlarmId,
    /// When it was pressed.
    pub pressed_at: Timestamp,
    /// The device that sent it.
    pub device: Option<DeviceId>,
    /// Who pressed.
    pub person: Option<PersonId>,
    /// The home.
    pub household: Option<HouseholdId>,
}

/// What became of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The press.
    pub press: AlarmId,
    /// The alarm that it raised or joined.
    pub alarm: AlarmId,
    /// The device to answer, if it was one.
    pub device: Option<DeviceId>,
    /// What became of it.
    pub outcome: Outcome,
    /// It is on the disk.
    pub recorded: bool,
}

/// What became of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It raised an alarm.
    Raised,
    /// It joined its team's open alarm.
    Joined,
    /// It was counted before; the alarm is open.
    Repeated,
    /// It is late: "still burning?".
    Asked,
    /// It was counted before, and its alarm is closed.
    Closed,
    /// This source pressed so often that the press was not kept. Its alarm is open and rings.
    Limited,
}

/// What changed on the boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Board {
    /// An open alarm or running drill: `State::snapshot`.
    Alarm(AlarmId),
    /// It is closed or over.
    Closed(AlarmId),
    /// A late press: `State::late_presses`.
    Late(AlarmId),
    /// An announced drill: `State::announced_drills`.
    Drill(AlarmId),
}
