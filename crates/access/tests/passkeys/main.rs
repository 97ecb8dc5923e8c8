//! Passkeys, with an authenticator in software: what is signed opens the account, and nothing else does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod authenticator;

use authenticator::{Authenticator, text};
use axum::{
    Router,
    http::{Method, header},
};
use liengia_access::{
    AccessEvent, Role, Way, routes,
    testing::{Browser, COMMUNE_PLACE, HOUSEHOLDS, House, NEIGHBOURS, START, on_both, person},
};
use liengia_http::testing::Answer;
use liengia_journal::{Commit, Draft, testing::context};
use serde_json::json;
use std::time::Duration;

fn router(house: &House) -> Router {
    house.serve(routes(&house.access))
}

async fn register(browser: &mut Browser, authenticator: &mut Authenticator) -> Answer {
    let asked = browser.post("/api/passkeys/registration", &json!({})).await.json();
    let credential = authenticator.make(&asked["options"]);
    browser
        .post("/api/passkeys", &json!({ "id": asked["id"], "label": "điện thoại", "credential": credential }))
        .await
}

async fn sign_in(browser: &mut Browser, authenticator: &mut Authenticator) -> Answer {
    let asked = browser.post("/api/passkeys/challenge", &json!({})).await.json();
    let credential = authenticator.answer(&asked["options"]);
    browser.post("/api/passkeys/sign-in", &json!({ "id": asked["id"], "credential": credential })).await
}

