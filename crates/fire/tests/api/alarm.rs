//! A small alarm from press to report.

use crate::town::{DETECTOR, ENGINES, GRANDMOTHER, HELP, Town, act, alarm_id, bell};
use liengia_access::{
    Role,
    testing::{Browser, HOUSEHOLDS, NEIGHBOURS, TEAMS},
};
use liengia_fire::engine::{Input, Press, Reported, Sound, Source};
use liengia_fire::{api::routes, seal::check};
use liengia_journal::testing::Engine;
use liengia_kernel::{HouseholdId, PersonId};
use liengia_register::views::Person;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_small_alarm_goes_from_press_to_report() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let (mut leader, mut officer) =
            (town.as_role(Role::TeamLeader).await, town.as_role(Role::DutyOfficer).await);
        let id = alarm_id(1);

        let pressed = town.press(&mut member, id).await;
        assert_eq!(pressed.status.as_u16(), 202, "{}", pressed.json());
        assert_eq!(pressed.json()["state"], json!("ringing"));
        assert_eq!(pressed.json()["recorded"], json!(true));
        assert_eq!(town.told.rang(), [bell(0), bell(1)]);

        let board = officer.get("/api/board").await.json();
        assert_eq!(board["alarms"][0]["alarm"], json!(id));
        assert_eq!(board["alarms"][0]["origin"]["label"], json!("Nhà bà Lan"));
        assert_eq!(board["alarms"][0]["emergency_call"]["called"], json!(false));
        let home = neighbour.get("/api/home").await.json();
        assert_eq!(home["alarms"][0]["mine"]["card_state"], json!("offered"), "{home}");

        town.alarms.tell(Input::BellRang { device: bell(0), alarm: id, sound: Sound::Live });
        act(&mut neighbour, id, "answers", json!({ "answer": "seen" })).await;
        let taken = act(&mut neighbour, id, "card", json!({ "accept": true })).await;
        assert_eq!(taken["mine"]["card_state"], json!("accepted"));
        assert_eq!(taken["counts"]["coming"], json!(1));
        act(&mut member, id, "called-114", json!({})).await;
        town.pass(60);
        act(&mut neighbour, id, "answers", json!({ "answer": "arrived" })).await;
        let looked = act(&mut neighbour, id, "looked", json!({ "saw": "no_fire" })).await;
        assert_eq!(looked["mine"]["looked"], json!("no_fire"));
        act(&mut member, id, "all-out", json!({ "household": HOUSEHOLDS[0], "count": 3 })).await;

        let alone = leader.post(&format!("/api/alarms/{id}/close"), &json!({ "reason": "no_fire" })).await;
        assert_eq!((alone.code().as_str(), alone.status.as_u16()), ("cannot_close", 409));
        assert_eq!(alone.json()["fields"][0]["code"], json!("someone_who_looked"));
        let close = json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1], "words": "nấu ăn" });
        let closed = act(&mut leader, id, "close", close).await;
        assert_eq!(closed["state"], json!("closed"));
        assert_eq!(closed["closed"]["looked_by"], json!("Tuấn"));
        assert_eq!(closed["closed"]["reason"], json!("There was no fire. nấu ăn"));
        let again = act_code(&mut neighbour, id).await;
        assert_eq!(again, "alarm_closed");

        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let report = leader.get(&format!("/api/alarms/{id}/report")).await.json();
        assert_eq!(report["counts"]["rang"], json!(1), "{report}");
        assert_eq!(report["durations"]["closed_s"], json!(60.0));
        let gaps = &report["households"]
            .as_array()
            .unwrap()
            .iter()
            .find(|home| home["household"] == json!(HOUSEHOLDS[1]));
        assert_eq!(gaps.unwrap()["gaps"][0], json!("bell_never_confirmed"));
        assert_eq!(report["seal"]["last_hash"].as_str().unwrap().len(), 64);
        the_seal_holds(&report, &mut town.house.browser(&town.router)).await;
        let past = leader.get("/api/alarms?open=false").await.json();
        assert_eq!(past["items"][0]["number"], json!(1));
    }
}

