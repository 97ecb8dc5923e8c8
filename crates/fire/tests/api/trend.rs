//! The trend of a device, over HTTP.

use crate::town::{ENGINES, Town, alarm_id, bell};
use liengia_access::{Role, testing::HOUSEHOLDS};
use liengia_fire::engine::{Input, Reported, Sound};
use liengia_journal::statement;
use serde_json::{Value, json};
use std::time::Duration;

/// Lets these minutes pass; the bell says each minute that it is there.
fn minutes_of(town: &Town, minutes: usize) {
    for _ in 0..minutes {
        town.pass(60);
        town.beat(bell(0));
    }
}

async fn trend(town: &Town, role: Role) -> Value {
    town.alarms.write_trends().await.unwrap();
    town.as_role(role).await.get(&format!("/api/devices/{}/trend", bell(0))).await.json()
}

fn last<'a>(trend: &'a Value, span: &str) -> &'a Value {
    trend[span].as_array().unwrap().last().unwrap()
}

#[tokio::test]
async fn a_trend_tells_the_heartbeats_that_were_due_and_heard_charge_signal_faults_tests_and_rings() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        minutes_of(&town, 1);
        let start = last(&trend(&town, Role::TeamLeader).await, "days").clone();
        minutes_of(&town, 10);
        // What fell silent meanwhile is written, before anything asks whether the journal keeps up.
        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let mut member = town.as_role(Role::HouseholdMember).await;
        let tested = member.post("/api/ring-tests", &json!({ "household": HOUSEHOLDS[0] })).await;
        assert_eq!(tested.status.as_u16(), 201, "{}", tested.json());
        town.alarms.tell(Input::BellRang { device: bell(0), alarm: alarm_id(9), sound: Sound::Test });
        town.beat_ringing(bell(0), Some(vec![Reported { alarm: alarm_id(9), sound: Sound::Test }]));
        // It is silent for five minutes: a fault.
        town.pass(180);
        town.pass(120);
        minutes_of(&town, 2);
        for role in [Role::HouseholdMember, Role::TeamLeader, Role::DutyOfficer] {
            let day = last(&trend(&town, role).await, "days").clone();
            let more = |field: &str| day[field].as_u64().unwrap() - start[field].as_u64().unwrap();
            assert_eq!((more("due"), more("heard")), (17, 12), "{day}");
            assert_eq!((&day["battery_percent"], &day["signal_percent"]), (&json!(90), &json!(70)));
            assert_eq!((more("faults"), more("ring_tests"), more("rings")), (1, 1, 1), "{day}");
        }
        let whole = trend(&town, Role::TeamLeader).await;
        let due = |span: &str| whole[span].as_array().unwrap().iter().map(|one| one["due"].as_u64().unwrap());
        assert_eq!(due("hours").sum::<u64>(), due("days").sum::<u64>(), "{whole}");
    }
}

#[tokio::test]
async fn nothing_is_due_while_the_node_does_not_run_and_what_was_counted_survives() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        minutes_of(&town, 5);
        let before = trend(&town, Role::TeamLeader).await;
        minutes_of(&town, 5);
        // What is counted and not written yet is written when the engine stops.
        let town = town.restarted_after(Duration::from_hours(3)).await;
        let after = trend(&town, Role::TeamLeader).await;
        for field in ["due", "heard"] {
            let of = |trend: &Value| last(trend, "days")[field].as_u64().unwrap();
            assert_eq!(of(&after) - of(&before), 5, "{field} {after}");
        }
    }
}

#[tokio::test]
async fn a_trend_is_bounded_and_goes_with_its_device_and_no_heartbeat_is_an_entry() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let head = town.house.journal.head().await.unwrap().seq;
        for _ in 0..60 {
            town.pass(3_600);
            town.beat(bell(0));
            town.alarms.write_trends().await.unwrap();
        }
        town.alarms.settled(Duration::from_secs(10)).await;
        let beats = town.house.journal.entries_after(head, 1_000).await.unwrap();
        assert!(
            beats.iter().all(|entry| entry.kind.starts_with("device_")),
            "faults and returns alone: {beats:?}"
        );
        let rows = async |span: &str| {
            let sql = "SELECT starts_at FROM device_spans WHERE commune = $1 AND device = $2 AND span = $3";
            let journal = &town.house.journal;
            journal.query(statement!(sql, journal.commune(), bell(0), span)).await.unwrap().len()
        };
        assert_eq!((rows("hour").await, rows("day").await), (49, 3));
        let mut leader = town.as_role(Role::TeamLeader).await;
        let path = format!("/api/devices/{}", bell(0));
        assert_eq!(leader.delete(&path, None).await.status.as_u16(), 204);
        assert_eq!(leader.get(&format!("{path}/trend")).await.code(), "no_device");
        assert_eq!(rows("hour").await + rows("day").await, 0);
    }
}
