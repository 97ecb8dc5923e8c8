//! Drills, over HTTP.

use crate::town::{ENGINES, Town};
use liengia_access::{Role, testing::TEAMS};
use liengia_kernel::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

fn ahead(town: &Town, hours: u64) -> Timestamp {
    town.house.access.now() + Duration::from_secs(hours * 3_600)
}

fn announce(at: Timestamp) -> Value {
    json!({ "teams": [TEAMS[0]], "at": at, "text": "Mang giày vào", "by_itself": false })
}

#[tokio::test]
async fn a_drill_is_announced_held_and_ended() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut leader, mut member) =
            (town.as_role(Role::TeamLeader).await, town.as_role(Role::HouseholdMember).await);
        let at = ahead(&town, 25);
        let announced = leader.post("/api/drills", &announce(at)).await;
        assert_eq!(announced.status.as_u16(), 201, "{}", announced.json());
        let id = announced.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let home = member.get("/api/home").await.json();
        assert_eq!(home["drill_next"]["text"], json!("Mang giày vào"));
        let listed = leader.get("/api/drills").await.json();
        assert_eq!(
            (&listed["items"][0]["id"], &listed["items"][0]["text"]),
            (&json!(id), &json!("Mang giày vào"))
        );
        let early = leader.post(&format!("/api/drills/{id}/start"), &json!({})).await;
        assert_eq!(early.code(), "before_its_time");
        town.pass(25 * 3_600);
        let running = leader.post(&format!("/api/drills/{id}/start"), &json!({})).await;
        assert_eq!(running.json()["state"], json!("running"), "{}", running.json());
        let shown = member.get(&format!("/api/alarms/{id}")).await.json();
        assert_eq!((&shown["mode"], &shown["origin"]["label"]), (&json!("drill"), &json!("Tổ 1")));
        let call = member.post(&format!("/api/alarms/{id}/called-114"), &json!({})).await;
        assert_eq!(call.code(), "not_for_a_drill");
        let done = leader.post(&format!("/api/drills/{id}/end"), &json!({})).await;
        assert_eq!(done.json()["state"], json!("done"));
        let report = leader.get(&format!("/api/alarms/{id}/report")).await.json();
        assert_eq!((&report["mode"], &report["closed"]["code"]), (&json!("drill"), &json!("by_hand")));
    }
}

#[tokio::test]
async fn a_drill_needs_a_day_of_notice_and_daylight_and_may_be_called_off() {
    let town = Town::new(ENGINES[0]).await;
    let mut leader = town.as_role(Role::TeamLeader).await;
    let codes = [(1, "drill_too_soon"), (38, "not_at_night"), (24 * 400, "drill_too_far")];
    for (hours, code) in codes {
        assert_eq!(leader.post("/api/drills", &announce(ahead(&town, hours))).await.code(), code);
    }
    let mut member = town.as_role(Role::HouseholdMember).await;
    assert_eq!(member.post("/api/drills", &announce(ahead(&town, 25))).await.code(), "not_allowed");
    let drill = leader.post("/api/drills", &announce(ahead(&town, 25))).await.json();
    let id = drill["items"][0]["id"].as_str().unwrap().to_owned();
    let off = leader.post(&format!("/api/drills/{id}/cancel"), &json!({})).await.json();
    assert_eq!(off["state"], json!("cancelled"));
    let unknown = leader.post(&format!("/api/drills/{}/cancel", TEAMS[0]), &json!({})).await;
    assert_eq!(unknown.code(), "no_drill");
}
