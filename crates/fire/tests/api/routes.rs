//! Who comes through which door: every endpoint, with a role that may and one that may not.

use crate::town::{ENGINES, POINT, Town, alarm_id, bell};
use liengia_access::{
    Guard, Role,
    testing::{HOUSEHOLDS, TEAMS, VILLAGES},
};
use liengia_fire::api::routes;
use liengia_journal::testing::Engine;
use liengia_kernel::ShiftId;
use serde_json::{Value, json};

/// Method, path, body, the roles that may not.
fn denied() -> Vec<(&'static str, String, Value, Vec<Role>)> {
    use Role::{Administrator, Analyst, Auditor, Clerk, HouseholdMember, Mediator, TeamLeader};
    let alarm = |what: &str| format!("/api/alarms/{}/{what}", alarm_id(1));
    let at = "2026-08-19T03:00:00Z";
    let ladder = json!({ "hook_seconds": 15, "leaders_seconds": 30, "wider_seconds": 60, "repeat_seconds": 60,
        "own_home_seconds": 30, "enough": 3, "ring_adjacent_bells": false });
    let point =
        json!({ "place": VILLAGES[0], "name": "a", "position": { "lat": 1.0, "lon": 1.0 }, "contents": [] });
    vec![
        (
            "POST",
            "/api/alarms".into(),
            json!({ "alarm": alarm_id(9), "household": HOUSEHOLDS[0], "pressed_at": at, "source": "phone" }),
            vec![Clerk, Mediator],
        ),
        ("GET", "/api/alarms".into(), Value::Null, vec![Clerk, Analyst]),
        ("GET", format!("/api/alarms/{}", alarm_id(1)), Value::Null, vec![Clerk, Mediator]),
        ("POST", alarm("still-burning"), json!({ "yes": true }), vec![Clerk, Auditor]),
        ("POST", alarm("answers"), json!({ "answer": "coming" }), vec![Clerk, Auditor]),
        ("POST", alarm("card"), json!({ "accept": true }), vec![Clerk, Auditor]),
        ("POST", alarm("looked"), json!({ "saw": "fire" }), vec![Clerk, Auditor]),
        ("POST", alarm("called-114"), json!({}), vec![Clerk, Auditor]),
        ("POST", alarm("all-out"), json!({ "household": HOUSEHOLDS[0] }), vec![Clerk, Auditor]),
        ("POST", alarm("false-alarm"), json!({}), vec![Clerk, Auditor]),
        ("POST", alarm("cancel-at-home"), json!({}), vec![]),
        ("POST", alarm("escalate"), json!({}), vec![HouseholdMember, Clerk]),
        ("POST", alarm("close"), json!({ "reason": "no_fire" }), vec![HouseholdMember, Clerk]),
        ("POST", alarm("note"), json!({ "text": "a" }), vec![HouseholdMember, Clerk]),
        ("GET", alarm("report"), Value::Null, vec![HouseholdMember, Mediator]),
        ("GET", format!("/api/teams/{}/ladder", TEAMS[0]), Value::Null, vec![]),
        ("PUT", format!("/api/teams/{}/ladder", TEAMS[0]), ladder, vec![HouseholdMember, Clerk, Auditor]),
        ("GET", "/api/drills".into(), Value::Null, vec![Mediator]),
        (
            "POST",
            "/api/drills".into(),
            json!({ "teams": [TEAMS[0]], "at": at }),
            vec![HouseholdMember, Clerk],
        ),
        ("POST", format!("/api/drills/{}/cancel", alarm_id(1)), json!({}), vec![HouseholdMember, Clerk]),
        ("POST", format!("/api/drills/{}/start", alarm_id(1)), json!({}), vec![HouseholdMember, Clerk]),
        ("POST", format!("/api/drills/{}/end", alarm_id(1)), json!({}), vec![HouseholdMember, Clerk]),
        ("GET", "/api/devices".into(), Value::Null, vec![Mediator, Analyst, Clerk, Administrator, Auditor]),
        (
            "GET",
            format!("/api/devices/{}", bell(2)),
            Value::Null,
            vec![HouseholdMember, TeamLeader, Mediator, Clerk, Auditor],
        ),
        (
            "GET",
            format!("/api/devices/{}/trend", bell(2)),
            Value::Null,
            vec![HouseholdMember, TeamLeader, Mediator, Clerk, Auditor],
        ),
        ("DELETE", format!("/api/devices/{}", bell(0)), Value::Null, vec![HouseholdMember, Clerk]),
        (
            "POST",
            "/api/pairings".into(),
            json!({ "household": HOUSEHOLDS[0], "kind": "bell", "profile": "liengia" }),
            vec![HouseholdMember, Clerk],
        ),
        ("POST", "/api/ring-tests".into(), json!({ "team": TEAMS[0] }), vec![HouseholdMember, Clerk]),
        (
            "POST",
            format!("/api/devices/{}/heard", bell(2)),
            json!({ "yes": true }),
            vec![HouseholdMember, Clerk],
        ),
        ("GET", "/api/points".into(), Value::Null, vec![]),
        ("GET", format!("/api/points/{POINT}"), Value::Null, vec![]),
        ("POST", "/api/points".into(), point, vec![HouseholdMember, TeamLeader]),
        (
            "PATCH",
            format!("/api/points/{POINT}"),
            json!({ "version": 1, "reason": "sai" }),
            vec![HouseholdMember, TeamLeader],
        ),
        (
            "GET",
            format!("/api/points/{POINT}/history"),
            Value::Null,
            vec![HouseholdMember, TeamLeader, Mediator],
        ),
        (
            "DELETE",
            format!("/api/points/{POINT}"),
            json!({ "reason": "sai" }),
            vec![HouseholdMember, TeamLeader],
        ),
        ("GET", "/api/home".into(), Value::Null, vec![Clerk, Auditor]),
        ("GET", "/api/board".into(), Value::Null, vec![HouseholdMember, TeamLeader, Clerk]),
        ("GET", "/api/map".into(), Value::Null, vec![HouseholdMember, Mediator]),
        ("GET", "/api/shifts".into(), Value::Null, vec![HouseholdMember, Clerk]),
        ("POST", "/api/shifts".into(), json!({}), vec![HouseholdMember, Clerk]),
        (
            "POST",
            format!("/api/shifts/{}/handover", ShiftId::from_bytes([1; 16])),
            json!({}),
            vec![HouseholdMember, Clerk],
        ),
    ]
}

