//! What the node knows of scopes, grants, accounts and sessions, in memory: no request waits for the database to learn
//! who is calling and what they may do. A fold of the journal's entries, and of the vault's tokens.

use crate::{
    AccessEvent, Way,
    rules::{Grant, Household, Place, Scope, Tree},
};
use liengia_journal::Hash;
use liengia_kernel::{AccountId, PersonId, SessionId, Timestamp};
use std::{collections::BTreeMap, time::Duration};

/// One signed-in browser or phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) account: AccountId,
    pub(crate) person: PersonId,
    pub(crate) way: Way,
    pub(crate) opened: Timestamp,
    /// The end that use does not put off.
    pub(crate) until: Option<Timestamp>,
    /// Until then it bears all of its person's roles.
    pub(crate) raised: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub(crate) seen: Timestamp,
    /// `seen` as it stands in the vault.
    pub(crate) seen_stored: Timestamp,
    /// SHA-256 of what the browser holds; `None` until the vault's row is known.
    pub(crate) token: Option<Token>,
}

/// SHA-256 of the two secrets that a browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) session: Hash,
    pub(crate) device: Hash,
}

/// Everything that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) tree: Tree,
    pub(crate) accounts: BTreeMap<AccountId, PersonId>,
    pub(crate) account_of: BTreeMap<PersonId, AccountId>,
    pub(crate) grants: BTreeMap<PersonId, Vec<Grant>>,
    /// Who has a role for a household or a team: in an alarm nobody looks through everybody.
    holders: BTreeMap<Scope, Vec<PersonId>>,
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    by_token: BTreeMap<Hash, SessionId>,
}

impl Known {
    /// Takes in one entry; gives the sessions that it ended.
    pub(crate) fn apply(&mut self, event: AccessEvent, at: Timestamp) -> Vec<SessionId> {
        match event {
            AccessEvent::AccountAdded { account, person, .. } => self.add_account(account, person),
            AccessEvent::AccountRemoved { account, person } => {
                self.accounts.remove(&account);
                self.account_of.remove(&person);
                let theirs = self.sessions.iter().filter(|(_, session)| session.account == account);
                let ended: Vec<_> = theirs.map(|(id, _)| *id).collect();
                for session in &ended {
                    self.close(*session);
                }
                return ended;
            }
            AccessEvent::RoleGranted { person, role, scope } => self.grant(Grant { person, role, scope }),
            AccessEvent::RoleRevoked { person, role, scope } => {
                self.revoke(Grant { person, role, scope });
            }
            AccessEvent::SessionOpened { session, account, person, way, until } => {
                let opened = Session {
                    account,
                    person,
                    way,
                    opened: at,
                    until,
                    raised: None,
                    seen: at,
                    seen_stored: at,
                    token: None,
                };
                self.sessions.entry(session).or_insert(opened);
            }
            AccessEvent::SessionRaised { session, until, .. } => {
                if let Some(session) = self.sessions.get_mut(&session) {
                    session.raised = Some(until);
                }
            }
            AccessEvent::SessionClosed { session, .. } => {
                self.close(session);
                return vec![session];
            }
            other => self.apply_to_tree(other),
        }
        Vec::new()
    }

    fn apply_to_tree(&mut self, event: AccessEvent) {
        let tree = &mut self.tree;
        match event {
            AccessEvent::PlaceAdded { place, parent, place_kind, name } => {
                tree.set_place(place, Place { parent, kind: place_kind, name });
            }
            AccessEvent::PlaceRenamed { place, name } => tree.rename_place(place, name),
            AccessEvent::PlaceMoved { place, parent } => tree.move_place(place, parent),
            AccessEvent::PlaceKindSet { place, place_kind } => tree.set_kind(place, place_kind),
            AccessEvent::TeamPlaced { team, place } => tree.set_team(team, place),
            AccessEvent::TeamRemoved { team } => tree.remove_team(team),
            AccessEvent::TeamAdjoins { team, teams } => tree.set_adjoining(team, teams),
            AccessEvent::HouseholdPlaced { household, place, team } => {
                tree.set_household(household, Household { place, team });
            }
            AccessEvent::HouseholdRemoved { household } => tree.remove_household(household),
            _ => {}
        }
    }

    pub(crate) fn add_account(&mut self, account: AccountId, person: PersonId) {
        self.accounts.insert(account, person);
        self.account_of.insert(person, account);
    }

