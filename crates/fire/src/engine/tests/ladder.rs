use super::*;

fn recipients(alley: &Alley, channel: Channel) -> BTreeSet<Recipient> {
    alley.notices().into_iter().filter(|notice| notice.channel == channel).map(|notice| notice.to).collect()
}

#[test]
fn at_once_the_team_and_the_desk() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1);
    let mut told: BTreeSet<Recipient> = (1..=6).map(|n| Recipient::Household(home(n))).collect();
    assert_eq!(recipients(&alley, Channel::Push), told);
    told.insert(Recipient::Desk);
    assert_eq!(recipients(&alley, Channel::Stream), told);
    assert!(recipients(&alley, Channel::Hook).is_empty() && recipients(&alley, Channel::Call).is_empty());
}

#[test]
fn burning_and_adjoining_homes_are_told_to_get_out_and_the_others_to_help() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
    assert_eq!(alley.told(Recipient::Household(home(2)), Channel::Push), [Message::GetOut]);
    assert_eq!(alley.told(Recipient::Household(home(3)), Channel::Push), [Message::Help]);
}

#[test]
fn after_15_seconds_sms_and_voice_to_who_has_not_answered() {
    let mut alley = Alley::new();
    alley.press(1, 1).say(1, person(4, 0), Said::Cannot).pass(secs(14));
    assert!(recipients(&alley, Channel::Hook).is_empty());
    alley.pass(secs(1));
    let told = recipients(&alley, Channel::Hook);
    assert!(told.contains(&Recipient::Person(person(4, 1))));
    assert!(!told.contains(&Recipient::Person(person(4, 0))));
    assert_eq!(told.len(), 11);
}

#[test]
fn after_30_seconds_the_leader_the_deputy_and_the_on_call_phone_if_the_desk_is_silent() {
    for attended in [true, false] {
        let mut alley = Alley::new();
        alley.tell(Input::Desk { attended }).press(1, 1).pass(secs(29));
        assert!(recipients(&alley, Channel::Call).is_empty());
        alley.pass(secs(1));
        let mut told = BTreeSet::from([Recipient::Person(person(2, 0)), Recipient::Person(person(3, 0))]);
        if !attended {
            told.insert(Recipient::OnCall);
        }
        assert_eq!(recipients(&alley, Channel::Call), told);
    }
}

#[test]
fn a_desk_that_falls_silent_later_hands_over_to_the_on_call_phone_at_once() {
    let mut alley = Alley::new();
    alley
        .tell(Input::Desk { attended: true })
        .press(1, 1)
        .pass(secs(40))
        .tell(Input::Desk { attended: false });
    assert_eq!(recipients(&alley, Channel::Call), BTreeSet::from([Recipient::OnCall]));
}

#[test]
fn after_60_seconds_adjacent_teams_the_village_and_the_next_post() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).pass(secs(59));
    assert!(!recipients(&alley, Channel::Push).contains(&Recipient::Team(team(2))));
    alley.pass(secs(1));
    assert!(recipients(&alley, Channel::Push).contains(&Recipient::Team(team(2))));
    assert!(recipients(&alley, Channel::Call).contains(&Recipient::Person(person(11, 0))));
    let hook = recipients(&alley, Channel::Hook);
    assert!(hook.contains(&Recipient::VillageSecurity) && hook.contains(&Recipient::NextPost));
    assert!(!alley.rung().contains_key(&bell(11)), "their bells stay quiet unless the ladder says otherwise");
}

#[test]
fn a_team_may_want_its_neighbours_bells_too() {
    let mut one = team_one();
    one.ladder.ring_adjacent_bells = true;
    one.adjacent = vec![team(2)];
    let mut alley = Alley::with([one, a_team(2, 11..=13)]);
    alley.press(1, 1);
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    alley.pass(secs(60));
    assert!(bells_of(11..=13).is_subset(&keys(&alley.rung())));
}

