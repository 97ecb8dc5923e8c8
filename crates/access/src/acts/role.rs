//! Giving and taking roles.

use super::Act;
use crate::{
    Access, AccessError, AccessEvent, Ending, Way,
    rules::{self, Grant, Role},
};
use liengia_http::Problem;
use liengia_journal::{Commit, Context, Draft, QueryError, Statement};
use liengia_kernel::{AccountId, PersonId, SessionId};

impl Access {
    /// Gives a person a role. `giver` is who gives it, if a person does. Held together with the commit by
    /// [`crate::access::Inner::logins`].
    pub async fn give_role(
        &self,
        context: &Context,
        giver: Option<PersonId>,
        grant: Grant,
    ) -> Result<Act<()>, Problem> {
        let held = self.grants_of(grant.person);
        self.tree(|tree| rules::give(tree, &held, giver, grant)).map_err(AccessError::from)?;
        let Grant { person, role, scope } = grant;
        let mut commit = Commit::new(context.clone(), Vec::new());
        if rules::begins_staff(&held, &[role])
            && let Some(account) = self.account_of(person)
        {
            commit = self.enrolling_anew(account, commit).await?;
        }
        if !held.contains(&grant) {
            commit.drafts.push(Draft::of(&AccessEvent::RoleGranted { person, role, scope }));
        }
        Ok(Act { commit, told: () })
    }

    /// With this commit somebody becomes staff. Until now a household's code was enough to add a passkey, so their passkeys
    /// go, the sessions that those opened end, and phones bear the household's roles alone: a link of an administrator
    /// lets them in. It stands before the role, so that no session bears that for a moment.
    pub(crate) async fn enrolling_anew(
        &self,
        account: AccountId,
        mut commit: Commit,
    ) -> Result<Commit, QueryError> {
        let (removed, forgotten) = self.forgetting_passkeys(account).await?;
        let (ended, rows) = self.ending_passkeys(account, None);
        commit.drafts.extend(removed.into_iter().chain(ended));
        Ok(commit.beside(forgotten).beside(rows))
    }

    /// The sessions of an account that passkeys opened end, and its phones bear their household's roles alone; but for
    /// `keep`.
    pub(crate) fn ending_passkeys(
        &self,
        account: AccountId,
        keep: Option<SessionId>,
    ) -> (Vec<Draft>, Vec<Statement>) {
        let now = self.now();
        let (mut opened, mut drafts) = (Vec::new(), Vec::new());
        {
            let known = self.known();
            let others = known.sessions.iter();
            for (id, session) in
                others.filter(|(id, session)| session.account == account && Some(**id) != keep)
            {
                if session.way == Way::Passkey {
                    opened.push(*id);
                } else if session.way == Way::Join && session.bears_all(now) {
                    let lowered = AccessEvent::SessionRaised { session: *id, way: Way::Join, until: now };
                    drafts.push(Draft::of(&lowered));
                }
            }
        }
        let (closed, rows) = self.closing(&opened, Ending::Closed);
        drafts.extend(closed);
        (drafts, rows)
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
