//! The roster as it stands, indexed: which home is of which team, and who stands next to whom.

use super::roster::{DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster};
use super::{
    limits,
    terms::{Mode, Scope},
};
use liengia_kernel::{DeviceId, HouseholdId, PersonId, Position, TeamId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The roster.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub teams: BTreeMap<TeamId, Team>,
    pub households: BTreeMap<HouseholdId, Member>,
    pub people: BTreeMap<PersonId, HouseholdId>,
    /// Teams dissolved while their alarm was open: they go when it is closed.
    pub leaving: BTreeSet<TeamId>,
    /// Homes removed while an alarm rang in them: they go when it does not any more.
    pub homes_leaving: BTreeSet<HouseholdId>,
    adjacent: Links<TeamId>,
    adjoining: Links<HouseholdId>,
    on_the_ground: BTreeMap<(Cell, HouseholdId), Position>,
}

/// A square of the ground, so that homes near each other are found whichever teams they are in.
type Cell = (i32, i32);

/// The sides of a square in degrees: more than [`limits::ADJOINING_METRES`] wherever people live.
const CELL_DEGREES: f64 = 0.0005;

fn cell(position: Position) -> Cell {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a degree is at most 180, and a square a 2000th of it"
    )]
    let square = |degrees: f64| (degrees / CELL_DEGREES).floor() as i32;
    (square(position.lat()), square(position.lon()))
}

/// A team without its households' details.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub leader: Option<PersonId>,
    pub deputy: Option<PersonId>,
    pub households: BTreeSet<HouseholdId>,
    pub ladder: LadderConfig,
    /// What rings in its homes, in one place: a press rings them before anything else is looked up.
    bells: Arc<[Bell]>,
}

/// What rings, and whether it has a second sound.
#[derive(Clone, Copy, Debug)]
struct Bell {
    device: DeviceId,
    second_sound: bool,
}

impl Bell {
    fn rings(self, mode: Mode) -> bool {
        mode == Mode::Live || self.second_sound
    }
}

fn bells_among(devices: &[DeviceRoster]) -> impl Iterator<Item = Bell> + '_ {
    let ringing = devices.iter().filter(|device| device.kind.rings());
    ringing.map(|device| Bell { device: device.device, second_sound: device.second_sound })
}

/// A household, in its team or alone.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub team: Option<TeamId>,
    pub home: HouseholdRoster,
}

/// Neighbours, as either side says.
#[derive(Clone, Debug)]
struct Links<T> {
    said: BTreeMap<T, Vec<T>>,
    back: BTreeMap<T, BTreeSet<T>>,
}

impl<T> Default for Links<T> {
    fn default() -> Self {
        Self { said: BTreeMap::new(), back: BTreeMap::new() }
    }
}

impl<T: Copy + Ord> Links<T> {
    fn set(&mut self, one: T, others: &[T]) {
        for other in self.said.remove(&one).unwrap_or_default() {
            if let Some(back) = self.back.get_mut(&other) {
                back.remove(&one);
                if back.is_empty() {
                    self.back.remove(&other);
                }
            }
        }
        if others.is_empty() {
            return;
        }
        self.said.insert(one, others.to_vec());
        for other in others {
            self.back.entry(*other).or_default().insert(one);
        }
    }

    fn of(&self, one: T) -> BTreeSet<T> {
        let said = self.said.get(&one).into_iter().flatten();
        let back = self.back.get(&one).into_iter().flatten();
        said.chain(back).copied().filter(|other| *other != one).collect()
    }
}

impl Standing {
    /// Puts a team as it now is.
    pub fn put(&mut self, roster: TeamRoster) {
        let team = roster.team;
        let homes: BTreeSet<HouseholdId> = roster.households.iter().map(|home| home.household).collect();
        let before = self.teams.get(&team).map(|old| old.households.clone()).unwrap_or_default();
        for gone in
            before.difference(&homes).filter(|gone| self.team_of(**gone) == Some(team)).collect::<Vec<_>>()
        {
            self.drop_home(*gone);
        }
        for home in roster.households {
            self.put_home(Some(team), home);
        }
        self.adjacent.set(team, &roster.adjacent);
        let ladder = roster.ladder.bounded();
        let (leader, deputy) = (roster.leader, roster.deputy);
        self.teams.insert(team, Team { leader, deputy, households: homes, ladder, bells: Arc::default() });
        self.leaving.remove(&team);
        self.gather_bells(team);
    }