/// The report is as it was signed, also when a browser has saved it, and every change of it is found.
async fn the_seal_holds(report: &Value, anybody: &mut Browser) {
    let key = anybody.get("/api/report-key").await.json();
    let saved = report.to_string().replace("60.0", "60");
    let whole = check(&serde_json::from_str(&saved).unwrap()).unwrap();
    assert!(whole.is_whole(), "{whole:?}");
    assert_eq!(
        (json!(whole.public_key), json!("ed25519")),
        (key["public_key"].clone(), key["algorithm"].clone())
    );
    let changed = |place: &str, value: Value| {
        let mut changed = report.clone();
        *changed.pointer_mut(place).unwrap() = value;
        let checked = check(&changed).unwrap();
        (checked.sealed, checked.timeline, checked.rest)
    };
    assert_eq!(changed("/timeline/2/at", json!("2026-08-19T01:02:00.000000Z")), (true, false, true));
    assert_eq!(changed("/durations/closed_s", json!(61)), (true, true, false));
    assert_eq!(changed("/counts/rang", json!(2)), (true, true, false));
    assert_eq!(changed("/seal/last_hash", json!("00")), (false, true, true));
    assert_eq!(changed("/seal/public_key", json!(HOUSEHOLDS[0])), (false, true, true));
    assert!(!changed("/alarm", json!(alarm_id(9))).0, "no seal stands under another alarm");
}

async fn act_code(browser: &mut liengia_access::testing::Browser, id: liengia_kernel::AlarmId) -> String {
    browser.post(&format!("/api/alarms/{id}/answers"), &json!({ "answer": "coming" })).await.code()
}

#[tokio::test]
async fn nobody_is_counted_out_of_an_alarm_that_is_none_of_their_business() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut next_door) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(2).await);
        let mut far = town.neighbour(3).await;
        town.press(&mut member, alarm_id(1)).await;
        town.told.forget();
        let path = format!("/api/alarms/{}/all-out", alarm_id(1));
        let out = far.post(&path, &json!({ "household": HOUSEHOLDS[3] })).await;
        assert_eq!(out.code(), "not_allowed");
        assert!(town.told.all().is_empty(), "and it is refused before anything is done");
        act(&mut next_door, alarm_id(1), "all-out", json!({ "household": HOUSEHOLDS[2] })).await;
    }
}

#[tokio::test]
async fn a_repeated_press_is_the_same_press_and_a_second_one_joins() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let first = town.press(&mut member, alarm_id(1)).await.json();
        town.pass(5);
        let again = town.press(&mut member, alarm_id(1)).await.json();
        assert_eq!(first["received_at"], again["received_at"]);
        let second = town.press(&mut neighbour, alarm_id(2)).await.json();
        assert_eq!((&second["alarm"], &second["joined"]), (&json!(alarm_id(2)), &json!(alarm_id(1))));
        let seen = neighbour.get(&format!("/api/alarms/{}", alarm_id(2))).await.json();
        assert_eq!(seen["alarm"], json!(alarm_id(1)), "the press leads to the alarm that it joined");
    }
}

#[tokio::test]
async fn a_lone_detector_is_its_own_homes_business_until_the_team_is_rung() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let smoke = |byte| {
            Input::Press(Press {
                alarm: alarm_id(byte),
                source: Source::Detector,
                device: Some(DETECTOR),
                by: None,
                household: None,
                team: None,
                pressed_at: None,
                held: None,
            })
        };
        town.alarms.tell(smoke(1));
        let own = member.get("/api/home").await.json();
        assert_eq!(own["alarms"][0]["state"], json!("own_home_warning"));
        assert_eq!(own["alarms"][0]["mine"]["may_cancel"], json!(true));
        assert_eq!(neighbour.get("/api/home").await.json()["alarms"], json!([]));
        let over = act(&mut member, alarm_id(1), "false-alarm", json!({})).await;
        assert_eq!(over["closed"]["code"], json!("cancelled_at_home"));
        town.alarms.tell(smoke(2));
        let rings = act(&mut member, alarm_id(2), "escalate", json!({})).await;
        assert_eq!(rings["state"], json!("ringing"), "whoever lives there may say that it burns");
        let late = member.post(&format!("/api/alarms/{}/cancel-at-home", alarm_id(2)), &json!({})).await;
        assert_eq!(late.code(), "too_late_to_cancel");
    }
}

