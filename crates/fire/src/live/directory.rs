//! Who is who, in memory: names, phones and places for boards, cards and calls, which must be there when the
//! disk is not. It holds personal data; nothing here prints.

use crate::{
    engine::{DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster},
    views::{Device, Ladder, Point},
};
use liengia_journal::{Journal, QueryError};
use liengia_kernel::{DeviceId, HouseholdId, PersonId, TeamId};
use liengia_register::views::{Household, HouseholdFilter, Person, Team, TeamFilter};
use std::collections::{BTreeMap, BTreeSet};

/// More than any node holds; the register's own lists are paged, this one is whole.
const ALL: usize = 1_000_000;

/// What the alarm needs of the register, and of the kit.
#[derive(Debug, Default)]
pub struct Directory {
    /// Teams that stand.
    pub teams: BTreeMap<TeamId, Team>,
    /// Households and other members.
    pub households: BTreeMap<HouseholdId, Household>,
    /// People.
    pub people: BTreeMap<PersonId, Person>,
    /// Devices.
    pub devices: BTreeMap<DeviceId, Device>,
    /// Firefighting points.
    pub points: Vec<Point>,
    /// The ladders of teams that set their own.
    pub ladders: BTreeMap<TeamId, LadderConfig>,
    homes_of: BTreeMap<TeamId, BTreeSet<HouseholdId>>,
    people_of: BTreeMap<HouseholdId, BTreeSet<PersonId>>,
    devices_of: BTreeMap<HouseholdId, BTreeSet<DeviceId>>,
}

impl Directory {
    /// Reads everything.
    pub async fn read(journal: &Journal) -> Result<Self, QueryError> {
        let (points, ladders) = (Point::all(journal).await?, Ladder::all(journal).await?);
        let mut directory = Self { points, ladders, ..Self::default() };
        let all_teams = TeamFilter { limit: ALL, ..TeamFilter::default() };
        let all_homes = HouseholdFilter { limit: ALL, ..HouseholdFilter::default() };
        directory.teams =
            Team::list(journal, &all_teams).await?.into_iter().map(|team| (team.team, team)).collect();
        for home in Household::list(journal, &all_homes).await? {
            directory.put_home(home);
        }
        for person in Person::all(journal).await? {
            directory.put_person(person);
        }
        for device in Device::all(journal).await? {
            directory.put_device(device);
        }
        Ok(directory)
    }

    /// Reads one household anew, with its people and devices. Answers the teams that it was and is in.
    pub async fn read_home(
        journal: &Journal,
        household: HouseholdId,
    ) -> Result<(Option<Household>, Vec<Person>, Vec<Device>), QueryError> {
        let home = Household::find(journal, household).await?;
        let people = Person::of_household(journal, household).await?;
        Ok((home, people, Device::of_household(journal, household).await?))
    }

    /// Takes in what [`Self::read_home`] gave. Answers the teams that the household was and is in.
    pub fn replace_home(
        &mut self,
        household: HouseholdId,
        (home, people, devices): (Option<Household>, Vec<Person>, Vec<Device>),
    ) -> BTreeSet<TeamId> {
        let mut teams = BTreeSet::new();
        if let Some(old) = self.households.remove(&household)
            && let Some(team) = old.team
        {
            teams.insert(team);
            self.homes_of.entry(team).or_default().remove(&household);
        }
        for person in self.people_of.remove(&household).unwrap_or_default() {
            self.people.remove(&person);
        }
        for device in self.devices_of.remove(&household).unwrap_or_default() {
            self.devices.remove(&device);
        }
        if let Some(home) = home {
            teams.extend(home.team);
            self.put_home(home);
            for person in people {
                self.put_person(person);
            }
            for device in devices {
                self.put_device(device);
            }
        }
        teams
    }

    fn put_home(&mut self, home: Household) {
        if let Some(team) = home.team {
            self.homes_of.entry(team).or_default().insert(home.household);
        }
        self.households.insert(home.household, home);
    }

    fn put_person(&mut self, person: Person) {
        self.people_of.entry(person.household).or_default().insert(person.person);
        self.people.insert(person.person, person);
    }

    fn put_device(&mut self, device: Device) {
        self.devices_of.entry(device.household).or_default().insert(device.device);
        self.devices.insert(device.device, device);
    }

    /// The households of a team.
    pub fn homes_of(&self, team: TeamId) -> impl Iterator<Item = &Household> {
        self.homes_of.get(&team).into_iter().flatten().filter_map(|home| self.households.get(home))
    }

    /// The people of a household.
    pub fn people_of(&self, household: HouseholdId) -> impl Iterator<Item = &Person> {
        self.people_of.get(&household).into_iter().flatten().filter_map(|person| self.people.get(person))
    }

    /// The devices of a household.
    pub fn devices_of(&self, household: HouseholdId) -> impl Iterator<Item = &Device> {
        self.devices_of.get(&household).into_iter().flatten().filter_map(|device| self.devices.get(device))
    }

    /// How many bells a household has.
    pub fn bells_of(&self, household: HouseholdId) -> u16 {
        let bells = self.devices_of(household).filter(|device| device.kind.rings());
        u16::try_from(bells.count()).unwrap_or(u16::MAX)
    }

    /// The team as the engine knows it; none if it does not stand.
    pub fn roster(&self, team: TeamId) -> Option<TeamRoster> {
        let known = self.teams.get(&team)?;
        let ladder = self.ladders.get(&team).copied().unwrap_or_default();
        let households = self.homes_of(team).map(|home| self.home_roster(home)).collect();
        Some(TeamRoster {
            team,
            leader: known.leader,
            deputy: known.deputy,
            adjacent: known.neighbours.clone(),
            households,
            ladder,
        })
    }

    fn home_roster(&self, home: &Household) -> HouseholdRoster {
        let people = self.people_of(home.household).map(|person| PersonRoster {
            person: person.person,
            adult: person.adult,
            trained: person.trained.iter().copied().collect(),
            can_respond: person.can_respond,
            tenant: person.tenant,
        });
        let devices = self.devices_of(home.household).map(|device| DeviceRoster {
            device: device.device,
            kind: device.kind,
            second_sound: device.second_sound,
            last_heard: device.last_heard,
            rang: device.heard_at,
        });
        HouseholdRoster {
            household: home.household,
            position: home.position.as_ref().map(|position| *position.expose()),
            adjoining: Vec::new(),
            headcount: 0,
            people: people.collect(),
            devices: devices.collect(),
        }
    }
}
