//! Accounts and roles, from outside, on both engines.

use axum::{Router, http::Method};
use liengia_access::{
    Columns, Role, Scope, Target, Way, Where, routes,
    testing::{Browser, COMMUNE_PLACE, HOUSEHOLDS, House, NEIGHBOURS, TEAMS, VILLAGES, on_both, person},
};
use liengia_journal::{Statement, Value};
use serde_json::{Value as Json, json};

const PASSWORD: &str = "mèo nhà tôi ngủ cả ngày";

fn router(house: &House) -> Router {
    house.serve(routes(&house.access))
}

fn new(login: &str, role: &str, kind: &str, id: impl std::fmt::Display) -> Json {
    let role = json!({ "role": role, "scope": { "kind": kind, "id": id.to_string() } });
    json!({ "name": "Phạm Thu", "login": login, "roles": [role] })
}

#[tokio::test]
async fn an_account_begins_with_a_link_and_never_with_a_password() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let made = admin.post("/api/accounts", &new("thu", "clerk", "village", VILLAGES[0])).await;
        assert_eq!(made.status, 201, "{:?}", made.json());
        let made = made.json();
        assert_eq!(
            (made["account"]["has_password"].clone(), made["account"]["name"].as_str()),
            (json!(false), Some("Phạm Thu"))
        );
        assert_eq!(
            made["account"]["roles"][0]["scope"],
            json!({ "kind": "village", "id": VILLAGES[0], "name": "Thôn Đông" })
        );
        let signing = json!({ "login": "thu", "password": "" });
        assert_eq!(house.browser(&router).post("/api/sign-in", &signing).await.code(), "wrong_sign_in");
        let mut owner = house.browser(&router);
        let welcome = json!({ "code": made["link"]["code"], "password": PASSWORD });
        let weak = json!({ "code": made["link"]["code"], "password": "thu" });
        assert_eq!(owner.post("/api/welcome", &weak).await.code(), "weak_password");
        assert_eq!(owner.post("/api/welcome", &welcome).await.status, 200);
        assert_eq!(owner.post("/api/welcome", &welcome).await.code(), "code_gone");
        assert_eq!(
            admin.post("/api/accounts", &new("THU", "clerk", "commune", COMMUNE_PLACE)).await.code(),
            "login_taken"
        );
    })
    .await;
}

#[tokio::test]
async fn an_officer_whose_first_answer_got_lost_asks_again_and_is_in() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let made = admin.post("/api/accounts", &new("thu", "clerk", "village", VILLAGES[0])).await.json();
        let mut lost = house.browser(&router);
        let mut kept = lost.clone();
        let keyed = |browser: &Browser, key: &str, password: &str| {
            let body = json!({ "code": made["link"]["code"], "password": password });
            let mut request = browser.request(Method::POST, "/api/welcome", Some(&body));
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
            request
        };
        let (key, other) = ("00000000-0000-7000-8000-00000000abcd", "00000000-0000-7000-8000-00000000abce");
        let first = lost.send(keyed(&lost, key, PASSWORD)).await;
        assert_eq!(first.status, 200, "{}", first.json());
        let again = kept.send(keyed(&kept, key, PASSWORD)).await;
        assert_eq!(again.status, 200, "{}", again.json());
        assert_eq!(first.json()["session"], again.json()["session"]);
        assert_eq!(kept.get("/api/session").await.status, 200);
        assert_eq!(lost.get("/api/session").await.code(), "signed_out", "the lost secrets open nothing");
        let mut thief = house.browser(&router);
        assert_eq!(thief.send(keyed(&thief, other, PASSWORD)).await.code(), "code_gone");
        let differs = thief.send(keyed(&thief, key, "một mật khẩu khác hẳn")).await;
        assert_eq!(differs.code(), "idempotency_key_reused");
    })
    .await;
}

