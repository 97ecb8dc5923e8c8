use super::*;

fn who_was_offered(alley: &Alley, role: Role) -> Vec<Holder> {
    let offered = alley.offered().into_iter();
    offered.filter(|(other, _)| *other == role).map(|(_, holder)| holder).collect()
}

fn take(alley: &mut Alley, who: PersonId, role: Option<Role>, accept: bool) {
    alley.tell(Input::Card { alarm: alarm(1), person: who, role, accept });
}

#[test]
fn call_114_is_the_first_card_and_goes_to_the_presser_and_the_desk() {
    let mut alley = Alley::new();
    alley.tell(Input::Press(by_phone(1, 1, secs(0))));
    assert_eq!(who_was_offered(&alley, Role::Call114), [Holder::Person(person(1, 0)), Holder::Desk]);
    assert_eq!(alley.offered()[0].0, Role::Call114);
    let mut alley = Alley::new();
    alley.press(1, 1);
    assert_eq!(who_was_offered(&alley, Role::Call114), [Holder::Household(home(1)), Holder::Desk]);
}

#[test]
fn leaders_are_asked_to_call_114_if_nobody_has() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(30));
    assert!(who_was_offered(&alley, Role::Call114).contains(&Holder::Person(person(2, 0))));
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::EmergencyCalled { alarm: alarm(1), by: officer() }).pass(secs(30));
    assert!(who_was_offered(&alley, Role::Call114).is_empty());
}

#[test]
fn once_114_was_called_by_a_named_person_nobody_else_is_asked_to() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::EmergencyCalled { alarm: alarm(1), by: officer() });
    let withdrawn = |output: &&Output| matches!(output, Output::Card(card) if card.change == CardChange::Withdrawn(Withdrawal::Done));
    assert_eq!(alley.out.iter().filter(withdrawn).count(), 2);
    alley.tell(Input::EmergencyCalled { alarm: alarm(1), by: leader() });
    assert_eq!(alley.shown(1).emergency_call.map(|(by, _)| by), Some(officer()), "the first stands");
}

#[test]
fn cards_go_to_trained_adults_whose_own_home_is_not_in_danger() {
    let mut one = team_one();
    one.households[3].people[0].adult = false;
    one.households[4].people[0].can_respond = false;
    let mut alley = Alley::with([one]);
    alley.press(1, 1);
    let holders: BTreeSet<Holder> = alley
        .offered()
        .into_iter()
        .filter(|(role, _)| *role != Role::Call114)
        .map(|(_, holder)| holder)
        .collect();
    let allowed = BTreeSet::from([Holder::Person(person(3, 0)), Holder::Person(person(6, 0))]);
    assert_eq!(holders, allowed, "not the untrained, children, those who cannot, nor homes 1 and 2");
}

#[test]
fn nobody_has_two_cards_while_others_have_none() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let people: Vec<Holder> = alley
        .offered()
        .into_iter()
        .filter(|(role, _)| *role != Role::Call114)
        .map(|(_, holder)| holder)
        .collect();
    let once: BTreeSet<Holder> = people.iter().copied().collect();
    assert_eq!(people.len(), once.len());
}

#[test]
fn people_of_a_home_in_danger_get_cards_once_everybody_there_is_out() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    assert!(
        alley.state.mine(alarm(1), Some(person(2, 0)), None, false).is_some_and(|mine| mine.must_get_out)
    );
    alley.all_out(1, &[2]);
    assert_eq!(
        alley.offered().iter().filter(|(_, holder)| *holder == Holder::Person(person(2, 0))).count(),
        1
    );
    assert!(
        alley.state.mine(alarm(1), Some(person(2, 0)), None, false).is_some_and(|mine| !mine.must_get_out)
    );
}

#[test]
fn a_declined_card_goes_to_the_next_person_and_not_back() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let Holder::Person(first) = who_was_offered(&alley, Role::PeopleOut)[0] else { panic!("a person") };
    take(&mut alley, first, None, false);
    assert!(!alley.offered().contains(&(Role::PeopleOut, Holder::Person(first))));
    alley.pass(secs(300));
    assert!(!alley.offered().contains(&(Role::PeopleOut, Holder::Person(first))));
}

#[test]
fn a_card_that_is_not_answered_in_twenty_seconds_moves_on() {
    let mut alley = Alley::with([TeamRoster { households: (1..=12).map(a_home).collect(), ..team_one() }]);
    alley.press(1, 1);
    let before = who_was_offered(&alley, Role::Gate);
    alley.pass(secs(20));
    let moved = |output: &Output| matches!(output, Output::Card(card) if card.role == Role::Gate && card.change == CardChange::MovedOn);
    assert!(alley.out.iter().any(moved));
    let after = who_was_offered(&alley, Role::Gate);
    assert!(!after.is_empty() && after != before);
}

