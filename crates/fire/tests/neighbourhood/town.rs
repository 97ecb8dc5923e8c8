//! Who lives where: three teams in a row, the truth that the node's roster is made from.

use liengia_fire::engine::{
    DeviceKind, DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster, Training,
};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, SeededEntropy, TeamId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn id(kind: u8, one: u8, two: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    (bytes[0], bytes[14], bytes[15]) = (kind, one, two);
    bytes
}

pub fn team(n: u8) -> TeamId {
    TeamId::from_bytes(id(1, n, 0))
}

pub fn officer() -> PersonId {
    PersonId::from_bytes(id(9, 0, 0))
}

/// An alarm id that a source makes.
pub fn alarm_id(rng: &SeededEntropy) -> AlarmId {
    let mut bytes = [5; 16];
    bytes[8..].copy_from_slice(&rng.next().to_be_bytes());
    AlarmId::from_bytes(bytes)
}

/// The truth about who lives where.
pub struct Town {
    pub teams: BTreeMap<TeamId, TeamRoster>,
    /// When each device was heard last, as the node's table of devices keeps it.
    pub heard: BTreeMap<DeviceId, Timestamp>,
    /// Homes that changed their team: whose team they call when they press depends on the moment.
    pub moved: BTreeSet<HouseholdId>,
}

impl Town {
    /// Three teams in a row; the last home of each touches the first of the next.
    pub fn new(rng: &SeededEntropy) -> Self {
        let sizes = [5, 4, 3];
        let homes: Vec<(u8, u8)> =
            (1..=3).zip(sizes).flat_map(|(team, size)| (1..=size).map(move |home| (team, home))).collect();
        let mut teams = BTreeMap::new();
        for n in 1..=3_u8 {
            let members: Vec<usize> = (0..homes.len()).filter(|at| homes[*at].0 == n).collect();
            let households: Vec<HouseholdRoster> = members.iter().map(|at| home(rng, &homes, *at)).collect();
            let first = households[0].people[0].person;
            let deputy = households[1].people[0].person;
            let ladder = LadderConfig {
                ring_adjacent_bells: n == 3,
                enough: 1 + u16::try_from(rng.below(3)).expect("small"),
                hook: Duration::from_secs(5 + rng.below(20)),
                ..LadderConfig::default()
            };
            let adjacent = if n < 3 { vec![team(n + 1)] } else { Vec::new() };
            let (leader, deputy) = (Some(first), Some(deputy));
            teams.insert(team(n), TeamRoster { team: team(n), leader, deputy, adjacent, households, ladder });
        }
        Self { teams, heard: BTreeMap::new(), moved: BTreeSet::new() }
    }

    /// What the register and the table of devices say when the node starts.
    pub fn roster(&self, team: TeamId) -> TeamRoster {
        let mut roster = self.teams[&team].clone();
        for device in roster.households.iter_mut().flat_map(|home| home.devices.iter_mut()) {
            device.last_heard = self.heard.get(&device.device).copied();
        }
        roster
    }

    pub fn homes(&self) -> impl Iterator<Item = &HouseholdRoster> {
        self.teams.values().flat_map(|team| team.households.iter())
    }

    pub fn home(&self, household: HouseholdId) -> &HouseholdRoster {
        self.homes().find(|home| home.household == household).expect("a home of the town")
    }

    pub fn team_of(&self, household: HouseholdId) -> TeamId {
        let has = |team: &&TeamRoster| team.households.iter().any(|home| home.household == household);
        self.teams.values().find(has).expect("a home of the town").team
    }

    pub fn homes_of(&self, team: TeamId) -> BTreeSet<HouseholdId> {
        self.teams[&team].households.iter().map(|home| home.household).collect()
    }

    pub fn next_to(&self, team: TeamId) -> BTreeSet<TeamId> {
        let says = |one: TeamId, other: TeamId| self.teams[&one].adjacent.contains(&other);
        self.teams.keys().copied().filter(|other| says(team, *other) || says(*other, team)).collect()
    }

    /// Homes next to a home, as either side names them.
    pub fn adjoining(&self, household: HouseholdId) -> BTreeSet<HouseholdId> {
        let names = |home: &HouseholdRoster, other| home.adjoining.contains(&other);
        let here = self.home(household);
        let others = self.homes().filter(|home| names(home, household) || names(here, home.household));
        others.map(|home| home.household).collect()
    }

    pub fn home_of_device(&self, device: DeviceId) -> HouseholdId {
        let has = |home: &&HouseholdRoster| home.devices.iter().any(|known| known.device == device);
        self.homes().find(has).expect("a device of the town").household
    }

    pub fn person(&self, person: PersonId) -> Option<(HouseholdId, &PersonRoster)> {
        self.homes().find_map(|home| {
            let known = home.people.iter().find(|known| known.person == person)?;
            Some((home.household, known))
        })
    }

    pub fn bells_of(&self, household: HouseholdId) -> impl Iterator<Item = &DeviceRoster> {
        self.home(household).devices.iter().filter(|device| device.kind.rings())
    }

    /// A home moves to the team next to it, taking people and devices along.
    pub fn move_a_home(&mut self, rng: &SeededEntropy) -> [TeamId; 2] {
        let from = team(1 + u8::try_from(rng.below(3)).expect("small"));
        let to = *self.next_to(from).iter().next().expect("teams in a row");
        if self.teams[&from].households.len() > 2 {
            let moved = self.teams.get_mut(&from).and_then(|team| team.households.pop()).expect("a home");
            self.moved.insert(moved.household);
            self.teams.get_mut(&to).expect("a team").households.push(moved);
        }
        if rng.below(2) == 0 { [from, to] } else { [to, from] }
    }
}

fn household(homes: &[(u8, u8)], at: usize) -> HouseholdId {
    HouseholdId::from_bytes(id(2, homes[at].0, homes[at].1))
}

fn home(rng: &SeededEntropy, homes: &[(u8, u8)], at: usize) -> HouseholdRoster {
    let (n_team, n_home) = homes[at];
    let device = |kind, n: u8| DeviceRoster {
        device: DeviceId::from_bytes(id(4, n_team * 16 + n_home, n)),
        kind,
        second_sound: rng.below(4) > 0,
        last_heard: None,
        rang: None,
    };
    let mut devices = vec![device(DeviceKind::Button, 1)];
    // One home has no bell: only its phones ring.
    if (n_team, n_home) != (2, 3) {
        devices.push(device(DeviceKind::Bell, 2));
    }
    if rng.below(3) > 0 {
        devices.push(device(DeviceKind::Detector, 3));
    }
    if rng.below(4) == 0 {
        devices.push(device(DeviceKind::Combined, 4));
    }
    let skills =
        [Training::Extinguisher, Training::PeopleOut, Training::FirstAid, Training::Gate, Training::Power];
    let people = (0..2 + rng.below(2)).map(|n| PersonRoster {
        person: PersonId::from_bytes(id(3, n_team * 16 + n_home, u8::try_from(n).expect("small"))),
        adult: n < 2,
        trained: skills.into_iter().filter(|_| rng.below(2) == 0).collect(),
        can_respond: rng.below(5) > 0,
        tenant: n == 1,
    });
    HouseholdRoster {
        household: household(homes, at),
        position: None,
        adjoining: if at + 1 < homes.len() { vec![household(homes, at + 1)] } else { Vec::new() },
        occupants: 0,
        people: people.collect(),
        devices,
    }
}
