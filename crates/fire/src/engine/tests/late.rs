use super::*;

fn late_press(alley: &mut Alley) {
    alley.tell(Input::Press(by_phone(1, 4, secs(301))));
}

#[test]
fn a_press_older_than_five_minutes_asks_instead_of_ringing() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    assert!(alley.rung().is_empty() && alley.notices().is_empty());
    assert_eq!(alley.outcome(), Outcome::Asked);
    let asked = alley.out.iter().find_map(|output| match output {
        Output::AskStillBurning(question) => Some(*question),
        _ => None,
    });
    assert_eq!(asked.and_then(|question| question.person), Some(person(4, 0)));
    late_press(&mut alley);
    assert_eq!(alley.outcome(), Outcome::Asked, "asked again, not counted again");
    assert_eq!(alley.count(|event| matches!(event, Event::LateAsked { .. })), 1);
}

#[test]
fn a_press_of_just_under_five_minutes_rings() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_phone(1, 4, secs(300))));
    assert_eq!(alley.outcome(), Outcome::Raised);
}

#[test]
fn the_sources_own_counting_stands_before_any_wall_clock() {
    let mut alley = Alley::new();
    let wrong_clock = Some(Timestamp::from_seconds(MORNING - 86_400));
    alley.tell(Input::Press(Press { pressed_at: wrong_clock, ..by_phone(1, 4, secs(2)) }));
    assert_eq!(alley.outcome(), Outcome::Raised);
    let by_wall_clock = Press { pressed_at: wrong_clock, held: None, ..by_phone(2, 4, secs(0)) };
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_wall_clock));
    assert_eq!(alley.outcome(), Outcome::Asked);
}

#[test]
fn an_unanswered_question_goes_to_the_desk_and_stays_there() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    alley.pass(secs(59));
    assert!(alley.notices().is_empty());
    alley.pass(secs(1));
    assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::LatePress]);
    assert_eq!(alley.told(Recipient::OnCall, Channel::Call), [Message::LatePress], "nobody is at the desk");
    assert!(alley.state.late_presses().next().is_some_and(|late| late.desk_at.is_some()));
    alley.tell(Input::Desk { attended: true }).pass(secs(60));
    assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::LatePress], "and is said again");
    assert!(alley.told(Recipient::OnCall, Channel::Call).is_empty());
}

#[test]
fn each_reminder_of_a_late_press_is_a_call_of_its_own_also_after_a_restart() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    let mut rounds = BTreeSet::new();
    for turn in 1..=6 {
        alley.pass(secs(60));
        let on_call = alley.notices().into_iter().filter(|notice| notice.to == Recipient::OnCall);
        rounds.extend(on_call.map(|notice| notice.round));
        assert_eq!(rounds.len(), turn);
        if turn == 3 {
            alley.restart([team_one()], secs(70));
            let on_call = alley.notices().into_iter().filter(|notice| notice.to == Recipient::OnCall);
            assert!(on_call.into_iter().all(|notice| !rounds.contains(&notice.round)));
        }
    }
}

#[test]
fn yes_rings_the_team_as_late() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    let by = Some(By::neighbour(person(4, 0)));
    alley.tell(Input::StillBurning { press: alarm(1), yes: true, by });
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert!(alley.shown(1).late && alley.home_shown(1, 4).burning);
    assert_eq!(alley.state.late_presses().count(), 0);
}

#[test]
fn no_ends_it_and_a_repeat_does_not_ring() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: Some(officer()) });
    late_press(&mut alley);
    assert_eq!((alley.outcome(), alley.rung().len()), (Outcome::Closed, 0));
}

#[test]
fn a_no_ends_it_only_from_the_presser_the_home_the_leaders_or_the_desk() {
    for by in [person(1, 0), person(5, 0), person(5, 1), person(99, 0)].map(By::neighbour) {
        let mut alley = Alley::new();
        late_press(&mut alley);
        alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: Some(by) });
        assert_eq!(alley.state.late_presses().count(), 1, "{by:?} does not know");
        alley.pass(secs(60));
        assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::LatePress]);
        alley.tell(Input::StillBurning { press: alarm(1), yes: true, by: Some(by) });
        assert_eq!(keys(&alley.rung()), bells_of(1..=6), "a yes is anybody's");
    }
    let theirs = [person(4, 0), person(4, 1), person(2, 0), person(3, 0)].map(By::neighbour);
    for by in theirs.into_iter().chain([officer()]) {
        let mut alley = Alley::new();
        late_press(&mut alley);
        alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: Some(by) });
        assert_eq!(alley.state.late_presses().count(), 0, "{by:?}");
    }
}

#[test]
fn whoever_pressed_for_a_neighbour_may_take_it_back() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(Press { household: Some(home(5)), ..by_phone(1, 4, secs(301)) }));
    alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: Some(By::neighbour(person(4, 1))) });
    assert_eq!(alley.state.late_presses().count(), 1);
    alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: Some(By::neighbour(person(4, 0))) });
    assert_eq!(alley.state.late_presses().count(), 0);
}

#[test]
fn the_desk_may_escalate_a_late_press_into_an_alarm() {
    let mut alley = Alley::new();
    late_press(&mut alley);
    alley.pass(secs(90)).tell(Input::Escalate { alarm: alarm(1), by: officer() });
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
}

#[test]
fn a_late_press_joins_the_open_alarm_only_after_a_yes() {
    let mut alley = Alley::new();
    alley.press(2, 1);
    late_press(&mut alley);
    assert!(!alley.home_shown(2, 4).burning, "nobody is sent to the wrong house");
    alley.tell(Input::StillBurning { press: alarm(1), yes: true, by: None });
    assert!(alley.home_shown(2, 4).burning);
    assert_eq!(alley.state.alarm_of(alarm(1)), Some(alarm(2)));
}

#[test]
fn a_late_detector_that_somebody_confirms_rings_the_team_although_its_home_is_already_warned() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(Press { held: Some(secs(400)), ..by_detector(1, 3) }));
    alley.tell(Input::Press(by_detector(2, 3)));
    assert_eq!(alley.shown(2).phase, Phase::OwnHomeWarning);
    alley.tell(Input::StillBurning { press: alarm(1), yes: true, by: None });
    assert_eq!(alley.shown(2).phase, Phase::Ringing);
}

#[test]
fn a_late_press_that_nobody_at_the_desk_answers_is_told_to_whoever_is_on_call() {
    let mut alley = Alley::new();
    alley.tell(Input::Desk { attended: true }).tell(Input::Press(by_phone(1, 4, secs(600))));
    alley.pass(secs(70));
    assert!(alley.told(Recipient::OnCall, Channel::Call).is_empty());
    alley.pass(secs(120));
    assert!(!alley.told(Recipient::OnCall, Channel::Call).is_empty());
}