    pub(crate) fn grant(&mut self, grant: Grant) {
        let grants = self.grants.entry(grant.person).or_default();
        if grants.contains(&grant) {
            return;
        }
        grants.push(grant);
        if !matches!(grant.scope, Scope::Place(_)) {
            let holders = self.holders.entry(grant.scope).or_default();
            if !holders.contains(&grant.person) {
                holders.push(grant.person);
            }
        }
    }

    fn revoke(&mut self, grant: Grant) {
        let Some(grants) = self.grants.get_mut(&grant.person) else { return };
        grants.retain(|known| *known != grant);
        if grants.iter().any(|known| known.scope == grant.scope) {
            return;
        }
        if let Some(holders) = self.holders.get_mut(&grant.scope) {
            holders.retain(|holder| *holder != grant.person);
            if holders.is_empty() {
                self.holders.remove(&grant.scope);
            }
        }
    }

    /// Takes in what a session's browser holds from now on; what it held before is worth nothing from now on.
    pub(crate) fn set_token(&mut self, session: SessionId, token: Token) {
        if let Some(known) = self.sessions.get_mut(&session) {
            if let Some(old) = known.token.replace(token) {
                self.by_token.remove(&old.session);
            }
            self.by_token.insert(token.session, session);
        }
    }

    fn close(&mut self, session: SessionId) {
        if let Some(Session { token: Some(token), .. }) = self.sessions.remove(&session) {
            self.by_token.remove(&token.session);
        }
    }

    /// The session whose browser holds this token.
    pub(crate) fn session_of(&self, token: &Hash) -> Option<(SessionId, Session)> {
        let id = *self.by_token.get(token)?;
        Some((id, *self.sessions.get(&id)?))
    }

    /// The roles of a person.
    pub(crate) fn grants_of(&self, person: PersonId) -> &[Grant] {
        self.grants.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Who has a role for this household or team itself.
    pub(crate) fn holders_of(&self, scope: Scope) -> &[PersonId] {
        self.holders.get(&scope).map_or(&[], Vec::as_slice)
    }
}

/// How long a phone that joined stays signed in unused.
const PHONE_IDLE: Duration = Duration::from_hours(400 * 24);

impl Session {
    /// Whether it is in force at this time.
    pub(crate) fn lives(&self, now: Timestamp) -> bool {
        !self.left(now).is_zero()
    }

    /// How long it stays in force if nobody uses it.
    pub(crate) fn left(&self, now: Timestamp) -> Duration {
        let idle = (self.seen + PHONE_IDLE).since(now);
        self.until.map_or(idle, |until| until.since(now).min(idle))
    }

    /// Whether it bears all roles of its person, or only those that a phone may bear that joined by a code.
    pub(crate) fn bears_all(&self, now: Timestamp) -> bool {
        self.way != Way::Join || self.raised.is_some_and(|raised| now < raised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Role;
    use liengia_kernel::{PlaceId, TeamId};

    #[test]
    fn who_has_a_role_for_a_team_is_found_there_until_the_last_one_is_taken() {
        let (lan, hoa) = (PersonId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
        let team = Scope::Team(TeamId::from_bytes([3; 16]));
        let commune = Scope::Place(PlaceId::from_bytes([4; 16]));
        let mut known = Known::default();
        let mut tell = |event| known.apply(event, Timestamp::from_seconds(1));
        for (person, role, scope) in [
            (lan, Role::TeamLeader, team),
            (lan, Role::TeamLeader, team),
            (lan, Role::TeamDeputy, team),
            (hoa, Role::TeamDeputy, team),
            (hoa, Role::DutyOfficer, commune),
        ] {
            tell(AccessEvent::RoleGranted { person, role, scope });
        }
        tell(AccessEvent::RoleRevoked { person: lan, role: Role::TeamLeader, scope: team });
        tell(AccessEvent::RoleRevoked { person: hoa, role: Role::TeamDeputy, scope: team });
        assert_eq!(known.holders_of(team), [lan], "the deputy still, once");
        assert_eq!(known.holders_of(commune), [], "nobody is rung as a desk");
        let last = AccessEvent::RoleRevoked { person: lan, role: Role::TeamDeputy, scope: team };
        known.apply(last, Timestamp::from_seconds(2));
        assert!(known.holders_of(team).is_empty() && known.holders.is_empty());
    }
}
