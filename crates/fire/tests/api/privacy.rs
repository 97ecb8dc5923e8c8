//! Personal data stays out of the journal, whatever happens.

use crate::town::{ENGINES, GRANDMOTHER, HELP, NAMES, Town, act, alarm_id};
use liengia_access::{
    Role,
    testing::{HOUSEHOLDS, NEIGHBOURS},
};
use liengia_register::views::Person;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn no_name_reaches_any_entry_of_a_whole_alarm() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let mut press = town.pressed(alarm_id(1));
        press["caller_note"] = json!("Lan nói có khói");
        member.post("/api/alarms", &press).await;
        act(&mut neighbour, alarm_id(1), "card", json!({ "accept": true })).await;
        act(&mut neighbour, alarm_id(1), "looked", json!({ "saw": "fire" })).await;
        act(&mut officer, alarm_id(1), "note", json!({ "text": "Mai đang gọi" })).await;
        act(&mut officer, alarm_id(1), "all-out", json!({ "household": HOUSEHOLDS[0] })).await;
        let close = json!({ "reason": "Tuấn dập tắt", "looked_by": NEIGHBOURS[1] });
        act(&mut officer, alarm_id(1), "close", close).await;
        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let told = town.journal().await;
        assert!(told.contains("alarm_noted") && told.contains("alarm_concerned"));
        for name in NAMES {
            assert!(!told.contains(name), "{name} is in the journal");
        }
    }
}

#[tokio::test]
async fn neighbours_read_an_alarm_for_thirty_days_and_those_whom_it_was_about_for_good() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let id = alarm_id(1);
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let mut next_door = town.neighbour(2).await;
        town.press(&mut member, id).await;
        act(&mut neighbour, id, "looked", json!({ "saw": "no_fire" })).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        act(&mut officer, id, "close", json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] })).await;
        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let path = format!("/api/alarms/{id}");

        town.pass(29 * 24 * 3_600);
        for browser in [&mut member, &mut neighbour, &mut next_door] {
            assert_eq!(browser.get(&path).await.status.as_u16(), 200);
        }
        // As it stands in memory, and as the journal tells it.
        town.pass(2 * 24 * 3_600);
        let town = town.restarted().await;
        let mut again = [town.as_role(Role::HouseholdMember).await, town.neighbour(0).await];
        let mut seats = [Role::TeamLeader, Role::TeamDeputy, Role::DutyOfficer, Role::Auditor];
        for browser in &mut again {
            assert_eq!(browser.get(&path).await.status.as_u16(), 200, "it burned in their home");
        }
        for role in &mut seats {
            let mut browser = town.as_role(*role).await;
            assert_eq!(browser.get(&path).await.status.as_u16(), 200, "{role}");
        }
        for n in [1, 2] {
            let mut browser = town.neighbour(n).await;
            assert_eq!(browser.get(&path).await.code(), "not_allowed", "neighbour {n}");
            let over = browser.get("/api/alarms?open=false").await.json();
            assert_eq!(over["items"], json!([]), "neighbour {n}");
        }
    }
}

#[tokio::test]
async fn an_analyst_reads_a_report_without_names() {
    let town = Town::new(ENGINES[0]).await;
    let mut member = town.as_role(Role::HouseholdMember).await;
    town.press(&mut member, alarm_id(1)).await;
    assert!(town.alarms.settled(Duration::from_secs(10)).await);
    let mut analyst = town.as_role(Role::Analyst).await;
    let report = analyst.get(&format!("/api/alarms/{}/report", alarm_id(1))).await;
    assert_eq!(report.status.as_u16(), 200, "{}", report.json());
    let text = String::from_utf8(report.body).unwrap();
    for name in NAMES {
        assert!(!text.contains(name), "{name} is in the report");
    }
}

#[tokio::test]
async fn a_help_note_that_is_shown_is_written_down_once_in_each_alarm() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        for byte in [1, 2] {
            let id = alarm_id(byte);
            assert_eq!(town.press(&mut member, id).await.status.as_u16(), 202);
            act(&mut neighbour, id, "card", json!({ "accept": true })).await;
            for _ in 0..2 {
                let shown = neighbour.get(&format!("/api/alarms/{id}")).await.json();
                assert_eq!(shown["help"][0]["note"], json!(HELP), "{shown}");
            }
            act(&mut neighbour, id, "looked", json!({ "saw": "fire" })).await;
            let mut officer = town.as_role(Role::DutyOfficer).await;
            let close = json!({ "reason": "fire_out", "looked_by": NEIGHBOURS[1] });
            act(&mut officer, id, "close", close).await;
            town.pass(60);
        }
        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let reads = Person::help_note_reads(&town.house.journal, GRANDMOTHER, None, 10).await.unwrap();
        let by_neighbour = reads.iter().filter(|read| read.reader == NEIGHBOURS[1]).map(|read| read.alarm);
        assert_eq!(by_neighbour.collect::<Vec<_>>(), [Some(alarm_id(2)), Some(alarm_id(1))], "{reads:?}");
    }
}
