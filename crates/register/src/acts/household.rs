//! Acts on households and other members.

use super::{ActError, Register};
use crate::{
    rules::{self, HouseholdParticulars, RegisterError},
    vault,
    views::{Household, Team},
};
use liengia_access::AccessEvent;
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::{HouseholdId, Pii, TeamId};

impl Register {
    /// Adds a household under an id that the caller made.
    pub async fn add_household(
        &self,
        context: &Context,
        household: HouseholdId,
        particulars: HouseholdParticulars,
        team: Option<TeamId>,
    ) -> Result<Commit, ActError> {
        let particulars = particulars.checked()?;
        let (details, write) = vault::household(self.journal.commune(), household, self.salt(), &particulars);
        let team = self.standing_team(team).await?;
        let event = rules::add_household(household, &particulars, team.as_ref(), details)?;
        let mut commit = Self::commit(context, &event, Some(0), [write]);
        commit.drafts.push(Self::placed(household, particulars.place, team.map(|team| team.team)));
        Ok(commit)
    }

    /// Corrects a household's particulars.
    pub async fn correct_household(
        &self,
        context: &Context,
        household: HouseholdId,
        version: u64,
        particulars: HouseholdParticulars,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let particulars = particulars.checked()?;
        let (details, write) = vault::household(self.journal.commune(), household, self.salt(), &particulars);
        let (reason, keep) = self.because(household, reason);
        let known = self.household(household).await?;
        let event = rules::correct_household(&known, version, &particulars, details, reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [write, keep]);
        commit.drafts.push(Self::placed(household, particulars.place, known.team));
        Ok(commit)
    }

    /// Moves a household into another team, or into or out of one.
    pub async fn move_household(
        &self,
        context: &Context,
        household: HouseholdId,
        version: u64,
        to: Option<TeamId>,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because(household, reason);
        let (known, to) = (self.household(household).await?, self.standing_team(to).await?);
        let event = rules::move_household(&known, version, to.as_ref(), reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        commit.drafts.push(Self::placed(household, known.place, to.map(|team| team.team)));
        Ok(commit)
    }

    /// Removes a household in which nobody is registered any more. Commit it by `Permit::erase` or
    /// [`liengia_journal::Journal::erase`], which erase what the vault holds of it: where it was, and why it was corrected.
    pub async fn remove_household(
        &self,
        context: &Context,
        household: HouseholdId,
        version: u64,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because("erased", reason);
        let event = rules::remove_household(&self.household(household).await?, version, reason)?;
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        commit.drafts.push(Draft::of(&AccessEvent::HouseholdRemoved { household }));
        Ok(commit)
    }

    /// The household with this id.
    pub async fn household(&self, household: HouseholdId) -> Result<Household, ActError> {
        let found = Household::find(&self.journal, household).await?;
        found.ok_or(ActError::Refused(RegisterError::NoHousehold(household)))
    }

    /// The team with this id; none for none.
    pub(super) async fn standing_team(&self, team: Option<TeamId>) -> Result<Option<Team>, ActError> {
        match team {
            Some(team) => self.team(team).await.map(Some),
            None => Ok(None),
        }
    }
}
