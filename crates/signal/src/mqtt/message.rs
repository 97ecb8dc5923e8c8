//! What devices and the node say to each other, whatever words a make of device has for it.

use liengia_kernel::{AlarmId, DeviceId, HouseholdId, Timestamp};
use std::time::Duration;

/// Something heard from a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// When it came, by the node's wall clock.
    pub at: Timestamp,
    /// Who says it.
    pub device: DeviceId,
    /// What.
    pub heard: Heard,
}

/// What a device says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The alarm is raised.
    Press(Press),
    /// The home that its own detector warns says that nothing burns.
    Cancel {
        /// Which alarm, if the device knows.
        alarm: Option<AlarmId>,
    },
    /// A sign of life.
    Heartbeat(Heartbeat),
    /// A bell rings, or rings on.
    Rang(Ringing),
    /// Its first connection was made.
    Arrived,
    /// Its last connection ended.
    Left {
        /// It said goodbye. If not, the link broke: its last will.
        cleanly: bool,
    },
}

impl Heard {
    /// Whether it goes ahead of everything else and is never dropped.
    pub const fn is_urgent(&self) -> bool {
        matches!(self, Self::Press(_) | Self::Cancel { .. })
    }
}

/// A press, or smoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// The id that the device made: the same id again is the same press. Simple devices make none.
    pub alarm: Option<AlarmId>,
    /// By hand or by smoke.
    pub cause: Cause,
    /// How long the device held it before it could send, by its own counting.
    pub held: Option<Duration>,
    /// When, by the device's clock, if it has one.
    pub pressed_at: Option<Timestamp>,
}

impl Press {
    /// A press of which nothing more is known.
    pub const fn plain(cause: Cause) -> Self {
        Self { alarm: None, cause, held: None, pressed_at: None }
    }
}

/// What raised the alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A hand on a button.
    Button,
    /// Smoke or heat.
    Detector,
}

/// A sign of life and what came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heartbeat {
    /// What the bell rings for at this moment; none if its kind cannot tell.
    pub ringing: Option<Vec<Ringing>>,
    /// Its charge. A device that only says "low" counts as [`LOW_PERCENT`].
    pub battery_percent: Option<u8>,
    /// How well it is received.
    pub signal_percent: Option<u8>,
    /// It was opened or taken off; none if this message does not say.
    pub tamper: Option<bool>,
}

/// The charge of a device that only says that it is low.
pub const LOW_PERCENT: u8 = 10;

/// An alarm that a bell rings for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ringing {
    /// The alarm.
    pub alarm: AlarmId,
    /// How it sounds.
    pub sound: Sound,
}

/// How a bell sounds. Each goes on a topic of its own, but for [`Sound::OwnHome`], which is a kind of fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sound {
    /// The evacuation signal.
    Live,
    /// A detector's warning in its own home.
    OwnHome,
    /// Practice. A bell without a second sound does not listen to it.
    Drill,
    /// A ring test.
    Test,
}

impl Sound {
    /// Its word in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::OwnHome => "own_home",
            Self::Drill => "drill",
            Self::Test => "test",
        }
    }

    /// The sound of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Live, Self::OwnHome, Self::Drill, Self::Test].into_iter().find(|sound| sound.word() == word)
    }
}

/// What the node tells a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Ring, or go on ringing. It holds for `lasts` and is renewed while the alarm is open; a device that comes back
    /// meanwhile is told again, with what is left.
    Ring {
        /// What for: the bell's heartbeats carry this id.
        alarm: AlarmId,
        /// How.
        sound: Sound,
        /// How long, by the bell's own counting.
        lasts: Duration,
        /// The home that burns, for bells with a display.
        origin: Option<HouseholdId>,
    },
    /// Stop ringing for one alarm.
    Quiet {
        /// Which.
        alarm: AlarmId,
    },
    /// What became of a press.
    Ack {
        /// The press: the device's own id, or the one it was given.
        press: AlarmId,
        /// The alarm that it raised or joined.
        alarm: AlarmId,
        /// What became of it.
        outcome: Outcome,
        /// It is on the disk.
        recorded: bool,
    },
    /// How the device should behave.
    Set {
        /// How often it says that it is there.
        heartbeat: Duration,
    },
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
    /// It is late: someone is asked whether it still burns.
    Asked,
    /// It was counted before, and its alarm is closed.
    Closed,
    /// The device pressed so often that this one was not kept. Its alarm is open and rings.
    Limited,
}

impl Outcome {
    /// Its word in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Joined => "joined",
            Self::Repeated => "repeated",
            Self::Asked => "asked",
            Self::Closed => "closed",
            Self::Limited => "limited",
        }
    }
}
