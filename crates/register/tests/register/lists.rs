//! What lists leave out for whom: people behind a search, notes of homes, leaders' names, places elsewhere; and how a place
//! is corrected.

use liengia_access::{
    AccessEvent, PlaceKind, Role,
    testing::{Browser, COMMUNE_PLACE, HOUSEHOLDS, House, TEAMS, VILLAGES, on_both, person},
};
use liengia_journal::{Commit, Draft, testing::context};
use liengia_kernel::{PersonId, Pii, PlaceId, SeededEntropy};
use liengia_register::{
    NewHome, NewPerson, NewTeam, Register,
    api::{Api, routes},
    event::MemberKind,
    rules::{HouseholdParticulars, PersonParticulars},
    views::PART,
};
use serde_json::{Value, json};
use std::sync::Arc;

const LEADER: PersonId = PersonId::from_bytes([131; 16]);
const ELSEWHERE: [PlaceId; 2] = [PlaceId::from_bytes([91; 16]), PlaceId::from_bytes([92; 16])];

/// A home of one person, who leads the team; a commune that has nothing to do with it.
async fn village(house: &House) -> axum::Router {
    let register = Register { journal: house.journal.clone(), entropy: Arc::new(SeededEntropy::new(5)) };
    let now = context(house.access.now().as_seconds());
    let pii = |text: &str| Pii::new(text.to_owned());
    let particulars = PersonParticulars {
        name: pii("Vũ Thị Hồng"),
        phone: pii("0912 345 678"),
        born: None,
        adult: true,
        tenant: false,
        can_respond: false,
        trained: Vec::new(),
    };
    let home = HouseholdParticulars {
        member: MemberKind::Home,
        place: VILLAGES[0],
        label: pii("Nhà cuối ngõ"),
        how_to_find: pii("sau chùa"),
        floor_notes: pii("bình ga ở bếp"),
        position: None,
        occupants: None,
    };
    let people = vec![NewPerson { person: LEADER, particulars, help: None }];
    let home = NewHome { household: HOUSEHOLDS[0], particulars: home, team: Some(TEAMS[0]), people };
    let team = NewTeam {
        team: TEAMS[0],
        place: VILLAGES[0],
        name: "Tổ 1".into(),
        leader: Some(LEADER),
        deputy: None,
        neighbours: Vec::new(),
    };
    house.journal.commit(register.load_teams(&now, &[team]).unwrap()).await.unwrap();
    house.journal.commit(register.load_homes(&now, vec![home]).unwrap()).await.unwrap();
    let place = |place, parent, place_kind, name: &str| {
        Draft::of(&AccessEvent::PlaceAdded { place, parent, place_kind, name: name.into() })
    };
    let elsewhere = vec![
        place(ELSEWHERE[0], None, PlaceKind::Commune, "Xã khác"),
        place(ELSEWHERE[1], Some(ELSEWHERE[0]), PlaceKind::Village, "Thôn khác"),
    ];
    let receipt = house.journal.commit(Commit::new(now, elsewhere)).await.unwrap();
    house.access.caught_up(receipt.seq).await;
    house.serve(routes().with_state(Api { register, access: house.access.clone() }))
}

async fn items(browser: &mut Browser, path: &str) -> Vec<Value> {
    let answer = browser.get(path).await.json();
    answer["items"].as_array().unwrap_or_else(|| panic!("{path}: {answer}")).clone()
}

#[tokio::test]
async fn whoever_may_not_read_about_people_does_not_find_them_by_a_guess_either() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        let found = async |role: Role, search: &str| {
            let mut browser = house.as_role(&router, role).await;
            items(&mut browser, &format!("/api/households?search={search}")).await.len()
        };
        for role in [Role::TeamLeader, Role::DutyOfficer, Role::Clerk, Role::Auditor] {
            assert_eq!((found(role, "hong").await, found(role, "5678").await), (1, 1), "{role}");
        }
        let analyst = Role::Analyst;
        assert_eq!((found(analyst, "hong").await, found(analyst, "5678").await), (0, 0));
        assert_eq!(found(analyst, "cuoi%20ngo").await, 1, "by its label it is");
    })
    .await;
}

