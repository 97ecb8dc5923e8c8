//! Codes with which phones join households, on both engines.

use axum::{Router, http::Method};
use liengia_access::{
    AccessEvent, Directory, HomeFound, Named, Names, Role, routes,
    testing::{Browser, COMMUNE_PLACE, HOUSEHOLDS, House, NEIGHBOURS, TEAMS, on_both, person},
};
use liengia_http::testing::Answer;
use liengia_journal::{
    Commit, Draft, QueryError,
    testing::{Engine, context},
};
use liengia_kernel::PersonId;
use serde_json::{Value, json};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

fn router(house: &House) -> Router {
    house.serve(routes(&house.access))
}

async fn invite(browser: &mut Browser, household: usize) -> Value {
    let answer =
        browser.post("/api/invitations", &json!({ "household": HOUSEHOLDS[household], "hours": 2 })).await;
    assert_eq!(answer.status, 201, "{:?}", answer.json());
    answer.json()
}

async fn join(browser: &mut Browser, invitation: &Value) -> Answer {
    browser.post("/api/join", &json!({ "code": invitation["code"], "device_label": "máy của Lan" })).await
}

#[tokio::test]
async fn a_phone_joins_with_a_code_once() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let made = invite(&mut leader, 0).await;
        let url = made["url"].as_str().unwrap();
        assert_eq!(url, format!("http://localhost:8080/join#{}", made["code"].as_str().unwrap()));
        assert!(made["qr_svg"].as_str().unwrap().starts_with("<svg"));
        let mut phone = house.browser(&router);
        let joined = join(&mut phone, &made).await.json();
        assert_eq!(
            (joined["way"].as_str(), joined["household"]["id"].clone()),
            (Some("join"), json!(HOUSEHOLDS[0]))
        );
        assert_eq!(phone.get("/api/session").await.json(), joined);
        let mut second = house.browser(&router);
        let late = join(&mut second, &made).await;
        assert_eq!((late.status.as_u16(), late.code().as_str()), (410, "code_gone"));
        let list = leader.get(&format!("/api/invitations?household={}", HOUSEHOLDS[0])).await.json();
        assert_eq!(list["items"][0]["state"], "used");
        assert!(!list.to_string().contains(made["code"].as_str().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn a_phone_whose_answer_got_lost_asks_again_and_is_in() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let made = invite(&mut leader, 0).await;
        let phone = house.browser(&router);
        let body = json!({ "code": made["code"], "device_label": "máy" });
        let ask = || {
            let mut request = phone.request(Method::POST, "/api/join", Some(&body));
            request
                .headers_mut()
                .insert("idempotency-key", "00000000-0000-7000-8000-00000000abcd".parse().unwrap());
            request
        };
        let (mut lost, mut kept) = (phone.clone(), phone.clone());
        let first = lost.send(ask()).await.json();
        let again = kept.send(ask()).await.json();
        assert_eq!(first["session"], again["session"]);
        assert_eq!(kept.get("/api/session").await.status, 200);
        assert_eq!(lost.get("/api/session").await.code(), "signed_out", "the lost secrets open nothing");
        // Another request, or somebody else's key, is not that phone.
        assert_eq!(join(&mut house.browser(&router), &made).await.code(), "code_gone");
    })
    .await;
}

#[tokio::test]
async fn a_code_is_over_after_its_hours_or_when_it_is_taken_back() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let (late, back) = (invite(&mut leader, 0).await, invite(&mut leader, 0).await);
        let path = format!("/api/invitations/{}", back["id"].as_str().unwrap());
        let mut neighbour = house.browser_of(&router, NEIGHBOURS[0], liengia_access::Way::Join).await;
        assert_eq!(neighbour.delete(&path, None).await.code(), "no_such_invitation");
        assert_eq!(leader.delete(&path, None).await.status, 204);
        assert_eq!(leader.delete(&path, None).await.code(), "code_gone");
        assert_eq!(join(&mut house.browser(&router), &back).await.code(), "code_gone");
        house.clock.advance(Duration::from_hours(2));
        assert_eq!(join(&mut house.browser(&router), &late).await.code(), "code_gone");
        let list = leader.get("/api/invitations").await.json();
        let mut states: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|item| item["state"].to_string()).collect();
        states.sort();
        assert_eq!(states, ["\"expired\"", "\"revoked\""]);
        house.access.tend().await.unwrap();
        let kept = house
            .journal
            .query(liengia_journal::statement!("SELECT invitation FROM access_codes"))
            .await
            .unwrap();
        assert_eq!(kept, Vec::new());
    })
    .await;
}