#[tokio::test]
async fn two_who_want_the_same_login_at_once_do_not_both_get_it() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let admin = house.as_role(&router, Role::Administrator).await;
        let body = new("thu", "clerk", "commune", COMMUNE_PLACE);
        let (mut one, mut other) = (admin.clone(), admin.clone());
        let (one, other) = tokio::join!(one.post("/api/accounts", &body), other.post("/api/accounts", &body));
        let mut codes = [one.code(), other.code()];
        codes.sort();
        assert_eq!(codes, ["", "login_taken"]);
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_and_taken_within_reach_and_never_to_oneself() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let me = admin.get("/api/session").await.json();
        let mine = format!("/api/accounts/{}/roles", me["account"].as_str().unwrap());
        let scope = json!({ "kind": "commune", "id": COMMUNE_PLACE });
        let ask = |role: &str| json!({ "role": role, "scope": scope });
        assert_eq!(admin.post(&mine, &ask("duty_officer")).await.code(), "own_roles");
        let own = format!("{mine}/administrator/commune/{COMMUNE_PLACE}");
        assert_eq!(admin.delete(&own, None).await.code(), "own_roles");

        let made = admin.post("/api/accounts", &new("thu", "clerk", "commune", COMMUNE_PLACE)).await.json();
        let roles = format!("/api/accounts/{}/roles", made["account"]["id"].as_str().unwrap());
        assert_eq!(admin.post(&roles, &ask("household_member")).await.code(), "wrong_role");
        assert_eq!(admin.post(&roles, &ask("auditor")).await.code(), "auditor_apart");
        assert_eq!(admin.post(&roles, &ask("king")).await.code(), "wrong_fields");
        let given = admin.post(&roles, &ask("duty_officer")).await.json();
        assert_eq!(given["roles"].as_array().unwrap().len(), 2);
        let mut officer = house.browser(&router);
        officer.post("/api/welcome", &json!({ "code": made["link"]["code"], "password": PASSWORD })).await;
        assert_eq!(officer.get("/api/accounts").await.code(), "not_allowed");
        for role in ["clerk", "duty_officer"] {
            assert_eq!(officer.get("/api/session").await.status, 200);
            let path = format!("{roles}/{role}/commune/{COMMUNE_PLACE}");
            assert_eq!(admin.delete(&path, None).await.status, 200, "{role}");
        }
        assert_eq!(
            officer.get("/api/session").await.code(),
            "signed_out",
            "with the last role the sessions end"
        );
        let path = format!("{roles}/clerk/commune/{COMMUNE_PLACE}");
        assert_eq!(admin.delete(&path, None).await.code(), "wrong_role");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_of_a_village_does_not_reach_the_commune() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let made =
            admin.post("/api/accounts", &new("nho", "administrator", "village", VILLAGES[0])).await.json();
        let mut small = house.browser(&router);
        small.post("/api/welcome", &json!({ "code": made["link"]["code"], "password": PASSWORD })).await;
        let refused =
            small.post("/api/accounts", &new("lon", "administrator", "commune", COMMUNE_PLACE)).await;
        assert_eq!(refused.code(), "not_allowed");
        assert_eq!(
            small.post("/api/accounts", &new("beo", "clerk", "village", VILLAGES[0])).await.status,
            201
        );
        // A link would be a way into all that the commune's clerk is.
        house.as_role(&router, Role::Clerk).await;
        let clerk = house.access.account_of(person(Role::Clerk)).unwrap();
        assert_eq!(
            small.post(&format!("/api/accounts/{clerk}/link"), &json!({})).await.code(),
            "not_allowed"
        );
        assert_eq!(small.delete(&format!("/api/accounts/{clerk}"), None).await.code(), "not_allowed");
        let mut taken_over = new("nho2", "clerk", "village", VILLAGES[0]);
        taken_over["person"] = json!(person(Role::Clerk));
        assert_eq!(small.post("/api/accounts", &taken_over).await.code(), "not_allowed");
        let list = small.get("/api/accounts").await.json();
        let items = list["items"].as_array().unwrap();
        let logins: std::collections::BTreeSet<_> =
            items.iter().filter_map(|item| item["login"].as_str()).collect();
        assert_eq!(logins, ["beo", "nho"].into());
    })
    .await;
}

#[tokio::test]
async fn an_account_goes_with_its_sessions_and_the_last_administrator_stays() {
    on_both(&[], async |house| {
        let router = router(&house);
        let mut admin = house.as_role(&router, Role::Administrator).await;
        let me = admin.get("/api/session").await.json();
        let own = format!("/api/accounts/{}", me["account"].as_str().unwrap());
        assert_eq!(admin.delete(&own, None).await.code(), "own_roles");
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let account = house.access.account_of(person(Role::Clerk)).unwrap();
        assert_eq!(admin.delete(&format!("/api/accounts/{account}"), None).await.status, 204);
        assert_eq!(clerk.get("/api/session").await.code(), "signed_out");
        assert_eq!(house.access.grants_of(person(Role::Clerk)), []);
        assert_eq!(admin.delete(&format!("/api/accounts/{account}"), None).await.code(), "no_such_account");
    })
    .await;
}

