//! The endpoints of fire safety, one file each; and what the node's event stream asks.
//!
//! Promises: what is done to an alarm goes to the engine first and to the disk after; an answer is made of what the
//! one who asks may see. Never: a decision that belongs to the engine, or a name in a log.

mod add_point;
mod all_out;
mod announce_drill;
mod answer;
mod answer_card;
mod board;
mod call_114;
mod cancel_at_home;
mod cancel_drill;
mod close;
mod correct_point;
mod count_look;
mod drills;
mod emergency_number;
mod escalate;
mod false_alarm;
mod hand_over;
mod heard;
mod help;
mod home;
mod ladder;
mod list_alarms;
mod list_devices;
mod list_drills;
mod list_points;
mod list_shifts;
mod map;
mod memory;
mod note;
mod open_pairing;
mod pair;
mod point_history;
mod press;
mod read_alarm;
mod read_device;
mod read_point;
mod read_trend;
mod remove_device;
mod remove_point;
mod report;
mod ring_test;
mod sight;
mod start_shift;
mod still_burning;
mod stream;
mod tell;

pub use stream::{Followed, Tidings};

use crate::{
    Kit,
    live::{Alarms, Directory},
    problems::{
        ALARM_CLOSED, ALARMS_FULL, BEFORE_ITS_TIME, CANNOT_CLOSE, CARD_TAKEN, CHANGED_TOO_OFTEN,
        DRILL_EXISTS, DRILL_RUNNING, DRILL_TOO_FAR, DRILL_TOO_SOON, ID_OF_A_DRILL, JOURNAL_FAILING,
        LADDER_OUT_OF_BOUNDS, LIVE_ALARM_NEAR, NO_ALARM, NO_CARD, NO_DEVICE, NO_DRILL, NO_OFFICER,
        NO_PAIRING, NO_POINT, NO_REPORT_KEY, NO_SHIFT, NOT_AT_NIGHT, NOT_FOR_A_DRILL, NOT_OF_A_HOME,
        NOT_THIS_HOME, NOT_YOUR_HOME, NOT_YOUR_SHIFT, OWN_HOME_NOT_OUT, PAIRING_EXPIRED, SHIFT_IS_ON,
        TESTED_LATELY, TOO_LATE_TO_CANCEL, TOO_MANY_CODES_TRIED, WHICH_HOME,
    },
    settings::Settings,
};
use liengia_access::{Access, Action, Routes};
use liengia_http::{CHANGED_MEANWHILE, WRONG_FIELDS, WRONG_QUERY};
use liengia_register::{
    Register,
    problems::{EMPTY_TEXT, NO_HOUSEHOLD, NO_PERSON, NO_PLACE, NO_REASON, NO_TEAM},
};
use memory::Memory;
use std::sync::{Arc, RwLock};
use utoipa_axum::routes;

/// What the handlers of fire safety share. Make one for a node, and clone it.
#[derive(Clone)]
pub struct Api {
    /// The alarm engine.
    pub alarms: Alarms,
    /// Devices, points, shifts.
    pub kit: Kit,
    /// Who is where.
    pub register: Register,
    /// Who may do what.
    pub access: Access,
    /// Who is who, in memory.
    pub directory: Arc<RwLock<Directory>>,
    /// What differs from one node to the next.
    pub settings: Settings,
    memory: Arc<Memory>,
}

impl Api {
    /// The API of one node.
    pub fn new(
        alarms: Alarms,
        kit: Kit,
        register: Register,
        access: Access,
        directory: Arc<RwLock<Directory>>,
        settings: Settings,
    ) -> Self {
        let memory = Arc::new(Memory::new(&*kit.entropy));
        Self { alarms, kit, register, access, directory, settings, memory }
    }
}

/// The endpoints of fire safety.
#[rustfmt::skip]
pub fn routes() -> Routes<Api> {
    alarms().merge(drills()).merge(kit()).merge(screens())
}

#[rustfmt::skip]
fn alarms() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::PressAlarm], routes!(press::press), &[ID_OF_A_DRILL, ALARMS_FULL, WHICH_HOME])
        .route(&[May::ReadAlarms, May::ReadPastAlarms], routes!(list_alarms::list_alarms), &[WRONG_QUERY])
        .route(&[May::ReadAlarms, May::ReadPastAlarms], routes!(read_alarm::read_alarm), &[NO_ALARM])
        .route(&[May::AnswerAlarm], routes!(still_burning::still_burning), &[NO_ALARM, ALARM_CLOSED])
        .route(&[May::AnswerAlarm], routes!(answer::answer),
            &[NO_ALARM, ALARM_CLOSED, NOT_OF_A_HOME, CHANGED_TOO_OFTEN, ALARMS_FULL])
        .route(&[May::AnswerAlarm], routes!(answer_card::answer_card),
            &[NO_ALARM, ALARM_CLOSED, NO_CARD, CARD_TAKEN, OWN_HOME_NOT_OUT, CHANGED_TOO_OFTEN])
        .route(&[May::AnswerAlarm, May::CloseAlarm], routes!(count_look::looked),
            &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL, CHANGED_TOO_OFTEN, ALARMS_FULL, NO_PERSON])
        .route(&[May::AnswerAlarm], routes!(call_114::called_114), &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL])
        .route(&[May::AnswerAlarm, May::CountOut], routes!(all_out::all_out),
            &[NO_ALARM, ALARM_CLOSED, CHANGED_TOO_OFTEN, ALARMS_FULL])
        .route(&[May::AnswerAlarm], routes!(false_alarm::false_alarm), &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL])
        .route(&[May::PressAlarm], routes!(cancel_at_home::cancel_at_home),
            &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL, TOO_LATE_TO_CANCEL, NOT_YOUR_HOME])
        .route(&[May::EscalateAlarm, May::PressAlarm], routes!(escalate::escalate),
            &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL, CHANGED_TOO_OFTEN])
        .route(&[May::CloseAlarm], routes!(close::close), &[NO_ALARM, ALARM_CLOSED, NOT_FOR_A_DRILL, CANNOT_CLOSE])
        .route(&[May::NoteAlarm], routes!(note::note), &[NO_ALARM, EMPTY_TEXT])
        .route(&[May::ReadReport], routes!(report::report), &[NO_ALARM, NO_REPORT_KEY])
        .public("whoever holds a report may check it", routes!(report::report_key), &[NO_REPORT_KEY])
}

