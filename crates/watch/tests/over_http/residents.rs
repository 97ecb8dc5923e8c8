//! Residents' viewing over HTTP: a vote that two people enter, a home that objects, and a look that is short, live and counted.

use crate::village::{ENGINES, Village, facts, id};
use liengia_access::{
    Role, Way,
    testing::{Browser, NEIGHBOURS},
};
use liengia_kernel::{Pii, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

impl Village {
    async fn neighbour(&self, n: usize) -> Browser {
        self.house.browser_of(&self.router, NEIGHBOURS[n], Way::Join).await
    }

    fn in_days(&self, days: u32) -> Timestamp {
        self.house.access.now() + DAY * days
    }

    fn days_ago(&self, days: u32) -> Timestamp {
        self.house.access.now() - DAY * days
    }

    fn vote(&self, camera: &str) -> Value {
        json!({
            "vote": { "held_on": self.days_ago(2), "homes": 3, "present": 3, "in_favour": 2, "against": 1 },
            "cameras": [{ "camera": camera, "nothing_to_mask": true }],
            "until": self.in_days(300), "minutes": "12/BB-TĐ",
        })
    }

    /// Entered by the officer, agreed to by the administrator.
    async fn voted(&self, site: &str, camera: &str) {
        let mut officer = self.role(Role::DutyOfficer).await;
        let path = format!("/api/sites/{site}/residents");
        let entered = officer.post(&path, &self.vote(camera)).await;
        assert_eq!(entered.status.as_u16(), 200, "{}", entered.json());
        let mut other = self.role(Role::Administrator).await;
        let agreed = other.post(&format!("{path}/agree"), &json!({})).await;
        assert_eq!(agreed.status.as_u16(), 200, "{}", agreed.json());
    }
}

async fn look(who: &mut Browser, camera: &str) -> liengia_http::testing::Answer {
    let wanted = json!({ "cameras": [camera], "kind": "live", "purpose": "residents" });
    who.post("/api/looks", &wanted).await
}

/// Why nobody may look, if nobody may.
async fn shut(who: &mut Browser, camera: &str) -> String {
    let answer = look(who, camera).await.json();
    answer["fields"][0]["code"].as_str().or(answer["code"].as_str()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn residents_look_only_after_a_vote_that_another_person_agreed_to_and_until_somebody_ends_it() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("residents").await;
        let path = format!("/api/sites/{site}/residents");
        let mut resident = village.neighbour(0).await;
        assert_eq!(shut(&mut resident, &camera).await, "camera_not_voted");
        let mut officer = village.role(Role::DutyOfficer).await;
        let mut lost = village.vote(&camera);
        lost["vote"]["in_favour"] = json!(1);
        assert_eq!(officer.post(&path, &lost).await.code(), "no_majority");
        let entered = officer.post(&path, &village.vote(&camera)).await.json();
        assert_eq!(entered["asked"]["minutes"], "12/BB-TĐ", "{entered}");
        assert_eq!((&entered["homes_known"], &entered["vote"]), (&json!(3), &Value::Null), "{entered}");
        assert_eq!(shut(&mut resident, &camera).await, "camera_not_voted");
        assert_eq!(officer.post(&format!("{path}/agree"), &json!({})).await.code(), "second_person_needed");
        let mut other = village.role(Role::Administrator).await;
        let agreed = other.post(&format!("{path}/agree"), &json!({})).await.json();
        assert_eq!((&agreed["asked"], &agreed["vote"]["vote"]["in_favour"]), (&Value::Null, &json!(2)));
        assert_eq!(look(&mut resident, &camera).await.status.as_u16(), 201);
        let open = officer.get(&format!("/api/public/sites/{site}")).await.json();
        assert_eq!(open["residents"]["vote"]["homes"], 3, "{open}");
        assert_eq!(open["cameras"][0]["looks"][0]["purpose"], "residents", "{open}");
        let why = json!({ "reason": "Thôn đề nghị dừng" });
        assert_eq!(officer.delete(&path, Some(&why)).await.status.as_u16(), 200);
        assert_eq!(shut(&mut resident, &camera).await, "camera_not_voted");
        assert_eq!(officer.delete(&path, Some(&why)).await.code(), "not_at_this_stage");
    }
}

#[tokio::test]
async fn only_who_has_a_home_in_the_village_looks_and_nobody_else_enters_a_vote() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("both").await;
        village.voted(&site, &camera).await;
        let mut elsewhere = village.neighbour(3).await;
        assert_eq!(look(&mut elsewhere, &camera).await.code(), "not_allowed");
        assert_eq!(elsewhere.get("/api/village-cameras").await.json()["items"], json!([]));
        for role in [Role::DutyOfficer, Role::TeamLeader, Role::Auditor, Role::Administrator] {
            let mut somebody = village.role(role).await;
            assert_eq!(look(&mut somebody, &camera).await.code(), "not_allowed", "{role}");
        }
        let mut resident = village.neighbour(2).await;
        let path = format!("/api/sites/{site}/residents");
        assert_eq!(resident.post(&path, &village.vote(&camera)).await.code(), "not_allowed");
        let own = resident.get("/api/village-cameras").await.json();
        assert_eq!(own["items"][0]["cameras"][0]["shut"], Value::Null, "{own}");
        let (budget, other) = village.site("budget").await;
        let path = format!("/api/sites/{budget}/residents");
        let mut officer = village.role(Role::DutyOfficer).await;
        assert_eq!(officer.post(&path, &village.vote(&other)).await.code(), "not_of_residents");
        let own = resident.get("/api/village-cameras").await.json();
        assert_eq!(own["items"].as_array().unwrap().len(), 1, "what the budget pays is not for them");
    }
}

