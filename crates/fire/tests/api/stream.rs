//! What open screens are told, and whom news concern.

use crate::town::{ENGINES, Town, act, alarm_id};
use liengia_access::{
    AccessEvent, Action, Caller, Role, Way,
    testing::{NEIGHBOURS, TEAMS, person},
};
use liengia_fire::{
    api::{Followed, Tidings},
    engine::{By, Input, Output},
    event::FireEvent,
    live::News,
};
use liengia_journal::{Commit, Draft, testing::context};
use liengia_kernel::{AlarmId, PersonId};
use serde_json::json;
use std::time::Duration;

const ACTIONS: &[Action] = &[Action::ReadBoard];

/// An open screen.
struct Screen {
    caller: Caller,
    followed: Followed,
    begun_with: Vec<AlarmId>,
}

impl Screen {
    async fn of(town: &Town, who: PersonId, way: Way) -> Self {
        let caller = town.house.caller(&town.router, who, way, ACTIONS).await;
        let (followed, alarms) = town.api.begin(&caller);
        let begun_with = alarms.iter().map(|alarm| alarm.alarm).collect();
        Self { caller, followed, begun_with }
    }

    /// What it is told of all that the engine wanted done since, as words with ids.
    fn told(&mut self, town: &Town) -> Vec<(&'static str, AlarmId)> {
        let news: Vec<News> = town.told.all().iter().filter_map(news).collect();
        let tidings = news.iter().filter_map(|news| town.api.tidings(&self.caller, &mut self.followed, news));
        let mut told: Vec<_> = tidings.filter_map(said).collect();
        told.dedup();
        told
    }
}

/// What the node publishes of an output.
fn news(output: &Output) -> Option<News> {
    match output {
        Output::Board(board) => Some(News::Board(*board)),
        Output::Card(card) => Some(News::Card(card.alarm)),
        Output::AskStillBurning(question) => Some(News::Question(*question)),
        _ => None,
    }
}

fn said(tidings: Tidings) -> Option<(&'static str, AlarmId)> {
    match tidings {
        Tidings::Alarm(alarm) => Some(("alarm", alarm.alarm)),
        Tidings::Closed(alarm) => Some(("closed", alarm)),
        Tidings::Changed(alarm) => Some(("changed", alarm)),
        Tidings::Health(_) => None,
    }
}

#[tokio::test]
async fn an_alarm_and_its_end_reach_those_who_may_read_it_and_nobody_else() {
    for engine in ENGINES {
        let town = Town::new(engine).await;
        let mut next_door = Screen::of(&town, NEIGHBOURS[2], Way::Join).await;
        let mut far_away = Screen::of(&town, NEIGHBOURS[3], Way::Join).await;
        let mut analyst = Screen::of(&town, person(Role::Analyst), Way::Password).await;
        let mut member = town.as_role(Role::HouseholdMember).await;
        let mut officer = town.as_role(Role::DutyOfficer).await;
        let mut neighbour = town.neighbour(1).await;
        let id = alarm_id(1);

        town.press(&mut member, id).await;
        assert_eq!(next_door.told(&town), [("alarm", id)]);
        let begun = Screen::of(&town, NEIGHBOURS[2], Way::Join).await;
        assert_eq!(begun.begun_with, [id]);
        assert_eq!(Screen::of(&town, NEIGHBOURS[3], Way::Join).await.begun_with, []);

        act(&mut neighbour, id, "looked", json!({ "saw": "no_fire" })).await;
        act(&mut officer, id, "close", json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] })).await;
        assert_eq!(next_door.told(&town), [("closed", id)]);
        for other in [&mut far_away, &mut analyst] {
            assert_eq!(other.told(&town), [], "no id reaches them");
        }
    }
}

