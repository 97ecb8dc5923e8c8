use super::*;

/// Every bell confirms.
fn confirm_all(alley: &mut Alley, n: u16, homes: impl IntoIterator<Item = u16>, sound: Sound) {
    for of in homes {
        alley.tell(Input::BellRang { device: bell(of), alarm: alarm(n), sound });
    }
}

#[test]
fn a_bell_command_lives_five_minutes_on_the_bells_own_clock() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let Output::Bell(BellCommand::Ring { lasts, until, .. }) = &alley.out[0] else { panic!("a bell first") };
    assert_eq!((*lasts, *until), (secs(300), alley.now.wall + secs(300)));
}

#[test]
fn a_bell_that_does_not_confirm_is_told_again_soon_and_then_less_often() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    confirm_all(&mut alley, 1, 1..=5, Sound::Live);
    let mut told = Vec::new();
    for second in 1..=200 {
        alley.pass(secs(1));
        assert!(second % 60 == 0 || keys(&alley.rung()).is_subset(&bells_of([6])));
        if alley.rung().contains_key(&bell(6)) {
            told.push(second);
        }
    }
    assert_eq!(told, [5, 15, 35, 75, 135, 195]);
}

#[test]
fn a_ringing_bell_is_renewed_every_minute_for_as_long_as_the_alarm_is_open() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    confirm_all(&mut alley, 1, 1..=6, Sound::Live);
    for _ in 0..60 {
        alley.pass(secs(60));
        assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    }
}

#[test]
fn a_bell_that_comes_back_silent_is_told_at_once() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    confirm_all(&mut alley, 1, 1..=6, Sound::Live);
    alley.pass(secs(20)).heartbeat(bell(4), &[]);
    assert_eq!(keys(&alley.rung()), bells_of([4]));
}

#[test]
fn a_heartbeat_that_carries_the_alarm_confirms_like_an_acknowledgement() {
    let mut alley = Alley::new();
    alley.press(1, 1).heartbeat(bell(4), &[(1, Sound::Live)]);
    assert_eq!(alley.shown(1).counts.rang, 1);
    alley.heartbeat(bell(4), &[(1, Sound::Live)]);
    assert_eq!(alley.count(|event| matches!(event, Event::Rang { .. })), 1);
}

#[test]
fn a_bell_that_rings_for_something_closed_is_told_to_stop() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    alley.heartbeat(bell(4), &[(1, Sound::Live)]);
    assert_eq!(alley.stopped(), bells_of([4]));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn an_alarm_that_a_bell_reports_and_nobody_knows_is_adopted_and_rings_on() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(4), &[(1, Sound::Live)]);
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert_eq!((alley.shown(1).source, alley.shown(1).origin), (Source::Bell, None));
    assert_eq!(alley.shown(1).counts.unaccounted, 6, "nobody knows where it burns: everybody is asked");
    alley.press(1, 2);
    assert_eq!(alley.outcome(), Outcome::Joined, "the press comes again and says where");
    assert_eq!((alley.shown(1).source, alley.shown(1).origin), (Source::Button, Some(home(2))));
    alley.press(1, 2);
    assert_eq!(alley.outcome(), Outcome::Repeated);
    assert_eq!(alley.count(|event| matches!(event, Event::Raised { .. } | Event::Adopted { .. })), 1);
}

#[test]
fn a_homes_own_warning_that_a_bell_reports_is_adopted_as_that() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(4), &[(1, Sound::OwnHome)]);
    assert_eq!(alley.rung(), BTreeMap::from([(bell(4), Sound::OwnHome)]));
    alley.tell(Input::Press(by_detector(1, 4)));
    assert_eq!(alley.shown(1).phase, Phase::OwnHomeWarning, "the detector itself is no second one");
    alley.pass(secs(30));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
}

#[test]
fn an_unknown_id_in_a_team_whose_alarm_is_open_is_the_same_alarm() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(10)).heartbeat(bell(4), &[(2, Sound::Live)]);
    assert_eq!(alley.state.open().collect::<Vec<_>>(), [alarm(1)]);
    assert_eq!(keys(&alley.rung()), bells_of([4]), "it is told the right id");
    alley.heartbeat(bell(4), &[(1, Sound::Live), (2, Sound::Live)]);
    assert_eq!(alley.stopped(), bells_of([4]), "and then forgets the other");
}

#[test]
fn a_bell_that_already_rings_for_the_team_makes_a_homes_warning_the_teams_alarm() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_detector(1, 3))).heartbeat(bell(3), &[(1, Sound::Live)]);
    assert_eq!(alley.shown(1).phase, Phase::Ringing);
}

#[test]
fn an_unknown_drill_is_stopped_and_never_adopted() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(4), &[(1, Sound::Drill)]);
    assert_eq!(alley.stopped(), bells_of([4]));
    assert!(alley.state.open().next().is_none() && alley.rung().is_empty());
}

#[test]
fn a_bell_that_plays_the_drill_sound_for_a_fire_is_told_again_and_written_down() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(2)).heartbeat(bell(4), &[(1, Sound::Drill)]);
    assert!(alley.rung().is_empty(), "what it was told may still be on its way");
    alley.pass(secs(8)).heartbeat(bell(4), &[(1, Sound::Drill)]);
    assert_eq!(alley.rung().get(&bell(4)), Some(&Sound::Live));
    assert_eq!(alley.count(|event| matches!(event, Event::WrongSound { .. })), 1);
    assert_eq!(alley.shown(1).counts.rang, 0, "the wrong sound is no proof");
}

