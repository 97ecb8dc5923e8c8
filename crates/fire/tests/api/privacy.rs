//! Personal data stays out of the journal, whatever happens.

use crate::town::{ENGINES, NAMES, Town, act, alarm_id};
use liengia_access::{
    Role,
    testing::{HOUSEHOLDS, NEIGHBOURS},
};
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