#[tokio::test]
async fn help_and_floor_notes_are_shown_to_who_is_sent_there_and_the_person_reads_who_saw_it() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        town.press(&mut member, alarm_id(1)).await;
        let before = neighbour.get(&format!("/api/alarms/{}", alarm_id(1))).await.json();
        assert_eq!(before["help"], json!(null), "who has no card is told nothing");
        assert_eq!(before["origin"]["floor_notes"], json!(null));
        let after = act(&mut neighbour, alarm_id(1), "card", json!({ "accept": true })).await;
        assert_eq!(after["help"][0]["note"], json!(HELP));
        assert_eq!(after["origin"]["floor_notes"], json!("gas ở bếp"), "who goes there is told of floors");
        neighbour.get("/api/home").await;
        let reads = Person::help_note_reads(&town.house.journal, GRANDMOTHER, None, 10).await.unwrap();
        assert_eq!(reads.len(), 1, "one showing is told once");
        assert_eq!((reads[0].reader, reads[0].alarm), (NEIGHBOURS[1], Some(alarm_id(1))));
        let own = member.get(&format!("/api/alarms/{}", alarm_id(1))).await.json();
        assert_eq!(own["help"], json!(null));
    }
}

#[tokio::test]
async fn who_goes_there_is_told_of_doors_and_floors_of_each_home_that_burns() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        town.press(&mut member, alarm_id(1)).await;
        let path = format!("/api/alarms/{}", alarm_id(1));
        let notes = async |browser: &mut Browser, home: HouseholdId| {
            let alarm = browser.get(&path).await.json();
            let homes = alarm["households"].as_array().unwrap().clone();
            let home = homes.iter().find(|known| known["household"] == json!(home)).unwrap().clone();
            (home["how_to_find"].clone(), home["floor_notes"].clone())
        };
        let (none, both) = ((Value::Null, Value::Null), (json!("cổng xanh"), json!("gas ở bếp")));
        let (first, second) = (HOUSEHOLDS[0], HOUSEHOLDS[1]);
        assert_eq!(notes(&mut neighbour, first).await, none, "who has no card is told nothing");
        act(&mut neighbour, alarm_id(1), "card", json!({ "accept": true })).await;
        assert_eq!(notes(&mut neighbour, first).await, both);

        let mut officer = town.as_role(Role::DutyOfficer).await;
        assert_eq!(notes(&mut officer, second).await, none, "nothing burns there");
        town.press(&mut neighbour, alarm_id(2)).await;
        for role in [Role::DutyOfficer, Role::TeamLeader] {
            let mut browser = town.as_role(role).await;
            assert_eq!(notes(&mut browser, second).await, both, "{role}");
        }
        assert_eq!(notes(&mut member, second).await, none);
        assert_eq!(notes(&mut town.as_role(Role::Auditor).await, second).await, none);
    }
}

#[tokio::test]
async fn an_open_alarm_rings_on_after_a_restart_and_keeps_what_was_said() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        town.press(&mut member, alarm_id(1)).await;
        act(&mut neighbour, alarm_id(1), "card", json!({ "accept": true })).await;
        let town = town.restarted().await;
        assert_eq!(town.told.rang(), [bell(0), bell(1)], "bells are told again at once");
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let board = officer.get("/api/board").await.json();
        assert_eq!(board["alarms"][0]["counts"]["coming"], json!(1));
        assert_eq!(board["alarms"][0]["number"], json!(1));
    }
}

#[tokio::test]
async fn an_alarm_that_only_a_bell_knew_of_is_recorded_like_any_other() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        town.beat_ringing(bell(0), Some(vec![Reported { alarm: alarm_id(7), sound: Sound::Live }]));
        assert!(town.alarms.settled(Duration::from_secs(10)).await);
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let path = format!("/api/alarms/{}", alarm_id(7));
        let mut alarm = officer.get(&path).await.json();
        for _ in 0..1000 {
            if alarm["recorded"] == json!(true) {
                break;
            }
            tokio::task::yield_now().await;
            alarm = officer.get(&path).await.json();
        }
        assert_eq!((&alarm["source"], &alarm["recorded"]), (&json!("bell"), &json!(true)));
    }
}

#[tokio::test]
async fn silence_is_told_to_who_leads_and_to_nobody_else() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        town.pass(100);
        town.beat(bell(1));
        town.pass(100);
        let (mut member, mut leader) =
            (town.as_role(Role::HouseholdMember).await, town.as_role(Role::TeamLeader).await);
        town.press(&mut member, alarm_id(1)).await;
        let silent = |alarm: &serde_json::Value| {
            let homes = alarm["households"].as_array().unwrap().clone();
            homes.iter().filter(|home| home["silent"] == json!(true)).count()
        };
        let path = format!("/api/alarms/{}", alarm_id(1));
        assert_eq!(silent(&member.get(&path).await.json()), 0);
        assert_eq!(silent(&leader.get(&path).await.json()), 1);
        let team = leader.get("/api/home").await.json()["team"].clone();
        assert_eq!(
            team["members"].as_array().unwrap().iter().filter(|m| m["silent"] == json!(true)).count(),
            1
        );
        assert_eq!(team["id"], json!(TEAMS[0]));
        assert_eq!(member.get("/api/home").await.json()["team"]["members"][0]["silent"], json!(null));
        listed_to_who_leads_and_to_nobody_else(&town).await;
    }
}