#[test]
fn every_rung_is_repeated_at_least_every_minute_while_anybody_is_unaccounted_for() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).pass(secs(120));
    for _ in 0..30 {
        alley.pass(secs(60));
        assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
        assert_eq!(alley.told(Recipient::Person(person(1, 0)), Channel::Hook), [Message::GetOut]);
        assert!(recipients(&alley, Channel::Call).contains(&Recipient::Person(person(2, 0))));
        assert!(recipients(&alley, Channel::Push).contains(&Recipient::Team(team(2))));
        assert!(recipients(&alley, Channel::Hook).contains(&Recipient::VillageSecurity));
    }
}

#[test]
fn enough_acceptances_stop_the_recruiting_and_nothing_else() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1);
    for n in 4..=6 {
        alley.say(1, person(n, 0), Said::Coming);
    }
    assert!(alley.shown(1).ladder.enough);
    alley.pass(secs(60));
    assert!(!recipients(&alley, Channel::Push).contains(&Recipient::Team(team(2))));
    assert!(alley.told(Recipient::Household(home(3)), Channel::Push).is_empty());
    assert_eq!(alley.told(Recipient::Household(home(2)), Channel::Push), [Message::GetOut]);
    assert!(alley.told(Recipient::Person(person(2, 1)), Channel::Hook).contains(&Message::GetOut));
    assert!(recipients(&alley, Channel::Hook).contains(&Recipient::NextPost));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6), "the bells ring on");
}

#[test]
fn a_home_in_danger_is_told_on_although_somebody_there_has_answered() {
    let mut alley = Alley::new();
    alley.press(1, 1).say(1, person(1, 0), Said::Safe).say(1, person(2, 0), Said::Coming).pass(secs(60));
    assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
    assert_eq!(alley.told(Recipient::Household(home(2)), Channel::Push), [Message::GetOut]);
    assert!(!alley.told(Recipient::Person(person(1, 0)), Channel::Hook).is_empty(), "and called on");
}

#[test]
fn people_of_homes_in_danger_do_not_count_as_coming() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for who in [person(1, 0), person(2, 0), person(2, 1)] {
        alley.say(1, who, Said::Coming);
    }
    assert!(!alley.shown(1).ladder.enough);
    assert_eq!(alley.shown(1).counts.coming, 0);
}

#[test]
fn bells_rest_once_everybody_near_is_out_and_enough_are_coming() {
    let mut alley = Alley::new();
    alley.press(1, 1).all_out(1, &[1, 2]);
    assert!(alley.shown(1).ladder.accounted && !alley.shown(1).bells_rest, "helpers are still wanted");
    for n in 4..=6 {
        alley.say(1, person(n, 0), Said::Coming);
    }
    assert_eq!(alley.stopped(), bells_of(1..=6));
    alley.pass(secs(60));
    assert!(alley.rung().is_empty());
    assert_eq!(
        alley.told(Recipient::Desk, Channel::Stream)[0],
        Message::StillOpen,
        "but it is not forgotten"
    );
    assert_eq!(alley.state.open().count(), 1);
}

