//! Getting in and out, from outside: passwords, sessions, throttling, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use axum::{
    Router,
    http::{Method, header},
};
use liengia_access::{
    NewAccount, PART, Role, Scope, Way, routes, rules,
    testing::{Browser, COMMUNE_PLACE, HOUSEHOLDS, House, NEIGHBOURS, START, on_both, person},
};
use liengia_http::Peer;
use liengia_journal::testing::{Engine, context};
use liengia_kernel::{AccountId, Clock, PersonId, Pii};
use serde_json::json;
use std::{net::IpAddr, time::Duration};

const PASSWORD: &str = "mèo nhà tôi ngủ cả ngày";

fn router(house: &House) -> Router {
    house.serve(routes(&house.access))
}

/// An officer with a login and a password, as an administrator would make one.
async fn officer(house: &House, router: &Router, login: &str) -> AccountId {
    staff(house, router, login, None).await
}

/// The same, for this person where one is given.
async fn staff(house: &House, router: &Router, login: &str, person: Option<PersonId>) -> AccountId {
    let new = NewAccount {
        person,
        name: Some(Pii::new("Trần Văn Bình".into())),
        login: rules::login(&Pii::new(login.into())).unwrap(),
        roles: vec![(Role::DutyOfficer, Scope::Place(COMMUNE_PLACE))],
    };
    let act = house.access.add_account(&context(START.as_seconds()), None, new).await.unwrap();
    let receipt = house.journal.commit(act.commit).await.unwrap();
    house.access.caught_up(receipt.seq).await;
    let (account, link) = act.told;
    let body = json!({ "code": link.code.expose(), "password": PASSWORD });
    let answer = house.browser(router).post("/api/welcome", &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json());
    account
}

async fn sign_in(browser: &mut Browser, login: &str, password: &str) -> String {
    let answer = browser.post("/api/sign-in", &json!({ "login": login, "password": password })).await;
    if answer.status == 200 { "in".into() } else { answer.code() }
}

#[tokio::test]
async fn a_password_opens_its_account_and_no_other_answer_tells_why_not() {
    on_both(&[], async |house| {
        let router = router(&house);
        officer(&house, &router, "binh").await;
        let mut browser = house.browser(&router);
        assert_eq!(sign_in(&mut browser, "Binh", PASSWORD).await, "in");
        let session = browser.get("/api/session").await.json();
        assert_eq!(
            (session["way"].as_str(), session["roles"][0]["role"].as_str()),
            (Some("password"), Some("duty_officer"))
        );
        assert_eq!(session["utc_offset_hours"], json!(7), "the desk shows the place's own hours");

        let ask = async |login: &str, password: &str| {
            let body = json!({ "login": login, "password": password });
            let mut answer = house.browser(&router).post("/api/sign-in", &body).await;
            answer.headers.remove("x-request-id");
            (answer.status, answer.headers, answer.body)
        };
        let wrong = ask("binh", "mèo nhà tôi ngủ cả đêm").await;
        assert_eq!(wrong.0, 401);
        assert_eq!(wrong, ask("nobody", PASSWORD).await);
        assert_eq!(wrong, ask("", "").await);
        assert_eq!(wrong, ask("<script>", &"x".repeat(10_000)).await);
        assert!(!wrong.1.contains_key(header::SET_COOKIE));
    })
    .await;
}

#[tokio::test]
async fn signing_in_never_takes_over_what_the_browser_held_before() {
    on_both(&[], async |house| {
        let router = router(&house);
        officer(&house, &router, "binh").await;
        // Somebody planted their own session in the officer's browser.
        let mut planted = house.as_role(&router, Role::Clerk).await;
        let mut officer = planted.clone();
        assert_eq!(sign_in(&mut officer, "binh", PASSWORD).await, "in");
        assert_ne!(planted.cookies["liengia_session"], officer.cookies["liengia_session"]);
        assert_eq!(planted.get("/api/session").await.code(), "signed_out");
        assert_eq!(officer.get("/api/session").await.json()["roles"][0]["role"], "duty_officer");
    })
    .await;
}

