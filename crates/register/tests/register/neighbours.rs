//! Who may say that two teams are next door, over HTTP: from then on each reads the other's alarms.

use liengia_access::{
    AccessEvent, Role, Way,
    testing::{Browser, House, TEAMS, VILLAGES, on_both},
};
use liengia_journal::{Draft, testing::context};
use liengia_kernel::{PersonId, SeededEntropy, TeamId};
use liengia_register::{
    NewTeam, Register,
    api::{Api, routes},
    views::PART,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A clerk of village 1 alone.
const VILLAGE_CLERK: PersonId = PersonId::from_bytes([140; 16]);

fn team(n: usize, village: usize, neighbours: Vec<TeamId>) -> NewTeam {
    let (team, place, name) = (TEAMS[n], VILLAGES[village], format!("Tổ {}", n + 1));
    NewTeam { team, place, name, leader: None, deputy: None, neighbours }
}

/// Says which teams are next to team n, at the version that `reader` reads.
async fn name(browser: &mut Browser, reader: &mut Browser, n: usize, teams: &[TeamId]) -> Value {
    let path = format!("/api/teams/{}", TEAMS[n]);
    let read = reader.get(&path).await.json();
    let body = json!({ "version": read["version"], "reason": "chung một ngõ", "teams": teams });
    browser.put(&format!("{path}/adjacent"), &body).await.json()
}

async fn town(house: &House) -> axum::Router {
    let register = Register { journal: house.journal.clone(), entropy: Arc::new(SeededEntropy::new(5)) };
    let now = context(house.access.now().as_seconds());
    // Teams 1 and 3 are next door already, across the border of the villages.
    let teams = [team(0, 0, vec![TEAMS[2]]), team(1, 0, Vec::new()), team(2, 1, vec![TEAMS[0]])];
    let mut commit = register.load_teams(&now, &teams).expect("teams");
    let (person, role, scope) = (VILLAGE_CLERK, Role::Clerk, VILLAGES[0].into());
    commit.drafts.push(Draft::of(&AccessEvent::RoleGranted { person, role, scope }));
    house.access.caught_up(house.journal.commit(commit).await.expect("a town").seq).await;
    house.serve(routes().with_state(Api { register, access: house.access.clone() }))
}

#[tokio::test]
async fn nobody_ties_a_team_that_is_not_theirs_or_cuts_it_off() {
    on_both(&[PART], async |house| {
        let router = town(&house).await;
        let mut all = house.as_role(&router, Role::Clerk).await;
        let mut village = house.browser_of(&router, VILLAGE_CLERK, Way::Password).await;

        let tied = name(&mut village, &mut all, 1, &[TEAMS[2]]).await;
        assert_eq!(tied["code"], json!("not_allowed"), "{tied}");
        let cut = name(&mut village, &mut all, 0, &[]).await;
        assert_eq!(cut["code"], json!("not_allowed"), "{cut}");

        let theirs = name(&mut village, &mut all, 0, &[TEAMS[1], TEAMS[2]]).await;
        assert_eq!(theirs["code"], Value::Null, "what is next door across the border may stay: {theirs}");
        let untied = name(&mut all, &mut village, 0, &[TEAMS[1]]).await;
        assert_eq!(untied["code"], Value::Null, "{untied}");
        let unknown = name(&mut all, &mut village, 1, &[TeamId::from_bytes([9; 16])]).await;
        assert_eq!(unknown["code"], json!("no_team"), "{unknown}");
    })
    .await;
}
