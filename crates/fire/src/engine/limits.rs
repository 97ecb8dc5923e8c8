//! Every limit and period of the engine, by name. A full thing refuses clearly and is counted.

use std::time::Duration;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A press that its source held longer than this is asked about instead of rung.
pub const LATE_PRESS: Duration = seconds(5 * 60);
/// How long "still burning?" waits before the press goes to the desk as late, and between reminders there.
pub const LATE_ANSWER: Duration = seconds(60);
/// After so many reminders of a late press whoever is on call hears of it, too, although somebody is at the desk.
pub const UNHEARD_AT_THE_DESK: u32 = 2;
/// How long a bell rings on one command.
pub const BELL_LASTS: Duration = seconds(5 * 60);
/// How often a ringing bell's command is renewed: four renewals may be lost before it falls silent.
pub const BELL_RENEW: Duration = seconds(60);
/// The first wait for a bell's acknowledgement; each further wait doubles, up to [`BELL_RENEW`].
pub const BELL_RETRY: Duration = seconds(5);
/// How long a home whose bells were tested is not tested alone again.
pub const TESTED_LATELY: Duration = seconds(60);
/// How long a bell sounds in a ring test; short, because one without a second sound uses its real one.
pub const BELL_TEST: Duration = seconds(3);
/// How long a role card waits for its person before it moves on.
pub const CARD_ANSWER: Duration = seconds(20);
/// How long until a card comes back to someone who did not answer it, when nobody else is left.
pub const CARD_AGAIN: Duration = seconds(60);
/// A device not heard for this long is late (amber).
pub const LATE_AFTER: Duration = seconds(100);
/// A device not heard for this long has a fault.
pub const FAULT_AFTER: Duration = seconds(180);
/// A device last heard longer ago than this when the node starts is at fault until it is heard.
pub const HEARD_BEFORE_START: Duration = seconds(60 * 60);
/// A bell nobody has heard ringing for this long is due for a ring test.
pub const RANG_DUE: Duration = seconds(35 * 24 * 60 * 60);
/// At this charge or less a battery is low.
pub const BATTERY_LOW_PERCENT: u8 = 20;
/// At this charge or more a low battery is well again.
pub const BATTERY_WELL_PERCENT: u8 = 30;

/// How long before its start a drill is announced, at least.
pub const DRILL_NOTICE: Duration = seconds(24 * 60 * 60);
/// How far ahead a drill may be announced, at most.
pub const DRILL_AHEAD: Duration = seconds(366 * 24 * 60 * 60);
/// The hour, by the local clock, from which drills and ring tests are allowed.
pub const DAY_BEGINS_HOUR: i8 = 7;
/// The hour, by the local clock, at which drills and ring tests end.
pub const DAY_ENDS_HOUR: i8 = 20;
/// How long a drill rings, at most.
pub const DRILL_LASTS: Duration = seconds(15 * 60);
/// How long after its announced time a drill may still be started by hand.
pub const DRILL_WAITS: Duration = seconds(2 * 60 * 60);
/// How long after a live alarm was closed no drill starts in that team or next to it.
pub const DRILL_AFTER_LIVE: Duration = seconds(60 * 60);

/// Homes at most this far apart stand next to each other, where the register does not say which do.
pub const ADJOINING_METRES: f64 = 20.0;

/// Teams in the roster.
pub const TEAMS: usize = 20_000;
/// Households in one team. Teams have 5 to 15; the register warns and lets more in. What is beyond this and the next three
/// is left out and does not ring, the rest does: so each is far beyond any mistake.
pub const HOUSEHOLDS: usize = 2_000;
/// People in one household, which may be a school or a boarding house.
pub const PEOPLE: usize = 5_000;
/// Devices in one household.
pub const DEVICES: usize = 1_000;
/// Adjacent teams of one team, and adjoining homes of one home.
pub const NEIGHBOURS: usize = 256;
/// Presses that one device, phone or home may add to one alarm. Further ones change nothing and are
/// not remembered; a first press is never among them.
pub const PRESSES_PER_SOURCE: usize = 8;
/// Changes of mind that one alarm records of one voice, one person who looked, one person's counts of one home or one
/// card. A first answer is never among them, nor what makes it safer: who is there, who is missed, and who sees fire; nor
/// what the desk counts.
pub const CHANGES: u8 = 8;
/// How often one alarm is escalated by hand; by its leaders and the desk twice as often.
pub const ESCALATIONS: u16 = 8;
/// How long the same word outside the ladder is not said again to the same people: the ladder says it anyway.
pub const SAID_LATELY: Duration = seconds(60);
/// Alarm ids that the bells of one home may add to one alarm.
pub const ALIASES_PER_HOME: usize = 8;
/// Open alarms whose home belongs to no team that the roster knows.
pub const STRAY_ALARMS: usize = 256;
/// Late presses that wait for an answer.
pub const QUESTIONS: usize = 1_024;
/// Drills announced and not yet started.
pub const DRILLS: usize = 4_096;
/// Closed alarms' ids kept, so that a late repeat does not ring again.
pub const CLOSED_IDS: usize = 16_384;
/// Alarms that one heartbeat may report.
pub const REPORTED: usize = 4;
/// Answers, lookers and claims kept for one alarm.
pub const VOICES: usize = 4_096;
/// Timers that one tick runs. What is left is due at once: `State::next_due` says so.
pub const TIMERS_PER_TICK: usize = 256;
/// New alarms whose beginning one tick ends; the same.
pub const BEGUN_PER_TICK: usize = 8;
