//! The journal cannot write: it rings all the same, and the record follows when it can.

use crate::town::{ENGINES, Town, act, alarm_id, bell};
use liengia_access::{
    Role,
    testing::{HOUSEHOLDS, TEAMS},
};
use liengia_fire::{engine::Input, views::record_of};
use liengia_journal::{Commit, Statement, testing::context};
use serde_json::{Value, json};
use std::time::Duration;

/// Takes the journal's table away, or puts it back.
async fn rename(town: &Town, from: &str, to: &str) {
    let rename = Statement::new(format!("ALTER TABLE {from} RENAME TO {to}"), Vec::new());
    town.house.journal.commit(Commit::new(context(0), Vec::new()).beside([rename])).await.unwrap();
}

#[tokio::test]
async fn a_press_rings_while_the_journal_fails_and_is_written_when_it_can_be() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let mut officer = town.as_role(Role::DutyOfficer).await;
        rename(&town, "entries", "entries_away").await;

        let pressed = town.press(&mut member, alarm_id(1)).await;
        assert_eq!((pressed.status.as_u16(), &pressed.json()["recorded"]), (202, &json!(false)));
        assert_eq!(town.told.rang(), [bell(0), bell(1)]);
        let board = officer.get("/api/board").await.json();
        assert_eq!(board["alarms"][0]["recorded"], json!(false));
        assert_eq!(board["faults"][0]["code"], json!("journal_failing"));
        let taken = act(&mut neighbour, alarm_id(1), "card", json!({ "accept": true })).await;
        assert_eq!((&taken["counts"]["coming"], &taken["recorded"]), (&json!(1), &json!(false)));
        assert!(taken["help"][0]["note"].is_string(), "life first: the note is shown all the same");

        rename(&town, "entries_away", "entries").await;
        assert!(town.alarms.settled(Duration::from_secs(20)).await);
        let told = record_of(&town.house.journal, alarm_id(1)).await.unwrap();
        assert!(told.len() > 5, "{told:?}");
        assert!(told.windows(2).all(|two| two[0].seq < two[1].seq));
        assert_eq!(officer.get("/api/board").await.json()["faults"], json!([]));
        let alarm = officer.get(&format!("/api/alarms/{}", alarm_id(1))).await.json();
        assert_eq!(alarm["recorded"], json!(true));
        assert!(town.journal().await.contains("help_note_read"));
        assert_eq!(town.alarms.dropped(), 0);
    }
}

#[tokio::test]
async fn no_drill_ring_test_shift_or_pairing_is_answered_as_done_while_it_cannot_be_written() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut leader = town.as_role(Role::TeamLeader).await;
        let (mut officer, mut device) =
            (town.as_role(Role::DutyOfficer).await, town.house.browser(&town.router));
        let ask = json!({ "household": HOUSEHOLDS[0], "kind": "bell", "profile": "liengia" });
        let words = leader.post("/api/pairings", &ask).await.json()["words"].clone();
        let words: Vec<&str> = words.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let at = town.house.access.now() + Duration::from_hours(25);
        let drill = json!({ "teams": [TEAMS[0]], "at": at, "text": "Mang giày vào", "by_itself": false });
        rename(&town, "entries", "entries_away").await;

        // Nobody knew that it fails: what was begun is taken back.
        let announced = leader.post("/api/drills", &drill).await;
        assert_eq!((announced.status.as_u16(), announced.code().as_str()), (503, "journal_failing"));
        assert!(announced.headers.contains_key("retry-after"));
        assert_eq!(town.alarms.look(|state| state.announced_drills().count()), 0);
        // From now on it is known: nothing is begun.
        town.told.forget();
        let tested = leader.post("/api/ring-tests", &json!({ "team": TEAMS[0] })).await;
        assert_eq!((tested.code().as_str(), town.told.rang().len()), ("journal_failing", 0));
        assert_eq!(leader.post("/api/drills", &drill).await.code(), "journal_failing");
        let shift = officer.post("/api/shifts", &json!({})).await;
        assert_eq!((shift.status.as_u16(), shift.code().as_str()), (503, "not_saved"));
        let code = json!({ "words": words.join(" ") });
        assert_eq!(device.post("/api/pair", &code).await.status.as_u16(), 503);

        rename(&town, "entries_away", "entries").await;
        assert!(town.alarms.settled(Duration::from_secs(20)).await);
        let entries = town.house.journal.entries_after(0, 10_000).await.unwrap();
        let told = |kind: &str| entries.iter().filter(|entry| &*entry.kind == kind).count();
        assert_eq!((told("drill_announced"), told("drill_cancelled")), (1, 1));
        assert_eq!((told("ring_tested"), told("shift_started")), (0, 0));
        let listed = leader.get("/api/drills").await.json();
        assert!(
            listed["items"].as_array().unwrap().iter().all(|one| one["state"] == "cancelled"),
            "{listed}"
        );
        assert_eq!(officer.post("/api/shifts", &json!({})).await.status.as_u16(), 201);
        assert_eq!(device.post("/api/pair", &code).await.status.as_u16(), 200, "the code was not used up");
        assert_eq!(leader.post("/api/ring-tests", &json!({ "team": TEAMS[0] })).await.status.as_u16(), 201);
    }
}

#[tokio::test]
async fn a_drill_that_cannot_be_written_does_not_begin_and_one_that_runs_can_be_ended_all_the_same() {
    let town = Town::new(ENGINES[0]).await;
    let mut leader = town.as_role(Role::TeamLeader).await;
    let at = town.house.access.now() + Duration::from_hours(25);
    let drill = json!({ "teams": [TEAMS[0]], "at": at, "by_itself": false });
    let id = leader.post("/api/drills", &drill).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    town.pass(25 * 3_600);
    assert!(town.alarms.settled(Duration::from_secs(20)).await);
    let open = |town: &Town| town.alarms.look(|state| state.open().count());
    rename(&town, "entries", "entries_away").await;
    let begun = leader.post(&format!("/api/drills/{id}/start"), &json!({})).await;
    assert_eq!((begun.code().as_str(), open(&town)), ("journal_failing", 0), "it was ended at once");
    rename(&town, "entries_away", "entries").await;
    assert!(town.alarms.settled(Duration::from_secs(20)).await);
}

#[tokio::test]
async fn of_a_drill_for_several_teams_all_are_announced_or_none() {
    let town = Town::new(ENGINES[0]).await;
    let mut officer = town.as_role(Role::DutyOfficer).await;
    // The last team is gone from the engine, and the register does not know it yet.
    town.alarms.tell(Input::TeamRemoved(TEAMS[1]));
    let at = town.house.access.now() + Duration::from_hours(25);
    let drill = json!({ "teams": [TEAMS[0], TEAMS[1]], "at": at });
    assert_eq!(officer.post("/api/drills", &drill).await.code(), "no_team");
    assert_eq!(town.alarms.look(|state| state.announced_drills().count()), 0);
}