#[tokio::test]
async fn a_leader_invites_for_their_own_team_and_a_member_for_nobody() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let mut member = house.as_role(&router, Role::HouseholdMember).await;
        invite(&mut leader, 1).await;
        for (browser, home) in [(&mut leader, 3), (&mut member, 0)] {
            let answer = browser.post("/api/invitations", &json!({ "household": HOUSEHOLDS[home] })).await;
            assert_eq!(answer.code(), "not_allowed");
        }
        let mut other = house.as_role(&router, Role::DutyOfficer).await;
        assert_eq!(other.get("/api/invitations").await.json()["items"].as_array().unwrap().len(), 1);
        assert_eq!(member.get("/api/invitations").await.code(), "not_allowed");
        for hours in [0, 337, 70_000] {
            let answer =
                leader.post("/api/invitations", &json!({ "household": HOUSEHOLDS[0], "hours": hours })).await;
            assert_eq!(answer.code(), "wrong_fields", "{hours}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_for_a_person_is_made_for_the_home_where_they_live_alone() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let ask = |home: usize, person: PersonId| json!({ "household": HOUSEHOLDS[home], "person": person });
        let strangers = [
            ("an officer", 0, person(Role::DutyOfficer)),
            ("the administrator", 1, person(Role::Administrator)),
            ("a member of another home of the team", 0, NEIGHBOURS[1]),
            ("a member of another team", 1, NEIGHBOURS[3]),
            ("the leader, in a home that is not theirs", 0, person(Role::TeamLeader)),
            ("nobody at all", 0, PersonId::from_bytes([9; 16])),
        ];
        for (who, home, stranger) in strangers {
            let answer = leader.post("/api/invitations", &ask(home, stranger)).await;
            assert_eq!(answer.code(), "lives_elsewhere", "{who}");
            assert_eq!(answer.json()["fields"][0]["field"], "person", "{who}");
        }
        assert_eq!(leader.get("/api/invitations").await.json()["items"], json!([]));

        let made = leader.post("/api/invitations", &ask(0, NEIGHBOURS[0])).await;
        assert_eq!(made.status, 201, "{:?}", made.json());
        let joined = join(&mut house.browser(&router), &made.json()).await.json();
        assert_eq!(joined["person"], json!(NEIGHBOURS[0]), "{joined}");
    })
    .await;
}

/// Where one person lives, as long as they do.
struct MayMove(Arc<AtomicBool>);

impl Directory for MayMove {
    fn names<'a>(
        &'a self,
        _: &'a [Named],
    ) -> Pin<Box<dyn Future<Output = Result<Names, QueryError>> + Send + 'a>> {
        Box::pin(async { Ok(Names::new()) })
    }

    fn home_of(&self, _: PersonId) -> HomeFound<'_> {
        let home = if self.0.load(Ordering::SeqCst) { HOUSEHOLDS[1] } else { HOUSEHOLDS[0] };
        Box::pin(async move { Ok(Some(home)) })
    }
}

#[tokio::test]
async fn a_code_for_a_person_opens_nothing_once_they_moved_out() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let moved = Arc::new(AtomicBool::new(false));
        let directory = Arc::new(MayMove(moved.clone()));
        let house = House::with(engine, &[], |_| directory).await;
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let body = json!({ "household": HOUSEHOLDS[0], "person": NEIGHBOURS[0] });
        let made = leader.post("/api/invitations", &body).await.json();
        moved.store(true, Ordering::SeqCst);
        assert_eq!(join(&mut house.browser(&router), &made).await.code(), "code_gone");
        moved.store(false, Ordering::SeqCst);
        assert_eq!(join(&mut house.browser(&router), &made).await.status, 200);
    }
}

