use super::*;

#[test]
fn one_press_rings_every_bell_of_the_team_before_anything_else_is_said() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert!(alley.rung().values().all(|sound| *sound == Sound::Live));
    assert!(alley.out[..6].iter().all(|output| matches!(output, Output::Bell(_))));
    assert_eq!(alley.outcome(), Outcome::Raised);
    assert_eq!(alley.shown(1).counts.homes, 6);
}

#[test]
fn the_same_press_again_is_counted_once_however_often_it_comes() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for _ in 0..3 {
        alley.press(1, 1);
        assert_eq!((alley.outcome(), alley.rung().len()), (Outcome::Repeated, 0));
    }
    assert_eq!(alley.count(|event| matches!(event, Event::Raised { .. } | Event::Joined { .. })), 1);
    assert_eq!(alley.state.counts().repeated, 3);
}

#[test]
fn a_press_that_comes_again_after_the_close_does_not_ring() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).press(1, 1);
    assert_eq!((alley.outcome(), alley.rung().len()), (Outcome::Closed, 0));
}

#[test]
fn a_press_in_another_home_of_the_team_joins_the_open_alarm() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(5)).press(2, 4);
    assert_eq!(alley.outcome(), Outcome::Joined);
    assert_eq!(alley.state.open().collect::<Vec<_>>(), [alarm(1)]);
    assert_eq!(alley.state.alarm_of(alarm(2)), Some(alarm(1)));
    assert!(alley.home_shown(1, 1).burning && alley.home_shown(1, 4).burning);
    assert_eq!(keys(&alley.rung()), bells_of(1..=6), "everything rings anew for the second home");
    alley.press(2, 4);
    assert_eq!(alley.outcome(), Outcome::Repeated);
}

#[test]
fn a_second_button_of_the_same_home_changes_nothing_that_rings() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    alley.tell(Input::Press(by_phone(2, 1, secs(0))));
    assert_eq!((alley.outcome(), alley.rung().len()), (Outcome::Joined, 0));
}

#[test]
fn alarms_of_adjacent_teams_are_linked_and_stay_two() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).press(2, 11);
    assert_eq!(alley.shown(1).linked, [alarm(2)]);
    assert_eq!(alley.shown(2).linked, [alarm(1)]);
    assert_eq!(alley.count(|event| matches!(event, Event::Linked { .. })), 1);
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    assert_eq!(alley.state.open().collect::<Vec<_>>(), [alarm(2)]);
    assert_eq!(alley.shown(2).linked, [alarm(1)], "what stood beside it is part of its story");
}

#[test]
fn a_home_next_door_rings_at_once_although_it_is_of_another_team() {
    let next = TeamRoster { households: vec![a_home(11)], ..a_team(2, []) };
    let mut one = team_one();
    one.households[5].adjoining = vec![home(11), home(5)];
    let mut alley = Alley::with([one, next]);
    alley.press(1, 6);
    assert!(alley.rung().contains_key(&bell(11)));
    assert!(alley.home_shown(1, 11).adjoining);
}

#[test]
fn a_home_that_stands_wall_to_wall_with_the_fire_rings_whatever_its_team_and_whether_or_not_anybody_said_so()
{
    let mut alley = Alley::with([team_one(), a_team(2, [7, 9])]);
    alley.press(1, 6);
    assert_eq!(keys(&alley.rung()), bells_of(1..=7), "home 9 is farther away");
    assert!(alley.home_shown(1, 7).adjoining);
    assert_eq!(alley.told(Recipient::Household(home(7)), Channel::Push), [Message::GetOut]);
    alley.all_out(1, &[5, 6]);
    assert_eq!(alley.shown(1).counts.unaccounted, 1, "its people are looked for, too");
    let away = HouseholdRoster { position: Position::new(16.1, 108.0).ok(), ..a_home(7) };
    alley.tell(Input::Team(TeamRoster { households: vec![away, a_home(9)], ..a_team(2, []) }));
    assert_eq!(alley.stopped(), bells_of([7]), "it was put down in the wrong place");
}

