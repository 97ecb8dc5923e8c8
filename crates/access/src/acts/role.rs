//! Giving and taking roles.

use super::Act;
use crate::{
    Access, AccessError, AccessEvent, Ending,
    rules::{self, Grant, Role},
};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::PersonId;

impl Access {
    /// Gives a person a role. `giver` is who gives it, if a person does.
    pub fn give_role(
        &self,
        context: &Context,
        giver: Option<PersonId>,
        grant: Grant,
    ) -> Result<Act<()>, AccessError> {
        let known = self.known();
        let held = known.grants_of(grant.person);
        rules::give(&known.tree, held, giver, grant)?;
        let Grant { person, role, scope } = grant;
        let event = AccessEvent::RoleGranted { person, role, scope };
        let drafts = if held.contains(&grant) { Vec::new() } else { vec![Draft::of(&event)] };
        Ok(Act { commit: Commit::new(context.clone(), drafts), told: () })
    }

    /// Takes a role from a person. With their last role, their sessions end.
    pub fn take_role(
        &self,
        context: &Context,
        taker: PersonId,
        grant: Grant,
    ) -> Result<Act<()>, AccessError> {
        let administrators = self.administrators();
        let held = self.grants_of(grant.person);
        rules::take_role(&held, &administrators, taker, grant)?;
        let Grant { person, role, scope } = grant;
        let revoked = Draft::of(&AccessEvent::RoleRevoked { person, role, scope });
        let mut commit = Commit::new(context.clone(), vec![revoked]);
        if held.len() == 1
            && let Some(account) = self.account_of(person)
        {
            let (drafts, rows) = self.closing(&self.sessions_of(account), Ending::AccountRemoved);
            commit.drafts.extend(drafts);
            commit = commit.beside(rows);
        }
        Ok(Act { commit, told: () })
    }

    /// Everyone who can give accounts and has one.
    pub(crate) fn administrators(&self) -> Vec<PersonId> {
        let known = self.known();
        let with = known.grants.iter().filter(|(person, grants)| {
            known.account_of.contains_key(person)
                && grants.iter().any(|grant| grant.role == Role::Administrator)
        });
        with.map(|(person, _)| *person).collect()
    }
}
