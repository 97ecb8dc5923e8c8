use super::*;

#[test]
fn a_flood_from_one_button_is_limited_and_others_are_not() {
    let mut alley = Alley::new();
    for n in 1..=20 {
        alley.press(n, 1);
    }
    assert_eq!((alley.outcome(), alley.state.counts().limited), (Outcome::Limited, 12));
    alley.press(100, 2);
    assert_eq!(alley.outcome(), Outcome::Joined);
    assert!(alley.home_shown(1, 2).burning);
}

#[test]
fn a_rate_limit_never_drops_a_devices_first_press() {
    let mut alley = Alley::new();
    for n in 1..=20 {
        alley.press(n, 1);
    }
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).press(50, 1);
    assert_eq!(alley.outcome(), Outcome::Raised, "nor the first after the close");
}

#[test]
fn one_person_keeps_few_questions_open_whichever_homes_they_press_for() {
    let mut alley = Alley::new();
    for n in 1..=20 {
        alley.tell(Input::Press(Press { household: Some(home(1 + n % 6)), ..by_phone(n, 4, secs(600)) }));
    }
    assert_eq!(alley.state.late_presses().count(), limits::PRESSES_PER_SOURCE);
    assert_eq!((alley.outcome(), alley.state.counts().limited), (Outcome::Limited, 12));
    let led_to = alley.out.iter().find_map(|output| match output {
        Output::Receipt(receipt) => Some((receipt.press, receipt.alarm)),
        _ => None,
    });
    assert_eq!(led_to, Some((alarm(20), alarm(1))), "it leads to a question that is open");
    alley.tell(Input::Press(by_phone(100, 5, secs(600))));
    assert_eq!(alley.outcome(), Outcome::Asked, "a neighbour is asked");
}

#[test]
fn a_late_press_rings_where_no_further_question_can_be_kept() {
    let mut alley = Alley::new();
    for n in 0..limits::QUESTIONS {
        let n = u16::try_from(n).unwrap();
        let late = Press { by: Some(person(1_000 + n, 0)), ..by_phone(n, 4, secs(600)) };
        let _ = step(&mut alley.state, Input::Press(late), alley.now);
    }
    assert_eq!(alley.state.late_presses().count(), limits::QUESTIONS);
    let out = step(&mut alley.state, Input::Press(by_phone(5_000, 5, secs(600))), alley.now);
    assert!(matches!(out[0], Output::Bell(_)), "{:?}", out[0]);
    assert!(alley.shown(5_000).late);
    assert_eq!(alley.state.counts().full, 1);
    let stray = |n: u16| Press { team: None, household: None, by: None, ..by_phone(n, 4, secs(600)) };
    for n in 0..300 {
        let _ = step(&mut alley.state, Input::Press(stray(6_000 + n)), alley.now);
    }
    assert!(alley.state.open().count() <= 1 + limits::STRAY_ALARMS, "what belongs to no team stays bounded");
}

#[test]
fn alarms_outside_every_team_are_bounded_and_never_keep_a_team_from_ringing() {
    let mut alley = Alley::new();
    let stray = |n: usize| Press { device: None, ..by_button(u16::try_from(n).unwrap(), 1) };
    for n in 1..=limits::STRAY_ALARMS + 1 {
        let _ = step(&mut alley.state, Input::Press(stray(n)), alley.now);
    }
    assert_eq!(alley.state.open().count(), limits::STRAY_ALARMS);
    let out = step(&mut alley.state, Input::Press(by_button(9999, 1)), alley.now);
    assert!(matches!(out[0], Output::Bell(_)));
}

#[test]
fn of_a_roster_that_is_too_large_only_what_is_too_much_is_left_out_and_no_bell_before_the_rest() {
    let mut crowded = a_home(7);
    let one_more = |n: usize| DeviceRoster {
        device: DeviceId::from_bytes(id(6, u16::try_from(n).unwrap(), 0)),
        kind: DeviceKind::Detector,
        second_sound: false,
        last_heard: None,
        rang: None,
    };
    crowded.devices.splice(..0, (0..limits::DEVICES).map(one_more));
    let people = crowded.people.clone();
    crowded.people.extend(people.iter().cycle().take(limits::PEOPLE).cloned());
    let mut team = TeamRoster { adjacent: vec![team(2); limits::NEIGHBOURS + 1], ..team_one() };
    team.households.insert(0, crowded);
    let mut alley = Alley::new();
    alley.tell(Input::Team(team));
    assert!(matches!(alley.refused(), Some(Refusal::Full { .. })), "somebody hears of it");
    alley.press(1, 1);
    assert_eq!(keys(&alley.rung()), bells_of(1..=7));
}