#[test]
fn a_home_in_no_team_rings_for_itself_and_for_those_next_to_it() {
    let mut alley = Alley::new();
    alley.tell(Input::Home(a_home(7))).press(1, 7);
    assert_eq!(keys(&alley.rung()), bells_of([6, 7]));
    assert_eq!(alley.state.live_at(Scope::Home(home(7))), Some(alarm(1)));
    assert_eq!((alley.shown(1).origin, alley.outcome()), (Some(home(7)), Outcome::Raised));
    alley.press(2, 7);
    assert_eq!(alley.outcome(), Outcome::Joined, "another press there is the same alarm");
    assert!(alley.state.device_health(bell(7), alley.now.wall).is_some(), "its devices are looked after");
    alley.tell(Input::HomeRemoved(home(7)));
    assert!(alley.stopped().is_empty(), "nobody takes a home away while it burns");
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    assert_eq!(alley.stopped(), bells_of([6, 7]));
    assert!(alley.state.device_health(bell(7), alley.now.wall).is_none());
}

#[test]
fn after_a_crash_no_bell_of_a_home_in_no_team_is_stopped_that_rings_rightly() {
    let mut alley = Alley::new();
    alley.tell(Input::Home(a_home(7))).heartbeat(bell(6), &[(1, Sound::Live)]);
    alley.heartbeat(bell(7), &[(1, Sound::Live)]);
    assert!(alley.stopped().is_empty(), "another's bell told of it first");
    let mut alley = Alley::new();
    alley.tell(Input::Home(a_home(7))).heartbeat(bell(7), &[(1, Sound::Live)]);
    assert!(alley.stopped().is_empty());
    assert_eq!(alley.state.live_at(Scope::Home(home(7))), Some(alarm(1)), "it told of it itself");
    alley.press(1, 7);
    assert!(alley.home_shown(1, 7).burning && alley.rung().contains_key(&bell(6)));
}

#[test]
fn what_changes_in_a_home_whose_team_is_dissolved_while_it_burns_is_taken_in() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::TeamRemoved(team(1)));
    let mut fitted = a_home(3);
    fitted.devices[0].device = bell(33);
    alley.tell(Input::Home(fitted));
    assert_eq!((keys(&alley.rung()), alley.stopped()), (bells_of([33]), bells_of([3])));
}

#[test]
fn the_homes_of_a_dissolved_team_stay_with_it_while_it_burns_and_stand_alone_afterwards() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::TeamRemoved(team(1))).tell(Input::Home(a_home(3)));
    assert!(alley.stopped().is_empty());
    alley.press(2, 4);
    assert_eq!(alley.outcome(), Outcome::Joined);
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).press(3, 3);
    assert_eq!(keys(&alley.rung()), bells_of(2..=4), "itself and those beside it");
    assert_eq!(alley.state.live_at(Scope::Home(home(3))), Some(alarm(3)));
}

#[test]
fn a_home_that_moves_between_a_team_and_none_is_never_without_its_bell() {
    let mut alley = Alley::new();
    alley.tell(Input::Home(a_home(6)));
    alley.tell(Input::Team(TeamRoster { households: (1..=5).map(a_home).collect(), ..team_one() }));
    alley.press(1, 6);
    assert_eq!(keys(&alley.rung()), bells_of([5, 6]));
    alley.tell(Input::Team(team_one())).tell(Input::HomeRemoved(home(6))).press(2, 1);
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
}

#[test]
fn a_lone_detector_warns_its_own_home_for_half_a_minute_and_then_the_team() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3)));
    assert_eq!(alley.rung(), BTreeMap::from([(bell(3), Sound::OwnHome)]));
    assert_eq!(alley.shown(1).phase, Phase::OwnHomeWarning);
    assert_eq!(alley.told(Recipient::Household(home(3)), Channel::Push), [Message::OwnHomeWarning]);
    assert!(alley.told(Recipient::Household(home(4)), Channel::Push).is_empty());
    alley.pass(secs(29));
    assert!(alley.rung().values().all(|sound| *sound == Sound::OwnHome));
    alley.pass(secs(1));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert!(alley.rung().values().all(|sound| *sound == Sound::Live), "the warned home's bell changes, too");
}

#[test]
fn a_detector_that_is_cancelled_in_its_own_home_stays_there() {
    let mut alley = Alley::new();
    let cancel = |household| Input::CancelAtHome { alarm: alarm(1), household, by: None };
    alley.tell(Input::Press(by_detector(1, 3))).tell(cancel(home(4)));
    assert_eq!(alley.refused(), Some(&Refusal::NotYourHome));
    alley.tell(cancel(home(3)));
    assert_eq!(alley.stopped(), bells_of([3]));
    alley.pass(secs(120));
    assert!(alley.rung().is_empty() && alley.state.open().next().is_none());
    alley.tell(Input::Press(by_detector(1, 3)));
    assert_eq!(alley.outcome(), Outcome::Closed);
}

