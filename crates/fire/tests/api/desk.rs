//! The desk: board, map, shifts, notes.

use crate::town::{ENGINES, Town, act, alarm_id};
use liengia_access::{
    AccessEvent, Role, Scope, Way,
    testing::{Browser, HOUSEHOLDS, NEIGHBOURS, VILLAGES, person},
};
use liengia_fire::{
    engine::{Input, Press, Source},
    rules::LONGEST_SHIFT,
};
use liengia_journal::{Commit, Draft, testing::context};
use liengia_kernel::PersonId;
use serde_json::json;

#[tokio::test]
async fn the_board_shows_in_quiet_times_what_is_silent_and_what_is_due() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let quiet = officer.get("/api/board").await.json()["quiet"].clone();
        assert_eq!(quiet["silent_count"], json!(0), "{quiet}");
        assert_eq!(quiet["due_count"], json!(4), "nobody has heard any bell yet");
        assert_eq!(quiet["faults_count"], json!(1), "the detector was never heard");
        town.pass(100);
        town.pass(100);
        let quiet = officer.get("/api/board").await.json()["quiet"].clone();
        assert_eq!(quiet["silent_count"], json!(4));
        assert_eq!(quiet["silent_households"][0]["label"], json!("Nhà bà Lan"));
    }
}

#[tokio::test]
async fn devices_of_the_homes_of_an_open_alarm_are_told_of_first() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        town.pass(100);
        town.pass(100);
        let first = async |officer: &mut Browser| {
            officer.get("/api/board").await.json()["quiet"]["faults"][0]["household"].clone()
        };
        assert_eq!(first(&mut officer).await, json!(HOUSEHOLDS[0]));
        let mut press = town.pressed(alarm_id(1));
        press["household"] = json!(HOUSEHOLDS[3]);
        press["source"] = json!("desk");
        officer.post("/api/alarms", &press).await;
        assert_eq!(first(&mut officer).await, json!(HOUSEHOLDS[3]));
    }
}

#[tokio::test]
async fn a_shift_begins_goes_on_and_is_handed_over() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let started = officer.post("/api/shifts", &json!({})).await;
        assert_eq!(started.status.as_u16(), 201, "{}", started.json());
        let id = started.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(officer.post("/api/shifts", &json!({})).await.json()["id"], json!(id));
        assert_eq!(officer.get("/api/board").await.json()["shift"]["id"], json!(id));
        let path = format!("/api/shifts/{id}/handover");
        let wrong = officer.post(&path, &json!({ "to": person(Role::Clerk) })).await;
        assert_eq!(wrong.code(), "no_officer");
        let over = officer.post(&path, &json!({ "note": "đêm yên tĩnh" })).await.json();
        assert_eq!(over["note"], json!("đêm yên tĩnh"));
        assert_eq!(officer.post(&path, &json!({})).await.code(), "no_shift");
        let mut auditor = town.as_role(Role::Auditor).await;
        let past = auditor.get("/api/shifts").await.json();
        assert_eq!(past["items"].as_array().unwrap().len(), 1);
    }
}

/// Another officer of the whole commune.
async fn another_officer(town: &Town) -> (PersonId, Browser) {
    let other = PersonId::from_bytes([78; 16]);
    let held = town.house.access.grants_of(person(Role::DutyOfficer));
    let scope = held.iter().find(|grant| grant.role == Role::DutyOfficer).unwrap().scope;
    let grant = AccessEvent::RoleGranted { person: other, role: Role::DutyOfficer, scope };
    let now = context(town.house.access.now().as_seconds());
    let receipt = town.house.journal.commit(Commit::new(now, vec![Draft::of(&grant)])).await.unwrap();
    town.house.access.caught_up(receipt.seq).await;
    (other, town.house.browser_of(&town.router, other, Way::Password).await)
}

#[tokio::test]
async fn an_officer_who_left_without_handing_over_keeps_nobody_from_the_desk() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (first, mut officer) = (person(Role::DutyOfficer), town.as_role(Role::DutyOfficer).await);
        let (second, mut other) = another_officer(&town).await;
        town.present.sit(first);
        let left = officer.post("/api/shifts", &json!({})).await.json();
        let refused = other.post("/api/shifts", &json!({})).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "shift_is_on"));

        town.present.leave(first);
        let taken = other.post("/api/shifts", &json!({})).await;
        assert_eq!(taken.status.as_u16(), 201, "{}", taken.json());
        let taken = taken.json();
        assert_eq!(other.get("/api/board").await.json()["shift"]["person"], json!(second));
        let shifts = other.get("/api/shifts").await.json()["items"].clone();
        assert_eq!((&shifts[0]["id"], &shifts[1]["id"]), (&taken["id"], &left["id"]));
        assert_eq!(shifts[1]["ended_at"], taken["started_at"]);
        assert_eq!(shifts[1]["successor"], taken["officer"]);
        let path = format!("/api/shifts/{}/handover", left["id"].as_str().unwrap());
        assert_eq!(officer.post(&path, &json!({})).await.code(), "no_shift");
        let journal = town.journal().await;
        assert!(journal.contains("shift_taken_over"), "{journal}");

        // Nobody sits there for half a day.
        town.present.sit(second);
        assert_eq!(officer.post("/api/shifts", &json!({})).await.code(), "shift_is_on");
        town.house.clock.advance(LONGEST_SHIFT);
        let mut officer = town.as_role(Role::DutyOfficer).await;
        assert_eq!(officer.post("/api/shifts", &json!({})).await.status.as_u16(), 201);
        assert_eq!(officer.get("/api/board").await.json()["shift"]["person"], json!(first));
    }
}

