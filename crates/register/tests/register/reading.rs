//! Who was shown the note about the help that somebody needs: written down each time, and told to them, on both engines.

use liengia_access::{
    Role,
    testing::{Browser, HOUSEHOLDS, House, TEAMS, VILLAGES, on_both, person},
};
use liengia_journal::{Actor, Commit, Context, statement, testing::context};
use liengia_kernel::{AlarmId, PersonId, Pii, SeededEntropy};
use liengia_register::{
    NewHome, NewPerson, NewTeam, Register,
    api::{Api, routes},
    event::MemberKind,
    rules::{HouseholdParticulars, PersonParticulars},
    views::{PART, Person},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const GRANDMOTHER: PersonId = PersonId::from_bytes([130; 16]);
const NOTE: &str = "nằm liệt, tầng 2";
const ALARMS: [AlarmId; 2] = [AlarmId::from_bytes([1; 16]), AlarmId::from_bytes([2; 16])];

fn living(id: PersonId, name: &str, help: Option<&str>) -> NewPerson {
    let particulars = PersonParticulars {
        name: Pii::new(name.into()),
        phone: Pii::new("0912 345 678".into()),
        born: None,
        adult: true,
        tenant: false,
        can_respond: false,
        trained: Vec::new(),
    };
    NewPerson { person: id, particulars, help: help.map(|note| Pii::new(note.into())) }
}

fn home(n: usize, people: Vec<NewPerson>) -> NewHome {
    let particulars = HouseholdParticulars {
        member: MemberKind::Home,
        place: VILLAGES[0],
        label: Pii::new(format!("Nhà {n}")),
        how_to_find: Pii::default(),
        floor_notes: Pii::default(),
        position: None,
        occupants: None,
    };
    NewHome { household: HOUSEHOLDS[n], particulars, team: Some(TEAMS[0]), people }
}

/// A grandmother with a note, her grandson beside her, and the team's leader next door.
async fn alley(house: &House) -> (Register, axum::Router) {
    let register = Register { journal: house.journal.clone(), entropy: Arc::new(SeededEntropy::new(5)) };
    let family =
        vec![living(GRANDMOTHER, "Cụ Lan", Some(NOTE)), living(person(Role::HouseholdMember), "Tuấn", None)];
    let homes = vec![home(0, family), home(1, vec![living(person(Role::TeamLeader), "Trưởng", None)])];
    let now = context(house.access.now().as_seconds());
    let team = NewTeam {
        team: TEAMS[0],
        place: VILLAGES[0],
        name: "Tổ 1".into(),
        leader: Some(person(Role::TeamLeader)),
        deputy: None,
        neighbours: Vec::new(),
    };
    house.journal.commit(register.load_teams(&now, &[team]).unwrap()).await.unwrap();
    let receipt = house.journal.commit(register.load_homes(&now, homes).unwrap()).await.unwrap();
    house.access.caught_up(receipt.seq).await;
    let api = Api { register: register.clone(), access: house.access.clone() };
    let router = house.serve(routes().with_state(api));
    (register, router)
}

async fn reads(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get(&format!("/api/people/{GRANDMOTHER}/help/reads")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.json());
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn outside_an_alarm_only_the_own_home_reads_a_note() {
    on_both(&[PART], async |house: House| {
        let (_, router) = alley(&house).await;
        let path = format!("/api/people/{GRANDMOTHER}/help/read");
        for role in
            <Role as strum::VariantArray>::VARIANTS.iter().filter(|role| **role != Role::HouseholdMember)
        {
            let mut other = house.as_role(&router, *role).await;
            let answer = other.post(&path, &json!({})).await;
            assert_eq!(answer.status.as_u16(), 403, "{role}: {}", answer.json());
            assert_eq!(answer.json()["code"], "not_allowed", "{role}");
        }
        let mut grandson = house.as_role(&router, Role::HouseholdMember).await;
        assert!(reads(&mut grandson).await.is_empty(), "nobody was shown it");
        assert_eq!(grandson.post(&path, &json!({})).await.json()["note"], json!(NOTE));
        let told = reads(&mut grandson).await;
        let who: Vec<&str> = told.iter().filter_map(|read| read["who"].as_str()).collect();
        assert_eq!(who, ["Tuấn"]);
    })
    .await;
}

#[tokio::test]
async fn that_there_is_a_note_is_told_only_to_who_would_be_shown_it() {
    on_both(&[PART], async |house: House| {
        let (_, router) = alley(&house).await;
        let told = [
            (Role::HouseholdMember, json!(true)),
            (Role::TeamLeader, json!(true)),
            (Role::DutyOfficer, json!(true)),
            (Role::Auditor, Value::Null),
            (Role::Clerk, Value::Null),
            (Role::Administrator, Value::Null),
        ];
        for (role, help) in told {
            let mut browser = house.as_role(&router, role).await;
            let answer = browser.get(&format!("/api/households/{}", HOUSEHOLDS[0])).await.json();
            let people = answer["people"].as_array().unwrap();
            let grandmother = people.iter().find(|one| one["id"] == json!(GRANDMOTHER)).unwrap();
            assert_eq!(grandmother["help"], help, "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_reading_in_an_alarm_is_told_to_the_person_with_the_readers_name_also_after_a_pause() {
    on_both(&[PART], async |house: House| {
        let (register, router) = alley(&house).await;
        let named = "INSERT INTO access_people (commune, person, name, language) VALUES ($1, $2, $3, 'vi') \
                     ON CONFLICT (commune, person) DO UPDATE SET name = excluded.name";
        let named = statement!(named, house.journal.commune(), person(Role::DutyOfficer), "Cán bộ Hà");
        house.journal.commit(Commit::new(context(0), Vec::new()).beside([named])).await.unwrap();
        let shown = async |role: Role| {
            let context =
                Context { actor: Actor::Person(person(role)), ..context(house.access.now().as_seconds()) };
            let (commit, note) =
                register.read_help_note(&context, GRANDMOTHER, Some(ALARMS[0])).await.unwrap();
            house.journal.commit(commit).await.unwrap();
            assert_eq!(note.unwrap().expose(), NOTE);
        };
        shown(Role::TeamLeader).await;
        shown(Role::DutyOfficer).await;
        house.clock.advance(Duration::from_hours(2));
        shown(Role::TeamLeader).await;
        let mut grandson = house.as_role(&router, Role::HouseholdMember).await;
        let told = reads(&mut grandson).await;
        let who: Vec<&str> = told.iter().filter_map(|read| read["who"].as_str()).collect();
        assert_eq!(who, ["Trưởng", "Cán bộ Hà", "Trưởng"], "an officer has a name, too");
        assert!(told[0]["at"].as_str() > told[2]["at"].as_str(), "the latest first: {told:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_request_again_is_another_reading() {
    on_both(&[PART], async |house: House| {
        let (_, router) = alley(&house).await;
        let mut grandson = house.as_role(&router, Role::HouseholdMember).await;
        let path = format!("/api/people/{GRANDMOTHER}/help/read");
        for _ in 0..2 {
            let mut request = grandson.request(axum::http::Method::POST, &path, Some(&json!({})));
            let key = "00000000-0000-7000-8000-00000000abcd".parse().unwrap();
            request.headers_mut().insert("idempotency-key", key);
            assert_eq!(grandson.send(request).await.json()["note"], json!(NOTE));
        }
        assert_eq!(reads(&mut grandson).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_reading_in_a_new_alarm_is_written_down_with_that_alarm_and_ones_own_reading_is_not() {
    on_both(&[PART], async |house: House| {
        let (register, router) = alley(&house).await;
        let reader = person(Role::TeamLeader);
        let read = async |by: PersonId, alarm: Option<AlarmId>| {
            let context = Context { actor: Actor::Person(by), ..context(house.access.now().as_seconds()) };
            let (commit, note) = register.read_help_note(&context, GRANDMOTHER, alarm).await.unwrap();
            house.journal.commit(commit).await.unwrap();
            assert_eq!(note.unwrap().expose(), NOTE);
        };
        for alarm in ALARMS {
            read(reader, Some(alarm)).await;
        }
        read(GRANDMOTHER, None).await;
        let kept = Person::help_note_reads(&house.journal, GRANDMOTHER, None, 10).await.unwrap();
        let alarms: Vec<Option<AlarmId>> = kept.iter().map(|read| read.alarm).collect();
        assert_eq!(alarms, [Some(ALARMS[1]), Some(ALARMS[0])], "the latest first");
        let older =
            Person::help_note_reads(&house.journal, GRANDMOTHER, Some(kept[0].seq), 10).await.unwrap();
        assert_eq!(older, kept[1..], "from there on");
        let mut grandson = house.as_role(&router, Role::HouseholdMember).await;
        let told = reads(&mut grandson).await;
        assert_eq!(
            told.iter().map(|read| read["alarm"].clone()).collect::<Vec<_>>(),
            [json!(ALARMS[1]), json!(ALARMS[0])]
        );
    })
    .await;
}