/// Lists of silent devices, whoever asks and however.
async fn listed_to_who_leads_and_to_nobody_else(town: &Town) {
    let lists = [
        "/api/devices".to_owned(),
        "/api/devices?state=fault".to_owned(),
        format!("/api/devices?team={}", TEAMS[0]),
        format!("/api/devices?household={}&state=fault", HOUSEHOLDS[0]),
    ];
    let one_home = format!("/api/devices?household={}", HOUSEHOLDS[0]);
    for role in [Role::TeamLeader, Role::TeamDeputy, Role::DutyOfficer] {
        let mut browser = town.as_role(role).await;
        for list in lists.iter().chain([&one_home]) {
            let found = browser.get(list).await.json();
            assert!(found["items"].to_string().contains("fault"), "{role} {list}: {found}");
        }
    }
    for role in [Role::Mediator, Role::Clerk, Role::Analyst, Role::Administrator, Role::Auditor] {
        let mut browser = town.as_role(role).await;
        for list in &lists {
            assert_eq!(browser.get(list).await.code(), "not_allowed", "{role} {list}");
        }
        let found = browser.get(&one_home).await.status.as_u16();
        assert_eq!(
            found,
            if role == Role::Administrator { 200 } else { 403 },
            "{role} replaces what is broken"
        );
    }
}

#[tokio::test]
async fn the_desk_writes_down_who_looked_and_told_it_by_telephone_and_then_closes() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let (mut member, mut neighbour) =
            (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
        let (mut leader, mut officer) =
            (town.as_role(Role::TeamLeader).await, town.as_role(Role::DutyOfficer).await);
        let id = alarm_id(1);
        town.press(&mut member, id).await;
        let address = format!("/api/alarms/{id}/looked");

        let told = json!({ "saw": "no_fire", "by": NEIGHBOURS[1] });
        for other in [&mut member, &mut leader] {
            assert_eq!(other.post(&address, &told).await.status.as_u16(), 403, "only the desk");
        }
        let nobody = json!({ "saw": "no_fire", "by": PersonId::from_bytes([9; 16]) });
        assert_eq!(officer.post(&address, &nobody).await.code(), "no_person");

        let alarm = act(&mut officer, id, "looked", told).await;
        assert_eq!(alarm["looked"]["people"][0]["name"], json!("Tuấn"), "{alarm}");
        let read = officer.get(&format!("/api/alarms/{id}")).await.json();
        let told_to = &read["timeline"].as_array().unwrap().last().unwrap()["args"]["told_to"];
        assert!(told_to.is_string(), "{read}");

        // Somebody with their own hand says otherwise: that outweighs a word by telephone, and is not written over.
        act(&mut neighbour, id, "looked", json!({ "saw": "fire" })).await;
        let after = act(&mut officer, id, "looked", json!({ "saw": "no_fire", "by": NEIGHBOURS[1] })).await;
        assert_eq!(after["looked"]["people"][0]["saw"], json!("fire"), "{after}");
        let close = json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] });
        assert_eq!(officer.post(&format!("/api/alarms/{id}/close"), &close).await.code(), "cannot_close");
        let close = json!({ "reason": "fire_out", "looked_by": NEIGHBOURS[1] });
        assert_eq!(act(&mut officer, id, "close", close).await["state"], json!("closed"));
    }
}

#[tokio::test]
async fn without_its_key_the_node_rings_and_says_that_no_report_can_be_signed() {
    let town = Town::new(Engine::Sqlite).await;
    let mut api = town.api.clone();
    api.settings.report_key = None;
    let router = town.house.serve(routes().with_state(api));
    let mut officer = town.house.as_role(&router, Role::DutyOfficer).await;
    let mut member = town.house.as_role(&router, Role::HouseholdMember).await;
    assert_eq!(town.press(&mut member, alarm_id(1)).await.status.as_u16(), 202);
    let report = officer.get(&format!("/api/alarms/{}/report", alarm_id(1))).await;
    assert_eq!((report.status.as_u16(), report.code().as_str()), (404, "no_report_key"));
    assert_eq!(officer.get("/api/report-key").await.code(), "no_report_key");
}
