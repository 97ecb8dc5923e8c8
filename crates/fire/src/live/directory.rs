//! Who is who, in memory: names, phones and places for boards, cards and calls, which must be there when the
//! disk is not. It holds personal data; nothing here prints.

use crate::{
    engine::{DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster, Trainings},
    views::{Device, Ladder, Point},
};
use liengia_journal::{Journal, QueryError};
use liengia_kernel::{DeviceId, HouseholdId, PersonId, Pii, TeamId};
use liengia_register::views::{Household, Person, Team, TeamFilter};
use std::collections::{BTreeMap, BTreeSet};

/// More than any node holds; the register's own lists are paged, this one is whole.
const ALL: usize = 1_000_000;

/// What the alarm needs to know of a person. A province has tens of thousands of them in memory, so it is small.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as in the register")]
pub struct Resident {
    /// The person.
    pub person: PersonId,
    /// Where they live.
    pub household: HouseholdId,
    /// Their name, and behind it their phone number.
    words: Pii<Box<str>>,
    /// Where the name ends.
    name_ends: u16,
    /// Whether they are an adult.
    pub adult: bool,
    /// Whether there is a note about the help they need to get out.
    pub help: bool,
    tenant: bool,
    can_respond: bool,
    /// What they were trained for.
    pub trained: Trainings,
}

impl Resident {
    fn new(known: Person) -> Self {
        let (name, phone) = (known.name.expose(), known.phone.expose());
        // No name is as long: the register takes 120 letters.
        let name_ends = u16::try_from(name.len()).unwrap_or_default();
        Self {
            person: known.person,
            household: known.household,
            words: Pii::new(format!("{}{phone}", &name[..name_ends.into()]).into()),
            name_ends,
            adult: known.adult,
            help: known.help,
            tenant: known.tenant,
            can_respond: known.can_respond,
            trained: known.trained.into_iter().collect(),
        }
    }

    /// Their name.
    pub fn name(&self) -> Pii<String> {
        Pii::new(self.words.expose()[..self.name_ends.into()].to_owned())
    }

    /// Their phone number, or empty.
    pub fn phone(&self) -> Pii<String> {
        Pii::new(self.words.expose()[self.name_ends.into()..].to_owned())
    }
}

/// What the alarm needs of the register, and of the kit.
#[derive(Debug, Default)]
pub struct Directory {
    /// Teams that stand.
    pub teams: BTreeMap<TeamId, Team>,
    /// Households and other members.
    pub households: BTreeMap<HouseholdId, Household>,
    /// People.
    pub people: BTreeMap<PersonId, Resident>,
    /// Devices.
    pub devices: BTreeMap<DeviceId, Device>,
    /// Firefighting points.
    pub points: Vec<Point>,
    /// The ladders of teams that set their own.
    pub ladders: BTreeMap<TeamId, LadderConfig>,
    homes_of: BTreeMap<TeamId, BTreeSet<HouseholdId>>,
    people_of: BTreeMap<HouseholdId, Vec<PersonId>>,
    devices_of: BTreeMap<HouseholdId, Vec<DeviceId>>,
}

impl Directory {
    /// Reads everything. Each map is made in one go, which leaves no room in it unused.
    pub async fn read(journal: &Journal) -> Result<Self, QueryError> {
        let (points, ladders) = (Point::all(journal).await?, Ladder::all(journal).await?);
        let all_teams = TeamFilter { limit: ALL, ..TeamFilter::default() };
        let teams = Team::list(journal, &all_teams).await?;
        let households = Household::all(journal).await?;
        let people = Person::all(journal, |person| (person.household, Resident::new(person))).await?;
        let devices = Device::all(journal).await?;
        let mut homes_of: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for home in &households {
            if let Some(team) = home.team {
                homes_of.entry(team).or_default().insert(home.household);
            }
        }
        Ok(Self {
            points,
            ladders,
            homes_of,
            people_of: by_home(people.iter().map(|(home, person)| (*home, person.person))),
            devices_of: by_home(devices.iter().map(|device| (device.household, device.device))),
            teams: teams.into_iter().map(|team| (team.team, team)).collect(),
            households: households.into_iter().map(|home| (home.household, home)).collect(),
            people: people.into_iter().map(|(_, person)| (person.person, person)).collect(),
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
        hang_in(&mut self.people_of, person.household, person.person);
        self.people.insert(person.person, Resident::new(person));
    }

    fn put_device(&mut self, device: Device) {
        hang_in(&mut self.devices_of, device.household, device.device);
        self.devices.insert(device.device, device);
    }

    /// The households of a team.
    pub fn homes_of(&self, team: TeamId) -> impl Iterator<Item = &Household> {
        self.homes_of.get(&team).into_iter().flatten().filter_map(|home| self.households.get(home))
    }

    /// The people of a household.
    pub fn people_of(&self, household: HouseholdId) -> impl Iterator<Item = &Resident> {
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
            headcount: 0,
            people: exactly(people),
            devices: exactly(devices),
        }
    }
}

/// What hangs in each home, in the order of its ids.
fn by_home<T: Ord>(all: impl Iterator<Item = (HouseholdId, T)>) -> BTreeMap<HouseholdId, Vec<T>> {
    let mut all: Vec<(HouseholdId, T)> = all.collect();
    all.sort_unstable();
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