#[tokio::test]
async fn the_desk_raises_an_alarm_for_a_caller_and_only_who_leads_reads_what_was_said() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let press = json!({
            "alarm": alarm_id(1), "household": HOUSEHOLDS[0], "pressed_at": town.house.access.now(),
            "source": "desk", "caller_note": "khói ở tầng hai",
        });
        assert_eq!(officer.post("/api/alarms", &press).await.status.as_u16(), 202);
        act(&mut officer, alarm_id(1), "note", json!({ "text": "đã gọi lại" })).await;
        let path = format!("/api/alarms/{}", alarm_id(1));
        let alarm = officer.get(&path).await.json();
        assert_eq!(alarm["source"], json!("desk"));
        let notes = |alarm: &serde_json::Value| {
            let timeline = alarm["timeline"].as_array().unwrap().clone();
            let notes = timeline.iter().filter(|entry| entry["kind"] == "note");
            notes.map(|note| note["args"]["text"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(notes(&alarm), [json!("khói ở tầng hai"), json!("đã gọi lại")]);
        let mut neighbour = town.neighbour(1).await;
        assert!(notes(&neighbour.get(&path).await.json()).is_empty());
    }
}

#[tokio::test]
async fn a_map_holds_what_its_reader_may_see() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let count = async |role| {
            let map = town.as_role(role).await.get("/api/map").await.json();
            (map["households"].as_array().unwrap().len(), map["teams"].as_array().unwrap().len())
        };
        assert_eq!(count(Role::DutyOfficer).await, (4, 3));
        assert_eq!(count(Role::TeamLeader).await, (2, 1));
    }
}

/// An officer of this village alone.
async fn officer_of(town: &Town, village: usize) -> Browser {
    let person = PersonId::from_bytes([77 + u8::try_from(village).unwrap(); 16]);
    let scope = Scope::Place(VILLAGES[village]);
    let grant = AccessEvent::RoleGranted { person, role: Role::DutyOfficer, scope };
    let now = context(town.house.access.now().as_seconds());
    let receipt = town.house.journal.commit(Commit::new(now, vec![Draft::of(&grant)])).await.unwrap();
    town.house.access.caught_up(receipt.seq).await;
    town.house.browser_of(&town.router, person, Way::Password).await
}

#[tokio::test]
async fn an_officer_of_a_village_sees_an_alarm_through_that_they_raised_for_no_home() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut small, mut elsewhere) = (officer_of(&town, 0).await, officer_of(&town, 1).await);
        let id = alarm_id(5);
        let at = town.house.access.now();
        let press = json!({ "alarm": id, "pressed_at": at, "source": "desk", "caller_note": "khói ở chợ" });
        assert_eq!(small.post("/api/alarms", &press).await.status.as_u16(), 202);
        let path = format!("/api/alarms/{id}");
        let alarm = small.get(&path).await;
        assert_eq!(alarm.status.as_u16(), 200, "{}", alarm.json());
        assert_eq!(small.get("/api/board").await.json()["alarms"][0]["alarm"], json!(id));
        act(&mut small, id, "called-114", json!({})).await;
        act(&mut small, id, "note", json!({ "text": "đã gọi lại" })).await;
        act(&mut small, id, "looked", json!({ "saw": "no_fire", "by": NEIGHBOURS[1] })).await;
        assert_eq!(elsewhere.get(&path).await.code(), "not_allowed", "it is theirs who raised it");
        let close = json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] });
        assert_eq!(elsewhere.post(&format!("{path}/close"), &close).await.code(), "not_allowed");
        let closed = act(&mut small, id, "close", close).await;
        assert_eq!(closed["state"], json!("closed"));
    }
}

#[tokio::test]
async fn an_officer_of_a_village_answers_whether_their_late_press_still_burns() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut small, mut elsewhere) = (officer_of(&town, 0).await, officer_of(&town, 1).await);
        let id = alarm_id(5);
        let at = town.house.access.now();
        town.pass(600);
        let press = json!({ "alarm": id, "pressed_at": at, "source": "desk" });
        assert_eq!(small.post("/api/alarms", &press).await.json()["state"], json!("ask_still_burning"));
        let path = format!("/api/alarms/{id}/still-burning");
        let yes = json!({ "yes": true });
        assert_eq!(elsewhere.post(&path, &yes).await.code(), "not_allowed");
        let answered = small.post(&path, &yes).await;
        assert_eq!(answered.status.as_u16(), 200, "{}", answered.json());
        assert_eq!(answered.json()["state"], json!("ringing"));
    }
}

#[tokio::test]
async fn whoever_sits_over_one_village_reads_nothing_that_is_the_whole_communes() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut small = officer_of(&town, 0).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        assert_eq!(small.get("/api/board").await.status.as_u16(), 200);
        assert_eq!(small.get("/api/shifts").await.code(), "not_allowed");
        assert_eq!(officer.get("/api/shifts").await.status.as_u16(), 200);
        // Nobody knows where it burns.
        town.alarms.tell(Input::Press(Press {
            alarm: alarm_id(5),
            source: Source::Desk,
            device: None,
            by: None,
            household: None,
            team: None,
            pressed_at: None,
            held: None,
        }));
        let path = format!("/api/alarms/{}", alarm_id(5));
        assert_ne!(small.get(&path).await.status.as_u16(), 200);
        assert_eq!(
            small.post(&format!("{path}/answers"), &json!({ "answer": "coming" })).await.code(),
            "not_allowed"
        );
        assert_eq!(officer.get(&path).await.status.as_u16(), 200);
    }
}
