//! Devices, pairings, ring tests and points, over HTTP.

use crate::town::{ENGINES, POINT, Town, bell};
use liengia_access::{
    Role,
    testing::{HOUSEHOLDS, TEAMS, VILLAGES},
};
use serde_json::{Value, json};
use std::time::Duration;

fn pairing() -> Value {
    json!({ "household": HOUSEHOLDS[0], "kind": "bell", "profile": "liengia", "replaces": bell(0) })
}

#[tokio::test]
async fn a_device_pairs_with_six_words_takes_the_place_of_another_and_is_taken_away() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut leader = town.as_role(Role::TeamLeader).await;
        let mut device = town.house.browser(&town.router);
        let opened = leader.post("/api/pairings", &pairing()).await;
        assert_eq!(opened.status.as_u16(), 201, "{}", opened.json());
        let opened = opened.json();
        let words: Vec<&str> = opened["words"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(words.len(), 6);
        assert!(opened["qr_svg"].as_str().unwrap().starts_with("<svg"));
        let code = json!({ "words": words.join(" "), "second_sound": true });
        let paired = device.post("/api/pair", &code).await;
        assert_eq!(paired.status.as_u16(), 200, "{}", paired.json());
        let paired = paired.json();
        assert_eq!(paired["device"], opened["pairing"]);
        assert_eq!(paired["mqtt"]["username"], paired["device"]);
        assert_eq!(paired["mqtt"]["port"], json!(8883));
        assert_eq!(paired["mqtt"]["plain_port"], json!(1883), "for a make without TLS");
        assert_eq!(device.post("/api/pair", &code).await.code(), "no_pairing");

        let devices = leader.get(&format!("/api/devices?household={}", HOUSEHOLDS[0])).await.json();
        let bells: Vec<&Value> =
            devices["items"].as_array().unwrap().iter().filter(|device| device["kind"] == "bell").collect();
        assert_eq!((bells.len(), &bells[0]["state"]), (1, &json!("never_seen")), "{devices}");
        let path = format!("/api/devices/{}", paired["device"].as_str().unwrap());
        assert_eq!(leader.delete(&path, None).await.status.as_u16(), 204);
        assert_eq!(leader.get(&path).await.code(), "no_device");
    }
}

#[tokio::test]
async fn the_same_request_for_a_pairing_again_gives_another_code_for_the_same_device() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut leader = town.as_role(Role::TeamLeader).await;
        let request = || leader_request(&leader);
        let (one, two) = (request(), request());
        let first = leader.send(one).await.json();
        let second = leader.send(two).await.json();
        assert_eq!(first["pairing"], second["pairing"]);
        assert_ne!(first["words"], second["words"]);
    }
}

fn leader_request(leader: &liengia_access::testing::Browser) -> axum::http::Request<axum::body::Body> {
    let mut request = leader.request(axum::http::Method::POST, "/api/pairings", Some(&pairing()));
    let key = "00000000-0000-7000-8000-00000000abcd".parse().unwrap();
    request.headers_mut().insert("idempotency-key", key);
    request
}

#[tokio::test]
async fn guessing_codes_is_slowed() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut stranger = town.house.browser(&town.router);
        let guess = json!({ "words": "one two three four five six" });
        for _ in 0..10 {
            assert_eq!(stranger.post("/api/pair", &guess).await.code(), "no_pairing");
        }
        let slowed = stranger.post("/api/pair", &guess).await;
        assert_eq!((slowed.code().as_str(), slowed.status.as_u16()), ("too_many_codes_tried", 429));
        assert!(slowed.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn a_member_tests_the_bell_at_home_and_is_asked_whether_it_was_heard() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        let tested = member.post("/api/ring-tests", &json!({ "household": HOUSEHOLDS[0] })).await;
        assert_eq!(
            (tested.status.as_u16(), &tested.json()["devices"]),
            (201, &json!(1)),
            "{}",
            tested.json()
        );
        assert_eq!(town.told.rang(), [bell(0)]);
        let asked = member.get("/api/home").await.json();
        assert_eq!(asked["ring_test"]["device"], json!(bell(0)), "{asked}");
        town.pass(60);
        let path = format!("/api/devices/{}/heard", bell(0));
        let heard = member.post(&path, &json!({ "yes": true })).await.json();
        assert_eq!(heard["rang_state"], json!("ok"));
        assert_eq!(member.get("/api/home").await.json()["ring_test"], json!(null));
        let whole = member.post("/api/ring-tests", &json!({ "team": TEAMS[0] })).await;
        assert_eq!(whole.code(), "not_allowed");
        town.pass(12 * 3_600);
        let mut leader = town.as_role(Role::TeamLeader).await;
        let night = leader.post("/api/ring-tests", &json!({ "team": TEAMS[0] })).await;
        assert_eq!(night.code(), "not_at_night");
    }
}