#[test]
fn a_bell_added_to_the_roster_while_it_burns_rings_and_one_removed_stops() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let mut more = team_one();
    more.households.remove(5);
    more.households.push(a_home(7));
    alley.tell(Input::Team(more));
    assert_eq!(keys(&alley.rung()), bells_of([7]));
    assert_eq!(alley.stopped(), bells_of([6]));
}

#[test]
fn a_team_dissolved_while_it_burns_goes_only_when_the_alarm_is_closed() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::TeamRemoved(team(1))).pass(secs(60));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    assert_eq!(alley.stopped(), bells_of(1..=6));
    alley.heartbeat(bell(1), &[]);
    assert_eq!(alley.refused(), None, "its homes stand alone then");
    alley.tell(Input::HomeRemoved(home(1))).heartbeat(bell(1), &[]);
    assert_eq!(alley.refused(), Some(&Refusal::UnknownDevice { device: bell(1) }));
}

#[test]
fn a_team_that_takes_over_a_home_takes_over_its_bell() {
    let mut alley = Alley::new();
    let mut one = team_one();
    let moved = one.households.remove(5);
    alley.tell(Input::Team(TeamRoster { households: vec![moved], ..a_team(2, []) }));
    alley.tell(Input::Team(one)).press(1, 6);
    assert_eq!(alley.shown(1).team, Some(team(2)));
    assert!(alley.rung().contains_key(&bell(6)));
}

#[test]
fn a_home_next_to_the_fire_that_changes_its_team_is_still_next_to_the_fire() {
    let mut one = team_one();
    one.households[0].adjoining = vec![home(2)];
    let mut alley = Alley::with([one.clone(), a_team(2, [])]);
    alley.press(1, 1).all_out(1, &[1, 2]);
    for n in 4..=6 {
        alley.say(1, person(n, 0), Said::Coming);
    }
    assert!(alley.shown(1).bells_rest);
    let mut moved = one.households.remove(1);
    moved.occupants = 5;
    alley.tell(Input::Team(one));
    alley.tell(Input::Team(TeamRoster { households: vec![moved], ..a_team(2, []) }));
    assert!(alley.home_shown(1, 2).adjoining && !alley.shown(1).bells_rest);
    assert!(alley.rung().contains_key(&bell(2)));
}

/// Home 6 of team 1 and home 11 of team 2 stand side by side; the press of home 6 was lost with a crash.
fn a_lost_press_next_to_another_team() -> Alley {
    let mut one = team_one();
    one.households[5].adjoining = vec![home(11), home(5)];
    Alley::with([one, a_team(2, 11..=13)])
}

#[test]
fn while_only_bells_tell_of_an_alarm_a_bell_of_another_team_is_not_stopped_but_rings_its_team() {
    let mut alley = a_lost_press_next_to_another_team();
    alley.heartbeat(bell(11), &[(1, Sound::Live)]);
    assert_eq!(keys(&alley.rung()), bells_of(11..=13));
    alley.heartbeat(bell(3), &[(1, Sound::Live)]);
    assert!(alley.stopped().is_empty());
    assert_eq!(keys(&alley.rung()), bells_of(1..=6), "and the team that it belongs to");
    let shown = alley.shown(1);
    assert_eq!((shown.team, shown.also), (Some(team(2)), vec![team(1)]));
    alley.press(2, 4);
    assert_eq!(alley.outcome(), Outcome::Joined, "a further press of either team joins it");
}

#[test]
fn a_press_that_comes_again_says_which_team_it_is() {
    let mut alley = a_lost_press_next_to_another_team();
    alley.heartbeat(bell(11), &[(1, Sound::Live)]).press(1, 6);
    assert!(bells_of(1..=6).is_subset(&keys(&alley.rung())));
    let shown = alley.shown(1);
    assert_eq!((shown.team, shown.origin), (Some(team(1)), Some(home(6))));
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    assert!(bells_of(11..=13).is_subset(&alley.stopped()));
    alley.press(2, 12).press(3, 2);
    assert_eq!(alley.state.open().count(), 2, "afterwards they are two teams again");
}

#[test]
fn an_unknown_id_taken_for_another_teams_alarm_still_rings_its_own_team() {
    let mut alley = a_lost_press_next_to_another_team();
    alley.press(2, 12).pass(secs(10)).heartbeat(bell(11), &[(1, Sound::Live)]);
    alley.heartbeat(bell(3), &[(1, Sound::Live)]);
    assert!(alley.stopped().is_empty());
    assert!(bells_of(1..=6).is_subset(&keys(&alley.rung())));
}

#[test]
fn a_phone_far_away_does_not_move_an_alarm_that_only_bells_told_of() {
    let mut alley = Alley::with([team_one(), a_team(2, 21..=23)]);
    alley.heartbeat(bell(4), &[(1, Sound::Live)]);
    let far = |n| Input::Press(by_phone(n, 21, secs(0)));
    alley.tell(far(1));
    assert_eq!(alley.refused(), Some(&Refusal::IdOfAnotherTeam));
    assert_eq!((alley.shown(1).team, alley.shown(1).origin), (Some(team(1)), None));
    alley.tell(far(9));
    assert_eq!(alley.outcome(), Outcome::Raised, "with an id of its own it rings its own team");
    alley.tell(Input::Press(by_phone(1, 2, secs(0))));
    assert_eq!((alley.outcome(), alley.shown(1).origin), (Outcome::Joined, Some(home(2))));
}

#[test]
fn a_phone_next_to_the_bell_says_which_team_it_is() {
    let mut alley = a_lost_press_next_to_another_team();
    alley.heartbeat(bell(11), &[(1, Sound::Live)]).tell(Input::Press(by_phone(1, 6, secs(0))));
    assert_eq!((alley.shown(1).team, alley.shown(1).origin), (Some(team(1)), Some(home(6))));
}
