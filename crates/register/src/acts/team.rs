//! Acts on teams.

use super::{ActError, Register};
use crate::{
    rules::{self, RegisterError, Warning},
    views::{Person, Team},
};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, TeamId};

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
        let mut commit = Commit::new(context.clone(), vec![Draft::of(&formed)]);
        for household in households {
            let known = self.household(*household).await?;
            let (reason, keep) = self.because(household, &reason);
            let moved = rules::move_household(&known, known.version, Some(&to), reason)?;
            commit.drafts.push(Draft::of(&moved));
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
        Ok(Self::commit(context, &event, Some(version), [keep]))
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
        let event = rules::dissolve_team(&self.team(team).await?, version, reason)?;
        Ok(Self::commit(context, &event, Some(version), [keep]))
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
        Ok(Self::commit(context, &event, Some(version), [keep]))
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
        for neighbour in neighbours {
            self.team(*neighbour).await?.standing()?;
        }
        let event = rules::name_neighbours(&self.team(team).await?, version, neighbours, reason)?;
        Ok(Self::commit(context, &event, Some(version), [keep]))
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