    /// Notes anew what rings in a team.
    fn gather_bells(&mut self, team: TeamId) {
        let bells = self.homes_of(team).flat_map(|home| bells_among(self.devices_of(home))).collect();
        if let Some(team) = self.teams.get_mut(&team) {
            team.bells = bells;
        }
    }

    /// Gives back the room that the maps left unused while they grew.
    pub fn pack(&mut self) {
        self.households = std::mem::take(&mut self.households).into_iter().collect();
        self.people = std::mem::take(&mut self.people).into_iter().collect();
    }

    /// Puts a home as it now is: in this team, or in none.
    pub fn put_home(&mut self, team: Option<TeamId>, home: HouseholdRoster) {
        let household = home.household;
        let before = self.team_of(household);
        if let Some(old) = before.filter(|old| team != Some(*old)).and_then(|old| self.teams.get_mut(&old)) {
            old.households.remove(&household);
        }
        self.homes_leaving.remove(&household);
        self.leave_the_ground(household);
        self.on_the_ground.extend(home.position.map(|position| ((cell(position), household), position)));
        self.forget_people(household);
        for person in &home.people {
            self.people.insert(person.person, household);
        }
        self.adjoining.set(household, &home.adjoining);
        self.households.insert(household, Member { team, home });
        for team in BTreeSet::from([before, team]).into_iter().flatten() {
            self.gather_bells(team);
        }
    }

    /// Takes a home away.
    pub fn drop_home(&mut self, household: HouseholdId) {
        self.leave_the_ground(household);
        self.forget_people(household);
        self.adjoining.set(household, &[]);
        let team = self.households.remove(&household).and_then(|old| old.team);
        if let Some(id) = team
            && let Some(team) = self.teams.get_mut(&id)
        {
            team.households.remove(&household);
            self.gather_bells(id);
        }
        self.homes_leaving.remove(&household);
    }

    fn leave_the_ground(&mut self, household: HouseholdId) {
        if let Some(old) = self.position(household) {
            self.on_the_ground.remove(&(cell(old), household));
        }
    }

    fn forget_people(&mut self, household: HouseholdId) {
        let people = self.households.get(&household).map(|old| &old.home.people);
        for person in people.into_iter().flatten() {
            if self.people.get(&person.person) == Some(&household) {
                self.people.remove(&person.person);
            }
        }
    }

    /// Takes a team away. Its homes stand alone from then on.
    pub fn remove(&mut self, team: TeamId) {
        self.leaving.remove(&team);
        for household in self.teams.remove(&team).map(|old| old.households).unwrap_or_default() {
            if let Some(member) = self.households.get_mut(&household) {
                member.team = None;
            }
        }
        self.adjacent.set(team, &[]);
    }

    /// The team of a home.
    pub fn team_of(&self, household: HouseholdId) -> Option<TeamId> {
        self.households.get(&household)?.team
    }

