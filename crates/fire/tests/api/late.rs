//! A press that comes late.

use crate::town::{ENGINES, Town, act, alarm_id, bell};
use axum::http::{HeaderValue, Method};
use liengia_access::Role;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_old_press_asks_whether_it_still_burns_before_anybody_is_woken() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let mut old = town.pressed(alarm_id(1));
        old["pressed_at"] = json!(town.house.access.now() - Duration::from_secs(400));
        let asked = member.post("/api/alarms", &old).await;
        assert_eq!((asked.status.as_u16(), &asked.json()["state"]), (200, &json!("ask_still_burning")));
        assert_eq!(town.told.rang(), []);
        let board = officer.get("/api/board").await.json();
        assert_eq!(board["late"][0]["home"]["label"], json!("Nhà bà Lan"));
        let mut neighbour = town.neighbour(1).await;
        let still = act(&mut neighbour, alarm_id(1), "still-burning", json!({ "yes": false })).await;
        assert_eq!(still["state"], json!("ask_still_burning"), "a neighbour does not know");
        let held =
            json!({ "yes": true, "said_at": "2026-08-19T01:00:00Z", "sent_at": "2026-08-19T01:05:01Z" });
        let still = act(&mut member, alarm_id(1), "still-burning", held).await;
        assert_eq!(still["state"], json!("ask_still_burning"), "a yes that was held for long is old itself");
        let said =
            json!({ "yes": true, "said_at": "2026-08-19T01:00:00Z", "sent_at": "2026-08-19T01:04:59Z" });
        let rings = act(&mut member, alarm_id(1), "still-burning", said).await;
        assert_eq!((&rings["state"], &rings["late"]), (&json!("ringing"), &json!(true)));
        assert_eq!(town.told.rang(), [bell(0), bell(1)]);
        // The answer was lost: the phone tries again with the same key, and says anew when it is sent.
        let path = format!("/api/alarms/{}/still-burning", alarm_id(1));
        let again = |sent: &str| json!({ "yes": true, "said_at": "2026-08-19T01:00:00Z", "sent_at": sent });
        for sent in ["2026-08-19T01:00:08Z", "2026-08-19T01:20:00Z"] {
            let mut request = member.request(Method::POST, &path, Some(&again(sent)));
            request
                .headers_mut()
                .insert("idempotency-key", HeaderValue::from_static("00000000-0000-7000-8000-0000000000a1"));
            let answer = member.send(request).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["state"]), (200, &json!("ringing")), "{sent}");
        }
        assert_eq!(town.told.rang(), [bell(0), bell(1)]);

        let mut other = town.pressed(alarm_id(2));
        other["pressed_at"] = json!(town.house.access.now() - Duration::from_secs(400));
        other["sent_at"] = other["pressed_at"].clone();
        let mut far = town.neighbour(3).await;
        let rings = far.post("/api/alarms", &other).await;
        assert_eq!(rings.status.as_u16(), 202, "the phone's clock is slow, the press is new");
    }
}