#[tokio::test]
async fn the_same_request_again_tells_another_code_of_the_same_invitation() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let body = json!({ "household": HOUSEHOLDS[0] });
        let ask = |browser: &Browser, body: &Value| {
            let mut request = browser.request(Method::POST, "/api/invitations", Some(body));
            request
                .headers_mut()
                .insert("idempotency-key", "00000000-0000-7000-8000-00000000abcd".parse().unwrap());
            request
        };
        let request = ask(&leader, &body);
        let first = leader.send(request).await.json();
        let request = ask(&leader, &body);
        let again = leader.send(request).await.json();
        assert_eq!(first["id"], again["id"]);
        assert_ne!(first["code"], again["code"]);
        assert_eq!(join(&mut house.browser(&router), &first).await.code(), "code_gone");
        assert_eq!(join(&mut house.browser(&router), &again).await.status, 200);
        let request = ask(&leader, &json!({ "household": HOUSEHOLDS[1] }));
        assert_eq!(leader.send(request).await.code(), "idempotency_key_reused");
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_joins_a_second_household_belongs_to_both() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut officer = house.as_role(&router, Role::DutyOfficer).await;
        let (one, other) = (invite(&mut officer, 0).await, invite(&mut officer, 3).await);
        let mut phone = house.browser(&router);
        join(&mut phone, &one).await;
        let joined = join(&mut phone, &other).await.json();
        assert_eq!(joined["roles"].as_array().unwrap().len(), 2, "{joined}");
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_joined_by_a_code_sees_and_ends_itself_alone() {
    on_both(&[], async |house| {
        let router = router(&house);
        // A member, so that the phone bears a role, who also got in by a password.
        let one = NEIGHBOURS[0];
        let mut desk = house.browser_of(&router, one, liengia_access::Way::Password).await;
        let mut phone = house.browser_of(&router, one, liengia_access::Way::Join).await;
        let desk_session = desk.get("/api/session").await.json()["session"].clone();
        let own = phone.get("/api/session").await.json()["session"].clone();
        let seen = phone.get("/api/sessions").await.json();
        assert_eq!((seen["items"].as_array().unwrap().len(), &seen["items"][0]["id"]), (1, &own));
        let path = |id: &Value| format!("/api/sessions/{}", id.as_str().unwrap());
        assert_eq!(phone.delete(&path(&desk_session), None).await.code(), "no_such_session");
        assert_eq!(desk.get("/api/session").await.status, 200);
        assert_eq!(desk.get("/api/sessions").await.json()["items"].as_array().unwrap().len(), 2);
        assert_eq!(phone.delete(&path(&own), None).await.status, 204);
        assert_eq!(phone.get("/api/session").await.code(), "signed_out");
    })
    .await;
}

#[tokio::test]
async fn a_landlord_cannot_cut_a_tenant_off() {
    on_both(&[], async |house| {
        let router = router(&house);
        // Both are members of household 1.
        let mut landlord = house.as_role(&router, Role::HouseholdMember).await;
        let mut tenant = house.browser_of(&router, NEIGHBOURS[0], liengia_access::Way::Join).await;
        let session = tenant.get("/api/session").await.json();
        let path = format!("/api/sessions/{}", session["session"].as_str().unwrap());
        assert_eq!(landlord.delete(&path, None).await.code(), "no_such_session");
        let list = format!("/api/sessions?account={}", session["account"].as_str().unwrap());
        assert_eq!(landlord.get(&list).await.code(), "not_allowed");
        let mine = landlord.get("/api/session").await.json();
        assert_ne!(mine["person"], session["person"]);
        let account = session["account"].as_str().unwrap();
        let role = format!("/api/accounts/{account}/roles/household_member/household/{}", HOUSEHOLDS[0]);
        assert_eq!(landlord.delete(&role, None).await.code(), "not_allowed");
        assert_eq!(landlord.delete(&format!("/api/accounts/{account}"), None).await.code(), "not_allowed");
        assert_eq!(tenant.get("/api/session").await.status, 200);
        assert_eq!(house.access.person_of(account.parse().unwrap()), Some(NEIGHBOURS[0]));
        assert_ne!(NEIGHBOURS[0], person(Role::HouseholdMember));
    })
    .await;
}