#[tokio::test]
async fn the_list_of_homes_holds_no_notes_and_an_analyst_reads_no_leaders_name() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        let mut analyst = house.as_role(&router, Role::Analyst).await;
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        for browser in [&mut analyst, &mut clerk] {
            let homes = Value::from(items(browser, "/api/households").await).to_string();
            assert!(homes.contains("cuối ngõ"), "{homes}");
            for note in ["sau chùa", "bình ga"] {
                assert!(!homes.contains(note), "{homes}");
            }
        }
        let team = format!("/api/teams/{}", TEAMS[0]);
        for (browser, name) in [(&mut analyst, Value::Null), (&mut clerk, json!("Vũ Thị Hồng"))] {
            assert_eq!(items(browser, "/api/teams").await[0]["leader"]["name"], name);
            assert_eq!(browser.get(&team).await.json()["leader"]["name"], name);
        }
        let mut member =
            house.browser_of(&router, person(Role::HouseholdMember), liengia_access::Way::Join).await;
        assert_eq!(
            member.get(&team).await.json()["leader"]["name"],
            "Vũ Thị Hồng",
            "neighbours know their leader"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_noted_of_floors_is_read_by_the_home_who_leads_it_the_desk_and_who_keeps_the_register() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        for (role, notes) in [
            (Role::HouseholdMember, "bình ga ở bếp"),
            (Role::TeamLeader, "bình ga ở bếp"),
            (Role::DutyOfficer, "bình ga ở bếp"),
            (Role::Clerk, "bình ga ở bếp"),
            (Role::Administrator, ""),
            (Role::Auditor, ""),
        ] {
            let mut browser = house.as_role(&router, role).await;
            let home = browser.get(&format!("/api/households/{}", HOUSEHOLDS[0])).await.json();
            assert_eq!(
                (&home["floor_notes"], &home["how_to_find"]),
                (&json!(notes), &json!("sau chùa")),
                "{role}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn places_are_read_as_far_as_the_role_reaches_and_no_further() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        for role in [Role::HouseholdMember, Role::Clerk] {
            let mut browser = house.as_role(&router, role).await;
            let places = items(&mut browser, "/api/places").await;
            let there = |id: PlaceId| places.iter().any(|place| place["id"] == json!(id));
            assert!(there(COMMUNE_PLACE) && there(VILLAGES[0]) && there(VILLAGES[1]), "{role}: {places:?}");
            assert!(!there(ELSEWHERE[0]) && !there(ELSEWHERE[1]), "{role}: {places:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page_each_item_once() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let whole = items(&mut clerk, "/api/places?limit=200").await;
        let mut read = Vec::new();
        let mut after = String::new();
        loop {
            let page = clerk.get(&format!("/api/places?limit=1{after}")).await.json();
            read.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(read, whole);
        assert!(whole.len() > 2, "{whole:?}");
        assert_eq!(clerk.get("/api/places?after=x").await.code(), "wrong_query");
    })
    .await;
}

#[tokio::test]
async fn a_place_is_corrected_with_a_reason_against_the_version_that_was_read() {
    on_both(&[PART], async |house: House| {
        let router = village(&house).await;
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let path = format!("/api/places/{}", VILLAGES[1]);
        let there = async |browser: &mut Browser| {
            let places = items(browser, "/api/places").await;
            places.into_iter().find(|place| place["id"] == json!(VILLAGES[1])).unwrap()
        };
        let read = there(&mut clerk).await;
        let body = |version: &Value, more: Value| {
            let mut body = json!({ "version": version, "reason": "ghi nhầm" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let silent = body(&read["version"], json!({ "name": "Thôn Nam", "reason": " " }));
        assert_eq!(clerk.patch(&path, &silent).await.code(), "no_reason");
        let renamed = clerk.patch(&path, &body(&read["version"], json!({ "name": "Thôn Nam" }))).await.json();
        assert_eq!(renamed["name"], "Thôn Nam", "{renamed}");
        assert_eq!(there(&mut clerk).await, renamed);
        let stale = clerk.patch(&path, &body(&read["version"], json!({ "name": "Thôn Bắc" }))).await;
        assert_eq!(stale.code(), "changed_meanwhile");
        let moved = json!({ "kind": "cluster", "parent": VILLAGES[0] });
        let moved = clerk.patch(&path, &body(&renamed["version"], moved)).await.json();
        assert_eq!((&moved["kind"], &moved["parent"]), (&json!("cluster"), &json!(VILLAGES[0])), "{moved}");
        for wrong in
            [json!({ "kind": "district" }), json!({ "kind": "village" }), json!({ "parent": VILLAGES[1] })]
        {
            let refused = clerk.patch(&path, &body(&moved["version"], wrong.clone())).await;
            assert_eq!(refused.code(), "wrong_place", "{wrong}: {}", refused.json());
        }
        let history = items(&mut clerk, &format!("/api/history?place={}", VILLAGES[1])).await;
        let corrected: Vec<&Value> = history.iter().filter(|one| one["kind"] == "place_corrected").collect();
        assert_eq!(corrected.len(), 2, "{history:?}");
        assert!(corrected.iter().all(|one| one["reason"] == "ghi nhầm"), "{history:?}");
        let mut member = house.as_role(&router, Role::HouseholdMember).await;
        assert_eq!(member.get(&format!("/api/history?place={}", VILLAGES[1])).await.code(), "not_allowed");
        assert_eq!(
            member.patch(&path, &body(&moved["version"], json!({ "name": "x" }))).await.code(),
            "not_allowed"
        );
    })
    .await;
}
