//! Cameras that were taken down: what they recorded is looked at, held and handed out until its time is over.

use crate::village::{ENGINES, Village, id};
use liengia_access::{
    Role, Way,
    testing::{Browser, HOUSEHOLDS, NEIGHBOURS},
};
use liengia_kernel::{CameraId, Pii, Position};
use liengia_watch::{
    door::Door,
    event::{CameraFacts, Owner},
};
use serde_json::{Value, json};
use std::time::Duration;

/// A short document, as a copy of an order.
const COPY: &str = "JVBERi0xLjcK";

async fn take_down(officer: &mut Browser, camera: &str) {
    let why = json!({ "reason": "Hỏng" });
    let path = format!("/api/cameras/{camera}");
    assert_eq!(officer.delete(&path, Some(&why)).await.status.as_u16(), 204);
    assert_eq!(officer.get(&path).await.code(), "no_camera");
}

/// What was asked for, as this path wants it.
fn as_wanted(path: &str, asked: &Value) -> Value {
    let out: &[&str] = match path {
        "/api/looks" => &["reason", "until"],
        "/api/holds" => &["kind", "purpose"],
        "/api/exports" => &["kind", "until"],
        _ => &[],
    };
    let mut wanted = asked.clone();
    for field in out {
        wanted.as_object_mut().unwrap().remove(*field);
    }
    wanted
}

/// The code of a refusal, and why the camera is shut.
async fn code(who: &mut Browser, path: &str, asked: &Value) -> (u16, String) {
    let answer = who.post(path, &as_wanted(path, asked)).await;
    let said = answer.json();
    let code = said["fields"][0]["code"].as_str().or(said["code"].as_str()).unwrap_or_default();
    (answer.status.as_u16(), code.to_owned())
}

/// A camera of the first home, at this site.
async fn homes_camera(village: &Village, site: &str) -> String {
    let camera = CameraId::from_bytes([9; 16]);
    let facts = CameraFacts {
        site: site.parse().unwrap(),
        name: "Cổng nhà".into(),
        position: Position::new(16.0, 108.0).unwrap(),
        direction: 0,
        angle: 90,
        reach_m: 30,
        owner: Owner::Household(HOUSEHOLDS[0]),
    };
    let door = Door::new("rtsp://192.168.1.21/1", None, "", &Pii::default()).unwrap();
    let context = liengia_journal::testing::context(village.house.access.now().as_seconds());
    let added = village.cameras.add_camera(&context, camera, facts, &door).await.unwrap();
    village.house.journal.commit(added).await.unwrap();
    village.running.align(&village.cameras).await.unwrap();
    camera.to_string()
}

fn asked(village: &Village, camera: &str, kind: &str, purpose: &str) -> Value {
    let now = village.house.access.now();
    let span = (kind != "live").then(|| json!({ "from": now - Duration::from_mins(5), "to": now }));
    json!({
        "cameras": [camera], "kind": kind, "purpose": purpose, "span": span, "case": "12/2027",
        "reason": "Công an tỉnh", "until": now + Duration::from_hours(48),
    })
}

#[tokio::test]
async fn what_a_public_camera_recorded_is_looked_at_held_and_handed_out_after_it_was_taken_down() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("budget").await;
        let mut officer = village.role(Role::DutyOfficer).await;
        let live = asked(&village, &camera, "live", "accident");
        let before = id(&officer.post("/api/looks", &as_wanted("/api/looks", &live)).await.json());
        take_down(&mut officer, &camera).await;
        let why = json!({ "reason": "Không còn camera" });
        let closed = officer.delete(&format!("/api/sites/{site}"), Some(&why)).await;
        assert_eq!(closed.status.as_u16(), 204, "its site, too");
        let said = (403, "camera_taken_down".to_owned());
        assert_eq!(code(&mut officer, "/api/looks", &live).await, said);
        let link = format!("/api/looks/{before}/cameras/{camera}/link");
        assert_eq!(code(&mut officer, &link, &json!({})).await, said, "what was open is shut");
        let back = asked(&village, &camera, "playback", "offence");
        let opened = officer.post("/api/looks", &as_wanted("/api/looks", &back)).await;
        assert_eq!(opened.status.as_u16(), 201, "{}", opened.json());
        let of = format!("/api/looks/{}/cameras/{camera}", id(&opened.json()));
        let (from, to) = (&back["span"]["from"], &back["span"]["to"]);
        let timeline = format!("{of}/timeline?from={}&to={}", from.as_str().unwrap(), to.as_str().unwrap());
        assert_eq!(officer.get(&timeline).await.code(), "not_recording", "no disk is there");
        assert_eq!(code(&mut officer, "/api/holds", &back).await.0, 201);
        let export = id(&officer.post("/api/exports", &as_wanted("/api/exports", &back)).await.json());
        let mut other = village.role(Role::Administrator).await;
        let agree = format!("/api/exports/{export}/approve");
        assert_ne!(code(&mut other, &agree, &json!({})).await.1, "no_camera");
        let mut leader = village.role(Role::TeamLeader).await;
        assert_eq!(code(&mut leader, "/api/looks", &back).await.1, "not_allowed");
        assert_eq!(officer.get("/api/removed-cameras").await.json()["items"], json!([]), "none is left");
    }
}

#[tokio::test]
async fn a_homes_consent_ends_when_its_camera_is_taken_down_and_only_an_order_or_the_home_reaches_the_rest() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, _) = village.site("budget").await;
        let mut officer = village.role(Role::DutyOfficer).await;
        let camera = homes_camera(&village, &site).await;
        let mut home = village.house.browser_of(&village.router, NEIGHBOURS[0], Way::Join).await;
        let consent = json!({
            "purposes": ["offence"], "recorded": true, "live": false, "only_during_alarms": false, "hours": null,
            "until": null,
        });
        let path = format!("/api/cameras/{camera}/consent");
        assert_eq!(home.put(&path, &consent).await.status.as_u16(), 200);
        let offence = asked(&village, &camera, "playback", "offence");
        assert_eq!(code(&mut officer, "/api/looks", &offence).await.0, 201);
        take_down(&mut officer, &camera).await;
        let said = (403, "camera_no_consent".to_owned());
        for path in ["/api/looks", "/api/exports"] {
            assert_eq!(code(&mut officer, path, &offence).await, said, "{path}");
        }
        let order = officer.post("/api/orders", &json!({ "number": "7/QĐ", "copy": COPY })).await.json();
        let mut ordered = asked(&village, &camera, "playback", "order");
        ordered["order"] = order["id"].clone();
        assert_eq!(code(&mut officer, "/api/looks", &ordered).await.0, 201);
        assert_eq!(code(&mut officer, "/api/exports", &ordered).await.0, 201);
        let own = asked(&village, &camera, "playback", "owner");
        assert_eq!(code(&mut home, "/api/looks", &own).await.0, 201);
        let mut elsewhere = village.house.browser_of(&village.router, NEIGHBOURS[3], Way::Join).await;
        assert_eq!(code(&mut elsewhere, "/api/looks", &own).await.1, "not_allowed");
        let looks = home.get(&format!("/api/cameras/{camera}/looks")).await.json();
        let purposes = looks["items"].as_array().unwrap().iter().map(|look| look["purpose"].clone());
        assert!(purposes.into_iter().any(|purpose| purpose == "order"), "{looks}");
    }
}