#[tokio::test]
async fn a_lost_phone_is_ended_by_whoever_leads_the_team_or_sits_at_the_desk_and_by_nobody_who_lives_there() {
    on_both(&[], async |house| {
        let router = router(&house);
        let home = |n: usize| format!("/api/households/{}/phones", HOUSEHOLDS[n]);
        let mut lost = house.browser_of(&router, NEIGHBOURS[1], liengia_access::Way::Join).await;
        let mut kept = house.browser_of(&router, NEIGHBOURS[1], liengia_access::Way::Join).await;
        // A browser that is no phone of the home stays out of it.
        let mut desk = house.browser_of(&router, NEIGHBOURS[1], liengia_access::Way::Password).await;
        let own = lost.get("/api/session").await.json()["session"].clone();
        let path = format!("{}/{}", home(1), own.as_str().unwrap());
        for role in [Role::HouseholdMember, Role::Mediator, Role::Clerk, Role::Analyst, Role::Auditor] {
            let mut other = house.as_role(&router, role).await;
            assert_eq!(other.get(&home(1)).await.code(), "not_allowed", "{role}");
            assert_eq!(other.delete(&path, None).await.code(), "not_allowed", "{role}");
        }
        let mut leader = house.as_role(&router, Role::TeamLeader).await;
        let listed = leader.get(&home(1)).await.json();
        let ids: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|phone| &phone["id"]).collect();
        assert_eq!((ids.len(), ids.contains(&&own)), (2, true), "{listed}");
        assert_eq!(
            leader.get(&format!("{}?limit=1", home(1))).await.json()["items"].as_array().unwrap().len(),
            1
        );
        assert_eq!(leader.get(&home(3)).await.code(), "not_allowed", "a home of another team");
        // The phone is one of that home, not of the one next to it.
        let beside = format!("{}/{}", home(0), own.as_str().unwrap());
        assert_eq!(leader.delete(&beside, None).await.code(), "no_such_session");
        assert_eq!(leader.delete(&path, None).await.status, 204);
        assert_eq!(lost.get("/api/session").await.code(), "signed_out");
        for stays in [&mut kept, &mut desk] {
            assert_eq!(stays.get("/api/session").await.status, 200);
        }
        assert_eq!(leader.delete(&path, None).await.code(), "no_such_session");

        // Who leads the team and lives there is a landlord as good as any, whether they joined or stand in the register.
        let granted = |person, role, scope| AccessEvent::RoleGranted { person, role, scope };
        let revoked = |person, role, scope| AccessEvent::RoleRevoked { person, role, scope };
        let (deputy, registered) = (person(Role::TeamDeputy), NEIGHBOURS[2]);
        tell(&house, granted(deputy, Role::HouseholdMember, HOUSEHOLDS[1].into())).await;
        tell(&house, revoked(registered, Role::HouseholdMember, HOUSEHOLDS[2].into())).await;
        tell(&house, granted(registered, Role::TeamLeader, TEAMS[1].into())).await;
        let mut deputy = house.as_role(&router, Role::TeamDeputy).await;
        assert_eq!(deputy.get(&home(1)).await.code(), "not_allowed");
        assert_eq!(deputy.get(&home(0)).await.status, 200);
        let mut registered = house.browser_of(&router, registered, liengia_access::Way::Password).await;
        assert_eq!(registered.get(&home(2)).await.code(), "not_allowed");

        // The phone of somebody who also sits at the desk is no leader's to end.
        tell(&house, granted(NEIGHBOURS[1], Role::DutyOfficer, COMMUNE_PLACE.into())).await;
        let still = kept.get("/api/session").await.json()["session"].clone();
        let still = format!("{}/{}", home(1), still.as_str().unwrap());
        assert_eq!(leader.delete(&still, None).await.code(), "not_allowed");
        let mut officer = house.as_role(&router, Role::DutyOfficer).await;
        assert_eq!(officer.delete(&still, None).await.status, 204);
        assert_eq!(kept.get("/api/session").await.code(), "signed_out");
    })
    .await;
}

async fn tell(house: &House, event: AccessEvent) {
    let commit = Commit::new(context(house.access.now().as_seconds()), vec![Draft::of(&event)]);
    let receipt = house.journal.commit(commit).await.expect("an entry is written");
    house.access.caught_up(receipt.seq).await;
}

#[tokio::test]
async fn codes_that_open_nothing_are_slowed() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut guesser = house.browser(&router);
        let mut last = String::new();
        for n in 0..60 {
            let code = format!("{n:022}");
            last = guesser.post("/api/join", &json!({ "code": code, "device_label": "" })).await.code();
        }
        assert_eq!(last, "too_many_tries");
    })
    .await;
}
