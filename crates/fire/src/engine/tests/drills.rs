use super::*;

const DAY: i64 = 86_400;

fn announce(n: u16, at: i64, by_itself: bool) -> Input {
    let starts_at = Timestamp::from_seconds(at);
    Input::Drill(DrillOrder::Announce { drill: alarm(n), team: team(1), starts_at, by_itself, by: leader() })
}
fn start(n: u16) -> Input {
    Input::Drill(DrillOrder::Start { drill: alarm(n), by: leader() })
}
fn why_not(alley: &Alley) -> NotNow {
    match alley.refused() {
        Some(Refusal::NotNow { why }) => *why,
        other => panic!("not refused for the time: {other:?}"),
    }
}
/// Team 1 in the middle of drill 9.
pub(super) fn in_a_drill() -> Alley {
    let mut alley = Alley::of_two_teams();
    alley.tell(announce(9, MORNING + DAY, true)).pass(secs(86_400));
    alley
}

#[test]
fn a_drill_is_announced_a_day_before_and_told_to_the_team() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY - 1, true));
    assert_eq!(why_not(&alley), NotNow::TooSoon);
    alley.tell(announce(9, MORNING + DAY, true));
    assert_eq!(alley.told(Recipient::Team(team(1)), Channel::Push), [Message::DrillAnnounced]);
    assert_eq!(alley.state.announced_drills().count(), 1);
    alley.tell(announce(9, MORNING + 2 * DAY, true));
    assert_eq!(alley.refused(), Some(&Refusal::DrillExists));
}

#[test]
fn drills_are_between_seven_and_twenty_oclock_local_time() {
    let seven = MORNING - 3 * 3600 + 2 * DAY;
    let twenty = seven + 13 * 3600;
    for (at, allowed) in [(seven - 1, false), (seven, true), (twenty - 1, true), (twenty, false)] {
        let mut alley = Alley::new();
        alley.tell(announce(9, at, true));
        assert_eq!(alley.refused().is_none(), allowed, "{at}");
    }
}

#[test]
fn a_drill_begins_by_itself_at_its_time_with_its_own_sound() {
    let alley = in_a_drill();
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert!(alley.rung().values().all(|sound| *sound == Sound::Drill));
    assert!(alley.notices().iter().all(|notice| notice.mode == Mode::Drill));
    assert_eq!(alley.shown(9).mode, Mode::Drill);
}

#[test]
fn bells_without_a_second_sound_stay_silent() {
    let mut one = team_one();
    one.households[2].devices[0].second_sound = false;
    let mut alley = Alley::with([one]);
    alley.tell(announce(9, MORNING + DAY, true)).pass(secs(86_400));
    assert_eq!(keys(&alley.rung()), bells_of([1, 2, 4, 5, 6]));
}

#[test]
fn a_drill_that_waits_for_a_hand_is_started_at_its_time_and_not_before() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, false)).tell(start(9));
    assert_eq!(why_not(&alley), NotNow::BeforeItsTime);
    alley.pass(secs(86_400));
    assert!(alley.rung().is_empty());
    alley.tell(start(9));
    assert_eq!(alley.rung().len(), 6);
}

#[test]
fn a_drill_that_nobody_starts_is_called_off_after_two_hours() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, false)).pass(secs(86_400 + 7200));
    assert!(alley.events.iter().any(|event| matches!(event, Event::DrillCancelled { .. })));
    assert_eq!(alley.state.announced_drills().count(), 0);
}

#[test]
fn a_drill_climbs_no_ladder_and_asks_nobody_to_call_114() {
    let mut alley = Alley::of_two_teams();
    alley.tell(announce(9, MORNING + DAY, true)).pass(secs(86_400 + 300));
    assert!(alley.notices().iter().all(|notice| matches!(notice.channel, Channel::Stream | Channel::Push)));
    assert!(alley.offered().iter().all(|(role, _)| *role != Role::Call114));
    alley.tell(Input::EmergencyCalled { alarm: alarm(9), by: leader() });
    assert_eq!(alley.refused(), Some(&Refusal::NotForADrill));
}

#[test]
fn people_practise_their_cards_in_a_drill() {
    let mut alley = in_a_drill();
    let cards = alley.offered();
    assert!(!cards.is_empty());
    let Holder::Person(who) = cards[0].1 else { panic!("a person") };
    alley.tell(Input::Card { alarm: alarm(9), person: who, role: None, accept: true });
    assert_eq!(alley.shown(9).counts.coming, 1);
}

#[test]
fn a_real_press_during_a_drill_goes_live() {
    for press in [by_button(1, 4), by_phone(1, 4, secs(0)), by_detector(1, 4)] {
        let mut alley = in_a_drill();
        alley.tell(Input::Press(press));
        assert!(alley.rung().values().all(|sound| *sound != Sound::Drill) && !alley.rung().is_empty());
        assert_eq!(alley.stopped(), bells_of(1..=6), "the drill's ringing stops");
        assert_eq!(alley.state.open().collect::<Vec<_>>(), [alarm(1)]);
        assert_eq!(alley.shown(1).mode, Mode::Live);
        assert!(matches!(alley.out[0], Output::Bell(BellCommand::Ring { .. })), "live rings first");
    }
}

#[test]
fn a_live_alarm_next_door_ends_a_drill() {
    let mut alley = in_a_drill();
    alley.press(1, 11);
    assert_eq!(alley.state.open().collect::<Vec<_>>(), [alarm(1)]);
    assert!(
        alley.events.iter().any(|event| matches!(event, Event::DrillEnded { why: DrillEnd::LiveAlarm, .. }))
    );
}

