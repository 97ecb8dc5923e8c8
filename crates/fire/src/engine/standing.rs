//! The roster as it stands, indexed: which home is of which team, and who stands next to whom.

use super::roster::{DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster};
use super::{limits, terms::Scope};
use liengia_kernel::{HouseholdId, PersonId, TeamId};
use std::collections::{BTreeMap, BTreeSet};

/// The roster.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub teams: BTreeMap<TeamId, Team>,
    pub households: BTreeMap<HouseholdId, Member>,
    pub people: BTreeMap<PersonId, HouseholdId>,
    /// Teams dissolved while their alarm was open: they go when it is closed.
    pub leaving: BTreeSet<TeamId>,
    adjacent: Links<TeamId>,
    adjoining: Links<HouseholdId>,
}

/// A team without its households' details.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub leader: Option<PersonId>,
    pub deputy: Option<PersonId>,
    pub households: BTreeSet<HouseholdId>,
    pub ladder: LadderConfig,
}

/// A household in its team.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub team: TeamId,
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
        for gone in before.difference(&homes) {
            self.drop_home(*gone, team);
        }
        for home in roster.households {
            self.put_home(team, home);
        }
        self.adjacent.set(team, &roster.adjacent);
        let ladder = roster.ladder.bounded();
        let (leader, deputy) = (roster.leader, roster.deputy);
        self.teams.insert(team, Team { leader, deputy, households: homes, ladder });
        self.leaving.remove(&team);
    }

    /// Gives back the room that the maps left unused while they grew.
    pub fn pack(&mut self) {
        self.households = std::mem::take(&mut self.households).into_iter().collect();
        self.people = std::mem::take(&mut self.people).into_iter().collect();
    }

    fn put_home(&mut self, team: TeamId, home: HouseholdRoster) {
        let household = home.household;
        if let Some(old) = self.households.get(&household).map(|old| old.team)
            && old != team
            && let Some(old) = self.teams.get_mut(&old)
        {
            old.households.remove(&household);
        }
        self.forget_people(household);
        for person in &home.people {
            self.people.insert(person.person, household);
        }
        self.adjoining.set(household, &home.adjoining);
        self.households.insert(household, Member { team, home });
    }

    fn drop_home(&mut self, household: HouseholdId, team: TeamId) {
        if self.team_of(household) == Some(team) {
            self.forget_people(household);
            self.adjoining.set(household, &[]);
            self.households.remove(&household);
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

    /// Takes a team away.
    pub fn remove(&mut self, team: TeamId) {
        self.leaving.remove(&team);
        for household in self.teams.remove(&team).map(|old| old.households).unwrap_or_default() {
            self.drop_home(household, team);
        }
        self.adjacent.set(team, &[]);
    }

    /// The team of a home.
    pub fn team_of(&self, household: HouseholdId) -> Option<TeamId> {
        self.households.get(&household).map(|member| member.team)
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

    /// The homes of which either side says that they are next to each other.
    pub fn homes_said_next_to(&self, household: HouseholdId) -> BTreeSet<HouseholdId> {
        let named = self.adjoining.of(household).into_iter();
        named.filter(|home| self.households.contains_key(home)).collect()
    }

    /// The homes next to a home: those that either side names; else those that stand near enough, or
    /// whose distance nobody knows.
    pub fn homes_next_to(&self, household: HouseholdId) -> BTreeSet<HouseholdId> {
        let named = self.homes_said_next_to(household);
        if !named.is_empty() {
            return named;
        }
        let Some(member) = self.households.get(&household) else { return named };
        let near = |other: &HouseholdId| match (member.home.position, self.position(*other)) {
            (Some(here), Some(there)) => here.metres_to(there) <= limits::ADJOINING_METRES,
            _ => true,
        };
        self.homes_of(member.team).filter(|other| *other != household).filter(near).collect()
    }

    /// Where a home stands.
    pub fn position(&self, household: HouseholdId) -> Option<liengia_kernel::Position> {
        self.households.get(&household).and_then(|member| member.home.position)
    }

    /// Metres between two homes, if both have a position.
    pub fn metres(&self, one: HouseholdId, other: HouseholdId) -> Option<f64> {
        Some(self.position(one)?.metres_to(self.position(other)?))
    }
}
