//! Bodies that come slowly, or never: they are waited for a while, and hold few places meanwhile.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use liengia_access::{
    Role, routes,
    testing::{Browser, House},
};
use liengia_journal::testing::Engine;
use serde_json::json;

/// A write whose body begins and does not go on.
fn slow(browser: &Browser) -> Request<Body> {
    let mut slow = browser.request(Method::PUT, "/api/password", None);
    slow.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    *slow.body_mut() = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    slow
}

#[tokio::test]
async fn a_session_that_sends_its_bodies_slowly_holds_eight_places_and_no_more() {
    let house = House::on(Engine::Sqlite, &[]).await;
    let router = house.serve(routes(&house.access));
    let clerk = house.as_role(&router, Role::Clerk).await;
    let held: Vec<_> = (0..8)
        .map(|_| {
            let mut browser = clerk.clone();
            tokio::spawn(async move { browser.send(slow(&browser)).await.code() })
        })
        .collect();
    let mut ninth = clerk.clone();
    let ninth = tokio::spawn(async move { ninth.send(slow(&ninth)).await.code() });
    assert_eq!(ninth.await.unwrap(), "busy", "before its body is read");
    let mut reading = clerk.clone();
    assert_eq!(reading.get("/api/session").await.status, 200, "reading goes on");
    let mut other = house.as_role(&router, Role::Auditor).await;
    assert_eq!(other.post("/api/sign-out", &json!({})).await.status, 204, "and so do others");
    for slow in held {
        assert_eq!(slow.await.unwrap(), "too_slow");
    }
    assert_eq!(reading.post("/api/sign-out", &json!({})).await.status, 204, "once they are over");
}