#[tokio::test]
async fn a_passkey_opens_the_account_for_which_it_was_made() {
    on_both(&[], async |house| {
        let router = router(&house);
        for mut passkey in [Authenticator::es256(), Authenticator::eddsa()] {
            passkey.id = passkey.cose()[10..26].to_vec();
            let mut clerk = house.as_role(&router, Role::Clerk).await;
            let added = register(&mut clerk, &mut passkey).await;
            assert_eq!(added.status, 201, "{:?}", added.json());
            let mut elsewhere = house.browser(&router);
            let opened = sign_in(&mut elsewhere, &mut passkey).await;
            assert_eq!(opened.status, 200, "{:?}", opened.json());
            assert_eq!(
                (opened.json()["way"].as_str(), opened.json()["person"].clone()),
                (Some("passkey"), json!(person(Role::Clerk)))
            );
            let id = added.json()["id"].as_str().unwrap().to_owned();
            assert_eq!(clerk.delete(&format!("/api/passkeys/{id}"), None).await.status, 204);
            assert_eq!(elsewhere.get("/api/session").await.code(), "signed_out", "it is out where it let in");
            assert_eq!(clerk.get("/api/session").await.status, 200);
            assert_eq!(clerk.delete(&format!("/api/passkeys/{id}"), None).await.code(), "no_such_passkey");
            assert_eq!(sign_in(&mut house.browser(&router), &mut passkey).await.code(), "wrong_sign_in");
        }
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_joined_changes_nothing_that_opens_more_than_it_bears() {
    on_both(&[], async |house| {
        let router = router(&house);
        for role in [Role::DutyOfficer, Role::Administrator] {
            // The phone joined a household as this person, or somebody did in their name.
            let mut phone = house.browser_of(&router, person(role), Way::Join).await;
            let mut desk = house.as_role(&router, role).await;
            let mut key = Authenticator::es256();
            key.id = vec![role as u8; 20];
            let grant = AccessEvent::RoleGranted {
                person: person(role),
                role: Role::HouseholdMember,
                scope: HOUSEHOLDS[0].into(),
            };
            let commit = Commit::new(context(START.as_seconds()), vec![Draft::of(&grant)]);
            house.access.caught_up(house.journal.commit(commit).await.unwrap().seq).await;

            let ask = json!({});
            assert_eq!(phone.post("/api/passkeys/registration", &ask).await.code(), "sign_in_first");
            // A question that the desk was asked does not help the phone either.
            let asked = desk.post("/api/passkeys/registration", &ask).await.json();
            let made = key.make(&asked["options"]);
            let body = json!({ "id": asked["id"], "label": "x", "credential": made });
            assert_eq!(phone.post("/api/passkeys", &body).await.code(), "sign_in_first");
            let id = register(&mut desk, &mut key).await.json()["id"].as_str().unwrap().to_owned();
            let path = format!("/api/passkeys/{id}");
            assert_eq!(phone.delete(&path, None).await.code(), "sign_in_first");
            let password = json!({ "password": "mèo nhà tôi ngủ cả ngày" });
            assert_eq!(phone.put("/api/password", &password).await.code(), "sign_in_first");

            // Once its owner signed in on it, it may.
            assert_eq!(sign_in(&mut phone, &mut key).await.status, 200);
            assert_eq!(phone.delete(&path, None).await.status, 204);
        }
        let mut resident = house.as_role(&router, Role::HouseholdMember).await;
        let added = register(&mut resident, &mut Authenticator::es256()).await;
        assert_eq!(added.status, 201, "a resident's phone may still: {:?}", added.json());
    })
    .await;
}

#[tokio::test]
async fn whoever_signs_in_ever_so_often_ends_no_phone_that_joined() {
    on_both(&[], async |house| {
        let router = router(&house);
        let member = person(Role::HouseholdMember);
        let mut pocket = house.browser_of(&router, member, Way::Join).await;
        let mut phone = house.browser_of(&router, member, Way::Join).await;
        let mut key = Authenticator::es256();
        assert_eq!(register(&mut phone, &mut key).await.status, 201);
        let mut browsers = Vec::new();
        for _ in 0..21 {
            house.clock.advance(Duration::from_secs(1));
            browsers.push(house.browser(&router));
            assert_eq!(sign_in(browsers.last_mut().unwrap(), &mut key).await.status, 200);
        }
        assert_eq!(browsers[0].get("/api/session").await.code(), "signed_out", "the first makes room");
        assert_eq!(browsers[1].get("/api/session").await.status, 200);
        house.clock.advance(Duration::from_mins(2));
        assert_eq!(pocket.get("/api/session").await.status, 200, "the phone stays");

        for _ in 0..19 {
            house.browser_of(&router, member, Way::Join).await;
        }
        assert_eq!(phone.get("/api/session").await.code(), "signed_out", "a phone makes room for a phone");
        assert_eq!(pocket.get("/api/session").await.status, 200, "it was used later");
        assert_eq!(browsers[1].get("/api/session").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_joined_removes_a_passkey_and_puts_nobody_out() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut phone = house.as_role(&router, Role::HouseholdMember).await;
        let (mut one, mut other) = (Authenticator::es256(), Authenticator::eddsa());
        other.id = b"another".to_vec();
        let mut ids = Vec::new();
        for key in [&mut one, &mut other] {
            let added = register(&mut phone, key).await;
            assert_eq!(added.status, 201, "{:?}", added.json());
            ids.push(added.json()["id"].as_str().unwrap().to_owned());
        }
        let (mut owner, mut elsewhere) = (house.browser(&router), house.browser(&router));
        for browser in [&mut owner, &mut elsewhere] {
            assert_eq!(sign_in(browser, &mut one).await.status, 200);
        }
        assert_eq!(phone.delete(&format!("/api/passkeys/{}", ids[0]), None).await.status, 204);
        assert_eq!(owner.get("/api/session").await.status, 200, "what was open stays open");
        assert_eq!(owner.delete(&format!("/api/passkeys/{}", ids[1]), None).await.status, 204);
        assert_eq!(owner.get("/api/session").await.status, 200);
        assert_eq!(elsewhere.get("/api/session").await.code(), "signed_out", "who bears all ends the others");
        assert_eq!(phone.get("/api/session").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_passkey_made_before_somebody_became_staff_opens_nothing_any_more() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let commune = json!({ "kind": "commune", "id": COMMUNE_PLACE });
        let clerk = json!({ "role": "clerk", "scope": commune });
        // As a role for an account that is there, and as a login with roles for somebody who joined by a code.
        for (n, who) in [NEIGHBOURS[0], NEIGHBOURS[1]].into_iter().enumerate() {
            let mut phone = house.browser_of(&router, who, Way::Join).await;
            let mut raised = house.browser_of(&router, who, Way::Join).await;
            let mut key = Authenticator::es256();
            key.id = vec![u8::try_from(n).unwrap(); 20];
            assert_eq!(register(&mut phone, &mut key).await.status, 201);
            let mut before = house.browser(&router);
            assert_eq!(sign_in(&mut before, &mut key).await.status, 200);
            assert_eq!(sign_in(&mut raised, &mut key).await.status, 200);

            let account = house.access.account_of(who).unwrap();
            let given = if n == 0 {
                admin.post(&format!("/api/accounts/{account}/roles"), &clerk).await
            } else {
                let body = json!({ "person": who, "login": "tuan.1975", "roles": [clerk] });
                admin.post("/api/accounts", &body).await
            };
            assert!(given.status.is_success(), "{:?}", given.json());

            assert_eq!(before.get("/api/session").await.code(), "signed_out");
            assert_eq!(sign_in(&mut house.browser(&router), &mut key).await.code(), "wrong_sign_in");
            let ask = json!({});
            for phone in [&mut phone, &mut raised] {
                assert_eq!(phone.get("/api/session").await.status, 200, "the household's phone stays");
                assert_eq!(phone.post("/api/passkeys/registration", &ask).await.code(), "sign_in_first");
            }

            let link = admin.post(&format!("/api/accounts/{account}/link"), &json!({})).await.json();
            let code = link["url"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
            let mut desk = house.browser(&router);
            assert_eq!(desk.post("/api/welcome", &json!({ "code": code })).await.status, 200);
            assert_eq!(register(&mut desk, &mut key).await.status, 201, "enrolled as what they are now");
            assert_eq!(sign_in(&mut house.browser(&router), &mut key).await.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn the_question_asks_for_what_is_checked() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let asked = clerk.post("/api/passkeys/registration", &json!({})).await.json();
        let options = &asked["options"];
        assert_eq!(
            (options["rp"]["id"].as_str(), options["attestation"].as_str()),
            (Some("localhost"), Some("none"))
        );
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        register(&mut clerk, &mut Authenticator::es256()).await;
        let again = clerk.post("/api/passkeys/registration", &json!({})).await.json();
        assert_eq!(again["options"]["excludeCredentials"][0]["id"], text(b"credential one"));
        // A stranger's question says nothing about anybody.
        let question = house.browser(&router).post("/api/passkeys/challenge", &json!({})).await.json();
        assert_eq!(question["options"]["allowCredentials"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn whatever_is_bent_does_not_open_it() {
    type Bend = fn(&mut Authenticator);
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let bends: [(&str, Bend, &str); 8] = [
            ("another origin", |key| key.origin = "http://evil.example", "passkey_refused"),
            ("another port", |key| key.origin = "http://localhost:9090", "passkey_refused"),
            ("inside another page", |key| key.cross_origin = true, "passkey_refused"),
            ("another host", |key| key.host = "evil.example", "passkey_refused"),
            ("nobody was verified", |key| key.flags = 0x01, "passkey_refused"),
            ("nobody was there", |key| key.flags = 0x04, "passkey_refused"),
            ("another owner", |key| key.owner = person(Role::Auditor).as_bytes().to_vec(), "wrong_sign_in"),
            ("another key", |key| key.key = Authenticator::es256().key, "wrong_sign_in"),
        ];
        for (n, (what, bend, code)) in bends.into_iter().enumerate() {
            let mut key = Authenticator::es256();
            key.id = vec![u8::try_from(n).unwrap(); 20];
            assert_eq!(register(&mut clerk, &mut key).await.status, 201, "{what}");
            assert_eq!(sign_in(&mut house.browser(&router), &mut key).await.status, 200, "{what}");
            bend(&mut key);
            assert_eq!(sign_in(&mut house.browser(&router), &mut key).await.code(), code, "{what}");
            if code == "passkey_refused" {
                let mut bent = Authenticator::es256();
                bend(&mut bent);
                assert_eq!(register(&mut clerk, &mut bent).await.code(), code, "{what}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_copied_passkey_that_counts_backwards_is_refused() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let mut key = Authenticator::es256();
        key.counter = 5;
        register(&mut clerk, &mut key).await;
        for (counter, code) in
            [(6, ""), (6, "wrong_sign_in"), (5, "wrong_sign_in"), (0, "wrong_sign_in"), (7, "")]
        {
            key.counter = counter;
            assert_eq!(sign_in(&mut house.browser(&router), &mut key).await.code(), code, "{counter}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_counts_once_in_time_and_for_its_own_question() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let mut key = Authenticator::es256();
        register(&mut clerk, &mut key).await;
        let mut browser = house.browser(&router);
        let asked = browser.post("/api/passkeys/challenge", &json!({})).await.json();
        let other = browser.post("/api/passkeys/challenge", &json!({})).await.json();
        let late = browser.post("/api/passkeys/challenge", &json!({})).await.json();
        let answer = json!({ "id": asked["id"], "credential": key.answer(&asked["options"]) });
        let crossed = json!({ "id": other["id"], "credential": key.answer(&asked["options"]) });
        assert_eq!(browser.post("/api/passkeys/sign-in", &crossed).await.code(), "passkey_refused");
        assert_eq!(browser.post("/api/passkeys/sign-in", &answer).await.status, 200);
        assert_eq!(browser.post("/api/passkeys/sign-in", &answer).await.code(), "question_gone");
        house.clock.advance(Duration::from_mins(5));
        let late = json!({ "id": late["id"], "credential": key.answer(&late["options"]) });
        assert_eq!(browser.post("/api/passkeys/sign-in", &late).await.code(), "question_gone");

        // A question about a new passkey is for its account alone, and none is a sign-in.
        let mine = clerk.post("/api/passkeys/registration", &json!({})).await.json();
        let mut made = Authenticator::es256();
        made.id = b"credential two".to_vec();
        let body = json!({ "id": mine["id"], "label": "x", "credential": made.make(&mine["options"]) });
        let mut auditor = house.as_role(&router, Role::Auditor).await;
        assert_eq!(auditor.post("/api/passkeys", &body).await.code(), "question_gone");
    })
    .await;
}

#[tokio::test]
async fn broken_messages_are_refused_and_break_nothing() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let good = Authenticator::es256().make(&json!({ "user": { "id": "" }, "challenge": "" }));
        let mut broken = vec![json!(null), json!({}), json!([]), json!("x"), json!({ "rawId": 1 })];
        for (part, value) in [
            ("clientDataJSON", json!("")),
            ("clientDataJSON", json!("!!!")),
            ("clientDataJSON", json!(text(b"{}"))),
            ("clientDataJSON", json!("A".repeat(40_000))),
            ("attestationObject", json!(null)),
            ("attestationObject", json!(text(&[0xbf; 64]))),
            ("attestationObject", json!(text(b"\xa1\x68authData\x41\x00"))),
        ] {
            let mut credential = good.clone();
            credential["response"][part] = value;
            broken.push(credential);
        }
        for credential in broken {
            let asked = clerk.post("/api/passkeys/registration", &json!({})).await.json();
            let body = json!({ "id": asked["id"], "label": "x", "credential": credential });
            let code = clerk.post("/api/passkeys", &body).await.code();
            assert_eq!(code, "passkey_refused", "{credential}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_asked_nothing_in_its_name() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut browser = house.browser(&router);
        let mut request = browser.request(Method::POST, "/api/passkeys/challenge", Some(&json!({})));
        request.headers_mut().insert(header::ORIGIN, "http://evil.example".parse().unwrap());
        assert_eq!(browser.send(request).await.code(), "other_site");
    })
    .await;
}