#[test]
fn one_tick_does_a_bounded_part_and_the_next_is_due_at_once() {
    let teams = (1..=400).map(|n| a_team(n, [n * 4, n * 4 + 1]));
    let mut alley = Alley::with(teams);
    for n in 1..=400 {
        let _ = step(&mut alley.state, Input::Press(by_button(n, n * 4)), alley.now);
    }
    alley.advance(secs(5));
    let before = alley.state.counts().told_again;
    let _ = step(&mut alley.state, Input::Tick, alley.now);
    assert_eq!(alley.state.counts().told_again - before, 2 * limits::TIMERS_PER_TICK as u64);
    assert!(alley.state.next_due().is_some_and(|due| due <= alley.now.steady));
}

#[test]
fn what_is_over_is_remembered_up_to_a_limit() {
    let mut alley = Alley::new();
    let press = |n: usize| {
        let mut bytes = [9; 16];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        AlarmId::from_bytes(bytes)
    };
    for n in 0..limits::CLOSED_IDS + 10 {
        let late = Press { alarm: press(n), ..by_phone(1, 4, secs(600)) };
        let _ = step(&mut alley.state, Input::Press(late), alley.now);
        let _ =
            step(&mut alley.state, Input::StillBurning { press: press(n), yes: false, by: None }, alley.now);
    }
    let again = |n| Input::Press(Press { alarm: press(n), ..by_phone(1, 4, secs(600)) });
    alley.out = step(&mut alley.state, again(limits::CLOSED_IDS), alley.now);
    assert_eq!(alley.outcome(), Outcome::Closed);
    alley.out = step(&mut alley.state, again(0), alley.now);
    assert_eq!(alley.outcome(), Outcome::Asked, "the oldest is forgotten");
}

#[test]
fn the_desk_may_press_for_any_number_of_homes() {
    let mut alley = Alley::with([TeamRoster { households: (1..=20).map(a_home).collect(), ..team_one() }]);
    for n in 1..=20 {
        let call =
            Press { source: Source::Desk, device: None, by: Some(officer().person), ..by_button(n, n) };
        alley.tell(Input::Press(Press { household: Some(home(n)), ..call }));
        assert!(alley.home_shown(1, n).burning);
    }
}

fn looks(who: PersonId, saw: Saw) -> Input {
    Input::Looked { alarm: alarm(1), by: who, saw, told_to: None }
}

#[test]
fn one_looker_who_changes_their_mind_drowns_nobody_and_is_believed_about_fire() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::FalseAlarm { alarm: alarm(1), by: By::neighbour(person(1, 0)) });
    let mut told = 0;
    for _ in 0..40 {
        alley.tell(looks(person(5, 0), Saw::Fire));
        told += alley.told(Recipient::Household(home(6)), Channel::Push).len();
        alley.tell(looks(person(5, 0), Saw::NoFire));
    }
    assert_eq!(alley.refused(), Some(&Refusal::ChangedTooOften));
    assert_eq!((told, alley.count(|event| matches!(event, Event::Looked { .. }))), (1, 9));
    assert_eq!(alley.shown(1).looked, Looks { fire: 1, no_fire: 0 });
    alley.tell(looks(person(6, 0), Saw::NoFire));
    assert_eq!(alley.refused(), None, "the limit is theirs alone");
    assert!(alley.state.counts().limited > 0);
}

#[test]
fn what_the_desk_was_told_of_somebody_uses_up_nothing_that_they_see_themselves() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for n in 0..20 {
        let saw = if n % 2 == 0 { Saw::NoFire } else { Saw::Fire };
        let told_to = Some(officer().person);
        alley.tell(Input::Looked { alarm: alarm(1), by: person(5, 0), saw, told_to });
    }
    alley.tell(looks(person(5, 0), Saw::NoFire));
    assert_eq!((alley.refused(), alley.shown(1).looked), (None, Looks { fire: 0, no_fire: 1 }));
}

