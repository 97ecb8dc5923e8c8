//! A town of whole teams, poured into a node's journal: twelve homes a team, one bell with a button in each.

use crate::server::Place;
use anyhow::Context as _;
use liengia_access::{AccessEvent, PlaceKind};
use liengia_fire::{
    Kit, NewDevice, Secret,
    event::{Kind, Spot},
};
use liengia_journal::{Actor, Commit, Context, Database, Draft, Journal, JournalConfig, Schema};
use liengia_kernel::{
    Clock as _, CommuneId, DeviceId, Entropy, HouseholdId, PersonId, Pii, PlaceId, Position, SeededEntropy,
    SystemClock, SystemEntropy, TeamId, Timestamp,
};
use liengia_register::{
    NewHome, NewPerson, NewTeam, Register,
    event::{MemberKind, Training},
    rules::{HouseholdParticulars, PersonParticulars},
};
use liengia_sim::load::TEAM;
use std::{fmt::Write as _, sync::Arc};

/// Teams of a village, and in one commit.
const TEAMS_OF_A_VILLAGE: usize = 20;

/// The devices of a town and their secrets, team by team.
#[derive(Clone, Debug)]
pub struct Town {
    /// In the order in which the load tool wants them.
    pub devices: Vec<(DeviceId, Box<str>)>,
}

impl Town {
    /// The same town, of which only the devices of the first teams are at hand.
    pub fn first(&self, teams: usize) -> Self {
        Self { devices: self.devices.iter().take(teams * TEAM).cloned().collect() }
    }
}

/// Pours a town of that many teams into the node at `place`, which must not run.
pub async fn found(place: &Place, teams: usize) -> anyhow::Result<Town> {
    // The first start makes the node's identity and its tables.
    let (running, _) = place.serve()?;
    running.stop()?;
    let identity = std::fs::read(place.data.join("identity.json"))?;
    let identity: serde_json::Value = serde_json::from_slice(&identity)?;
    let commune: CommuneId = identity["commune"].as_str().context("the node has no identity")?.parse()?;
    let parts = [liengia_access::PART, liengia_register::views::PART, liengia_fire::views::PART];
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let journal = Journal::open(JournalConfig {
        database: Database::Sqlite(place.data.join("journal.db")),
        commune,
        schema: Schema::new(parts),
        entropy: entropy.clone(),
        readers: 1,
    })
    .await?;
    let founder = Founder {
        register: Register { journal: journal.clone(), entropy: entropy.clone() },
        kit: Kit { journal: journal.clone(), entropy },
        chance: SeededEntropy::new(114),
        now: SystemClock::new().now(),
    };
    let town = founder.town(teams).await?;
    drop(founder);
    journal.close().await;
    Ok(town)
}

struct Founder {
    register: Register,
    kit: Kit,
    chance: SeededEntropy,
    now: Timestamp,
}

impl Founder {
    async fn town(&self, count: usize) -> anyhow::Result<Town> {
        let ids: Vec<TeamId> = (0..count).map(|_| TeamId::new(self.now, &self.chance)).collect();
        let root = PlaceId::new(self.now, &self.chance);
        let placed = |place, parent, place_kind, name: String| {
            Draft::of(&AccessEvent::PlaceAdded { place, parent, place_kind, name })
        };
        let mut places = vec![placed(root, None, PlaceKind::Commune, "Xã Đo Đạc".into())];
        let mut town = Town { devices: Vec::with_capacity(count * TEAM) };
        for (number, teams) in ids.chunks(TEAMS_OF_A_VILLAGE).enumerate() {
            let village = PlaceId::new(self.now, &self.chance);
            places.push(placed(village, Some(root), PlaceKind::Village, format!("Thôn {}", number + 1)));
            self.commit(Commit::new(self.context(), std::mem::take(&mut places))).await?;
            self.village(village, number * TEAMS_OF_A_VILLAGE, teams, &ids, &mut town).await?;
        }
        Ok(town)
    }

    async fn village(
        &self,
        place: PlaceId,
        first: usize,
        teams: &[TeamId],
        all: &[TeamId],
        town: &mut Town,
    ) -> anyhow::Result<()> {
        let (mut new, mut homes, mut devices) = (Vec::new(), Vec::new(), Vec::new());
        for (at, team) in teams.iter().enumerate() {
            // Teams lie in a row, each next to the one before and the one after it.
            let number = first + at;
            let beside = [number.checked_sub(1), Some(number + 1)];
            let neighbours =
                beside.into_iter().flatten().filter_map(|beside| all.get(beside).copied()).collect();
            let name = format!("Tổ {}", number + 1);
            new.push(NewTeam { team: *team, place, name, leader: None, deputy: None, neighbours });
            for member in 0..TEAM {
                let home = self.home(place, *team, number * TEAM + member)?;
                devices.push(self.device(home.household, town));
                homes.push(home);
            }
        }
        self.commit(self.register.load_teams(&self.context(), &new)?).await?;
        self.commit(self.register.load_homes(&self.context(), homes)?).await?;
        self.commit(self.kit.load_devices(&self.context(), &devices)).await
    }

    fn home(&self, place: PlaceId, team: TeamId, number: usize) -> anyhow::Result<NewHome> {
        // A street of homes fifteen metres apart. Between teams lies a field: a team's alarm rings its own bells alone.
        let metres = number * 15 + number / TEAM * 50;
        let along = f64::from(u32::try_from(metres)?) / 111_000.0;
        let adult = NewPerson {
            person: PersonId::new(self.now, &self.chance),
            particulars: PersonParticulars {
                name: Pii::new(format!("Người {number}")),
                phone: Pii::default(),
                born: None,
                adult: true,
                tenant: false,
                can_respond: true,
                trained: vec![Training::Extinguisher, Training::PeopleOut],
            },
            help: None,
        };
        Ok(NewHome {
            household: HouseholdId::new(self.now, &self.chance),
            particulars: HouseholdParticulars {
                member: MemberKind::Home,
                place,
                label: Pii::new(format!("Nhà số {number}")),
                how_to_find: Pii::default(),
                floor_notes: Pii::default(),
                position: Some(Pii::new(Position::new(20.0 + along, 106.8)?)),
                occupants: None,
            },
            team: Some(team),
            people: vec![adult],
        })
    }

    fn device(&self, household: HouseholdId, town: &mut Town) -> NewDevice {
        let mut bits = [0; 16];
        self.chance.fill(&mut bits);
        let digits = bits.iter().fold(String::with_capacity(32), |mut digits, byte| {
            // Writing to a text cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        let device = DeviceId::new(self.now, &self.chance);
        town.devices.push((device, digits.into()));
        let secret = Secret::of(bits);
        NewDevice {
            device,
            household,
            kind: Kind::Combined,
            spot: Spot::GroundFloor,
            second_sound: true,
            secret,
        }
    }

    async fn commit(&self, commit: Commit) -> anyhow::Result<()> {
        self.register.journal.commit(commit).await.map(drop).context("the town could not be written")
    }

    fn context(&self) -> Context {
        Context { actor: Actor::Node, purpose: "bench".into(), at: self.now }
    }
}