#[test]
fn no_drill_starts_near_a_live_alarm_or_within_an_hour_of_one() {
    let mut alley = Alley::of_two_teams();
    alley.tell(announce(9, MORNING + DAY, true)).pass(secs(86_390)).press(1, 11).pass(secs(20));
    assert!(
        alley
            .events
            .iter()
            .any(|event| matches!(event, Event::DrillCancelled { why: DrillOff::LiveAlarm, .. }))
    );
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, false)).pass(secs(86_400));
    alley.press(1, 2).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).tell(start(9));
    assert_eq!(why_not(&alley), NotNow::LiveAlarmNear);
    alley.pass(secs(3600)).tell(start(9));
    assert_eq!(alley.rung().len(), 6);
}

#[test]
fn no_drill_starts_while_a_late_press_waits_for_an_answer() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, false)).pass(secs(86_400));
    alley.tell(Input::Press(by_phone(1, 4, secs(900)))).tell(start(9));
    assert_eq!(why_not(&alley), NotNow::LiveAlarmNear);
}

#[test]
fn a_drills_id_cannot_be_pressed_and_an_alarm_cannot_be_ended_as_a_drill() {
    let mut alley = in_a_drill();
    alley.press(9, 1);
    assert_eq!(alley.refused(), Some(&Refusal::IdOfADrill));
    alley.tell(Input::Drill(DrillOrder::End { drill: alarm(9), by: leader() })).press(9, 1);
    assert_eq!(alley.refused(), Some(&Refusal::IdOfADrill), "nor when the drill is over");
    alley.press(1, 1).tell(Input::Drill(DrillOrder::End { drill: alarm(1), by: leader() }));
    assert!(alley.refused().is_some() && alley.stopped().is_empty());
    assert_eq!(alley.shown(1).mode, Mode::Live);
    let mut alley = in_a_drill();
    alley.tell(proper_close(9));
    assert_eq!(alley.refused(), Some(&Refusal::NotForADrill));
}

#[test]
fn a_drill_ends_by_hand_or_after_a_quarter_of_an_hour_or_in_the_evening() {
    let mut alley = in_a_drill();
    alley.tell(Input::Drill(DrillOrder::End { drill: alarm(9), by: leader() }));
    assert_eq!(alley.stopped(), bells_of(1..=6));
    assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::DrillEnded]);
    let mut alley = in_a_drill();
    alley.pass(secs(900));
    assert!(alley.state.open().next().is_none());
    let evening = MORNING + DAY + 10 * 3600 - 60;
    let mut alley = Alley::new();
    alley.tell(announce(9, evening, true)).pass(secs(86_400 + 36_000 - 60));
    assert!(alley.state.open().next().is_some());
    alley.pass(secs(60));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn a_wall_clock_that_jumps_starts_no_drill_at_night() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, true));
    alley.now.wall = Timestamp::from_seconds(MORNING + 12 * 3600);
    alley.pass(secs(86_400));
    assert!(alley.rung().is_empty(), "it is ten in the evening by now");
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, true));
    alley.now.wall = Timestamp::from_seconds(MORNING - 3600);
    alley.pass(secs(86_400));
    assert!(alley.rung().is_empty(), "an hour too early");
    alley.pass(secs(3600));
    assert_eq!(alley.rung().len(), 6);
}

#[test]
fn an_announced_drill_may_be_called_off() {
    let mut alley = Alley::new();
    alley.tell(announce(9, MORNING + DAY, true));
    alley.tell(Input::Drill(DrillOrder::Cancel { drill: alarm(9), by: leader() }));
    assert_eq!(alley.told(Recipient::Team(team(1)), Channel::Push), [Message::DrillCancelled]);
    alley.pass(secs(2 * 86_400));
    assert!(alley.rung().is_empty());
}

#[test]
fn a_ring_test_sounds_for_a_moment_by_day_and_never_near_a_live_alarm() {
    let test = || Input::RingTest { test: alarm(8), team: team(1), by: leader() };
    let mut alley = Alley::new();
    alley.tell(test());
    assert!(alley.rung().values().all(|sound| *sound == Sound::Test) && alley.rung().len() == 6);
    alley.pass(secs(10)).heartbeat(bell(1), &[(8, Sound::Test)]);
    assert!(alley.state.open().next().is_none(), "a test is never adopted");
    alley.press(1, 1).tell(test());
    assert_eq!(why_not(&alley), NotNow::LiveAlarmNear);
    let mut alley = Alley::new();
    alley.pass(secs(12 * 3600)).tell(test());
    assert_eq!(why_not(&alley), NotNow::Night);
}

#[test]
fn a_home_may_test_its_own_bell_alone() {
    let test = |household| Input::RingTestAtHome { test: alarm(8), household, by: leader() };
    let mut alley = Alley::new();
    alley.tell(test(home(3)));
    assert_eq!(alley.rung().into_iter().collect::<Vec<_>>(), [(bell(3), Sound::Test)]);
    alley.tell(test(home(99)));
    assert_eq!(alley.out, [Output::Refused(Refusal::UnknownTeam)]);
}

#[test]
fn the_bells_of_one_home_are_tested_once_a_minute() {
    let mut alley = Alley::new();
    let test = |n| Input::RingTestAtHome { test: alarm(90), household: home(n), by: leader() };
    alley.tell(test(1)).tell(test(1));
    assert_eq!(alley.refused(), Some(&Refusal::NotNow { why: NotNow::TestedLately }));
    assert!(alley.rung().is_empty());
    alley.tell(test(2));
    assert_eq!(keys(&alley.rung()), bells_of([2]));
    alley.pass(secs(60)).tell(test(1));
    assert_eq!(keys(&alley.rung()), bells_of([1]));
}
