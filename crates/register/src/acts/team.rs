//! Acts on teams.

use super::{ActError, Ask, Register};
use crate::{
    rules::{self, RegisterError, Warning},
    views::{Person, Team},
};
use liengia_journal::{Commit, Draft, Receipt};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, TeamId};

impl Register {
    /// Forms a team of these households, under an id that the caller made; says what is unusual about it.
    pub async fn form_team(
        &self,
        ask: &Ask,
        team: TeamId,
        place: PlaceId,
        name: &str,
        households: &[HouseholdId],
    ) -> Result<(Receipt, Option<Warning>), ActError> {
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
        let decide = async || {
            let mut commit =
                Commit::new(ask.context.clone(), vec![Draft::of(&formed)]).once(ask.once.clone());
            for household in households {
                let known = self.household(*household).await?;
                let (reason, keep) = self.because(household, &reason);
                let moved = rules::move_household(&known, known.version, Some(&to), reason)?;
                commit.drafts.push(Draft::of(&moved));
                commit = commit.beside([keep]).expecting(household, known.version);
            }
            Ok::<_, ActError>(commit)
        };
        let receipt = self.journal.decide(decide).await?;
        Ok((receipt, rules::size_warning(households.len() as u64)))
    }

    /// Corrects a team's name or village.
    pub async fn correct_team(
        &self,
        ask: &Ask,
        team: TeamId,
        version: u64,
        place: PlaceId,
        name: &str,
        reason: &Pii<String>,
    ) -> Result<Receipt, ActError> {
        let (reason, keep) = self.because(team, reason);
        let decide = async || {
            let event = rules::correct_team(&self.team(team).await?, version, place, name, reason)?;
            Ok(Self::commit(ask, &event, Some(version), [keep.clone()]))
        };
        self.journal.decide(decide).await
    }

    /// Dissolves a team; its households are in no team then.
    pub async fn dissolve_team(
        &self,
        ask: &Ask,
        team: TeamId,
        version: u64,
        reason: &Pii<String>,
    ) -> Result<Receipt, ActError> {
        let (reason, keep) = self.because(team, reason);
        let decide = async || {
            let event = rules::dissolve_team(&self.team(team).await?, version, reason)?;
            Ok(Self::commit(ask, &event, Some(version), [keep.clone()]))
        };
        self.journal.decide(decide).await
    }

    /// Names a team's leader and deputy.
    pub async fn name_leaders(
        &self,
        ask: &Ask,
        team: TeamId,
        version: u64,
        [leader, deputy]: [Option<PersonId>; 2],
        reason: &Pii<String>,
    ) -> Result<Receipt, ActError> {
        let (reason, keep) = self.because(team, reason);
        let decide = async || {
            let (leader, deputy) = (self.known(leader).await?, self.known(deputy).await?);
            let known = self.team(team).await?;
            let event = rules::name_leaders(&known, version, leader.as_ref(), deputy.as_ref(), reason)?;
            Ok(Self::commit(ask, &event, Some(version), [keep.clone()]))
        };
        self.journal.decide(decide).await
    }

    /// Names the teams next to a team.
    pub async fn name_neighbours(
        &self,
        ask: &Ask,
        team: TeamId,
        version: u64,
        neighbours: &[TeamId],
        reason: &Pii<String>,
    ) -> Result<Receipt, ActError> {
        let (reason, keep) = self.because(team, reason);
        let decide = async || {
            for neighbour in neighbours {
                self.team(*neighbour).await?.standing()?;
            }
            let event = rules::name_neighbours(&self.team(team).await?, version, neighbours, reason)?;
            Ok(Self::commit(ask, &event, Some(version), [keep.clone()]))
        };
        self.journal.decide(decide).await
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