#[tokio::test]
async fn strangers_are_slowed_and_the_owner_is_never_locked_out() {
    on_both(&[], async |house| {
        let router = router(&house);
        officer(&house, &router, "binh").await;
        let mut owner = house.browser(&router);
        assert_eq!(sign_in(&mut owner, "binh", PASSWORD).await, "in");
        owner.post("/api/sign-out", &json!({})).await;

        let mut answers = Vec::new();
        for n in 0..14_u8 {
            let stranger = house.browser(&router);
            let body = json!({ "login": "binh", "password": "một câu đoán mò thôi" });
            let mut request = stranger.request(Method::POST, "/api/sign-in", Some(&body));
            request.extensions_mut().insert(Peer(IpAddr::from([10, 0, 0, n])));
            answers.push(stranger.clone().send(request).await);
        }
        let codes: Vec<_> = answers.iter().map(liengia_http::testing::Answer::code).collect();
        assert_eq!((codes[0].as_str(), codes[13].as_str()), ("wrong_sign_in", "too_many_tries"));
        assert!(answers[13].headers.contains_key(header::RETRY_AFTER));
        // A stranger with the right password waits too, or guessing would go on.
        assert_eq!(sign_in(&mut house.browser(&router), "binh", PASSWORD).await, "too_many_tries");
        // The owner, on the browser from which the account was entered before, does not.
        assert_eq!(sign_in(&mut owner, "binh", PASSWORD).await, "in");
        // Nor does anyone else.
        officer(&house, &router, "other").await;
        house.clock.advance(Duration::from_mins(2));
        assert_eq!(sign_in(&mut house.browser(&router), "binh", PASSWORD).await, "in");
        assert!(house.access.counts().put_off() > 0 && house.access.counts().wrong() > 0);
    })
    .await;
}

#[tokio::test]
async fn staff_are_signed_out_after_twelve_hours_and_phones_after_four_hundred_idle_days() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let mut member = house.as_role(&router, Role::HouseholdMember).await;
        house.clock.advance(Duration::from_secs(12 * 3600 - 1));
        assert_eq!(clerk.get("/api/session").await.status, 200);
        house.clock.advance(Duration::from_secs(1));
        assert_eq!(clerk.get("/api/session").await.code(), "signed_out");
        for _ in 0..3 {
            house.clock.advance(Duration::from_hours(399 * 24));
            assert_eq!(member.get("/api/session").await.status, 200);
        }
        house.access.tend().await.unwrap();
        house.clock.advance(Duration::from_hours(400 * 24));
        assert_eq!(member.get("/api/session").await.code(), "signed_out");
        house.access.tend().await.unwrap();
        let left = house
            .journal
            .query(liengia_journal::statement!("SELECT session FROM access_sessions"))
            .await
            .unwrap();
        assert_eq!(left, Vec::new());
    })
    .await;
}

