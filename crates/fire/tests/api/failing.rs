//! The journal cannot write: it rings all the same, and the record follows when it can.

use crate::town::{ENGINES, Town, act, alarm_id, bell};
use liengia_access::Role;
use liengia_fire::views::record_of;
use liengia_journal::{Commit, Statement, testing::context};
use serde_json::json;
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