#[test]
fn bells_that_rest_ring_again_when_somebody_is_missed_or_another_home_burns() {
    let quiet = || {
        let mut alley = Alley::new();
        alley.press(1, 1).all_out(1, &[1, 2]);
        for n in 4..=6 {
            alley.say(1, person(n, 0), Said::Coming);
        }
        assert!(alley.shown(1).bells_rest);
        alley
    };
    let mut missed = quiet();
    missed.tell(Input::AllOut { alarm: alarm(1), household: home(2), count: Some(1), away: 0, by: leader() });
    assert_eq!(keys(&missed.rung()), bells_of(1..=6));
    let mut spread = quiet();
    spread.press(2, 5);
    assert_eq!(keys(&spread.rung()), bells_of(1..=6));
    let mut turned_back = quiet();
    turned_back.say(1, person(4, 0), Said::Cannot);
    assert_eq!(keys(&turned_back.rung()), bells_of(1..=6));
    let mut back = quiet();
    back.press(2, 1);
    assert_eq!(keys(&back.rung()), bells_of(1..=6), "somebody presses where all were said to be out");
    assert_eq!(back.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
    assert!(!back.home_shown(1, 1).clear);
    let mut next_door = quiet();
    next_door.press(2, 2);
    assert_eq!(keys(&next_door.rung()), bells_of(1..=6));
    assert!(!next_door.home_shown(1, 2).clear && next_door.home_shown(1, 1).clear);
    let mut smoke = quiet();
    smoke.tell(Input::Press(by_detector(2, 1)));
    assert!(smoke.shown(1).bells_rest, "a detector smells the fire that is known");
    let mut confirmed = quiet();
    confirmed.tell(Input::Press(Press { held: Some(secs(400)), ..by_detector(2, 1) }));
    confirmed.tell(Input::StillBurning { press: alarm(2), yes: true, by: None });
    assert!(!confirmed.shown(1).bells_rest, "unless somebody says so");
}

#[test]
fn a_home_where_somebody_is_missed_after_all_is_told_at_once() {
    let mut alley = Alley::new();
    let out = |count| Input::AllOut { alarm: alarm(1), household: home(2), count, away: 0, by: leader() };
    alley.press(1, 1).tell(out(Some(1)));
    assert!(alley.notices().is_empty(), "it was in danger before, and is told so in its time");
    alley.tell(out(None)).tell(out(Some(1)));
    assert_eq!(alley.told(Recipient::Household(home(2)), Channel::Push), [Message::GetOut]);
}

#[test]
fn i_am_safe_speaks_for_one_person_and_clears_no_home() {
    let mut alley = Alley::new();
    alley.press(1, 1).say(1, person(1, 0), Said::Safe).say(1, person(1, 1), Said::Safe);
    assert!(!alley.home_shown(1, 1).clear);
    assert_eq!(alley.shown(1).counts.safe, 2);
}

#[test]
fn a_home_is_clear_when_as_many_are_out_or_known_away_as_the_register_knows() {
    let mut alley = Alley::new();
    let out = |count, away| Input::AllOut { alarm: alarm(1), household: home(1), count, away, by: leader() };
    alley.press(1, 1).tell(out(Some(1), 0));
    assert!(!alley.home_shown(1, 1).clear);
    alley.tell(out(Some(1), 1));
    assert!(alley.home_shown(1, 1).clear);
    alley.tell(out(Some(0), 0)).tell(out(None, 0));
    assert_eq!(alley.home_shown(1, 1).out.map(|out| out.count), Some(2), "SMS answer 3 says all of them");
}

#[test]
fn a_school_is_clear_when_its_pupils_are_out_and_not_when_its_two_contacts_are() {
    let mut one = team_one();
    one.households[1].occupants = 120;
    let mut alley = Alley::with([one.clone()]);
    let out = |count| Input::AllOut { alarm: alarm(1), household: home(2), count, away: 0, by: officer() };
    alley.press(1, 2).tell(out(Some(2)));
    assert_eq!((alley.home_shown(1, 2).clear, alley.home_shown(1, 2).registered), (false, 120));
    alley.tell(out(Some(120)));
    assert!(alley.home_shown(1, 2).clear);
    one.households[1].occupants = 150;
    alley.tell(Input::Team(one));
    assert!(!alley.home_shown(1, 2).clear, "the number was corrected while it burns");
    alley.tell(out(None));
    assert_eq!(alley.home_shown(1, 2).out.map(|out| out.count), Some(150), "SMS answer 3 says all of them");
}

#[test]
fn escalating_takes_every_rung_at_once_and_wants_as_many_people_again() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1);
    for n in 4..=6 {
        alley.say(1, person(n, 0), Said::Coming);
    }
    alley.tell(Input::Escalate { alarm: alarm(1), by: officer() });
    assert!(!alley.shown(1).ladder.enough);
    assert!(recipients(&alley, Channel::Call).contains(&Recipient::Person(person(2, 0))));
    assert!(recipients(&alley, Channel::Push).contains(&Recipient::Team(team(2))));
}

/// What was said by text and telephone in `out`, with the round.
fn rounds(alley: &Alley) -> Vec<(Recipient, Channel, Message, u32)> {
    let said = alley.notices().into_iter();
    said.filter(|notice| matches!(notice.channel, Channel::Hook | Channel::Call))
        .map(|notice| (notice.to, notice.channel, notice.message, notice.round))
        .collect()
}

