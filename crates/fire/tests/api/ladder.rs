//! A team's ladder, over HTTP.

use crate::town::{ENGINES, Town, alarm_id};
use liengia_access::{Role, testing::TEAMS};
use liengia_kernel::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

fn path() -> String {
    format!("/api/teams/{}/ladder", TEAMS[0])
}

/// From the press to the next rung.
fn until_next_rung(alarm: &Value) -> Duration {
    let at = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    at(&alarm["ladder"]["next_at"]).since(at(&alarm["raised_at"]))
}

#[tokio::test]
async fn a_leader_sets_the_ladder_and_the_next_alarm_goes_by_it() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut leader, mut member) =
            (town.as_role(Role::TeamLeader).await, town.as_role(Role::HouseholdMember).await);
        let mut ladder = member.get(&path()).await.json();
        assert_eq!((&ladder["hook_seconds"], &ladder["set_at"]), (&json!(15), &Value::Null));
        ladder.as_object_mut().unwrap().remove("set_at");
        ladder["hook_seconds"] = json!(5);
        let set = leader.put(&path(), &ladder).await;
        assert_eq!(set.status.as_u16(), 200, "{}", set.json());
        assert_eq!(member.get(&path()).await.json()["hook_seconds"], json!(5));
        town.press(&mut member, alarm_id(1)).await;
        let alarm = member.get(&format!("/api/alarms/{}", alarm_id(1))).await.json();
        assert_eq!(until_next_rung(&alarm), Duration::from_secs(5), "{}", alarm["ladder"]);
        assert!(town.journal().await.contains("own_home_seconds"), "the journal tells what was set");
    }
}

#[tokio::test]
async fn no_ladder_can_be_set_that_keeps_an_alarm_from_being_heard() {
    let town = Town::new(ENGINES[0]).await;
    let mut leader = town.as_role(Role::TeamLeader).await;
    let mut ladder = leader.get(&path()).await.json();
    ladder.as_object_mut().unwrap().remove("set_at");
    for (field, value) in
        [("repeat_seconds", 600), ("wider_seconds", 3_600), ("own_home_seconds", 300), ("enough", 0)]
    {
        let mut beyond = ladder.clone();
        beyond[field] = json!(value);
        let refused = leader.put(&path(), &beyond).await;
        assert_eq!(refused.code(), "ladder_out_of_bounds");
        assert_eq!(refused.json()["fields"][0]["field"], json!(field));
    }
    let mut silent = ladder.clone();
    silent["bells"] = json!(false);
    assert_eq!(leader.put(&path(), &silent).await.code(), "wrong_fields", "there is no such setting");
}