#[tokio::test]
async fn a_phone_bears_staff_roles_only_after_a_password_and_stays_a_phone() {
    on_both(&[], async |house| {
        let router = router(&house);
        let person = NEIGHBOURS[0];
        staff(&house, &router, "binh", Some(person)).await;
        let act =
            house.access.invite(&context(START.as_seconds()), HOUSEHOLDS[0], Some(person), 1).await.unwrap();
        house.journal.commit(act.commit).await.unwrap();
        let mut phone = house.browser(&router);
        let joined = phone
            .post("/api/join", &json!({ "code": act.told.code.expose(), "device_label": "máy Bình" }))
            .await;
        let roles = |json: &serde_json::Value| {
            let roles = json["roles"].as_array().unwrap().iter();
            roles.map(|role| role["role"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(roles(&joined.json()), ["household_member"]);
        let before = phone.clone();
        assert_eq!(sign_in(&mut phone, "binh", PASSWORD).await, "in");
        let raised = phone.get("/api/session").await.json();
        assert_eq!((roles(&raised).len(), raised["session"] == joined.json()["session"]), (2, true));
        assert_eq!(
            before.clone().get("/api/session").await.code(),
            "signed_out",
            "the phone's secrets are new"
        );
        assert_eq!(phone.post("/api/sign-out", &json!({})).await.status, 204);
        assert_eq!(roles(&phone.get("/api/session").await.json()), ["household_member"]);
        assert_eq!(sign_in(&mut phone, "binh", PASSWORD).await, "in");
        house.clock.advance(Duration::from_hours(13));
        assert_eq!(roles(&phone.get("/api/session").await.json()), ["household_member"]);
        phone.post("/api/sign-out", &json!({})).await;
        assert_eq!(phone.get("/api/session").await.code(), "signed_out");
    })
    .await;
}

#[tokio::test]
async fn a_closed_session_ends_at_once_also_for_whoever_follows_it() {
    on_both(&[], async |house| {
        let router = router(&house);
        let one = person(Role::Clerk);
        let mut here = house.browser_of(&router, one, Way::Password).await;
        let mut there = house.browser_of(&router, one, Way::Password).await;
        let mut endings = house.access.endings();
        let list = here.get("/api/sessions").await.json();
        let other = list["items"].as_array().unwrap().iter().find(|item| item["current"] == false).unwrap();
        let path = format!("/api/sessions/{}", other["id"].as_str().unwrap());
        let mut stranger = house.as_role(&router, Role::DutyOfficer).await;
        assert_eq!(stranger.delete(&path, None).await.code(), "no_such_session");
        assert_eq!(there.get("/api/session").await.status, 200);
        assert_eq!(here.delete(&path, None).await.status, 204);
        assert_eq!(there.get("/api/session").await.code(), "signed_out");
        assert_eq!(json!(endings.recv().await.unwrap()), other["id"]);
        assert_eq!(here.get("/api/sessions").await.json()["items"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn cookies_are_bound_to_their_browser_and_told_to_nobody() {
    on_both(&[], async |house| {
        let router = router(&house);
        officer(&house, &router, "binh").await;
        let mut browser = house.browser(&router);
        let answer = browser.post("/api/sign-in", &json!({ "login": "binh", "password": PASSWORD })).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict; Max-Age="), "{cookie}");
        }
        let (session, device) =
            (browser.cookies["liengia_session"].clone(), browser.cookies["liengia_device"].clone());
        assert_eq!((session.len(), device.len()), (43, 43));
        assert!(!answer.json().to_string().contains(&session));
        let ask = async |cookies: &str| {
            let mut request = house.browser(&router).request(Method::GET, "/api/session", None);
            request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
            liengia_http::testing::send(&router, request).await.status.as_u16()
        };
        let other = "A".repeat(43);
        assert_eq!(ask(&format!("liengia_session={session}; liengia_device={device}")).await, 200);
        assert_eq!(ask(&format!("other=1;liengia_device={device};  liengia_session={session}")).await, 200);
        for cookies in [
            format!("liengia_session={session}"),
            format!("liengia_session={session}; liengia_device={other}"),
            format!("liengia_session={other}; liengia_device={device}"),
            format!("liengia_session={session}; liengia_session={other}; liengia_device={device}"),
            format!("liengia_session={session}=; liengia_device={device}"),
            format!("LIENGIA_SESSION={session}; liengia_device={device}"),
            "liengia_session=; liengia_device=".into(),
            "liengia_session=é; liengia_device=é".into(),
        ] {
            assert_eq!(ask(&cookies).await, 401, "{cookies}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_what_was_open_elsewhere_and_no_phone() {
    on_both(&[], async |house| {
        let router = router(&house);
        let account = officer(&house, &router, "binh").await;
        let owner = house.access.person_of(account).unwrap();
        let mut phone = house.browser_of(&router, owner, Way::Join).await;
        let (mut here, mut there) = (house.browser(&router), house.browser(&router));
        assert_eq!(sign_in(&mut here, "binh", PASSWORD).await, "in");
        assert_eq!(sign_in(&mut there, "binh", PASSWORD).await, "in");
        let change = |current: &str, new: &str| json!({ "current": current, "password": new });
        let new = "chó nhà tôi thức cả đêm";
        assert_eq!(
            here.put("/api/password", &change("mèo nhà ai ngủ cả ngày", new)).await.code(),
            "wrong_password"
        );
        assert_eq!(
            here.put("/api/password", &change(PASSWORD, "binh binh binh binh")).await.code(),
            "weak_password"
        );
        assert_eq!(here.put("/api/password", &change(PASSWORD, new)).await.status, 204);
        assert_eq!(there.get("/api/session").await.code(), "signed_out");
        assert_eq!(here.get("/api/session").await.status, 200);
        // The phone is there still; an officer's role alone it never bears.
        assert_eq!(phone.get("/api/session").await.code(), "not_allowed");
        assert_eq!(sign_in(&mut there, "binh", PASSWORD).await, "wrong_sign_in");
        assert_eq!(sign_in(&mut there, "binh", new).await, "in");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_what_a_phone_elsewhere_bore_beyond_its_household() {
    on_both(&[], async |house| {
        let router = router(&house);
        let owner = NEIGHBOURS[0];
        staff(&house, &router, "binh", Some(owner)).await;
        let mut lost = house.browser_of(&router, owner, Way::Join).await;
        let mut here = house.browser_of(&router, owner, Way::Join).await;
        let roles = |session: serde_json::Value| session["roles"].as_array().unwrap().len();
        for phone in [&mut lost, &mut here] {
            assert_eq!(sign_in(phone, "binh", PASSWORD).await, "in");
            assert_eq!(roles(phone.get("/api/session").await.json()), 2);
        }
        let new = json!({ "current": PASSWORD, "password": "chó nhà tôi thức cả đêm" });
        assert_eq!(here.put("/api/password", &new).await.status, 204);
        let left = lost.get("/api/session").await.json();
        assert_eq!(left["roles"][0]["role"], "household_member");
        assert_eq!(roles(left), 1, "it rings still, and bears no other role");
        assert_eq!(roles(here.get("/api/session").await.json()), 2, "the phone that set it stays raised");
    })
    .await;
}

#[tokio::test]
async fn what_is_known_is_known_after_a_restart() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::on(engine, &[]).await;
        let router_before = router(&house);
        officer(&house, &router_before, "binh").await;
        let mut browser = house.browser(&router_before);
        sign_in(&mut browser, "binh", PASSWORD).await;
        let mut closed = house.as_role(&router_before, Role::Clerk).await;
        closed.post("/api/sign-out", &json!({})).await;

        let again = house.reopened().await;
        let after = router(&again);
        let mut same = again.browser(&after);
        same.cookies = browser.cookies.clone();
        assert_eq!(same.get("/api/session").await.json(), browser.get("/api/session").await.json());
        assert_eq!(again.access.tree(Clone::clone), house.access.tree(Clone::clone));
        for who in NEIGHBOURS.into_iter().chain([person(Role::Clerk)]) {
            assert_eq!(again.access.grants_of(who), house.access.grants_of(who));
        }
        assert_eq!(again.clock.now(), house.clock.now());
    }
}

#[tokio::test]
async fn an_erased_person_leaves_nothing_here() {
    on_both(&[], async |house| {
        let router = router(&house);
        let account = officer(&house, &router, "binh").await;
        let person: PersonId = house.access.person_of(account).unwrap();
        let mut browser = house.browser(&router);
        sign_in(&mut browser, "binh", PASSWORD).await;
        let (drafts, rows) = house.access.erasure(person);
        let commit = liengia_journal::Commit::new(context(START.as_seconds()), drafts).beside(rows);
        let receipt = house.journal.commit(commit).await.unwrap();
        house.access.caught_up(receipt.seq).await;
        assert_eq!(browser.get("/api/session").await.code(), "signed_out");
        assert_eq!(sign_in(&mut house.browser(&router), "binh", PASSWORD).await, "wrong_sign_in");
        for vault in PART.vault {
            let sql = format!("SELECT {} FROM {} WHERE {} = $1", vault.owner, vault.table, vault.owner);
            let rows =
                house.journal.query(liengia_journal::Statement::new(sql, vec![person.into()])).await.unwrap();
            assert_eq!(rows, Vec::new(), "{}", vault.table);
        }
        for entry in house.journal.entries_after(0, 1000).await.unwrap() {
            let text = format!("{:?}", entry.body);
            assert!(!text.contains("Trần") && !text.contains("binh") && !text.contains("argon2"), "{text}");
        }
    })
    .await;
}
