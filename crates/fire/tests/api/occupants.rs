//! A member of a team with many more people than are registered: how many must be out of it before it is clear.

use crate::town::{ENGINES, Town, act, alarm_id};
use liengia_access::{Role, testing::HOUSEHOLDS};
use liengia_journal::testing::context;
use liengia_kernel::Pii;
use liengia_register::rules::HouseholdParticulars;
use serde_json::{Value, json};
use std::time::Duration;

/// A clerk corrects how many people are usually in household 1, and the engine hears of it.
async fn usually_there(town: &Town, occupants: u32) {
    let known = town.register.household(HOUSEHOLDS[0]).await.unwrap();
    let particulars = HouseholdParticulars {
        member: known.member,
        place: known.place,
        label: known.label,
        how_to_find: known.how_to_find,
        floor_notes: known.floor_notes,
        position: known.position,
        occupants: Some(occupants),
    };
    let now = context(town.house.access.now().as_seconds());
    let reason = Pii::new("trường đã mở thêm lớp".into());
    let commit = town.register.correct_household(&now, HOUSEHOLDS[0], known.version, particulars, &reason);
    let receipt = town.house.journal.commit(commit.await.unwrap()).await.unwrap();
    town.alarms.caught_up(receipt.seq, Duration::from_secs(10)).await;
}

fn first_home(alarm: &Value) -> &Value {
    let homes = alarm["households"].as_array().unwrap();
    homes.iter().find(|home| home["household"] == json!(HOUSEHOLDS[0])).unwrap()
}

#[tokio::test]
async fn a_school_is_clear_when_as_many_are_out_as_are_usually_there_also_if_that_is_corrected_meanwhile() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        usually_there(&town, 120).await;
        let home = member.get("/api/home").await.json();
        assert_eq!(home["household"]["occupants"], json!(120), "{home}");
        assert_eq!(home["household"]["people_count"], json!(3));

        let id = alarm_id(1);
        town.press(&mut member, id).await;
        let out = async |browser: &mut _, count: Value| {
            let said = json!({ "household": HOUSEHOLDS[0], "count": count });
            let alarm = act(browser, id, "all-out", said).await;
            let home = first_home(&alarm);
            (home["people"].clone(), home["out"]["count"].clone(), home["clear"].clone())
        };
        assert_eq!(out(&mut member, json!(3)).await, (json!(120), json!(3), json!(false)));
        assert_eq!(out(&mut member, json!(120)).await, (json!(120), json!(120), json!(true)));

        usually_there(&town, 150).await;
        let board = officer.get("/api/board").await.json();
        let home = first_home(&board["alarms"][0]);
        assert_eq!((&home["people"], &home["clear"]), (&json!(150), &json!(false)), "{home}");
        assert_eq!(out(&mut officer, json!(null)).await, (json!(150), json!(150), json!(true)));
    }
}