#[tokio::test]
async fn every_door_is_shut_to_strangers_and_to_the_wrong_roles() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        town.press(&mut member, alarm_id(1)).await;
        for (method, path, body, roles) in denied() {
            let body = (!body.is_null()).then_some(&body);
            let method: axum::http::Method = method.parse().unwrap();
            let mut stranger = town.house.browser(&town.router);
            let shut = stranger.send(stranger.request(method.clone(), &path, body)).await;
            assert_eq!(shut.code(), "signed_out", "{method} {path}");
            for role in roles {
                let mut browser = town.as_role(role).await;
                let shut = browser.send(browser.request(method.clone(), &path, body)).await;
                assert_eq!(shut.code(), "not_allowed", "{method} {path} {role}: {}", shut.json());
            }
        }
        assert_eq!(town.told.rang().len(), 2, "nobody who was turned away rang anything");
    }
}

#[tokio::test]
async fn every_route_is_in_the_list_of_doors_and_three_alone_are_public() {
    let town = Town::new(Engine::Sqlite).await;
    let api_free = routes();
    let table = town.table(api_free);
    let public: Vec<&str> = table
        .iter()
        .filter(|route| matches!(route.guard, Guard::Public(_)))
        .map(|route| route.path.as_str())
        .collect();
    assert_eq!(public, ["/api/emergency-number", "/api/pair", "/api/report-key"]);
    assert_eq!(table.len(), denied().len() + public.len());
}

#[tokio::test]
async fn anybody_is_told_whom_to_call() {
    let town = Town::new(Engine::Sqlite).await;
    let mut stranger = town.house.browser(&town.router);
    assert_eq!(stranger.get("/api/emergency-number").await.json()["number"], "114");
}