#[tokio::test]
async fn two_administrators_who_take_each_others_role_at_once_leave_one() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        let mut one = house.as_role(&router, Role::Administrator).await;
        let made =
            one.post("/api/accounts", &new("hai", "administrator", "commune", COMMUNE_PLACE)).await.json();
        let mut two = house.browser(&router);
        let link = json!({ "code": made["link"]["code"], "password": PASSWORD });
        assert_eq!(two.post("/api/welcome", &link).await.status, 200);
        let (first, second) = (one.get("/api/session").await.json(), two.get("/api/session").await.json());
        let role = |session: &Json| {
            let account = session["account"].as_str().unwrap();
            format!("/api/accounts/{account}/roles/administrator/commune/{COMMUNE_PLACE}")
        };
        let (takes_second, takes_first) = (role(&second), role(&first));
        let (a, b) = tokio::join!(one.delete(&takes_second, None), two.delete(&takes_first, None));
        let done = [&a, &b].iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{:?} {:?}", a.json(), b.json());
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_a_page_at_a_time() {
    on_both(&[], async |house: House| {
        let router = router(&house);
        for who in NEIGHBOURS {
            house.browser_of(&router, who, Way::Join).await;
        }
        let mut auditor = house.as_role(&router, Role::Auditor).await;
        let first = auditor.get("/api/accounts?limit=3").await.json();
        let second = auditor
            .get(&format!("/api/accounts?limit=3&after={}", first["next"].as_str().unwrap()))
            .await
            .json();
        assert_eq!(first["items"].as_array().unwrap().len() + second["items"].as_array().unwrap().len(), 5);
        assert_eq!(second["next"], Json::Null);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_narrowed_in_the_database_as_it_is_in_memory() {
    on_both(&[], async |house| {
        let wheres = [
            vec![],
            vec![Scope::Place(COMMUNE_PLACE)],
            vec![Scope::Place(VILLAGES[1])],
            vec![Scope::Team(TEAMS[0])],
            vec![Scope::Household(HOUSEHOLDS[2]), Scope::Team(TEAMS[0])],
        ];
        for nodes in wheres {
            let within = Where { nodes: nodes.iter().copied().collect(), ..Where::default() };
            let columns = Columns { commune: "h.commune", place: Some("h.place"), team: Some("h.team"), household: Some("h.household") };
            for columns in [columns, Columns { place: None, team: None, ..columns }] {
                let mut values = vec![Value::from(house.journal.commune())];
                let condition = within.condition(&columns, &mut values);
                let sql = format!("SELECT h.household FROM access_households h WHERE h.commune = $1 AND {condition} ORDER BY h.household");
                let rows = house.journal.query(Statement::new(sql, values)).await.unwrap();
                let found: Vec<liengia_kernel::HouseholdId> = rows.iter().map(|row| row.parse(0).unwrap()).collect();
                let expected: Vec<_> = HOUSEHOLDS
                    .into_iter()
                    .filter(|home| nodes.iter().any(|node| house.access.tree(|tree| tree.within(*node, (*home).into()))))
                    .collect();
                assert_eq!(found, expected, "{nodes:?}");
            }
        }
        assert_eq!(Target::household(HOUSEHOLDS[0]), Target::node(HOUSEHOLDS[0].into()));
    })
    .await;
}

#[tokio::test]
async fn a_place_that_moves_takes_what_stands_in_it_along() {
    use liengia_access::{AccessEvent, PlaceKind};
    use liengia_journal::{Commit, Draft, statement, testing::context};
    on_both(&[], async |house| {
        let [one, two] = [51, 52].map(|n| liengia_kernel::PlaceId::from_bytes([n; 16]));
        let add = |place, parent| AccessEvent::PlaceAdded {
            place,
            parent: Some(parent),
            place_kind: PlaceKind::Cluster,
            name: "Ngõ".into(),
        };
        let events = [
            add(one, VILLAGES[0]),
            add(two, one),
            AccessEvent::PlaceMoved { place: one, parent: Some(VILLAGES[1]) },
        ];
        let drafts = events.iter().map(Draft::of).collect();
        let receipt = house.journal.commit(Commit::new(context(1), drafts)).await.unwrap();
        house.access.caught_up(receipt.seq).await;
        let rows = house
            .journal
            .query(statement!("SELECT above FROM access_above WHERE place = $1 ORDER BY above", two))
            .await
            .unwrap();
        let above: Vec<liengia_kernel::PlaceId> = rows.iter().map(|row| row.parse(0).unwrap()).collect();
        assert_eq!(above, [COMMUNE_PLACE, VILLAGES[1], one, two]);
        assert!(house.access.tree(|tree| tree.within(VILLAGES[1].into(), two.into())));
        assert!(!house.access.tree(|tree| tree.within(VILLAGES[0].into(), two.into())));
    })
    .await;
}