#[test]
fn once_the_team_was_told_nobody_cancels_a_detector() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3))).pass(secs(31));
    alley.tell(Input::CancelAtHome { alarm: alarm(1), household: home(3), by: None });
    assert_eq!(alley.refused(), Some(&Refusal::TooLateToCancel));
}

#[test]
fn a_button_or_a_second_detector_rings_the_team_at_once() {
    for second in [by_button(2, 3), by_button(2, 5), by_detector(2, 4), by_phone(2, 1, secs(0))] {
        let mut alley = Alley::new();
        alley.tell(Input::Press(by_detector(1, 3))).pass(secs(5)).tell(Input::Press(second));
        assert_eq!(keys(&alley.rung()), bells_of(1..=6));
        assert_eq!(alley.shown(1).phase, Phase::Ringing);
    }
}

#[test]
fn the_same_detector_again_is_no_second_detector() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3))).tell(Input::Press(by_detector(2, 3)));
    assert_eq!((alley.outcome(), alley.shown(1).phase), (Outcome::Joined, Phase::OwnHomeWarning));
}

#[test]
fn a_detector_next_to_a_ringing_alarm_is_another_burning_home() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::Press(by_detector(2, 4)));
    assert!(alley.home_shown(1, 4).burning);
}

#[test]
fn the_desk_presses_for_a_caller_who_knows_only_the_team() {
    let mut alley = Alley::new();
    let call = Press { source: Source::Desk, device: None, team: Some(team(1)), ..by_button(1, 1) };
    alley.tell(Input::Press(call));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert_eq!(alley.shown(1).counts.unaccounted, 6, "nobody knows what burns: the whole team is asked");
}

#[test]
fn a_press_from_a_home_or_device_that_nobody_knows_still_reaches_the_desk() {
    let mut alley = Alley::new();
    let stranger = Press { device: Some(button(77)), ..by_button(1, 77) };
    alley.tell(Input::Press(stranger));
    assert_eq!(alley.told(Recipient::Desk, Channel::Stream), [Message::Help]);
    let homeless =
        Press { device: None, household: Some(home(78)), source: Source::Phone, ..by_button(2, 78) };
    alley.tell(Input::Press(homeless));
    assert_eq!(alley.state.live_at(Scope::Home(home(78))), Some(alarm(2)));
    alley.pass(secs(60));
    assert!(!alley.told(Recipient::NextPost, Channel::Hook).is_empty());
}

#[test]
fn what_is_not_yet_recorded_says_so_until_the_journal_has_it() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    assert!(!alley.receipts()[0].recorded && !alley.shown(1).recorded);
    alley.tell(Input::Journal { press: alarm(1), recorded: false });
    assert!(!alley.shown(1).recorded, "a full disk silences nothing");
    alley.tell(Input::Journal { press: alarm(1), recorded: true });
    assert!(alley.shown(1).recorded);
    let receipt = alley.receipts()[0];
    assert_eq!((receipt.device, receipt.recorded), (Some(button(1)), true));
    alley.press(1, 1);
    assert!(alley.receipts()[0].recorded);
}

#[test]
fn nobody_is_told_that_a_late_press_is_recorded_before_it_is() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_phone(1, 4, secs(400))));
    alley.tell(Input::StillBurning { press: alarm(1), yes: false, by: None });
    alley.tell(Input::Press(by_phone(1, 4, secs(410))));
    assert_eq!((alley.outcome(), alley.receipts()[0].recorded), (Outcome::Closed, false));
}

#[test]
fn a_press_is_recorded_even_if_its_alarm_was_closed_before_the_journal_said_so() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).press(1, 1);
    assert!(!alley.receipts()[0].recorded);
    alley.tell(Input::Journal { press: alarm(1), recorded: true });
    assert!(alley.receipts()[0].recorded);
}

/// Handles what a device says as a node does: bells first, the rest by the next tick.
fn heard(alley: &mut Alley, input: Input) -> Vec<DeviceId> {
    let mut told = Vec::new();
    let mut tell = |commands: &[BellCommand]| {
        told.extend(commands.iter().filter_map(|command| match command {
            BellCommand::Ring { device, .. } => Some(*device),
            BellCommand::Stop { .. } => None,
        }));
    };
    let out = step_ringing(&mut alley.state, input, alley.now, &mut tell);
    alley.take(out);
    told
}