#[test]
fn when_nobody_else_is_left_a_card_comes_back_to_who_did_not_answer() {
    let mut one = team_one();
    for n in [3, 4, 5] {
        one.households[n].people[0].trained = Trainings::default();
    }
    one.households[2].people[0].trained = Trainings::from_iter([Training::Gate]);
    let mut alley = Alley::with([one]);
    alley.press(1, 1);
    assert_eq!(who_was_offered(&alley, Role::Gate), [Holder::Person(person(3, 0))]);
    alley.pass(secs(79));
    assert!(who_was_offered(&alley, Role::Gate).is_empty());
    alley.pass(secs(1));
    assert_eq!(who_was_offered(&alley, Role::Gate), [Holder::Person(person(3, 0))]);
}

#[test]
fn who_takes_a_card_is_coming_and_who_is_there_has_arrived_with_it() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let Holder::Person(first) = who_was_offered(&alley, Role::PeopleOut)[0] else { panic!("a person") };
    take(&mut alley, first, Some(Role::PeopleOut), true);
    assert_eq!(alley.shown(1).counts.coming, 1);
    take(&mut alley, first, None, true);
    assert_eq!(alley.count(|event| matches!(event, Event::CardAccepted { .. })), 1, "taken once");
    alley.say(1, first, Said::Arrived);
    let mine = alley.state.mine(alarm(1), Some(first), None, false).expect("open");
    assert_eq!(mine.card, Some((Role::PeopleOut, CardState::Arrived)));
    let counts = alley.shown(1).counts;
    assert_eq!((counts.coming, counts.arrived), (0, 1), "nobody is counted twice");
}

#[test]
fn a_card_that_moved_on_may_still_be_taken_while_its_place_is_free() {
    let mut one = team_one();
    for n in [3, 4, 5] {
        one.households[n].people[0].trained = Trainings::default();
    }
    let mut alley = Alley::with([one]);
    alley.press(1, 1).pass(secs(25));
    let mine = person(3, 0);
    take(&mut alley, mine, None, true);
    assert_eq!(alley.refused(), None);
    take(&mut alley, person(5, 1), None, true);
    assert_eq!(alley.refused(), Some(&Refusal::NoCardOffered));
}

#[test]
fn a_card_that_somebody_else_took_is_taken() {
    let mut alley = Alley::with([TeamRoster { households: (1..=12).map(a_home).collect(), ..team_one() }]);
    alley.press(1, 1);
    let Holder::Person(slow) = who_was_offered(&alley, Role::Gate)[0] else { panic!("a person") };
    alley.pass(secs(20));
    let Holder::Person(quick) = who_was_offered(&alley, Role::Gate)[0] else { panic!("a person") };
    take(&mut alley, quick, Some(Role::Gate), true);
    take(&mut alley, slow, Some(Role::Gate), true);
    assert_eq!(alley.refused(), Some(&Refusal::CardTaken));
}

#[test]
fn cards_are_withdrawn_from_who_cannot_come_and_whose_own_home_begins_to_burn() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let of = |alley: &Alley, n| {
        alley.shown(1).responders.into_iter().find(|held| held.holder == Holder::Person(person(n, 0)))
    };
    assert!(of(&alley, 4).is_some() && of(&alley, 6).is_some());
    alley.say(1, person(4, 0), Said::Cannot);
    assert_eq!(of(&alley, 4).map(|held| held.state), Some(CardState::Withdrawn));
    alley.press(2, 6);
    let withdrawn = |output: &Output| {
        matches!(output, Output::Card(card) if card.holder == Holder::Person(person(6, 0))
            && card.change == CardChange::Withdrawn(Withdrawal::OwnHomeInDanger))
    };
    assert!(alley.out.iter().any(withdrawn));
    take(&mut alley, person(6, 0), None, true);
    assert_eq!(alley.refused(), Some(&Refusal::OwnHomeNotOut));
}

#[test]
fn every_card_but_the_call_says_never_into_smoke() {
    for role in [Role::PeopleOut, Role::Extinguisher, Role::FirstAid, Role::Gate, Role::Power] {
        assert!(role.instructions().contains(&"fire-card-never-into-smoke"), "{role:?}");
    }
    assert!(Role::Extinguisher.instructions().contains(&"fire-card-small-fire-exit-behind-you"));
    assert!(Role::Power.instructions().contains(&"fire-card-dry-and-free-of-smoke"));
}