#[tokio::test]
async fn who_saw_an_alarm_hears_its_end_though_they_may_read_it_no_more() {
    let town = Town::new(ENGINES[0]).await;
    let (mut member, mut neighbour) = (town.as_role(Role::HouseholdMember).await, town.neighbour(1).await);
    let mut officer = town.as_role(Role::DutyOfficer).await;
    let id = alarm_id(1);
    let mut leader = Screen::of(&town, person(Role::TeamLeader), Way::Join).await;
    town.press(&mut member, id).await;
    assert_eq!(leader.told(&town), [("alarm", id)]);

    let (person, role, scope) = (person(Role::TeamLeader), Role::TeamLeader, TEAMS[0].into());
    let revoked = Draft::of(&AccessEvent::RoleRevoked { person, role, scope });
    let commit = Commit::new(context(town.house.access.now().as_seconds()), vec![revoked]);
    town.house.access.caught_up(town.house.journal.commit(commit).await.unwrap().seq).await;

    town.told.forget();
    act(&mut neighbour, id, "looked", json!({ "saw": "no_fire" })).await;
    assert_eq!(leader.told(&town), [], "they may read it no more");
    act(&mut officer, id, "close", json!({ "reason": "no_fire", "looked_by": NEIGHBOURS[1] })).await;
    assert_eq!(leader.told(&town), [("closed", id)]);
}

#[tokio::test]
async fn a_late_press_and_its_question_reach_those_who_may_answer_it() {
    let town = Town::new(ENGINES[0]).await;
    let mut same_team = Screen::of(&town, NEIGHBOURS[1], Way::Join).await;
    let mut desk = Screen::of(&town, person(Role::DutyOfficer), Way::Password).await;
    let mut far_away = Screen::of(&town, NEIGHBOURS[3], Way::Join).await;
    let mut clerk = Screen::of(&town, person(Role::Clerk), Way::Password).await;
    let mut member = town.as_role(Role::HouseholdMember).await;
    let id = alarm_id(1);
    let mut late = town.pressed(id);
    late["pressed_at"] = json!(town.house.access.now() - Duration::from_secs(400));
    assert!(member.post("/api/alarms", &late).await.status.is_success());
    for screen in [&mut same_team, &mut desk] {
        assert_eq!(screen.told(&town), [("changed", id)]);
    }
    let no = Input::StillBurning {
        press: id,
        yes: false,
        by: Some(By { person: person(Role::DutyOfficer), desk: true }),
    };
    town.told.forget();
    town.alarms.tell(no);
    for screen in [&mut same_team, &mut desk] {
        assert_eq!(screen.told(&town), [("closed", id)]);
    }
    for screen in [&mut far_away, &mut clerk] {
        assert_eq!(screen.told(&town), []);
    }
}

#[tokio::test]
async fn a_drill_that_is_called_off_concerns_its_own_team_and_the_desk() {
    let town = Town::new(ENGINES[0]).await;
    let mut leader = town.as_role(Role::TeamLeader).await;
    let starts_at = town.house.access.now() + Duration::from_hours(25);
    let drill = json!({ "teams": [TEAMS[0]], "at": starts_at, "text": "", "by_itself": false });
    let id: AlarmId =
        leader.post("/api/drills", &drill).await.json()["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let cancelled = leader.post(&format!("/api/drills/{id}/cancel"), &json!({})).await;
    assert!(cancelled.status.is_success(), "{}", cancelled.json());
    assert!(town.alarms.settled(Duration::from_secs(10)).await);
    let entries = town.house.journal.entries_after(0, 100_000).await.unwrap();
    let entry = entries.iter().find(|entry| &*entry.kind == "drill_cancelled").unwrap();
    let event: FireEvent = entry.event().unwrap();
    let concerned = [
        (NEIGHBOURS[1], Way::Join, true),
        (person(Role::DutyOfficer), Way::Password, true),
        (NEIGHBOURS[2], Way::Join, false),
        (NEIGHBOURS[3], Way::Join, false),
        (person(Role::Mediator), Way::Password, false),
    ];
    for (who, way, so) in concerned {
        let caller = town.house.caller(&town.router, who, way, ACTIONS).await;
        assert_eq!(town.api.concerns(&caller, &event), so, "{who}");
    }
}
