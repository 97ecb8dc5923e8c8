//! What the engine is told.

use super::roster::{HouseholdRoster, TeamRoster};
use super::terms::{By, CloseReason, Role, Said, Saw, Sound, Source};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, TeamId, Timestamp};
use std::time::Duration;

/// One thing that the engine is told. Who may say it was checked at the edge; the engine checks only
/// what the rules of an alarm ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A team as it now is. When a home moves, give the team that gains it first, so that it is never
    /// without one.
    Team(TeamRoster),
    /// A team was dissolved. While its alarm is open it stays; then its homes stand alone.
    TeamRemoved(TeamId),
    /// A home as it now is, in no team. When it left one, give this first, so that it is never unknown.
    Home(HouseholdRoster),
    /// A home that is in no team is no more.
    HomeRemoved(HouseholdId),
    /// Somebody or something raises the alarm.
    Press(Press),
    /// A bell confirms that it rings.
    BellRang {
        /// The bell.
        device: DeviceId,
        /// What for.
        alarm: AlarmId,
        /// How it sounds.
        sound: Sound,
    },
    /// A device says that it is there.
    Heartbeat(Heartbeat),
    /// A device's connection broke (its last will).
    LinkLost(DeviceId),
    /// Somebody listened to a bell in a ring test, drill or alarm.
    Heard {
        /// The bell.
        device: DeviceId,
        /// Who listened.
        by: PersonId,
        /// It was heard.
        yes: bool,
    },
    /// A phone received, showed or answered an alarm.
    Answer(Answer),
    /// A person takes or declines a role card.
    Card {
        /// The alarm.
        alarm: AlarmId,
        /// Who.
        person: PersonId,
        /// Which card, if the person holds several.
        role: Option<Role>,
        /// Taken.
        accept: bool,
    },
    /// A named person called 114.
    EmergencyCalled {
        /// The alarm.
        alarm: AlarmId,
        /// Who.
        by: By,
    },
    /// A person looked on site.
    Looked {
        /// The alarm.
        alarm: AlarmId,
        /// Who.
        by: PersonId,
        /// What they saw.
        saw: Saw,
        /// Who took their word, where they did not say it on a phone of their own.
        told_to: Option<PersonId>,
    },
    /// Someone says that it is a false alarm.
    FalseAlarm {
        /// The alarm.
        alarm: AlarmId,
        /// Who.
        by: By,
    },
    /// A named person says that everybody is out of a home.
    AllOut {
        /// The alarm.
        alarm: AlarmId,
        /// The home.
        household: HouseholdId,
        /// How many stand outside; none means all who are registered or usually there (SMS answer 3).
        count: Option<u16>,
        /// How many are known to be elsewhere.
        away: u16,
        /// Who says so.
        by: By,
    },
    /// The home that its detector warns says that nothing burns.
    CancelAtHome {
        /// The alarm.
        alarm: AlarmId,
        /// The home that speaks.
        household: HouseholdId,
        /// The person, if the phone or button is somebody's.
        by: Option<PersonId>,
    },
    /// The answer to "still burning?".
    StillBurning {
        /// The late press.
        press: AlarmId,
        /// It does.
        yes: bool,
        /// Who answers.
        by: Option<By>,
    },
    /// Someone asks for more, now.
    Escalate {
        /// The alarm.
        alarm: AlarmId,
        /// Who.
        by: By,
    },
    /// Someone closes the alarm.
    Close(Close),
    /// A drill is announced, called off, started or ended.
    Drill(DrillOrder),
    /// The bells of a team are tested for a moment.
    RingTest {
        /// An id for the sound, made by who asks.
        test: AlarmId,
        /// The team.
        team: TeamId,
        /// Who.
        by: By,
    },
    /// The same for the bells of one home.
    RingTestAtHome {
        /// An id for the sound, made by who asks.
        test: AlarmId,
        /// The home.
        household: HouseholdId,
        /// Who.
        by: By,
    },
    /// The journal wrote a press, or could not.
    Journal {
        /// The press: of its `raised`, `joined` or `late_asked` event.
        press: AlarmId,
        /// It is on the disk.
        recorded: bool,
    },
    /// The desk shows signs of life, or does not.
    Desk {
        /// Somebody is there.
        attended: bool,
    },
    /// Time passed. The only input that runs timers.
    Tick,
}

/// A press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The id that the source made. The same id again is the same press.
    pub alarm: AlarmId,
    /// Where it comes from.
    pub source: Source,
    /// The device, if it is one.
    pub device: Option<DeviceId>,
    /// The person, if it is known.
    pub by: Option<PersonId>,
    /// The home that burns; a device of the roster stands for its own home.
    pub household: Option<HouseholdId>,
    /// The team, where the desk knows no home.
    pub team: Option<TeamId>,
    /// When it was pressed, by the source's wall clock.
    pub pressed_at: Option<Timestamp>,
    /// How long the source held it, by its own counting. Stands before `pressed_at` where both are
    /// given, since it does not depend on anybody's clock being right.
    pub held: Option<Duration>,
}

/// A device's sign of life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The device.
    pub device: DeviceId,
    /// What it rings for at this moment; `None` if its kind cannot tell.
    pub ringing: Option<Vec<Reported>>,
    /// Its charge.
    pub battery_percent: Option<u8>,
    /// How well it is received. No decision hangs on it: the trend of the device keeps it.
    pub signal_percent: Option<u8>,
    /// It was opened or taken off; `None` if this sign of life does not say.
    pub tamper: Option<bool>,
}

/// An alarm that a bell says it rings for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The alarm.
    pub alarm: AlarmId,
    /// How it sounds.
    pub sound: Sound,
}

/// A phone's or a person's answer. At least one of `person` and `household` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The alarm.
    pub alarm: AlarmId,
    /// Who answers.
    pub person: Option<PersonId>,
    /// The home whose phone answers.
    pub household: Option<HouseholdId>,
    /// What.
    pub word: Word,
    /// When, by the phone's clock: of two answers by one voice the later said stands.
    pub said_at: Option<Timestamp>,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The phone has it.
    Delivered,
    /// Somebody saw it.
    Seen,
    /// Somebody said something.
    Said(Said),
}

/// Closing an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The alarm.
    pub alarm: AlarmId,
    /// Who closes: the team's leader or deputy, or the desk.
    pub by: By,
    /// Who looked: somebody else.
    pub looked_by: Option<PersonId>,
    /// Why.
    pub reason: Option<CloseReason>,
}

/// What is ordered about a drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrillOrder {
    /// Announce one for a team.
    Announce {
        /// Its id, as of an alarm.
        drill: AlarmId,
        /// The team.
        team: TeamId,
        /// When it begins.
        starts_at: Timestamp,
        /// It begins at that time by itself; otherwise somebody starts it then.
        by_itself: bool,
        /// Who.
        by: By,
    },
    /// Call an announced one off.
    Cancel {
        /// Which.
        drill: AlarmId,
        /// Who.
        by: By,
    },
    /// Start an announced one whose time has come.
    Start {
        /// Which.
        drill: AlarmId,
        /// Who.
        by: By,
    },
    /// End a running one.
    End {
        /// Which.
        drill: AlarmId,
        /// Who.
        by: By,
    },
}
