//! Accounts: adding one, its login and password, removing it.

use super::{Act, Invited};
use crate::{
    Access, AccessError, AccessEvent, Ending, Thing, Way,
    rules::{self, Grant, Login, WrongRole},
};
use liengia_http::Problem;
use liengia_journal::{Commit, Context, Draft, QueryError, Row, Salt, Statement, statement};
use liengia_kernel::{AccountId, PersonId, Pii};

const HAS_LOGIN: &str = "SELECT account FROM access_logins WHERE commune = $1 AND login_key = $2";
const ACCOUNT_LOGIN: &str =
    "SELECT login, login_key, password FROM access_logins WHERE commune = $1 AND account = $2";
const ADD_LOGIN: &str = "INSERT INTO access_logins (commune, account, person, login, login_key, salt) \
                         VALUES ($1, $2, $3, $4, $5, $6)";
const SET_PASSWORD: &str = "UPDATE access_logins SET password = $3 WHERE commune = $1 AND account = $2";
const SET_NAME: &str = "INSERT INTO access_people (commune, person, name, language) VALUES ($1, $2, $3, 'vi') \
                        ON CONFLICT (commune, person) DO UPDATE SET name = excluded.name";
/// The vault's rows of one account.
const FORGET_ACCOUNT: [&str; 4] = [
    "DELETE FROM access_logins WHERE commune = $1 AND account = $2",
    "DELETE FROM access_keys WHERE commune = $1 AND account = $2",
    "DELETE FROM access_devices WHERE commune = $1 AND account = $2",
    "DELETE FROM access_codes WHERE commune = $1 AND invitation IN \
     (SELECT invitation FROM access_invitations WHERE commune = $1 AND account = $2)",
];

/// An account to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Whose it is, where the person is known already.
    pub person: Option<PersonId>,
    /// What the person is called, where the register does not say.
    pub name: Option<Pii<String>>,
    /// What they sign in with.
    pub login: Login,
    /// Their roles.
    pub roles: Vec<(rules::Role, rules::Scope)>,
}

/// A stored login.
pub(crate) struct StoredLogin {
    pub(crate) login: Login,
    pub(crate) password: Option<String>,
}

impl Access {
    /// The account of a person.
    pub fn account_of(&self, person: PersonId) -> Option<AccountId> {
        self.known().account_of.get(&person).copied()
    }

    /// The person of an account.
    pub fn person_of(&self, account: AccountId) -> Option<PersonId> {
        self.known().accounts.get(&account).copied()
    }

    /// Adds an account with its one-time link; a person who joined by a code alone gets a login so.
    pub async fn add_account(
        &self,
        context: &Context,
        giver: Option<PersonId>,
        new: NewAccount,
    ) -> Result<Act<(AccountId, Invited)>, Problem> {
        let (now, commune) = (self.now(), self.journal().commune());
        let person = new.person.unwrap_or_else(|| PersonId::new(now, self.entropy()));
        self.check_roles(giver, person, &new.roles)?;
        self.free(&new.login).await?;
        let salt = Salt::new(self.entropy());
        let login = salt.commit(new.login.shown.expose().as_bytes());
        let had = self.account_of(person);
        let account = had.unwrap_or_else(|| AccountId::new(now, self.entropy()));
        let opens = match had {
            None => AccessEvent::AccountAdded { account, person, login: Some(login) },
            Some(_) if self.login_of(account).await?.is_some() => return Err(AccessError::HasAccount.into()),
            Some(_) => AccessEvent::LoginSet { account, login },
        };
        let held = self.grants_of(person);
        let not_held = new
            .roles
            .iter()
            .filter(|(role, scope)| !held.contains(&Grant { person, role: *role, scope: *scope }));
        let granted =
            not_held.map(|(role, scope)| AccessEvent::RoleGranted { person, role: *role, scope: *scope });
        let given: Vec<_> = new.roles.iter().map(|(role, _)| *role).collect();
        let mut commit = Commit::new(context.clone(), Vec::new());
        if had.is_some() && rules::begins_staff(&held, &given) {
            commit = self.enrolling_anew(account, commit).await?;
        }
        commit.drafts.extend(std::iter::once(opens).chain(granted).map(|event| Draft::of(&event)));
        let (shown, key) = (new.login.shown.expose(), new.login.key.expose());
        let mut rows = vec![statement!(ADD_LOGIN, commune, account, person, shown, key, salt.0.as_slice())];
        rows.extend(new.name.map(|name| statement!(SET_NAME, commune, person, name.expose())));
        let link = self.link(context, account, person);
        let mut commit = commit.beside(rows).beside(link.commit.beside);
        commit.drafts.extend(link.commit.drafts);
        Ok(Act { commit, told: (account, link.told) })
    }

