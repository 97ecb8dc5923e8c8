//! A screen on a small tree: whom an entry of the register concerns, and that alarms come while the database says nothing.

use super::*;
use crate::ports::topics;
use liengia_access::{
    Role, Way,
    testing::{HOUSEHOLDS, House, NEIGHBOURS, TEAMS, VILLAGES, person},
};
use liengia_fire::{
    Kit,
    engine::{BellCommand, Input, Output, Press, Source},
    live::{self, Opened, Reach},
    settings::{Mqtt, Nothing, Settings},
};
use liengia_journal::{
    Commit, Commitment, Statement,
    testing::{Engine, context},
};
use liengia_kernel::{AlarmId, HouseholdId, SystemEntropy};
use liengia_register::{Register, event::MemberKind};

const ACTIONS: &[Action] = &[
    Action::FollowEvents,
    Action::ReadAlarms,
    Action::ReadDrills,
    Action::ReadDevices,
    Action::ReadBoard,
    Action::ReadHouseholds,
];
const NOTHING: Commitment = Commitment([0; 32]);
/// A household and a team that the tree of scopes does not know, or not yet, or no more.
const HOME: HouseholdId = HouseholdId::from_bytes([31; 16]);
const TEAM: TeamId = TeamId::from_bytes([32; 16]);

async fn caller(house: &House, role: Role) -> Caller {
    let way = if role.is_staff() { Way::Password } else { Way::Join };
    house.caller(&axum::Router::new(), person(role), way, ACTIONS).await
}

#[tokio::test]
async fn what_came_or_went_reaches_its_readers_whether_or_not_the_tree_has_taken_it_in() {
    let house = House::on(Engine::Sqlite, &[]).await;
    let (clerk, leader) = (caller(&house, Role::Clerk).await, caller(&house, Role::TeamLeader).await);
    let member = caller(&house, Role::HouseholdMember).await;
    let (details, reason, name) = (NOTHING, NOTHING, String::new());
    let added = |village: usize, team: usize| RegisterEvent::HouseholdAdded {
        household: HOME,
        member: MemberKind::Home,
        place: VILLAGES[village],
        team: Some(TEAMS[team]),
        occupants: None,
        details,
    };
    let moved = |household, from: usize, to: usize| RegisterEvent::HouseholdMoved {
        household,
        from: Some(TEAMS[from]),
        to: Some(TEAMS[to]),
        reason,
    };
    let formed = |place| RegisterEvent::TeamFormed { team: TEAM, place, name: name.clone() };
    let removed = RegisterEvent::HouseholdRemoved { household: HOME, team: Some(TEAMS[0]), reason };
    let dissolved = RegisterEvent::TeamDissolved { team: TEAM, reason };
    let cases = [
        ("a household of the leader's team", added(0, 0), true),
        ("a household of another team", added(1, 2), false),
        ("a household that left the leader's team", moved(HOUSEHOLDS[3], 0, 2), true),
        ("a household that came into it", moved(HOUSEHOLDS[3], 2, 0), true),
        ("a household that did neither", moved(HOUSEHOLDS[3], 2, 1), false),
        ("a team elsewhere", formed(VILLAGES[1]), false),
        ("a household that is gone", removed, true),
        ("a team that is gone", dissolved, true),
    ];
    for (what, event, leads) in cases {
        assert!(concerns(&clerk, &event), "{what}");
        assert_eq!(concerns(&leader, &event), leads, "{what}");
        assert!(!concerns(&member, &event), "{what}");
    }
}

#[test]
fn a_screen_goes_on_where_it_was_unless_it_missed_too_much_or_names_what_is_not_there() {
    assert_eq!(missed_since(None, 9_000), None);
    assert_eq!(missed_since(Some(9_000), 9_000), Some(9_000));
    assert_eq!(missed_since(Some(9_000 - MAX_MISSED), 9_000), Some(9_000 - MAX_MISSED));
    assert_eq!(missed_since(Some(9_000 - MAX_MISSED - 1), 9_000), None);
    assert_eq!(missed_since(Some(9_001), 9_000), None, "of a node that is no more");
    assert_eq!(missed_since(Some(u64::MAX), 0), None);
}

/// Tells screens what happens on the boards, and nobody else anything.
struct Boards(Hub);

impl Reach for Boards {
    fn ring(&self, _: &[BellCommand]) {}

    fn carry_out(&self, output: &Output) {
        if let Output::Board(board) = output {
            self.0.publish(News::Board(*board));
        }
    }
}

/// A town at work, and what its screens are told from.
struct Town {
    house: House,
    fire: Api,
    hub: Hub,
    stop: watch::Sender<bool>,
}

