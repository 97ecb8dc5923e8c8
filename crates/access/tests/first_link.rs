//! The first link, from outside: it makes the commune and its administrator, once, on both engines.

use axum::Router;
use liengia_access::{Nameless, routes, testing::House};
use liengia_journal::testing::Engine;
use liengia_kernel::Pii;
use serde_json::json;
use std::{sync::Arc, time::Duration};

const PASSWORD: &str = "mèo nhà tôi ngủ cả ngày";

fn router(house: &House) -> Router {
    house.serve(routes(&house.access))
}

#[tokio::test]
async fn the_first_link_makes_the_commune_and_its_administrator_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::empty(engine, &[], |_| Arc::new(Nameless)).await;
        let router = router(&house);
        let mut browser = house.browser(&router);
        assert_eq!(browser.get("/api/setup").await.json(), json!({ "needed": true }));
        let dead = house.access.set_up_link().unwrap();
        let link = house.access.set_up_link().unwrap();
        let body = |link: &Pii<String>, password: &str| {
            let token = link.expose().split_once("/setup#").unwrap().1.to_owned();
            json!({ "token": token, "commune_name": "Xã Bình Yên", "name": "Lê Thị Hoa", "login": "hoa", "password": password })
        };
        assert_eq!(browser.post("/api/setup", &body(&dead, PASSWORD)).await.code(), "set_up_link_gone");
        let weak = browser.post("/api/setup", &body(&link, "ngắn")).await;
        assert_eq!(
            (weak.code().as_str(), weak.json()["fields"][0]["field"].as_str()),
            ("weak_password", Some("password"))
        );
        let done = browser.post("/api/setup", &body(&link, PASSWORD)).await;
        assert_eq!(done.status, 200, "{:?}", done.json());
        assert_eq!(done.json()["roles"][0]["role"], "administrator");
        assert_eq!(done.json()["roles"][0]["scope"]["name"], "Xã Bình Yên");
        assert_eq!(done.json()["name"], "Lê Thị Hoa");
        assert_eq!(browser.get("/api/setup").await.json(), json!({ "needed": false }));
        assert_eq!(browser.post("/api/setup", &body(&link, PASSWORD)).await.code(), "set_up_done");
        assert!(house.access.set_up_link().is_none());
        let again = json!({ "login": "HOA", "password": PASSWORD });
        assert_eq!(house.browser(&router).post("/api/sign-in", &again).await.status, 200);
    }
}

#[tokio::test]
async fn a_set_up_link_is_good_for_a_day() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::empty(engine, &[], |_| Arc::new(Nameless)).await;
        let link = house.access.set_up_link().unwrap();
        house.clock.advance(Duration::from_hours(24));
        let token = link.expose().split_once('#').unwrap().1;
        let body =
            json!({ "token": token, "commune_name": "X", "name": "Y", "login": "hoa", "password": PASSWORD });
        let router = router(&house);
        assert_eq!(house.browser(&router).post("/api/setup", &body).await.code(), "set_up_link_gone");
    }
}
