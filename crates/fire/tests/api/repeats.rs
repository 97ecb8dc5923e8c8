//! An answer is lost on its way and the phone says the same again: it is answered as before, and nothing is done twice.

use crate::town::{DETECTOR, ENGINES, Town, alarm_id, bell};
use axum::http::Method;
use liengia_access::{
    Role,
    testing::{Browser, NEIGHBOURS},
};
use liengia_fire::engine::{Event, Input, Press, Reported, Sound, Source};
use liengia_http::testing::Answer;
use liengia_journal::{Commit, Statement, testing::context};
use liengia_kernel::AlarmId;
use serde_json::{Value, json};

/// Says this under this key.
async fn say(browser: &mut Browser, key: u8, alarm: u8, what: &str, body: &Value) -> Answer {
    let path = format!("/api/alarms/{}/{what}", alarm_id(alarm));
    let mut request = browser.request(Method::POST, &path, Some(body));
    let key = format!("00000000-0000-7000-8000-0000000000{key:02x}").parse().unwrap();
    request.headers_mut().insert("idempotency-key", key);
    browser.send(request).await
}

fn smoke(town: &Town, alarm: u8) {
    town.alarms.tell(Input::Press(Press {
        alarm: alarm_id(alarm),
        source: Source::Detector,
        device: Some(DETECTOR),
        by: None,
        household: None,
        team: None,
        pressed_at: None,
        held: None,
    }));
}

fn times(town: &Town, alarm: u8, test: impl Fn(&Event) -> bool) -> usize {
    let story = town.alarms.story(alarm_id(alarm)).unwrap();
    story.events.iter().filter(|event| test(event)).count()
}

#[tokio::test]
async fn there_is_fire_said_again_out_of_the_own_homes_warning_is_the_same_word() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        smoke(&town, 1);
        for turn in 0..2 {
            let said = say(&mut member, 1, 1, "escalate", &json!({})).await;
            assert_eq!((said.status.as_u16(), &said.json()["state"]), (200, &json!("ringing")), "{turn}");
        }
        assert_eq!(times(&town, 1, |event| matches!(event, Event::Escalated { .. })), 1);
        let other = say(&mut member, 1, 1, "called-114", &json!({})).await;
        assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "idempotency_key_reused"));
        let new = say(&mut member, 2, 1, "escalate", &json!({})).await;
        assert_eq!(new.code(), "not_allowed", "another key is another act, and the team has it now");
    }
}

#[tokio::test]
async fn there_is_no_fire_said_again_is_not_refused() {
    let town = Town::new(ENGINES[0]).await;
    let mut member = town.as_role(Role::HouseholdMember).await;
    for (alarm, what) in [(1, "false-alarm"), (2, "cancel-at-home")] {
        smoke(&town, alarm);
        for _ in 0..2 {
            let said = say(&mut member, alarm, alarm, what, &json!({})).await;
            assert_eq!((said.status.as_u16(), &said.json()["state"]), (200, &json!("closed")), "{what}");
        }
    }
}

#[tokio::test]
async fn the_desk_that_repeats_itself_calls_nobody_again_also_while_the_disk_is_dead() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut officer) =
            (town.as_role(Role::HouseholdMember).await, town.as_role(Role::DutyOfficer).await);
        let mut neighbour = town.neighbour(1).await;
        town.press(&mut member, alarm_id(1)).await;
        let away = Statement::new("ALTER TABLE entries RENAME TO entries_away".to_owned(), Vec::new());
        town.house.journal.commit(Commit::new(context(0), Vec::new()).beside([away])).await.unwrap();
        for _ in 0..3 {
            assert_eq!(say(&mut officer, 1, 1, "escalate", &json!({})).await.status.as_u16(), 200);
        }
        assert_eq!(times(&town, 1, |event| matches!(event, Event::Escalated { .. })), 1);

        let look = json!({ "saw": "no_fire" });
        for _ in 0..2 {
            assert_eq!(say(&mut neighbour, 2, 1, "looked", &look).await.status.as_u16(), 200);
        }
        let close = json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1], "words": "nấu ăn" });
        for _ in 0..2 {
            let closed = say(&mut officer, 2, 1, "close", &close).await;
            assert_eq!((closed.status.as_u16(), &closed.json()["state"]), (200, &json!("closed")));
        }
        let notes = town.alarms.story(alarm_id(1)).unwrap().notes;
        assert_eq!(notes.len(), 1, "and its words are kept once");
    }
}

#[tokio::test]
async fn a_press_with_the_id_of_another_teams_alarm_rings_under_an_id_of_its_own() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut far = town.neighbour(3).await;
        // Only a bell told of it until now; its id is no secret.
        town.beat_ringing(bell(0), Some(vec![Reported { alarm: alarm_id(1), sound: Sound::Live }]));
        assert!(town.alarms.look(|state| state.open().any(|open| open == alarm_id(1))));
        town.told.forget();
        let pressed = town.press(&mut far, alarm_id(1)).await;
        let first = pressed.json();
        assert_eq!((pressed.status.as_u16(), &first["state"]), (202, &json!("ringing")), "{first}");
        assert_eq!(town.told.rang(), [bell(3)], "their own team rings");
        assert_eq!(first["alarm"], json!(alarm_id(1)), "they know it by the id that they gave it");
        let own: AlarmId = first["joined"].as_str().unwrap().parse().unwrap();
        assert_ne!(own, alarm_id(1));
        assert_eq!(far.get(&format!("/api/alarms/{own}")).await.json()["state"], json!("ringing"));

        town.told.forget();
        let again = town.press(&mut far, alarm_id(1)).await;
        assert_eq!(
            (again.status.as_u16(), &again.json()["joined"]),
            (202, &first["joined"]),
            "the same again"
        );
        assert_eq!(town.alarms.look(|state| state.open().count()), 2);
        assert_eq!(times(&town, 1, |event| matches!(event, Event::Joined { .. })), 0);
    }
}