    /// The homes of a team.
    pub fn homes_of(&self, team: TeamId) -> impl Iterator<Item = HouseholdId> + '_ {
        self.teams.get(&team).into_iter().flat_map(|team| team.households.iter().copied())
    }

    /// The people of a home.
    pub fn people_of(&self, household: HouseholdId) -> &[PersonRoster] {
        self.households.get(&household).map_or(&[], |member| &member.home.people)
    }

    /// The devices of a home.
    pub fn devices_of(&self, household: HouseholdId) -> &[DeviceRoster] {
        self.households.get(&household).map_or(&[], |member| &member.home.devices)
    }

    /// What rings in a home in an alarm or in a drill.
    pub fn bells_of(&self, household: HouseholdId, mode: Mode) -> impl Iterator<Item = DeviceId> + '_ {
        bells_among(self.devices_of(household)).filter(move |bell| bell.rings(mode)).map(|bell| bell.device)
    }

    /// The same for all homes of a team.
    pub fn bells_of_team(&self, team: TeamId, mode: Mode) -> impl Iterator<Item = DeviceId> + '_ {
        let bells = self.teams.get(&team).into_iter().flat_map(|team| team.bells.iter());
        bells.filter(move |bell| bell.rings(mode)).map(|bell| bell.device)
    }

    /// How many people must be out before a home is clear.
    pub fn registered(&self, household: HouseholdId) -> u16 {
        self.households.get(&household).map_or(0, |member| member.home.registered())
    }

    /// The teams next to a team.
    pub fn teams_next_to(&self, team: TeamId) -> BTreeSet<TeamId> {
        self.adjacent.of(team)
    }

    /// The ladder of what an alarm stands on.
    pub fn ladder(&self, scope: Scope) -> LadderConfig {
        scope.team().and_then(|team| self.teams.get(&team)).map(|team| team.ladder).unwrap_or_default()
    }

    /// Whether this person leads one of these teams, or stands in.
    pub fn leads(&self, teams: impl Iterator<Item = TeamId>, person: PersonId) -> bool {
        self.leaders(teams).any(|leader| leader == person)
    }

    /// The leaders and the deputies.
    pub fn leaders<'a>(
        &'a self,
        teams: impl Iterator<Item = TeamId> + 'a,
    ) -> impl Iterator<Item = PersonId> + 'a {
        let teams = teams.filter_map(|team| self.teams.get(&team));
        teams.flat_map(|team| team.leader.into_iter().chain(team.deputy))
    }

    /// The homes next door to a home: those that either side names; else those that stand near enough, of whatever team.
    pub fn homes_next_door(&self, household: HouseholdId) -> BTreeSet<HouseholdId> {
        let named: BTreeSet<HouseholdId> = self
            .adjoining
            .of(household)
            .into_iter()
            .filter(|home| self.households.contains_key(home))
            .collect();
        let Some(here) = self.position(household).filter(|_| named.is_empty()) else { return named };
        let near = self.homes_around(here).filter(|(_, metres)| *metres <= limits::ADJOINING_METRES);
        near.map(|(other, _)| other).filter(|other| *other != household).collect()
    }

    /// The homes next to a home: those next door; and where nobody names any, those of its own team whose distance nobody
    /// knows.
    pub fn homes_next_to(&self, household: HouseholdId) -> BTreeSet<HouseholdId> {
        let mut next = self.homes_next_door(household);
        if self.adjoining.of(household).iter().any(|home| self.households.contains_key(home)) {
            return next;
        }
        let nowhere = self.position(household).is_none();
        let mine = self.team_of(household).into_iter().flat_map(|team| self.homes_of(team));
        next.extend(mine.filter(|other| *other != household && (nowhere || self.position(*other).is_none())));
        next
    }

    /// The homes in the squares around a place, and how far away they are.
    fn homes_around(&self, here: Position) -> impl Iterator<Item = (HouseholdId, f64)> + '_ {
        const FIRST: HouseholdId = HouseholdId::from_bytes([0; 16]);
        let (lat, lon) = cell(here);
        let row = move |row| self.on_the_ground.range(((row, lon - 1), FIRST)..((row, lon + 2), FIRST));
        (lat - 1..=lat + 1).flat_map(row).map(move |((_, home), there)| (*home, there.metres_to(here)))
    }

    /// Where a home stands.
    pub fn position(&self, household: HouseholdId) -> Option<Position> {
        self.households.get(&household)?.home.position
    }

    /// Metres between two homes, if both have a position.
    pub fn metres(&self, one: HouseholdId, other: HouseholdId) -> Option<f64> {
        Some(self.position(one)?.metres_to(self.position(other)?))
    }
}
