//! Fills a node with a sample: the same rules and the same journal as for real people.

use anyhow::Context as _;
use liengia_access::{AccessEvent, PlaceKind, Role, Scope};
use liengia_fire::{
    Kit, NewDevice, Secret,
    event::{Contents, Kind, PointFacts, Spot},
    rules::PointParticulars,
};
use liengia_journal::{Actor, Commit, Context, Draft, Journal};
use liengia_kernel::{Pii, Timestamp};
use liengia_register::{
    NewHome, NewPerson, NewTeam, Register,
    event::{MemberKind, Training},
    rules::{HouseholdParticulars, PersonParticulars},
};
use liengia_sim::sample::{self, Commune};

/// Households in one commit.
const HOMES_AT_ONCE: usize = 250;

/// Teams in one commit.
const TEAMS_AT_ONCE: usize = 500;

/// Devices in one commit.
const DEVICES_AT_ONCE: usize = 3_000;

/// Where a sample is poured in.
pub struct Basin<'a> {
    /// The journal.
    pub journal: &'a Journal,
    /// The register.
    pub register: &'a Register,
    /// The kit.
    pub kit: &'a Kit,
    /// When it is loaded.
    pub now: Timestamp,
}

impl Basin<'_> {
    /// Pours one commune in. Every place is added that is not in the tree yet.
    pub async fn pour(&self, commune: &Commune, with_above: bool) -> anyhow::Result<()> {
        let above: &[sample::Place] = if with_above { &commune.above } else { &[] };
        let places: Vec<Draft> = above.iter().chain(&commune.places).map(place).collect();
        self.commit(Commit::new(self.context(), places)).await?;
        for teams in commune.teams.chunks(TEAMS_AT_ONCE) {
            let teams: Vec<NewTeam> = teams.iter().map(team).collect();
            self.commit(self.register.load_teams(&self.context(), &teams)?).await?;
        }
        for homes in commune.households.chunks(HOMES_AT_ONCE) {
            let homes = homes.iter().map(home).collect();
            self.commit(self.register.load_homes(&self.context(), homes)?).await?;
        }
        let devices: Vec<NewDevice> = commune.devices().map(|(home, device)| fitted(home, device)).collect();
        for devices in devices.chunks(DEVICES_AT_ONCE) {
            self.commit(self.kit.load_devices(&self.context(), devices)).await?;
        }
        let points = commune.points.iter().map(|one| point(commune, one)).collect();
        self.commit(self.kit.load_points(&self.context(), points)?).await?;
        self.officials(commune).await
    }

    async fn officials(&self, commune: &Commune) -> anyhow::Result<()> {
        let Some(root) = commune.places.first() else { return Ok(()) };
        let scope = Scope::Place(root.id);
        let roles = commune.officials.iter().map(|official| {
            let role = match official.duty {
                sample::Duty::DutyOfficer => Role::DutyOfficer,
                sample::Duty::Clerk => Role::Clerk,
                sample::Duty::Administrator => Role::Administrator,
                sample::Duty::Analyst => Role::Analyst,
                sample::Duty::Mediator => Role::Mediator,
                sample::Duty::Auditor => Role::Auditor,
            };
            Draft::of(&AccessEvent::RoleGranted { person: official.id, role, scope })
        });
        self.commit(Commit::new(self.context(), roles.collect())).await
    }

    async fn commit(&self, commit: Commit) -> anyhow::Result<()> {
        self.journal.commit(commit).await.map(drop).context("the sample could not be written")
    }

    fn context(&self) -> Context {
        Context { actor: Actor::Node, purpose: "sample".into(), at: self.now }
    }
}

fn place(place: &sample::Place) -> Draft {
    let place_kind = match place.kind {
        sample::PlaceKind::Province => PlaceKind::Province,
        sample::PlaceKind::District => PlaceKind::District,
        sample::PlaceKind::Commune => PlaceKind::Commune,
        sample::PlaceKind::Village => PlaceKind::Village,
        sample::PlaceKind::Cluster => PlaceKind::Cluster,
    };
    let (place, parent, name) = (place.id, place.parent, place.name.clone());
    Draft::of(&AccessEvent::PlaceAdded { place, parent, place_kind, name })
}