#[rustfmt::skip]
fn drills() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::ReadDrills], routes!(list_drills::list_drills), &[WRONG_QUERY])
        .route(&[May::KeepDrills], routes!(announce_drill::announce_drill),
            &[NO_TEAM, DRILL_EXISTS, DRILL_TOO_SOON, DRILL_TOO_FAR, NOT_AT_NIGHT, ALARMS_FULL, JOURNAL_FAILING,
                WRONG_FIELDS])
        .route(&[May::KeepDrills], routes!(cancel_drill::cancel_drill), &[NO_DRILL, ALARM_CLOSED, JOURNAL_FAILING])
        .route(&[May::KeepDrills], routes!(drills::start_drill),
            &[NO_DRILL, ALARM_CLOSED, BEFORE_ITS_TIME, NOT_AT_NIGHT, LIVE_ALARM_NEAR, DRILL_EXISTS, DRILL_RUNNING,
                JOURNAL_FAILING])
        .route(&[May::KeepDrills], routes!(drills::end_drill), &[NO_DRILL, ALARM_CLOSED, JOURNAL_FAILING])
}

#[rustfmt::skip]
fn kit() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::ReadDevices, May::ReadSilence], routes!(list_devices::list_devices), &[WRONG_QUERY])
        .route(&[May::ReadDevices], routes!(read_device::read_device), &[NO_DEVICE])
        .route(&[May::ReadDevices], routes!(read_trend::read_trend), &[NO_DEVICE])
        .route(&[May::KeepDevices], routes!(remove_device::remove_device), &[NO_DEVICE])
        .route(&[May::KeepDevices], routes!(open_pairing::open_pairing),
            &[NO_HOUSEHOLD, NO_DEVICE, NOT_THIS_HOME, NO_PAIRING, PAIRING_EXPIRED])
        .public("a device has no account: it shows the code that its household was given", routes!(pair::pair),
            &[NO_PAIRING, PAIRING_EXPIRED, TOO_MANY_CODES_TRIED])
        .route(&[May::TestRing], routes!(ring_test::ring_test),
            &[NO_TEAM, NO_HOUSEHOLD, NOT_AT_NIGHT, LIVE_ALARM_NEAR, DRILL_RUNNING, TESTED_LATELY, JOURNAL_FAILING])
        .route(&[May::SayHeard], routes!(heard::heard), &[NO_DEVICE, JOURNAL_FAILING])
        .route(&[May::ReadTeams], routes!(ladder::read_ladder), &[])
        .route(&[May::KeepLadder], routes!(ladder::set_ladder), &[NO_TEAM, LADDER_OUT_OF_BOUNDS])
        .route(&[May::ReadPoints], routes!(list_points::list_points), &[WRONG_QUERY])
        .route(&[May::ReadPoints], routes!(read_point::read_point), &[NO_POINT])
        .route(&[May::ReadHistory], routes!(point_history::point_history), &[NO_POINT, WRONG_QUERY])
        .route(&[May::KeepPoints], routes!(add_point::add_point), &[EMPTY_TEXT, NO_PLACE])
        .route(&[May::KeepPoints], routes!(correct_point::correct_point),
            &[NO_REASON, NO_POINT, EMPTY_TEXT, NO_PLACE, CHANGED_MEANWHILE])
        .route(&[May::KeepPoints], routes!(remove_point::remove_point), &[NO_POINT, NO_REASON])
}

#[rustfmt::skip]
fn screens() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::ReadHome], routes!(home::home), &[])
        .public("whoever stands before a fire must know whom to call", routes!(emergency_number::emergency_number), &[])
        .route(&[May::ReadBoard], routes!(board::board), &[])
        .route(&[May::ReadMap], routes!(map::map), &[WRONG_QUERY])
        .route(&[May::ReadShifts], routes!(list_shifts::list_shifts), &[WRONG_QUERY])
        .route(&[May::KeepShift], routes!(start_shift::start_shift), &[SHIFT_IS_ON])
        .route(&[May::KeepShift], routes!(hand_over::hand_over), &[NO_SHIFT, NOT_YOUR_SHIFT, NO_OFFICER])
}