impl Town {
    async fn new() -> Self {
        let parts = [liengia_register::views::PART, liengia_fire::views::PART];
        let house = House::on(Engine::Sqlite, &parts).await;
        let (journal, entropy) = (house.journal.clone(), Arc::new(SystemEntropy));
        let (hub, stop) = (Hub::default(), watch::Sender::new(false));
        let boards = Arc::new(Boards(hub.clone()));
        let opened = live::open(journal.clone(), house.clock.clone(), boards, 7, stop.subscribe()).await;
        let Opened { alarms, directory, .. } = opened.unwrap();
        let register = Register { journal: journal.clone(), entropy: entropy.clone() };
        let kit = Kit { journal, entropy };
        let settings = Settings {
            emergency_number: "114".into(),
            utc_offset_hours: 7,
            heartbeat: Duration::from_mins(1),
            mqtt: Mqtt { host: "node.example".into(), port: 8883, tls: true, plain_port: None, topics },
            outline: None,
            phones: Arc::new(Nothing),
            faults: Arc::new(Nothing),
            report_key: None,
            admitted: None,
        };
        let fire = Api::new(alarms, kit, register, house.access.clone(), directory, settings);
        Self { house, fire, hub, stop }
    }

    async fn screen(&self, caller: Caller, last: Option<u64>) -> Screen {
        let from = Sources {
            fire: self.fire.clone(),
            hub: self.hub.clone(),
            screens: Screens::default(),
            clock: self.house.clock.clone(),
            stopping: self.stop.subscribe(),
        };
        Screen::open(from, caller, last).await
    }

    /// FIRE in the team of the leader.
    fn press(&self, n: u8) {
        self.fire.alarms.tell(Input::Press(Press {
            alarm: AlarmId::from_bytes([n; 16]),
            source: Source::Phone,
            device: None,
            by: Some(NEIGHBOURS[0]),
            household: Some(HOUSEHOLDS[usize::from(n)]),
            team: Some(TEAMS[usize::from(n)]),
            pressed_at: None,
            held: None,
        }));
    }

    /// Takes tables of the database away, or puts them back.
    async fn rename(&self, tables: &[&str], from: &str, to: &str) {
        for table in tables {
            let (from, to) = (format!("{table}{from}"), format!("{table}{to}"));
            let rename = Statement::new(format!("ALTER TABLE {from} RENAME TO {to}"), Vec::new());
            self.house.journal.commit(Commit::new(context(0), Vec::new()).beside([rename])).await.unwrap();
        }
    }
}

/// The name of the next event.
async fn next(screen: &mut Screen) -> String {
    let event = format!("{:?}", screen.next().await.unwrap());
    let name = event.split_once("event: ").and_then(|(_, rest)| rest.split_once("\\n"));
    name.unwrap_or_else(|| panic!("no name in {event}")).0.to_owned()
}

#[tokio::test]
async fn while_the_database_says_nothing_a_screen_opens_and_hears_of_alarms_at_once() {
    let town = Town::new().await;
    let officer = caller(&town.house, Role::DutyOfficer).await;
    town.press(0);
    assert!(town.fire.alarms.settled(Duration::from_secs(10)).await);
    let read = ["access_people", "entries"];
    town.rename(&read, "", "_away").await;

    let mut screen = town.screen(officer.clone(), None).await;
    assert_eq!(next(&mut screen).await, "alive");
    assert_eq!(next(&mut screen).await, "alarm", "it burns, and that is in memory");
    // What follows upon the press may come first.
    loop {
        match next(&mut screen).await.as_str() {
            "reset" => break,
            other => assert_eq!(other, "alarm"),
        }
    }
    // The journal is asked again after a while: until then what burns is told all the same, and what failed is told once.
    assert!(screen.again_at.is_some());
    town.press(1);
    while next(&mut screen).await != "alarm" {}
    screen.again_at = None;
    town.press(2);
    assert_eq!(next(&mut screen).await, "alarm", "and not that it loads everything anew");
    assert!(screen.failing);

    town.rename(&read, "_away", "").await;
    screen.again_at = None;
    let formed = RegisterEvent::TeamFormed { team: TEAM, place: VILLAGES[0], name: "Tổ mới".into() };
    let commit = Commit::new(context(1), vec![liengia_journal::Draft::of(&formed)]);
    town.house.journal.commit(commit).await.unwrap();
    loop {
        match next(&mut screen).await.as_str() {
            "register" => break,
            other => assert_ne!(other, "reset"),
        }
    }
    assert!(!screen.failing);

    // Where not even the journal's end can be read, it opens where sessions and roles have come to.
    assert!(town.fire.alarms.settled(Duration::from_secs(20)).await);
    town.rename(&["access_people", "entries", "heads"], "", "_away").await;
    let mut screen = town.screen(officer, None).await;
    assert_eq!(next(&mut screen).await, "alive");
    assert_eq!(next(&mut screen).await, "alarm");
    town.stop.send_replace(true);
}

#[tokio::test]
async fn a_screen_that_names_an_entry_that_is_not_there_loads_everything_anew() {
    let town = Town::new().await;
    let officer = caller(&town.house, Role::DutyOfficer).await;
    let mut screen = town.screen(officer.clone(), Some(u64::MAX)).await;
    assert_eq!(next(&mut screen).await, "reset");
    assert_eq!(next(&mut screen).await, "alive");
    let head = town.house.journal.head().await.unwrap().seq;
    let mut screen = town.screen(officer, Some(head)).await;
    assert_eq!(next(&mut screen).await, "alive");
    town.stop.send_replace(true);
}