fn team(team: &sample::Team) -> NewTeam {
    NewTeam {
        team: team.id,
        place: team.place,
        name: team.name.clone(),
        leader: Some(team.leader),
        deputy: Some(team.deputy),
        neighbours: team.adjacent.clone(),
    }
}

fn home(home: &sample::Household) -> NewHome {
    let member = match home.kind {
        sample::HouseholdKind::Home => MemberKind::Home,
        sample::HouseholdKind::School => MemberKind::School,
        sample::HouseholdKind::Agency => MemberKind::Agency,
        sample::HouseholdKind::Company => MemberKind::Company,
        sample::HouseholdKind::Boat => MemberKind::Boat,
        sample::HouseholdKind::BoardingHouse => MemberKind::BoardingHouse,
    };
    NewHome {
        household: home.id,
        particulars: HouseholdParticulars {
            member,
            place: home.place,
            label: home.label.clone(),
            how_to_find: home.how_to_find.clone().unwrap_or_default(),
            floor_notes: home.floor_notes.clone().unwrap_or_default(),
            position: Some(Pii::new(home.position)),
            occupants: home.occupants,
        },
        team: home.team,
        people: home.people.iter().map(person).collect(),
    }
}

fn person(person: &sample::Person) -> NewPerson {
    let trained = person.trained.iter().map(|skill| match skill {
        sample::Skill::Extinguisher => Training::Extinguisher,
        sample::Skill::Evacuation => Training::PeopleOut,
        sample::Skill::FirstAid => Training::FirstAid,
        sample::Skill::Gate => Training::Gate,
        sample::Skill::Power => Training::Power,
    });
    NewPerson {
        person: person.id,
        particulars: PersonParticulars {
            name: person.name.clone(),
            phone: person.phone.clone().unwrap_or_default(),
            born: None,
            adult: person.adult,
            tenant: person.tenant,
            can_respond: person.can_respond && person.adult,
            trained: trained.collect(),
        },
        // A note that nobody agreed to is never heard of.
        help: person.help.as_ref().filter(|help| help.opted_in).map(|help| help.note.clone()),
    }
}

fn fitted(home: &sample::Household, device: &sample::Device) -> NewDevice {
    let kind = match device.kind {
        sample::DeviceKind::Bell => Kind::Bell,
        sample::DeviceKind::Button => Kind::Button,
        sample::DeviceKind::Detector => Kind::Detector,
        sample::DeviceKind::Combined => Kind::Combined,
    };
    let label = device.label.to_lowercase();
    let spot = if label.contains("ngoài") || label.contains("cổng") {
        Spot::Outside
    } else if label.contains("bếp") {
        Spot::Kitchen
    } else if label.contains("tầng 1") || label.contains("trong") {
        Spot::GroundFloor
    } else if label.contains("tầng") {
        Spot::UpperFloor
    } else {
        Spot::Other
    };
    NewDevice {
        device: device.id,
        household: home.id,
        kind,
        spot,
        second_sound: device.second_sound,
        secret: Secret::of(device.secret),
    }
}

fn point(commune: &Commune, point: &sample::Point) -> (liengia_kernel::PointId, PointParticulars) {
    let what = [
        ("bình", Contents::Extinguisher),
        ("xà beng", Contents::Tools),
        ("búa", Contents::Tools),
        ("rìu", Contents::Tools),
        ("kìm", Contents::Cutter),
        ("thang", Contents::Ladder),
        ("vòi", Contents::Hose),
        ("bơm", Contents::Pump),
        ("nước", Contents::Water),
        ("mặt nạ", Contents::Masks),
    ];
    let line = point.contents_line().to_lowercase();
    let keyholder = point.keyholder.and_then(|id| commune.people().find(|person| person.id == id));
    let told = keyholder.map(|person| {
        let phone = person.phone.as_ref().map_or("", |phone| phone.expose());
        Pii::new(format!("{}, {phone}", person.name.expose()))
    });
    let facts = PointFacts {
        place: point.place,
        name: point.name.clone(),
        position: point.position,
        contents: what
            .iter()
            .filter(|(word, _)| line.contains(word))
            .map(|(_, contents)| *contents)
            .collect(),
        access: format!("{}. {}", point.contents_line(), point.access),
    };
    (point.id, PointParticulars { facts, keyholder: told.unwrap_or_default() })
}
