//! Alarms as lists show them.

use crate::town::{ENGINES, Town, act, alarm_id};
use liengia_access::{
    Role,
    testing::{COMMUNE_PLACE, NEIGHBOURS, VILLAGES},
};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn alarms_are_listed_by_kind_place_and_period_open_or_over() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut officer) =
            (town.as_role(Role::HouseholdMember).await, town.as_role(Role::DutyOfficer).await);
        let (early, late) = (alarm_id(1), alarm_id(2));
        let mut raised = Vec::new();
        for id in [early, late] {
            town.press(&mut member, id).await;
            assert!(town.alarms.settled(Duration::from_secs(10)).await);
            let alarm = officer.get(&format!("/api/alarms/{id}")).await.json();
            raised.push(alarm["raised_at"].as_str().unwrap().to_owned());
            if id == early {
                let looked = json!({ "saw": "no_fire", "by": NEIGHBOURS[1] });
                act(&mut officer, id, "looked", looked).await;
                act(&mut officer, id, "close", json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] }))
                    .await;
                assert!(town.alarms.settled(Duration::from_secs(10)).await);
                town.pass(3_600);
            }
        }
        let mut listed = async |query: String| {
            let list = officer.get(&format!("/api/alarms?{query}")).await.json();
            let items = list["items"].as_array().unwrap_or_else(|| panic!("{query}: {list}")).clone();
            items.iter().map(|alarm| alarm["alarm"].clone()).collect::<Vec<Value>>()
        };
        for (open, id, at) in [(false, early, &raised[0]), (true, late, &raised[1])] {
            let all = [json!(id)];
            for (query, there) in [
                (String::new(), true),
                ("&mode=live".to_owned(), true),
                ("&mode=drill".to_owned(), false),
                (format!("&place={}", VILLAGES[0]), true),
                (format!("&place={COMMUNE_PLACE}"), true),
                (format!("&place={}", VILLAGES[1]), false),
                (format!("&since={at}"), true),
                (format!("&until={at}"), false),
                (format!("&since={}&until=2099-01-01T00:00:00Z", raised[0]), true),
                ("&since=2099-01-01T00:00:00Z".to_owned(), false),
            ] {
                let found = listed(format!("open={open}{query}")).await;
                assert_eq!(found, if there { &all[..] } else { &[] }, "open={open}{query}");
            }
        }
        let wrong = officer.get("/api/alarms?open=false&since=yesterday").await;
        assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (400, "wrong_query"));
    }
}
