use super::*;

fn missing(alley: &Alley) -> Vec<Missing> {
    match alley.refused() {
        Some(Refusal::CannotClose { missing }) => missing.clone(),
        other => panic!("not refused for what is missing: {other:?}"),
    }
}

fn close(by: By, looked_by: Option<PersonId>, reason: Option<CloseReason>) -> Input {
    Input::Close(Close { alarm: alarm(1), by, looked_by, reason })
}

#[test]
fn closing_without_anything_says_all_that_is_missing() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(close(By::neighbour(person(5, 0)), None, None));
    assert_eq!(missing(&alley), [Missing::SomeoneWhoLooked, Missing::LeaderOrDesk, Missing::Reason]);
    assert!(alley.stopped().is_empty());
}

#[test]
fn someone_who_looked_and_the_leader_or_the_deputy_or_the_desk_close_with_a_reason() {
    for by in [leader(), By::neighbour(person(3, 0)), officer()] {
        let mut alley = Alley::new();
        alley.press(1, 1).tell(Input::Looked {
            alarm: alarm(1),
            by: person(5, 0),
            saw: Saw::NoFire,
            told_to: None,
        });
        alley.tell(close(by, Some(person(5, 0)), Some(CloseReason::NoFire)));
        assert_eq!(alley.stopped(), bells_of(1..=6));
        assert!(alley.state.open().next().is_none());
        assert_eq!(alley.told(Recipient::Household(home(6)), Channel::Push), [Message::Closed]);
    }
}

#[test]
fn who_is_said_to_have_looked_must_have_said_so() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(close(officer(), Some(person(5, 0)), Some(CloseReason::Other)));
    assert_eq!(missing(&alley), [Missing::SomeoneWhoLooked]);
}

#[test]
fn looking_and_closing_takes_two_people() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1));
    alley.tell(close(leader(), Some(person(2, 0)), Some(CloseReason::NoFire)));
    assert_eq!(missing(&alley), [Missing::SecondPerson]);
}

#[test]
fn nobody_closes_as_no_fire_on_the_word_of_someone_who_saw_fire() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::Looked {
        alarm: alarm(1),
        by: person(5, 0),
        saw: Saw::Fire,
        told_to: None,
    });
    alley.tell(close(officer(), Some(person(5, 0)), Some(CloseReason::NoFire)));
    assert_eq!(missing(&alley), [Missing::LookedAndSawNoFire]);
    alley.tell(close(officer(), Some(person(5, 0)), Some(CloseReason::FireOut)));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn nobody_closes_as_no_fire_while_somebody_there_sees_fire() {
    let saw = |alley: &mut Alley, who, saw, told_to| {
        alley.tell(Input::Looked { alarm: alarm(1), by: person(who, 0), saw, told_to });
    };
    let mut alley = Alley::new();
    alley.press(1, 1);
    saw(&mut alley, 5, Saw::Fire, None);
    saw(&mut alley, 4, Saw::NoFire, None);
    saw(&mut alley, 3, Saw::NoFire, Some(person(900, 0)));
    for (by, looked_by) in [(officer(), 4), (officer(), 3), (leader(), 4)] {
        alley.tell(close(by, Some(person(looked_by, 0)), Some(CloseReason::NoFire)));
        assert_eq!(missing(&alley), [Missing::NobodyWhoSeesFire]);
    }
    saw(&mut alley, 5, Saw::NoFire, None);
    alley.tell(close(officer(), Some(person(4, 0)), Some(CloseReason::NoFire)));
    assert!(alley.state.open().next().is_none(), "who saw it looked again");
}

#[test]
fn a_fire_that_was_only_told_of_does_not_outweigh_who_stands_there() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let told_to = Some(person(900, 0));
    alley.tell(Input::Looked { alarm: alarm(1), by: person(5, 0), saw: Saw::Fire, told_to });
    assert_eq!((alley.shown(1).looked.fire, alley.shown(1).fire_seen_by.len()), (1, 0), "the desk said so");
    alley.tell(Input::Looked { alarm: alarm(1), by: person(4, 0), saw: Saw::NoFire, told_to: None });
    alley.tell(close(officer(), Some(person(4, 0)), Some(CloseReason::NoFire)));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn the_leader_of_another_team_is_no_leader_here() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1));
    alley.tell(close(By::neighbour(person(11, 0)), Some(person(2, 0)), Some(CloseReason::NoFire)));
    assert_eq!(missing(&alley), [Missing::LeaderOrDesk]);
}

#[test]
fn the_phone_knows_who_may_close() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let may = |alley: &Alley, who, desk| {
        alley.state.mine(alarm(1), Some(who), None, desk).is_some_and(|mine| mine.may_close)
    };
    assert!(!may(&alley, person(2, 0), false));
    alley.tell(Input::Looked { alarm: alarm(1), by: person(5, 0), saw: Saw::NoFire, told_to: None });
    assert!(may(&alley, person(2, 0), false) && may(&alley, person(900, 0), true));
    assert!(!may(&alley, person(4, 0), false));
}

#[test]
fn closing_again_says_since_when_it_is_closed() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).tell(proper_close(1));
    assert_eq!(alley.refused(), Some(&Refusal::AlreadyClosed { alarm: alarm(1), at: alley.now.wall }));
}

#[test]
fn after_the_close_nothing_rings_and_nobody_is_called() {
    let mut alley = Alley::new();
    alley.press(1, 1).pass(secs(10)).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).pass(secs(3600));
    assert!(alley.rung().is_empty() && alley.notices().is_empty());
    alley.press(2, 1);
    assert_eq!(alley.outcome(), Outcome::Raised, "and a new press is a new alarm");
}