#[test]
fn a_home_that_is_counted_again_and_again_is_told_once_and_ends_as_missing() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let count = |count, by| {
        let (household, count) = (home(1), Some(count));
        Input::AllOut { alarm: alarm(1), household, count, away: 0, by }
    };
    let mut told = 0;
    for _ in 0..40 {
        alley.tell(count(2, leader())).tell(count(1, leader()));
        told += alley.told(Recipient::Household(home(1)), Channel::Push).len();
    }
    let recorded = |alley: &Alley| alley.count(|event| matches!(event, Event::AllOut { .. }));
    assert_eq!((told, recorded(&alley)), (1, 8));
    alley.tell(count(2, leader()));
    assert_eq!(alley.refused(), Some(&Refusal::ChangedTooOften));
    assert!(!alley.home_shown(1, 1).clear, "whoever is missed is looked for");
    alley.tell(count(2, officer()));
    assert!(alley.home_shown(1, 1).clear, "the desk puts it right");
    alley.pass(secs(61)).tell(count(1, leader()));
    assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
}

#[test]
fn one_neighbour_cannot_keep_a_home_from_being_cleared() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let count = |count, by| {
        let (household, count) = (home(1), Some(count));
        Input::AllOut { alarm: alarm(1), household, count, away: 0, by }
    };
    let (neighbour, resident) = (By::neighbour(person(5, 1)), By::neighbour(person(1, 0)));
    for _ in 0..20 {
        alley.tell(count(1, neighbour)).tell(count(0, neighbour));
    }
    alley.tell(count(1, neighbour));
    assert_eq!(alley.refused(), Some(&Refusal::ChangedTooOften));
    for by in [resident, leader(), officer()] {
        alley.tell(count(2, by));
        assert!(alley.refused().is_none() && alley.home_shown(1, 1).clear);
        alley.tell(count(1, neighbour));
        assert!(alley.home_shown(1, 1).clear, "their say is used up");
    }
    for _ in 0..20 {
        alley.tell(count(1, resident)).tell(count(2, officer()));
        assert!(alley.home_shown(1, 1).clear, "the desk is never used up");
    }
    alley.tell(count(1, resident)).tell(count(0, resident));
    assert_eq!(
        alley.home_shown(1, 1).out.map(|out| out.count),
        Some(0),
        "that one more is missed is always heard"
    );
}

#[test]
fn who_is_on_the_way_may_always_say_that_they_are_there() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for _ in 0..4 {
        alley.say(1, person(4, 1), Said::Safe).say(1, person(4, 1), Said::Coming);
    }
    alley.say(1, person(4, 1), Said::Arrived);
    assert_eq!((alley.refused(), alley.shown(1).counts.arrived), (None, 1));
}

#[test]
fn an_answer_changes_a_few_times_and_may_always_be_taken_back() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for _ in 0..40 {
        alley.say(1, person(4, 1), Said::Coming).say(1, person(4, 1), Said::Safe);
    }
    assert_eq!(alley.count(|event| matches!(event, Event::Answered { .. })), 8);
    alley.say(1, person(4, 1), Said::Coming);
    assert_eq!((alley.refused(), alley.shown(1).counts.coming), (Some(&Refusal::ChangedTooOften), 0));
    alley.say(1, person(5, 1), Said::Coming);
    assert_eq!((alley.refused(), alley.shown(1).counts.coming), (None, 1));
}

#[test]
fn a_card_is_taken_and_given_back_a_few_times() {
    let who = person(5, 0);
    let mut one = team_one();
    for other in one.households.iter_mut().flat_map(|home| &mut home.people) {
        // Nobody else could take it meanwhile.
        if other.person != who {
            other.trained = Trainings::default();
        }
    }
    let mut alley = Alley::with([one]);
    alley.press(1, 1);
    assert!(alley.offered().contains(&(Role::PeopleOut, Holder::Person(who))));
    for _ in 0..20 {
        for accept in [true, false] {
            let role = Some(Role::PeopleOut);
            alley.tell(Input::Card { alarm: alarm(1), person: who, role, accept });
        }
    }
    let answered = |event: &Event| match event {
        Event::CardAccepted { by, role, .. } | Event::CardDeclined { by, role, .. } => {
            (*by, *role) == (Holder::Person(who), Role::PeopleOut)
        }
        _ => false,
    };
    assert_eq!(alley.count(answered), 8);
}

#[test]
fn one_who_asks_for_more_again_and_again_leaves_room_for_the_leader() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let escalate = |by| Input::Escalate { alarm: alarm(1), by };
    for _ in 0..40 {
        alley.tell(escalate(By::neighbour(person(1, 0))));
    }
    assert_eq!(alley.refused(), Some(&Refusal::ChangedTooOften));
    assert_eq!(alley.count(|event| matches!(event, Event::Escalated { .. })), 8);
    alley.tell(escalate(leader()));
    assert_eq!(alley.refused(), None);
}