#[tokio::test]
async fn a_device_is_late_after_100_seconds_and_at_fault_after_180_and_that_survives_a_restart() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        assert_eq!(town.alarms.write_heartbeats().await.unwrap(), 4);
        let state = async |town: &Town| {
            let mut leader = town.as_role(Role::TeamLeader).await;
            leader.get(&format!("/api/devices/{}", bell(0))).await.json()["state"].clone()
        };
        assert_eq!(state(&town).await, json!("ok"));
        town.pass(100);
        assert_eq!(state(&town).await, json!("late"));
        town.pass(80);
        assert_eq!(state(&town).await, json!("fault"));
        town.house.clock.advance(Duration::from_hours(2));
        let town = town.restarted().await;
        assert_eq!(state(&town).await, json!("fault"), "two hours of silence are not forgotten");
        town.beat(bell(0));
        assert_eq!(state(&town).await, json!("ok"));
    }
}

#[tokio::test]
async fn a_device_that_was_heard_and_fell_silent_is_taken_away_all_the_same() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut leader = town.as_role(Role::TeamLeader).await;
        let path = format!("/api/devices/{}", bell(0));
        leader.post(&format!("{path}/heard"), &json!({ "yes": false })).await;
        town.pass(180);
        town.alarms.settled(Duration::from_secs(10)).await;
        assert_eq!(leader.get(&path).await.json()["state"], json!("fault"));
        assert_eq!(leader.delete(&path, None).await.status.as_u16(), 204);
        assert_eq!(leader.get(&path).await.code(), "no_device");
    }
}

#[tokio::test]
async fn points_are_added_corrected_and_removed_and_their_key_is_not_everybodys_business() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut clerk, mut member) =
            (town.as_role(Role::Clerk).await, town.as_role(Role::HouseholdMember).await);
        let new = json!({
            "place": VILLAGES[0], "name": "Điểm số 2", "position": { "lat": 16.0, "lon": 108.0 },
            "contents": ["hose"], "access": "ngõ 4", "keyholder": "bà Mai",
        });
        let added = clerk.post("/api/points", &new).await;
        assert_eq!((added.status.as_u16(), &added.json()["keyholder"]), (201, &json!("bà Mai")));
        let added = added.json();
        let listed = member.get("/api/points").await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
        assert_eq!(listed["items"][1]["keyholder"], json!(null));
        let path = format!("/api/points/{}", added["id"].as_str().unwrap());
        let stale = clerk.patch(&path, &json!({ "version": 1, "reason": "sai tên", "name": "Điểm 2" })).await;
        assert_eq!(stale.code(), "changed_meanwhile");
        let corrected = clerk
            .patch(&path, &json!({ "version": added["version"], "reason": "sai tên", "name": "Điểm 2" }))
            .await
            .json();
        assert_eq!((&corrected["name"], &corrected["keyholder"]), (&json!("Điểm 2"), &json!("bà Mai")));
        let unreasoned = json!({ "version": corrected["version"], "reason": " ", "name": "Điểm 3" });
        assert_eq!(clerk.patch(&path, &unreasoned).await.code(), "no_reason");
        let history = clerk.get(&format!("{path}/history")).await.json();
        let told = |n: usize| (history["items"][n]["kind"].clone(), history["items"][n]["reason"].clone());
        assert_eq!(told(0), (json!("point_added"), json!(null)), "{history}");
        assert_eq!(told(1), (json!("point_corrected"), json!("sai tên")), "{history}");
        assert_eq!(member.get(&format!("{path}/history")).await.code(), "not_allowed");
        let mut leader = town.as_role(Role::TeamLeader).await;
        assert_eq!(leader.get(&path).await.json()["keyholder"], json!("bà Mai"));
        let mut elsewhere = new.clone();
        elsewhere["place"] = json!(VILLAGES[1]);
        let elsewhere = clerk.post("/api/points", &elsewhere).await.json();
        let elsewhere = format!("/api/points/{}", elsewhere["id"].as_str().unwrap());
        let read = leader.get(&elsewhere).await.json();
        assert_eq!(
            (&read["name"], &read["keyholder"]),
            (&json!("Điểm số 2"), &json!(null)),
            "not their village"
        );
        assert_eq!(clerk.delete(&path, Some(&json!({ "reason": "" }))).await.code(), "no_reason");
        assert_eq!(clerk.delete(&path, Some(&json!({ "reason": "đã dỡ" }))).await.status.as_u16(), 204);
        assert_eq!(clerk.get(&path).await.code(), "no_point");
        assert_eq!(member.get(&format!("/api/points/{POINT}")).await.json()["name"], json!("Điểm số 1"));
    }
}
