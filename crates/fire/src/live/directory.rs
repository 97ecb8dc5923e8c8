//! Who is who, in memory: names, phones and places for boards, cards and calls, which must be there when the
//! disk is not. It holds personal data; nothing here prints.

use super::home::{Draft, Home, Resident};
use crate::{
    engine::{DeviceRoster, HouseholdRoster, Input, LadderConfig, PersonRoster, TeamRoster},
    views::{Device, Ladder, Point},
};
use liengia_journal::{Journal, QueryError};
use liengia_kernel::{DeviceId, HouseholdId, PersonId, TeamId};
use liengia_register::views::{Household, Person, Team, TeamFilter};
use std::collections::{BTreeMap, BTreeSet};

/// More than any node holds; the register's own lists are paged, this one is whole.
const ALL: usize = 1_000_000;

/// What the alarm needs of the register, and of the kit.
#[derive(Debug, Default)]
pub struct Directory {
    /// Teams that stand.
    pub teams: BTreeMap<TeamId, Team>,
    /// Households and other members, with their people.
    pub households: BTreeMap<HouseholdId, Home>,
    /// Devices.
    pub devices: BTreeMap<DeviceId, Device>,
    /// Firefighting points.
    pub points: Vec<Point>,
    /// The ladders of teams that set their own.
    pub ladders: BTreeMap<TeamId, LadderConfig>,
    homes_of: BTreeMap<TeamId, BTreeSet<HouseholdId>>,
    home_of: BTreeMap<PersonId, HouseholdId>,
    devices_of: BTreeMap<HouseholdId, Vec<DeviceId>>,
}

impl Directory {
    /// Reads everything. Each map is made in one go, which leaves no room in it unused.
    pub async fn read(journal: &Journal) -> Result<Self, QueryError> {
        let all_teams = TeamFilter { limit: ALL, ..TeamFilter::default() };
        let all = Box::pin(async {
            tokio::try_join!(
                Person::all(journal, |person| (person.household, Draft::new(&person))),
                Household::all(journal),
                Device::all(journal),
                Team::list(journal, &all_teams),
                Ladder::all(journal),
                Point::all(journal),
            )
        });
        let (people, households, devices, teams, ladders, points) = all.await?;
        let mut homes_of: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for home in &households {
            if let Some(team) = home.team {
                homes_of.entry(team).or_default().insert(home.household);
            }
        }
        let home_of = people.iter().map(|(home, draft)| (draft.person(), *home)).collect();
        let mut people = by_home(people, Draft::person);
        let homes = households.iter().map(|home| {
            let inside = people.remove(&home.household).unwrap_or_default();
            (home.household, Home::new(home, inside.into_iter()))
        });
        Ok(Self {
            points,
            ladders,
            homes_of,
            home_of,
            households: homes.collect(),
            devices_of: by_home(devices.iter().map(|device| (device.household, device.device)), |one| *one),
            teams: teams.into_iter().map(|team| (team.team, team)).collect(),
            devices: devices.into_iter().map(|device| (device.device, device)).collect(),
        })
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
        if let Some(old) = self.households.remove(&household) {
            if let Some(team) = old.team {
                teams.insert(team);
                self.homes_of.entry(team).or_default().remove(&household);
            }
            for person in old.people() {
                self.home_of.remove(&person.person);
            }
        }
        for device in self.devices_of.remove(&household).unwrap_or_default() {
            self.devices.remove(&device);
        }
        if let Some(home) = home {
            teams.extend(home.team);
            self.put_home(&home, &people);
            for device in devices {
                self.put_device(device);
            }
        }
        teams
    }

    fn put_home(&mut self, home: &Household, people: &[Person]) {
        if let Some(team) = home.team {
            self.homes_of.entry(team).or_default().insert(home.household);
        }
        self.home_of.extend(people.iter().map(|person| (person.person, home.household)));
        self.households.insert(home.household, Home::new(home, people.iter().map(Draft::new)));
    }

    fn put_device(&mut self, device: Device) {
        hang_in(&mut self.devices_of, device.household, device.device);
        self.devices.insert(device.device, device);
    }

    /// The person, if they live in a household.
    pub fn person(&self, person: PersonId) -> Option<Resident<'_>> {
        self.people_of(*self.home_of.get(&person)?).find(|known| known.person == person)
    }

    /// The households of a team.
    pub fn homes_of(&self, team: TeamId) -> impl Iterator<Item = &Home> {
        self.homes_of.get(&team).into_iter().flatten().filter_map(|home| self.households.get(home))
    }

    /// The people of a household.
    pub fn people_of(&self, household: HouseholdId) -> impl Iterator<Item = Resident<'_>> {
        self.households.get(&household).into_iter().flat_map(Home::people)
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

    /// The homes that are in no team, as the engine knows them.
    pub fn homes_alone(&self) -> impl Iterator<Item = HouseholdRoster> {
        self.households.values().filter(|home| home.team.is_none()).map(|home| self.home_roster(home))
    }

    /// What the engine has to hear of a household that is in no team, or no more; nothing of one that is in a team.
    pub fn alone(&self, household: HouseholdId) -> Option<Input> {
        match self.households.get(&household) {
            Some(home) if home.team.is_some() => None,
            Some(home) => Some(Input::Home(self.home_roster(home))),
            None => Some(Input::HomeRemoved(household)),
        }
    }

    fn home_roster(&self, home: &Home) -> HouseholdRoster {
        let people = home.people().map(|person| PersonRoster {
            person: person.person,
            adult: person.adult,
            trained: person.trained,
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
            occupants: home.occupants.unwrap_or_default(),
            people: exactly(people),
            devices: exactly(devices),
        }
    }
}

/// What is in each home, in the order of its ids.
fn by_home<T, I: Ord>(
    all: impl IntoIterator<Item = (HouseholdId, T)>,
    id: impl Fn(&T) -> I,
) -> BTreeMap<HouseholdId, Vec<T>> {
    let mut all: Vec<(HouseholdId, T)> = all.into_iter().collect();
    all.sort_unstable_by_key(|(home, one)| (*home, id(one)));
    let mut homes: Vec<(HouseholdId, Vec<T>)> = Vec::new();
    for (home, one) in all {
        match homes.last_mut() {
            Some((last, inside)) if *last == home => inside.push(one),
            _ => homes.push((home, vec![one])),
        }
    }
    homes.into_iter().map(|(home, inside)| (home, exactly(inside.into_iter()))).collect()
}

/// A list with no room left over: there are tens of thousands of them.
fn exactly<T>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = all.collect();
    list.shrink_to_fit();
    list
}

fn hang_in<T: Ord>(homes: &mut BTreeMap<HouseholdId, Vec<T>>, home: HouseholdId, one: T) {
    let inside = homes.entry(home).or_default();
    if let Err(place) = inside.binary_search(&one) {
        inside.insert(place, one);
    }
}
