use super::*;

#[test]
fn open_alarms_ring_on_after_a_restart() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(40)).say(1, person(4, 0), Said::Coming).all_out(1, &[1]);
    let before = alley.shown(1);
    alley.restart([team_one()], secs(3));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert_eq!(alley.told(Recipient::Household(home(2)), Channel::Push), [Message::GetOut]);
    let after = alley.shown(1);
    assert_eq!((before.counts, before.households), (after.counts, after.households));
    assert_eq!((before.voices, before.looked), (after.voices, after.looked));
    assert_eq!((before.presses, before.raised_at), (after.presses, after.raised_at));
}

#[test]
fn the_ladder_goes_on_where_it_stood() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).pass(secs(20));
    let next = TeamRoster { adjacent: vec![team(1)], ..a_team(2, 11..=13) };
    alley.restart([team_one(), next], secs(5));
    let hook = |alley: &Alley| alley.notices().iter().any(|notice| notice.channel == Channel::Hook);
    assert!(hook(&alley), "what was taken is taken again at once");
    alley.pass(secs(4));
    assert!(alley.told(Recipient::Person(person(2, 0)), Channel::Call).is_empty());
    alley.pass(secs(1));
    assert!(!alley.told(Recipient::Person(person(2, 0)), Channel::Call).is_empty(), "30 s after the press");
    assert_eq!(alley.count(|event| matches!(event, Event::RungTaken { rung: Rung::Hook, .. })), 1);
}

#[test]
fn a_wrong_wall_clock_after_a_restart_can_only_make_it_louder() {
    let mut behind = Alley::new();
    behind.press(1, 1).pass(secs(5));
    behind.now.wall = Timestamp::from_seconds(MORNING - 86_400);
    behind.restart([team_one()], secs(0)).pass(secs(15));
    assert!(
        behind.notices().iter().any(|notice| notice.channel == Channel::Hook),
        "from its foot at the latest"
    );
    let mut ahead = Alley::new();
    ahead.press(1, 1).pass(secs(5)).restart([team_one()], secs(86_400));
    assert!(ahead.told(Recipient::NextPost, Channel::Hook).contains(&Message::Help), "all of it at once");
}

#[test]
fn a_homes_own_warning_late_presses_and_drills_go_on_after_a_restart() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3))).pass(secs(20)).restart([team_one()], secs(4));
    assert_eq!(alley.rung(), BTreeMap::from([(bell(3), Sound::OwnHome)]));
    alley.pass(secs(6));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));

    let mut alley = Alley::new();
    alley.tell(Input::Press(by_phone(1, 4, secs(400)))).restart([team_one()], secs(2));
    assert!(alley.out.iter().any(|output| matches!(output, Output::AskStillBurning(_))));
    alley.pass(secs(60));
    assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::LatePress]);
    alley.restart([team_one()], secs(2));
    assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::LatePress]);

    let mut alley = Alley::new();
    let starts_at = Timestamp::from_seconds(MORNING + 86_400);
    let order =
        DrillOrder::Announce { drill: alarm(9), team: team(1), starts_at, by_itself: true, by: leader() };
    alley.tell(Input::Drill(order)).restart([team_one()], secs(400)).pass(secs(86_000));
    assert_eq!(alley.shown(9).mode, Mode::Drill);
    alley.restart([team_one()], secs(60));
    assert!(alley.rung().values().all(|sound| *sound == Sound::Drill) && alley.rung().len() == 6);
    alley.pass(secs(840));
    assert!(alley.state.open().next().is_none(), "a quarter of an hour in all");
}

#[test]
fn what_was_closed_before_a_restart_does_not_ring_after_it() {
    let mut alley = Alley::new();
    alley.press(1, 1).press(2, 2).tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    alley.restart([team_one()], secs(2));
    assert!(alley.rung().is_empty() && alley.notices().is_empty());
    alley.press(2, 2);
    assert_eq!(alley.outcome(), Outcome::Closed);
    alley.heartbeat(bell(4), &[(1, Sound::Live)]);
    assert_eq!(alley.stopped(), bells_of([4]));
}

#[test]
fn a_close_that_was_never_recorded_leaves_the_alarm_ringing() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    alley.events.pop();
    alley.restart([team_one()], secs(2));
    assert_eq!(alley.rung().len(), 6);
    alley.tell(proper_close(1));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn two_alarms_left_on_one_team_by_a_lost_close_can_both_be_closed() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    alley.events.retain(|event| !matches!(event, Event::Closed { .. }));
    let kept = alley.events.clone();
    let mut other = Alley::new();
    other.press(2, 1).tell(the_leader_sees_no_fire(2));
    alley.events = kept.into_iter().chain(other.events).collect();
    alley.restart([team_one()], secs(2));
    assert_eq!(alley.state.open().count(), 2);
    alley.tell(proper_close(1)).press(3, 1);
    assert_eq!(alley.state.alarm_of(alarm(3)), Some(alarm(2)));
    alley.tell(proper_close(2));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn the_roster_may_come_after_the_record() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    alley.restart([], secs(2));
    assert!(alley.rung().is_empty());
    alley.tell(Input::Team(team_one()));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
}

#[test]
fn a_press_that_came_before_the_record_was_read_is_kept() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(5));
    let record = alley.events.clone();
    let mut young = Alley::new();
    young.press(1, 1).press(2, 3);
    let out = young.state.adopt(record, young.now);
    assert!(out.is_empty(), "the alarm is left as it is");
    assert_eq!(young.state.open().count(), 1);
}

#[test]
fn cards_that_were_out_at_the_crash_still_move_on() {
    let mut alley = Alley::new();
    alley.press(1, 1).restart([team_one()], secs(2));
    alley.pass(secs(20));
    assert!(
        alley
            .out
            .iter()
            .any(|output| matches!(output, Output::Card(card) if card.change == CardChange::MovedOn))
    );
}
