use super::*;

/// A long evening: everything that people can do, once.
fn an_evening() -> Alley {
    let mut alley = Alley::of_two_teams();
    alley.tell(Input::Press(by_detector(1, 3))).pass(secs(31)).press(2, 4).press(3, 11);
    alley.tell(Input::BellRang { device: bell(1), alarm: alarm(1), sound: Sound::Live });
    alley.tell(Input::Answer(Answer {
        alarm: alarm(1),
        person: Some(person(6, 0)),
        household: None,
        word: Word::Seen,
        said_at: None,
    }));
    alley.say(1, person(6, 0), Said::Coming).say(1, person(1, 0), Said::Cannot).pass(secs(90));
    alley.tell(Input::EmergencyCalled { alarm: alarm(1), by: officer() });
    alley.tell(Input::FalseAlarm { alarm: alarm(1), by: By::neighbour(person(3, 0)) });
    alley.all_out(1, &[2, 3, 4, 5]).tell(Input::Escalate { alarm: alarm(1), by: officer() });
    alley.tell(Input::Press(by_phone(4, 5, secs(400))));
    alley.tell(the_leader_sees_no_fire(1)).tell(proper_close(1));
    alley
}

#[test]
fn every_event_goes_through_json_and_back_with_its_kind_in_words() {
    let alley = an_evening();
    assert!(alley.events.len() > 40);
    for event in &alley.events {
        let json = serde_json::to_string(event).expect("serialises");
        assert!(json.starts_with(r#"{"kind":""#), "{json}");
        assert_eq!(&serde_json::from_str::<Event>(&json).expect("parses"), event);
    }
}

#[test]
fn an_event_reads_as_it_will_in_the_journal() {
    let mut alley = Alley::new();
    alley.press(1, 1);
    let raised = alley.events.iter().find(|event| matches!(event, Event::Raised { .. }));
    let json = serde_json::to_value(raised.expect("it was raised")).expect("serialises");
    assert_eq!(json["kind"], "raised");
    assert_eq!(json["stands_on"]["scope"], "team");
    assert_eq!(json["press"]["source"], "button");
    assert_eq!(json["at"], "2026-08-19T03:00:00.000000Z");
}

#[test]
fn the_record_holds_ids_times_and_counts_and_no_place() {
    let text = serde_json::to_string(&an_evening().events).expect("serialises");
    for word in ["lat", "lon", "name", "address", "position"] {
        assert!(!text.contains(&format!("\"{word}\":")), "{word}");
    }
}

#[test]
fn an_event_of_an_alarm_that_is_not_known_changes_nothing() {
    let mut alley = Alley::new();
    alley.events.push(Event::Escalated { alarm: alarm(5), at: alley.now.wall, by: leader() });
    alley.restart([team_one()], secs(1));
    assert!(alley.state.open().next().is_none());
}

#[test]
fn the_same_inputs_at_the_same_moments_give_the_same_outputs() {
    assert_eq!(an_evening().events, an_evening().events);
}