    fn check_roles(
        &self,
        giver: Option<PersonId>,
        person: PersonId,
        roles: &[(rules::Role, rules::Scope)],
    ) -> Result<(), AccessError> {
        let known = self.known();
        let mut held = known.grants_of(person).to_vec();
        for (role, scope) in roles {
            let grant = Grant { person, role: *role, scope: *scope };
            rules::give(&known.tree, &held, giver, grant)?;
            held.push(grant);
        }
        Ok(())
    }

    /// Refuses a login that somebody has. Held together with the commit by [`Access::logins`].
    pub(crate) async fn free(&self, login: &Login) -> Result<(), Problem> {
        let journal = self.journal();
        let rows = journal.query(statement!(HAS_LOGIN, journal.commune(), login.key.expose())).await?;
        if rows.is_empty() { Ok(()) } else { Err(AccessError::LoginTaken.into()) }
    }

    /// The rows and entry of a login that is added.
    pub(crate) fn new_login(
        &self,
        account: AccountId,
        person: PersonId,
        login: &Login,
        password: &str,
    ) -> (liengia_journal::Commitment, Vec<Statement>) {
        let (salt, commune) = (Salt::new(self.entropy()), self.journal().commune());
        let (shown, key) = (login.shown.expose(), login.key.expose());
        let rows = vec![
            statement!(ADD_LOGIN, commune, account, person, shown, key, salt.0.as_slice()),
            statement!(SET_PASSWORD, commune, account, password),
        ];
        (salt.commit(shown.as_bytes()), rows)
    }

    /// What an account signs in with.
    pub(crate) async fn login_of(&self, account: AccountId) -> Result<Option<StoredLogin>, QueryError> {
        let journal = self.journal();
        let rows = journal.query(statement!(ACCOUNT_LOGIN, journal.commune(), account)).await?;
        let read = |row: &Row| {
            let text = |column| row.text(column).map(|text| Pii::new(text.to_owned()));
            let password = row.maybe(2, Row::text)?.map(ToOwned::to_owned);
            Ok::<_, QueryError>(StoredLogin { login: Login { shown: text(0)?, key: text(1)? }, password })
        };
        rows.first().map(read).transpose()
    }

    /// Gives an account another password; its sessions other than phones and `keep` end, and phones other than `keep`
    /// bear their household's roles alone again.
    pub(crate) fn set_password(
        &self,
        context: &Context,
        account: AccountId,
        hashed: &str,
        keep: Option<liengia_kernel::SessionId>,
    ) -> Commit {
        let (commune, now) = (self.journal().commune(), self.now());
        let known = self.known();
        let others =
            known.sessions.iter().filter(|(id, session)| session.account == account && Some(**id) != keep);
        let (phones, ending): (Vec<_>, Vec<_>) = others.partition(|(_, session)| session.until.is_none());
        let ending: Vec<_> = ending.into_iter().map(|(id, _)| *id).collect();
        let lowered: Vec<_> = phones
            .into_iter()
            .filter(|(_, session)| session.bears_all(now))
            .map(|(id, _)| AccessEvent::SessionRaised { session: *id, way: Way::Join, until: now })
            .map(|event| Draft::of(&event))
            .collect();
        drop(known);
        let (closed, rows) = self.closing(&ending, Ending::Closed);
        let set = Draft::of(&AccessEvent::PasswordSet { account });
        Commit::new(context.clone(), std::iter::once(set).chain(lowered).chain(closed).collect())
            .beside([statement!(SET_PASSWORD, commune, account, hashed)])
            .beside(rows)
    }

    /// The statement that stores a password's hash.
    pub(crate) fn storing_password(&self, account: AccountId, hashed: &str) -> Statement {
        statement!(SET_PASSWORD, self.journal().commune(), account, hashed)
    }

    /// Removes an account with its sessions and staff roles. What the person is in their household and team stays.
    pub fn remove_account(&self, context: &Context, account: AccountId) -> Result<Act<()>, AccessError> {
        let person = self.person_of(account).ok_or(AccessError::NoSuch(Thing::Account))?;
        if context.actor == liengia_journal::Actor::Person(person) {
            return Err(WrongRole::OwnRoles.into());
        }
        if self.administrators() == [person] {
            return Err(WrongRole::LastAdministrator.into());
        }
        let grants = self.grants_of(person);
        let staff = grants.iter().filter(|grant| grant.role.is_staff());
        let (mut drafts, mut rows) = self.closing(&self.sessions_of(account), Ending::AccountRemoved);
        drafts.extend(staff.map(|Grant { person, role, scope }| {
            Draft::of(&AccessEvent::RoleRevoked { person: *person, role: *role, scope: *scope })
        }));
        drafts.push(Draft::of(&AccessEvent::AccountRemoved { account, person }));
        rows.extend(self.forgetting(account));
        Ok(Act { commit: Commit::new(context.clone(), drafts).beside(rows), told: () })
    }

    /// The statements that forget an account's logins, passkeys, devices and codes.
    pub(crate) fn forgetting(&self, account: AccountId) -> Vec<Statement> {
        FORGET_ACCOUNT.map(|sql| statement!(sql, self.journal().commune(), account)).to_vec()
    }
}