#[test]
fn a_device_that_presses_rings_its_team_first_and_the_rest_is_due_at_once() {
    let mut alley = Alley::of_two_teams();
    let told = heard(&mut alley, Input::Press(by_button(1, 1)));
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), bells_of(1..=6));
    assert_eq!((alley.outcome(), alley.notices().len()), (Outcome::Raised, 0));
    assert_eq!(alley.state.next_due(), Some(alley.now.steady));
    alley.tell(Input::Tick);
    let mut whole = Alley::of_two_teams();
    whole.press(1, 1);
    assert_eq!(alley.notices(), whole.notices());
    assert_eq!(alley.rung(), BTreeMap::new(), "no bell is told twice");
    assert_eq!(alley.shown(1), whole.shown(1));
    assert_eq!(alley.state.next_due(), whole.state.next_due());
}

#[test]
fn whoever_speaks_before_that_tick_finds_the_alarm_begun() {
    let (person, household) = (Some(person(3, 0)), Some(home(3)));
    let seen = Answer { alarm: alarm(1), person, household, word: Word::Seen, said_at: None };
    for input in [Input::Answer(seen), Input::Desk { attended: true }, Input::Press(by_button(2, 2))] {
        let mut alley = Alley::new();
        heard(&mut alley, Input::Press(by_button(1, 1)));
        match input {
            Input::Press(_) => drop(heard(&mut alley, input)),
            other => drop(alley.tell(other)),
        }
        assert!(!alley.notices().is_empty());
        let next = alley.home_shown(1, 2);
        assert!(alley.home_shown(1, 1).burning && (next.adjoining || next.burning));
    }
}

#[test]
fn where_a_drill_runs_nothing_is_left_to_a_tick() {
    let mut alley = drills::in_a_drill();
    heard(&mut alley, Input::Press(by_button(1, 11)));
    assert!(alley.out.iter().any(|output| matches!(output, Output::Record(Event::DrillEnded { .. }))));
    assert!(!alley.notices().is_empty());
}

#[test]
fn a_phone_that_presses_elsewhere_and_the_journal_begin_no_alarm_of_others_and_deal_no_card() {
    let mut alley = Alley::of_two_teams();
    heard(&mut alley, Input::Press(by_button(1, 1)));
    for input in [Input::Press(by_phone(2, 11, secs(0))), Input::Journal { press: alarm(1), recorded: true }]
    {
        alley.tell(input);
        assert_eq!(
            alley.state.next_due(),
            Some(alley.now.steady),
            "the first alarm still waits for its tick"
        );
        let dealt = |output: &&Output| matches!(output, Output::Card(card) if card.alarm == alarm(1));
        assert_eq!(alley.out.iter().find(dealt), None);
    }
    alley.tell(Input::Tick);
    assert!(alley.home_shown(1, 1).burning && alley.home_shown(1, 2).adjoining);
}

#[test]
fn a_home_in_no_team_and_a_home_next_door_of_another_team_ring_with_the_press_itself() {
    let mut alley = Alley::of_two_teams();
    alley.tell(Input::Home(HouseholdRoster { adjoining: vec![home(1)], ..a_home(30) }));
    let told = heard(&mut alley, Input::Press(by_button(1, 1)));
    assert!(told.contains(&bell(30)) && told.contains(&bell(6)), "{told:?}");
    let mut alley = Alley::of_two_teams();
    alley.tell(Input::Home(a_home(30)));
    let told = heard(&mut alley, Input::Press(by_button(1, 30)));
    assert!(told.contains(&bell(30)), "{told:?}");
}

#[test]
fn a_bell_may_confirm_before_that_tick() {
    let mut alley = Alley::new();
    heard(&mut alley, Input::Press(by_button(1, 1)));
    let rang = Input::BellRang { device: bell(3), alarm: alarm(1), sound: Sound::Live };
    assert_eq!(heard(&mut alley, rang), []);
    alley.tell(Input::Tick);
    assert!(alley.home_shown(1, 3).rang_at.is_some() && alley.rung().is_empty());
}

#[test]
fn many_that_press_at_once_are_begun_a_few_at_a_time_and_all() {
    let mut alley = Alley::with((1..=20).map(|n| a_team(n, [10 * n])));
    for n in 1..=20 {
        assert_eq!(heard(&mut alley, Input::Press(by_button(n, 10 * n))), [bell(10 * n)]);
    }
    let mut ticks = 0;
    while alley.state.next_due() == Some(alley.now.steady) {
        alley.tell(Input::Tick);
        ticks += 1;
    }
    assert_eq!(ticks, 3);
    assert!((1..=20).all(|n| alley.home_shown(n, 10 * n).burning));
}
