//! Acts on teams.

use super::{ActError, Register};
use crate::{
    rules::{self, RegisterError, Warning},
    views::{Household, HouseholdFilter, Person, Team},
};
use liengia_access::{AccessEvent, Role, Scope};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, TeamId};
use std::collections::BTreeSet;

/// More households than any team has.
const MAX_HOUSEHOLDS: usize = 10_000;

impl Register {
    /// Forms a team of these households, under an id that the caller made; says what is unusual about it.
    pub async fn form_team(
        &self,
        context: &Context,
        team: TeamId,
        place: PlaceId,
        name: &str,
        households: &[HouseholdId],
    ) -> Result<(Commit, Option<Warning>), ActError> {
        let formed = rules::form_team(team, place, name)?;
        let to = Team {
            team,
            place,
            name: name.to_owned(),
            leader: None,
            deputy: None,
            households: 0,
            neighbours: Vec::new(),
            dissolved: false,
            version: 0,
        };
        let reason = Pii::new(String::new());
        let placed = AccessEvent::TeamPlaced { team, place };
        let mut commit =
            Commit::new(context.clone(), vec![Draft::of(&formed), Draft::of(&placed)]).expecting(team, 0);
        for household in households {
            let known = self.household(*household).await?;
            let (reason, keep) = self.because(household, &reason);
            let moved = rules::move_household(&known, known.version, Some(&to), reason)?;
            commit.drafts.extend([Draft::of(&moved), Self::placed(*household, known.place, Some(team))]);
            commit = commit.beside([keep]).expecting(household, known.version);
        }
        Ok((commit, rules::size_warning(households.len() as u64)))
    }

    /// Corrects a team's name or village.
    pub async fn correct_team(
        &self,
        context: &Context,
        team: TeamId,
        version: u64,
        (place, name): (PlaceId, &str),
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because(team, reason);
        let event = rules::correct_team(&self.team(team).await?, version, place, name, reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        commit.drafts.push(Draft::of(&AccessEvent::TeamPlaced { team, place }));
        Ok(commit)
    }

    /// Dissolves a team; its households are in no team then.
    pub async fn dissolve_team(
        &self,
        context: &Context,
        team: TeamId,
        version: u64,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because(team, reason);
        let known = self.team(team).await?;
        let event = rules::dissolve_team(&known, version, reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        let of_team =
            HouseholdFilter { team: Some(team), limit: MAX_HOUSEHOLDS, ..HouseholdFilter::default() };
        for home in Household::list(&self.journal, &of_team).await? {
            commit.drafts.push(Self::placed(home.household, home.place, None));
        }
        commit.drafts.extend(leads(team, Role::TeamLeader, known.leader, None));
        commit.drafts.extend(leads(team, Role::TeamDeputy, known.deputy, None));
        commit.drafts.push(Draft::of(&AccessEvent::TeamRemoved { team }));
        Ok(commit)
    }

    /// Names a team's leader and deputy.
    pub async fn name_leaders(
        &self,
        context: &Context,
        team: TeamId,
        version: u64,
        [leader, deputy]: [Option<PersonId>; 2],
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because(team, reason);
        let (leader, deputy) = (self.known(leader).await?, self.known(deputy).await?);
        let known = self.team(team).await?;
        let event = rules::name_leaders(&known, version, leader.as_ref(), deputy.as_ref(), reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        let id = |person: Option<Person>| person.map(|person| person.person);
        commit.drafts.extend(leads(team, Role::TeamLeader, known.leader, id(leader)));
        commit.drafts.extend(leads(team, Role::TeamDeputy, known.deputy, id(deputy)));
        Ok(commit)
    }

    /// Names the teams next to a team.
    pub async fn name_neighbours(
        &self,
        context: &Context,
        team: TeamId,
        version: u64,
        neighbours: &[TeamId],
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because(team, reason);
        let known = self.team(team).await?;
        let event = rules::name_neighbours(&known, version, neighbours, reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        let now: BTreeSet<TeamId> = neighbours.iter().copied().collect();
        let before: BTreeSet<TeamId> = known.neighbours.iter().copied().collect();
        commit.drafts.push(adjoins(team, now.clone()));
        for other in now.symmetric_difference(&before) {
            let other = self.team(*other).await?;
            let mut its: BTreeSet<TeamId> = other.neighbours.iter().copied().collect();
            if now.contains(&other.standing()?) {
                its.insert(team)
            } else {
                its.remove(&team)
            };
            commit.drafts.push(adjoins(other.team, its));
        }
        Ok(commit)
    }

    /// The team with this id, dissolved or not.
    pub async fn team(&self, team: TeamId) -> Result<Team, ActError> {
        Team::find(&self.journal, team).await?.ok_or(ActError::Refused(RegisterError::NoTeam(team)))
    }

    async fn known(&self, person: Option<PersonId>) -> Result<Option<Person>, ActError> {
        match person {
            Some(person) => self.person(person).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The teams next door to a team, for access.
fn adjoins(team: TeamId, teams: BTreeSet<TeamId>) -> Draft {
    Draft::of(&AccessEvent::TeamAdjoins { team, teams: teams.into_iter().collect() })
}

/// Who loses a role in this team and who gets it.
fn leads(team: TeamId, role: Role, before: Option<PersonId>, now: Option<PersonId>) -> Vec<Draft> {
    let scope = Scope::Team(team);
    if before == now {
        return Vec::new();
    }
    let revoked = before.map(|person| Draft::of(&AccessEvent::RoleRevoked { person, role, scope }));
    let granted = now.map(|person| Draft::of(&AccessEvent::RoleGranted { person, role, scope }));
    revoked.into_iter().chain(granted).collect()
}
