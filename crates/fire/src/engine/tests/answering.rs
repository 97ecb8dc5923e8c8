use super::*;

fn answer(word: Word, who: Option<PersonId>, at: Option<HouseholdId>) -> Input {
    Input::Answer(Answer { alarm: alarm(1), person: who, household: at, word, said_at: None })
}

#[test]
fn delivered_and_seen_are_kept_per_home_and_once() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    for _ in 0..2 {
        alley.tell(answer(Word::Delivered, None, Some(home(4))));
        alley.tell(answer(Word::Seen, Some(person(4, 1)), None));
    }
    assert_eq!((alley.shown(1).counts.delivered, alley.shown(1).counts.seen), (1, 1));
    assert_eq!(alley.count(|event| matches!(event, Event::Delivered { .. } | Event::Seen { .. })), 2);
}

#[test]
fn who_answers_has_seen_it() {
    let mut alley = Alley::new();
    alley.press(1, 1).say(1, person(4, 0), Said::Cannot);
    let home = alley.home_shown(1, 4);
    assert!(home.seen_at.is_some() && home.delivered_at.is_some());
    assert_eq!(home.answer, Some(Said::Cannot));
}

#[test]
fn of_two_answers_the_later_said_stands_in_whatever_order_they_come() {
    let mut alley = Alley::new();
    let said_at = |said, second| {
        let at = Some(Timestamp::from_seconds(MORNING + second));
        Input::Answer(Answer {
            alarm: alarm(1),
            person: Some(person(4, 0)),
            household: None,
            word: Word::Said(said),
            said_at: at,
        })
    };
    alley.press(1, 1).tell(said_at(Said::Cannot, 9)).tell(said_at(Said::Coming, 3));
    assert_eq!(alley.home_shown(1, 4).answer, Some(Said::Cannot));
    alley.tell(said_at(Said::Coming, 12));
    assert_eq!(alley.home_shown(1, 4).answer, Some(Said::Coming));
}

#[test]
fn coming_that_was_overtaken_by_arrived_changes_nothing() {
    let mut alley = Alley::new();
    alley.press(1, 1).say(1, person(4, 0), Said::Arrived).say(1, person(4, 0), Said::Coming);
    assert_eq!(alley.shown(1).counts.arrived, 1);
}

#[test]
fn a_homes_phone_that_is_nobodys_may_answer_and_a_stranger_may_not() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(answer(Word::Said(Said::Coming), None, Some(home(5))));
    assert_eq!(alley.shown(1).counts.coming, 1);
    alley.tell(answer(Word::Said(Said::Coming), Some(person(800, 0)), None));
    assert_eq!(alley.refused(), Some(&Refusal::UnknownPerson));
}

#[test]
fn somebody_of_an_adjacent_team_may_come_without_their_home_being_rung() {
    let mut alley = Alley::of_two_teams();
    alley.press(1, 1).say(1, person(12, 0), Said::Coming);
    assert_eq!(alley.shown(1).counts.coming, 1);
    alley.pass(secs(60));
    assert!(!alley.rung().contains_key(&bell(12)));
}

#[test]
fn an_answer_by_a_joined_presss_id_reaches_the_alarm() {
    let mut alley = Alley::new();
    alley.press(1, 1).press(2, 2).say(2, person(4, 0), Said::Coming);
    assert_eq!(alley.shown(1).counts.coming, 1);
}

#[test]
fn answers_to_nothing_and_to_what_is_over_are_refused_clearly() {
    let mut alley = Alley::new();
    alley.say(1, person(4, 0), Said::Coming);
    assert_eq!(alley.refused(), Some(&Refusal::UnknownAlarm { alarm: alarm(1) }));
    alley.press(1, 1).tell(the_leader_sees_no_fire(1)).tell(proper_close(1)).say(
        1,
        person(4, 0),
        Said::Coming,
    );
    assert!(matches!(alley.refused(), Some(Refusal::AlreadyClosed { .. })));
}

#[test]
fn a_false_alarm_is_told_to_everybody_and_silences_nothing() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::FalseAlarm { alarm: alarm(1), by: By::neighbour(person(1, 0)) });
    for n in 1..=6 {
        assert_eq!(alley.told(Recipient::Household(home(n)), Channel::Push), [Message::FalseAlarmClaimed]);
    }
    assert!(alley.told(Recipient::Desk, Channel::Stream).contains(&Message::FalseAlarmClaimed));
    assert!(alley.stopped().is_empty());
    alley.pass(secs(60));
    assert_eq!(keys(&alley.rung()), bells_of(1..=6));
    assert_eq!(alley.told(Recipient::Household(home(1)), Channel::Push), [Message::GetOut]);
}

#[test]
fn two_neighbours_confirm_or_deny_and_a_denial_is_told_to_everybody() {
    let mut alley = Alley::new();
    alley.press(1, 1).tell(Input::FalseAlarm { alarm: alarm(1), by: By::neighbour(person(1, 0)) });
    alley.tell(Input::Looked { alarm: alarm(1), by: person(4, 0), saw: Saw::NoFire, told_to: None });
    alley.tell(Input::Looked { alarm: alarm(1), by: person(5, 0), saw: Saw::Fire, told_to: None });
    let shown = alley.shown(1);
    assert_eq!((shown.looked, shown.fire_seen_by), (Looks { fire: 1, no_fire: 1 }, vec![person(5, 0)]));
    assert_eq!(alley.told(Recipient::Household(home(6)), Channel::Push), [Message::FireSeen]);
}