#[test]
fn nothing_is_said_twice_in_one_round_however_often_more_are_asked_for_or_the_node_begins_anew() {
    let next = || TeamRoster { adjacent: vec![team(1)], leader: Some(person(11, 0)), ..a_team(2, 11..=13) };
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1);
    let mut said = Vec::new();
    for turn in 0..12 {
        alley.pass(secs(61));
        said.append(&mut rounds(&alley));
        alley.tell(Input::Escalate { alarm: alarm(1), by: officer() });
        let more = rounds(&alley);
        let told: BTreeSet<Recipient> = more.iter().map(|(to, ..)| *to).collect();
        let all = [person(1, 0), person(2, 0), person(4, 1), person(11, 0)].map(Recipient::Person);
        assert!(all.iter().all(|one| told.contains(one)), "{turn}: {told:?}");
        said.extend(more);
        if turn % 3 == 2 {
            alley.restart([team_one(), next()], secs(2));
            said.append(&mut rounds(&alley));
        }
    }
    let different: BTreeSet<_> = said.iter().map(|said| format!("{said:?}")).collect();
    assert_eq!(different.len(), said.len());
}

#[test]
fn a_desk_that_falls_silent_again_calls_the_on_call_phone_again() {
    let mut alley = Alley::new();
    alley.tell(Input::Desk { attended: true }).press(1, 1).pass(secs(40));
    let mut called = BTreeSet::new();
    for _ in 0..3 {
        alley.tell(Input::Desk { attended: true }).tell(Input::Desk { attended: false });
        called.extend(rounds(&alley).into_iter().map(|(.., round)| round));
        alley.pass(secs(60));
        let on_call = |said: &(Recipient, Channel, Message, u32)| said.0 == Recipient::OnCall;
        called.extend(rounds(&alley).into_iter().filter(on_call).map(|(.., round)| round));
    }
    assert_eq!(called.len(), 6);
}

#[test]
fn escalating_a_homes_own_warning_rings_the_team() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3))).tell(Input::Escalate { alarm: alarm(1), by: leader() });
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
}

#[test]
fn each_team_may_have_its_own_ladder_within_what_is_safe() {
    let mut one = team_one();
    one.ladder =
        LadderConfig { hook: secs(5), leaders: secs(10), wider: secs(20), ..LadderConfig::default() };
    let mut alley = Alley::with([one]);
    alley.press(1, 1).pass(secs(5));
    assert!(!recipients(&alley, Channel::Hook).is_empty());
    let wild = LadderConfig { repeat: secs(3600), hook: secs(9999), enough: 0, ..LadderConfig::default() };
    let tame = wild.bounded();
    assert_eq!((tame.repeat, tame.hook, tame.enough), (secs(60), secs(120), 1));
    assert!(tame.leaders >= tame.hook && tame.wider >= tame.leaders);
}

#[test]
fn a_wall_clock_that_jumps_neither_fires_nor_stalls_the_ladder() {
    for jump in [-86_400, 86_400] {
        let mut alley = Alley::new();
        alley.press(1, 1).pass(secs(10));
        alley.now.wall = Timestamp::from_seconds(alley.now.wall.as_seconds() + jump);
        alley.tell(Input::Tick);
        assert!(alley.out.is_empty(), "nothing is due yet");
        alley.pass(secs(5));
        assert!(!recipients(&alley, Channel::Hook).is_empty(), "and this is due in spite of it");
    }
}

#[test]
fn the_snapshot_says_what_comes_next_and_when() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(5));
    let ladder = alley.shown(1).ladder;
    assert_eq!(ladder.next, Some(Rung::Hook));
    assert_eq!(ladder.next_at, Some(alley.now.wall + secs(10)));
}

#[test]
fn until_a_named_person_called_114_every_minute_says_so() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(60));
    assert!(alley.told(Recipient::Desk, Channel::Stream).contains(&Message::EmergencyNotCalled));
    alley.tell(Input::EmergencyCalled { alarm: alarm(1), by: leader() }).pass(secs(60));
    assert!(!alley.told(Recipient::Desk, Channel::Stream).contains(&Message::EmergencyNotCalled));
    assert_eq!(alley.shown(1).emergency_call.map(|(by, _)| by), Some(leader()));
}
