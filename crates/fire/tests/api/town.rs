//! A small town: access's test tree, with households, people, teams and bells in the register, the alarm engine at
//! work, and everybody with a browser.

use liengia_access::{
    Role, Way,
    testing::{Browser, HOUSEHOLDS, House, NEIGHBOURS, TEAMS, VILLAGES, person},
};
use liengia_fire::{
    Kit, NewDevice, Secret,
    api::{Api, routes},
    engine::{BellCommand, Heartbeat, Input, Output, Reported},
    event::{Contents, Kind, PointFacts, Spot},
    live::{self, Alarms, Opened, Reach},
    rules::PointParticulars,
    seal::ReportKey,
    settings::{Mqtt, Nothing, Phones, Push, Settings},
};
use liengia_http::testing::Answer;
use liengia_journal::testing::{Engine, context};
use liengia_kernel::{
    AlarmId, DeviceId, HouseholdId, PersonId, Pii, PointId, Position, SeededEntropy, TeamId,
};
use liengia_register::{
    NewHome, NewPerson, NewTeam, Register,
    event::{MemberKind, Training},
    rules::{HouseholdParticulars, PersonParticulars},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;

/// What the node told bells and people.
#[derive(Default)]
pub struct Told(Mutex<Vec<Output>>);

impl Reach for Told {
    fn ring(&self, commands: &[BellCommand]) {
        self.0.lock().unwrap().extend(commands.iter().cloned().map(Output::Bell));
    }

    fn carry_out(&self, output: &Output) {
        self.0.lock().unwrap().push(output.clone());
    }
}

impl Told {
    /// The bells that were told to ring.
    pub fn rang(&self) -> Vec<DeviceId> {
        let told = self.0.lock().unwrap();
        let rings = told.iter().filter_map(|output| match output {
            Output::Bell(BellCommand::Ring { device, .. }) => Some(*device),
            _ => None,
        });
        rings.collect()
    }

    /// All of it.
    pub fn all(&self) -> Vec<Output> {
        self.0.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// Whose board is open.
#[derive(Default)]
pub struct Present(Mutex<BTreeSet<PersonId>>);

impl Present {
    pub fn sit(&self, officer: PersonId) {
        self.0.lock().unwrap().insert(officer);
    }

    pub fn leave(&self, officer: PersonId) {
        self.0.lock().unwrap().remove(&officer);
    }
}

impl Phones for Present {
    fn listens(&self, _: PersonId) -> bool {
        false
    }

    fn at_desk(&self, officer: PersonId) -> bool {
        self.0.lock().unwrap().contains(&officer)
    }

    fn push(&self, _: PersonId) -> Push {
        Push::None
    }
}

pub struct Town {
    pub house: House,
    pub alarms: Alarms,
    pub kit: Kit,
    pub register: Register,
    pub told: Arc<Told>,
    pub present: Arc<Present>,
    pub router: axum::Router,
    pub api: Api,
    stop: watch::Sender<bool>,
}

pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// The bell of household n.
pub fn bell(n: usize) -> DeviceId {
    DeviceId::from_bytes([u8::try_from(40 + n).unwrap(); 16])
}

/// The smoke detector of household 1.
pub const DETECTOR: DeviceId = DeviceId::from_bytes([50; 16]);
pub const POINT: PointId = PointId::from_bytes([60; 16]);
/// Somebody in household 1 who needs help, and the note about it.
pub const GRANDMOTHER: PersonId = PersonId::from_bytes([130; 16]);
pub const HELP: &str = "nằm liệt, tầng 2";

pub fn alarm_id(byte: u8) -> AlarmId {
    AlarmId::from_bytes([byte; 16])
}

fn settings(present: Arc<Present>) -> Settings {
    let topics = |device: DeviceId| BTreeMap::from([("ring", format!("lg/{device}/ring"))]);
    Settings {
        emergency_number: "114".into(),
        utc_offset_hours: 7,
        heartbeat: Duration::from_mins(1),
        mqtt: Mqtt { host: "node.example".into(), port: 8883, tls: true, plain_port: Some(1883), topics },
        outline: None,
        phones: present,
        faults: Arc::new(Nothing),
        report_key: Some(ReportKey::load(&[7; 32]).unwrap()),
        admitted: None,
    }
}

/// Names that must never be in the journal.
pub const NAMES: [&str; 6] = ["Lan", "Khuê", "Tuấn", "Mai", "912345678", HELP];

fn adult(id: PersonId, name: &str, trained: &[Training]) -> NewPerson {
    let particulars = PersonParticulars {
        name: Pii::new(name.into()),
        phone: Pii::new("0912 345 678".into()),
        born: None,
        adult: true,
        tenant: false,
        can_respond: true,
        trained: trained.to_vec(),
    };
    NewPerson { person: id, particulars, help: None }
}

const EVERYTHING: [Training; 5] =
    [Training::Extinguisher, Training::PeopleOut, Training::Gate, Training::FirstAid, Training::Power];

/// Household n, 50 m from the one before it: nobody is next door to anybody.
fn home(n: usize, village: usize, team: usize, label: &str, people: Vec<NewPerson>) -> NewHome {
    #[expect(clippy::cast_precision_loss, reason = "four homes")]
    let position = Position::new(16.0, 108.0 + n as f64 * 0.000_5).unwrap();
    NewHome {
        household: HOUSEHOLDS[n],
        particulars: HouseholdParticulars {
            member: MemberKind::Home,
            place: VILLAGES[village],
            label: Pii::new(label.into()),
            how_to_find: Pii::new("cổng xanh".into()),
            floor_notes: Pii::new("gas ở bếp".into()),
            position: Some(Pii::new(position)),
            occupants: None,
        },
        team: Some(TEAMS[team]),
        people,
    }
}

fn homes() -> Vec<NewHome> {
    let mut grandmother = adult(GRANDMOTHER, "Cụ Lan", &[]);
    grandmother.particulars.can_respond = false;
    grandmother.help = Some(Pii::new(HELP.into()));
    vec![
        home(
            0,
            0,
            0,
            "Nhà bà Lan",
            vec![
                adult(person(Role::HouseholdMember), "Lan", &[]),
                adult(NEIGHBOURS[0], "Khuê", &[]),
                grandmother,
            ],
        ),
        home(
            1,
            0,
            0,
            "Nhà anh Tuấn",
            vec![
                adult(NEIGHBOURS[1], "Tuấn", &EVERYTHING),
                adult(person(Role::TeamLeader), "Trưởng", &[]),
                adult(person(Role::TeamDeputy), "Phó", &[]),
            ],
        ),
        home(2, 0, 1, "Nhà chị Mai", vec![adult(NEIGHBOURS[2], "Mai", &[])]),
        home(3, 1, 2, "Nhà xa", vec![adult(NEIGHBOURS[3], "Xa", &[])]),
    ]
}

fn team(n: usize, village: usize, neighbours: Vec<TeamId>) -> NewTeam {
    let led = |role| (n == 0).then(|| person(role));
    NewTeam {
        team: TEAMS[n],
        place: VILLAGES[village],
        name: format!("Tổ {}", n + 1),
        leader: led(Role::TeamLeader),
        deputy: led(Role::TeamDeputy),
        neighbours,
    }
}

fn device(id: DeviceId, household: HouseholdId, kind: Kind) -> NewDevice {
    let (spot, secret) = (Spot::GroundFloor, Secret::of([id.as_bytes()[0]; 16]));
    NewDevice { device: id, household, kind, spot, second_sound: true, secret }
}

impl Town {
    /// The town at ten in the morning, every bell just heard.
    pub async fn new(engine: Engine) -> Self {
        let parts = [liengia_register::views::PART, liengia_fire::views::PART];
        let house = House::on(engine, &parts).await;
        let entropy = Arc::new(SeededEntropy::new(21));
        let register = Register { journal: house.journal.clone(), entropy: entropy.clone() };
        let kit = Kit { journal: house.journal.clone(), entropy };
        let now = context(house.access.now().as_seconds());
        let teams = [team(0, 0, vec![TEAMS[1]]), team(1, 0, vec![TEAMS[0]]), team(2, 1, Vec::new())];
        house.journal.commit(register.load_teams(&now, &teams).unwrap()).await.unwrap();
        house.journal.commit(register.load_homes(&now, homes()).unwrap()).await.unwrap();
        let mut devices: Vec<NewDevice> =
            (0..4).map(|n| device(bell(n), HOUSEHOLDS[n], Kind::Bell)).collect();
        devices.push(device(DETECTOR, HOUSEHOLDS[0], Kind::Detector));
        house.journal.commit(kit.load_devices(&now, &devices)).await.unwrap();
        let point = PointParticulars {
            facts: PointFacts {
                place: VILLAGES[0],
                name: "Điểm số 1".into(),
                position: Position::new(16.0, 108.000_2).unwrap(),
                contents: vec![Contents::Extinguisher],
                access: "ngõ 3".into(),
            },
            keyholder: Pii::new("ông Khuê, 0912".into()),
        };
        let receipt =
            house.journal.commit(kit.load_points(&now, vec![(POINT, point)]).unwrap()).await.unwrap();
        house.access.caught_up(receipt.seq).await;
        // From the test clock's small hours to ten in the morning.
        house.clock.advance(Duration::from_secs(22_000));
        let town = Self::at_work(house, kit, register).await;
        for n in 0..4 {
            town.beat(bell(n));
        }
        town.alarms.settled(Duration::from_secs(10)).await;
        town.told.forget();
        town
    }

    async fn at_work(house: House, kit: Kit, register: Register) -> Self {
        let (told, present) = (Arc::new(Told::default()), Arc::new(Present::default()));
        let (stop, stopping) = watch::channel(false);
        let Opened { alarms, directory, .. } =
            live::open(house.journal.clone(), house.clock.clone(), told.clone(), 7, stopping).await.unwrap();
        let api = Api::new(
            alarms.clone(),
            kit.clone(),
            register.clone(),
            house.access.clone(),
            directory,
            settings(present.clone()),
        );
        let router = house.serve(routes().with_state(api.clone()));
        Self { house, alarms, kit, register, told, present, router, api, stop }
    }

    /// Stops the engine, writes what is left, and starts another one on the same journal.
    pub async fn restarted(self) -> Self {
        self.restarted_after(Duration::ZERO).await
    }

    /// The same, but that the node is off for a while.
    pub async fn restarted_after(self, pause: Duration) -> Self {
        self.stop.send(true).unwrap();
        self.alarms.written().await;
        let Self { house, kit, register, .. } = self;
        house.clock.advance(pause);
        Self::at_work(house, kit, register).await
    }

    pub fn beat(&self, device: DeviceId) {
        self.beat_ringing(device, None);
    }

    /// A heartbeat of a bell that says what it rings for.
    pub fn beat_ringing(&self, device: DeviceId, ringing: Option<Vec<Reported>>) {
        self.alarms.tell(Input::Heartbeat(Heartbeat {
            device,
            ringing,
            battery_percent: Some(90),
            signal_percent: Some(70),
            tamper: None,
        }));
    }

    /// Lets time pass, and the engine do what is due then.
    pub fn pass(&self, seconds: u64) {
        self.house.clock.advance(Duration::from_secs(seconds));
        self.alarms.tell(Input::Tick);
    }

    pub async fn as_role(&self, role: Role) -> Browser {
        self.house.as_role(&self.router, role).await
    }

    /// The neighbour of household n: 0 lives with the member, 1 with leader and deputy, 2 next door, 3 far away.
    pub async fn neighbour(&self, n: usize) -> Browser {
        self.house.browser_of(&self.router, NEIGHBOURS[n], Way::Join).await
    }

    /// FIRE, pressed by somebody on their phone just now.
    pub async fn press(&self, browser: &mut Browser, id: AlarmId) -> Answer {
        browser.post("/api/alarms", &self.pressed(id)).await
    }

    pub fn pressed(&self, id: AlarmId) -> Value {
        json!({ "alarm": id, "pressed_at": self.house.access.now(), "source": "phone" })
    }

    /// The table of these routes.
    pub fn table(&self, routes: liengia_access::Routes<Api>) -> Vec<liengia_access::RouteEntry> {
        routes.with_state(self.api.clone()).build(&self.house.access).table
    }

    /// All that the journal holds, as text.
    pub async fn journal(&self) -> String {
        let entries = self.house.journal.entries_after(0, 100_000).await.unwrap();
        format!("{entries:?}")
    }
}

/// Does something in an alarm, and expects that it is done.
pub async fn act(browser: &mut Browser, alarm: AlarmId, what: &str, body: Value) -> Value {
    let answer = browser.post(&format!("/api/alarms/{alarm}/{what}"), &body).await;
    assert_eq!(answer.status.as_u16(), 200, "{what}: {}", answer.json());
    answer.json()
}