#[tokio::test]
async fn a_home_in_the_picture_closes_the_camera_to_residents_and_nobody_reads_which() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("residents").await;
        village.voted(&site, &camera).await;
        let (mut one, mut home) = (village.neighbour(0).await, village.neighbour(2).await);
        let opened = id(&look(&mut one, &camera).await.json());
        let path = format!("/api/cameras/{camera}/objection");
        assert_eq!(village.neighbour(3).await.put(&path, &json!({})).await.code(), "not_allowed");
        assert_eq!(village.role(Role::DutyOfficer).await.put(&path, &json!({})).await.code(), "not_allowed");
        assert_eq!(home.put(&path, &json!({})).await.status.as_u16(), 204);
        assert_eq!(shut(&mut one, &camera).await, "camera_objected");
        let picture = format!("/api/looks/{opened}/cameras/{camera}/live");
        assert_eq!(one.get(&picture).await.code(), "camera_shut", "what was open is shut");
        let (theirs, its) =
            (one.get("/api/village-cameras").await, home.get("/api/village-cameras").await.json());
        assert_eq!(theirs.json()["items"][0]["cameras"][0]["objected"], false);
        assert_eq!(its["items"][0]["cameras"][0]["objected"], true);
        let public = one.get(&format!("/cameras/{site}")).await;
        let mut officer = village.role(Role::DutyOfficer).await;
        let kept = officer.get(&format!("/api/sites/{site}/residents")).await;
        for said in [&theirs.body, &public.body, &kept.body] {
            let said = String::from_utf8_lossy(said);
            let home = liengia_access::testing::HOUSEHOLDS[2].to_string();
            assert!(!said.contains(&home) && !said.contains(&NEIGHBOURS[2].to_string()), "{said}");
        }
        // Another home's word, or a new vote, changes nothing.
        one.delete(&path, None).await;
        village.voted(&site, &camera).await;
        assert_eq!(shut(&mut one, &camera).await, "camera_objected");
        assert_eq!(home.delete(&path, None).await.status.as_u16(), 204);
        assert_eq!(look(&mut one, &camera).await.status.as_u16(), 201);
    }
}

