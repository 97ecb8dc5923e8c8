//! Who looked at a public camera, as everyone reads it: which unit, on which day, why, how often and how long. Never a
//! person, a case or an order.

use crate::village::{ENGINES, Village, id};
use liengia_access::{Role, testing::person};
use serde_json::{Value, json};
use std::time::Duration;

const CASE: &str = "12/2027-TD";
const DAY: Duration = Duration::from_hours(24);

async fn look(village: &Village, camera: &str, purpose: &str, seconds: u64) {
    let mut officer = village.role(Role::DutyOfficer).await;
    let wanted = json!({ "cameras": [camera], "kind": "live", "purpose": purpose, "case": CASE });
    let opened = officer.post("/api/looks", &wanted).await;
    assert_eq!(opened.status.as_u16(), 201, "{}", opened.json());
    village.house.clock.advance(Duration::from_secs(seconds));
    let end = format!("/api/looks/{}/end", id(&opened.json()));
    assert_eq!(officer.post(&end, &json!({})).await.status.as_u16(), 204);
}

/// Day, purpose, times and seconds of each line.
fn lines(site: &Value) -> Vec<(String, String, u64, u64)> {
    let looks = site["cameras"][0]["looks"].as_array().unwrap();
    let word = |look: &Value, name: &str| look[name].as_str().unwrap().to_owned();
    let number = |look: &Value, name: &str| look[name].as_u64().unwrap();
    looks
        .iter()
        .map(|look| {
            (word(look, "day"), word(look, "purpose"), number(look, "times"), number(look, "seconds"))
        })
        .collect()
}

#[tokio::test]
async fn everyone_reads_which_unit_looked_on_which_day_and_nobody_who_it_was_or_in_which_case() {
    for engine in ENGINES {
        let village = Village::on(engine).await;
        let (site, camera) = village.site("budget").await;
        let mut anyone = village.house.browser(&village.router);
        let (figures, page) = (format!("/api/public/sites/{site}"), format!("/cameras/{site}"));
        assert_eq!(anyone.get(&figures).await.json()["cameras"][0]["looks"], json!([]));
        look(&village, &camera, "accident", 30).await;
        look(&village, &camera, "accident", 40).await;
        look(&village, &camera, "offence", 5).await;
        village.house.clock.advance(DAY);
        look(&village, &camera, "accident", 60).await;
        let told = anyone.get(&figures).await.json();
        let lines = lines(&told);
        let [later, earlier, offence] = &lines[..] else { panic!("{told}") };
        assert_eq!((&*later.1, later.2, later.3), ("accident", 1, 60), "the latest day first");
        assert_eq!((&*earlier.1, earlier.2, earlier.3), ("accident", 2, 70));
        assert_eq!((&*offence.1, offence.2, offence.3), ("offence", 1, 5));
        assert_eq!(earlier.0, offence.0);
        let day = |text: &str| text.parse::<liengia_kernel::Timestamp>().unwrap();
        assert_eq!(day(&later.0) - DAY, day(&earlier.0));
        // Seven hours ahead of UTC a day begins at 17:00 UTC.
        assert!(earlier.0.contains("T17:00:00"), "{}", earlier.0);
        let unit = told["cameras"][0]["looks"][0]["unit"].as_str().unwrap();
        assert!(!unit.is_empty(), "{told}");
        let shown = String::from_utf8(anyone.get(&page).await.body).unwrap();
        let date = day(&later.0).at_offset(7).date().to_string();
        assert!(shown.contains(unit) && shown.contains(&date), "{shown}");
        let officer = person(Role::DutyOfficer).to_string();
        let told = told.to_string();
        for said in [&told, &shown] {
            assert!(!said.contains(CASE) && !said.contains(&officer), "{said}");
        }
        village.house.clock.advance(DAY * 30);
        let told = anyone.get(&figures).await.json();
        assert_eq!(told["cameras"][0]["looks"], json!([]), "thirty days later nothing of it is told");
    }
}