#[tokio::test]
async fn a_residents_look_ends_by_itself_and_opens_nothing_but_what_is_live() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("residents").await;
        village.voted(&site, &camera).await;
        let mut resident = village.neighbour(0).await;
        let span = json!({ "from": village.days_ago(1), "to": village.house.access.now() });
        let back = json!({ "cameras": [camera], "kind": "playback", "purpose": "residents", "span": span });
        let refused = resident.post("/api/looks", &back).await.json();
        assert_eq!(refused["fields"][0]["code"], "camera_residents_only_live", "{refused}");
        let opened = id(&look(&mut resident, &camera).await.json());
        let of = format!("/api/looks/{opened}/cameras/{camera}");
        assert_eq!(resident.get(&format!("{of}/live")).await.code(), "not_recording", "no disk is there");
        let link = resident.post(&format!("{of}/link"), &json!({})).await.json();
        assert_eq!(link["fields"][0]["code"], "camera_residents_only_live", "{link}");
        let (from, to) = (village.days_ago(1), village.house.access.now());
        for what in ["timeline", "fragments", "footage.m3u8"] {
            let asked = resident.get(&format!("{of}/{what}?from={from}&to={to}")).await;
            assert_eq!(asked.code(), "bad_span", "{what}");
        }
        assert_eq!(resident.get(&format!("{of}/still?at={from}")).await.code(), "bad_span");
        for _ in 0..3 {
            assert_eq!(look(&mut resident, &camera).await.status.as_u16(), 201);
        }
        assert_eq!(look(&mut resident, &camera).await.code(), "too_many_viewers");
        village.house.clock.advance(Duration::from_mins(5));
        assert_eq!(resident.get(&format!("{of}/live")).await.code(), "no_look");
        assert_eq!(look(&mut resident, &camera).await.status.as_u16(), 201);
        assert_eq!(village.running.looks().unused().len(), 4, "they are closed in the journal by that");
    }
}

#[tokio::test]
async fn masks_of_a_public_camera_are_the_desks_and_what_nothing_blackens_no_resident_sees() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("residents").await;
        village.voted(&site, &camera).await;
        let mut resident = village.neighbour(0).await;
        let masks = json!({ "masks": [{ "x": 0, "y": 0, "width": 300, "height": 300 }], "fine": true });
        let path = format!("/api/cameras/{camera}/masks");
        assert_eq!(resident.put(&path, &masks).await.code(), "not_allowed");
        let mut officer = village.role(Role::DutyOfficer).await;
        let drawn = officer.put(&path, &masks).await.json();
        assert_eq!(drawn["masking"], "withheld", "nobody can say of it that it is fine: {drawn}");
        assert_eq!(shut(&mut resident, &camera).await, "camera_not_masked");
        let duty = json!({ "cameras": [camera], "kind": "live", "purpose": "accident" });
        assert_eq!(officer.post("/api/looks", &duty).await.status.as_u16(), 201);
        officer.put(&path, &json!({ "masks": [] })).await;
        assert_eq!(look(&mut resident, &camera).await.status.as_u16(), 201);
        // Another name changes nothing; another direction shows what nobody voted about.
        let known = officer.get(&format!("/api/cameras/{camera}")).await.json();
        let correct = |version: &Value, facts| json!({ "version": version, "reason": "Sửa", "facts": facts });
        let path = format!("/api/cameras/{camera}");
        village.house.clock.advance(Duration::from_mins(6));
        let named = officer.patch(&path, &correct(&known["version"], facts(&site, "Cổng", 90))).await.json();
        assert_eq!(look(&mut resident, &camera).await.status.as_u16(), 201);
        let turned = correct(&named["version"], facts(&site, "Cổng", 180));
        assert_eq!(officer.patch(&path, &turned).await.status.as_u16(), 200);
        assert_eq!(shut(&mut resident, &camera).await, "camera_not_masked");
    }
}

#[tokio::test]
async fn the_public_page_says_by_which_vote_residents_look_and_that_a_home_objects() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("residents").await;
        let mut anyone = village.house.browser(&village.router);
        let page = format!("/cameras/{site}");
        let says = async |anyone: &mut Browser| String::from_utf8(anyone.get(&page).await.body).unwrap();
        assert!(says(&mut anyone).await.contains("Residents may not look"));
        village.voted(&site, &camera).await;
        let said = says(&mut anyone).await;
        assert!(said.contains("2 of 3 homes were in favour"), "{said}");
        village.neighbour(2).await.put(&format!("/api/cameras/{camera}/objection"), &json!({})).await;
        let said = says(&mut anyone).await;
        assert!(said.contains("this camera is closed to residents"), "{said}");
        let note = Pii::new("Thôn họp lại".to_owned());
        let context = liengia_journal::testing::context(village.house.access.now().as_seconds());
        let who = (site.parse().unwrap(), NEIGHBOURS[0]);
        let end = village.cameras.end_residents_view(&context, who, &note).await.unwrap();
        village.house.journal.commit(end).await.unwrap();
        assert!(says(&mut anyone).await.contains("Residents may not look"));
    }
}
