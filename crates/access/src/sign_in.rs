//! Signing in with a login and a password.

use crate::{
    Access, AccessError, Way,
    gate::Try,
    passwords::From,
    rules::{LONGEST_PASSWORD, login},
    sessions::{Door, Opened},
};
use liengia_http::Problem;
use liengia_journal::{Commit, Hash, QueryError, Row, statement};
use liengia_kernel::{AccountId, PersonId, Pii};
use std::net::IpAddr;

/// One question, whether or not there is such a login.
const FIND: &str = "SELECT l.account, l.person, l.password, CAST((SELECT COUNT(*) FROM access_devices d WHERE \
                    d.commune = l.commune AND d.account = l.account AND d.device = $3) AS BIGINT) \
                    FROM access_logins l WHERE l.commune = $1 AND l.login_key = $2";

/// What stands behind a login.
struct Found {
    account: AccountId,
    person: PersonId,
    password: Option<String>,
    /// The account was entered from this browser before.
    known_device: bool,
}

impl Found {
    fn read(row: &Row) -> Result<Self, QueryError> {
        Ok(Self {
            account: row.parse(0)?,
            person: row.parse(1)?,
            password: row.maybe(2, Row::text)?.map(ToOwned::to_owned),
            known_device: row.count(3)? > 0,
        })
    }
}

impl Access {
    /// Signs in. The answer, and the work behind it, are the same for a login that nobody has and a wrong password.
    pub(crate) async fn sign_in(
        &self,
        typed: &Pii<String>,
        password: &Pii<String>,
        door: &Door,
        address: IpAddr,
    ) -> Result<Opened, Problem> {
        // What cannot be a login is looked for like one.
        let key = login(typed).map_or_else(|_| String::new(), |login| login.key.into_exposed());
        let device = door.device.map(|device| device.hash());
        let found = self.find(&key, device).await?;
        let (tried, from) = match (&found, device) {
            (Some(Found { account, known_device: true, .. }), Some(device)) => {
                (Try::Known { account: *account, device }, From::Known)
            }
            _ => (Try::Stranger { login: key, address }, From::Stranger),
        };
        self.0.gate.pass(&tried)?;
        let stored = found.as_ref().and_then(|found| found.password.clone());
        let fits = password.expose().chars().count() <= LONGEST_PASSWORD;
        let good = self.0.passwords.check(from, password, stored.clone()).await? && fits;
        let Some(found) = found.filter(|_| good) else {
            self.0.gate.was_wrong();
            return Err(AccessError::WrongSignIn.into());
        };
        self.0.gate.succeeded(&tried);
        self.enter(found, stored, password, door).await
    }

    async fn find(&self, key: &str, device: Option<Hash>) -> Result<Option<Found>, Problem> {
        let journal = self.journal();
        let device = device.unwrap_or_default();
        let rows = journal.query(statement!(FIND, journal.commune(), key, device)).await?;
        Ok(rows.first().map(Found::read).transpose()?)
    }

    async fn enter(
        &self,
        found: Found,
        stored: Option<String>,
        password: &Pii<String>,
        door: &Door,
    ) -> Result<Opened, Problem> {
        let Found { account, person, .. } = found;
        let mut commit = Commit::new(self.at_the_door(person, "sign_in"), Vec::new());
        if stored.is_some_and(|stored| self.0.passwords.is_dated(&stored)) {
            let hashed = self.0.passwords.hash(password, self.entropy()).await?;
            commit = commit.beside([self.storing_password(account, &hashed)]);
        }
        let opening = self.opening(account, person, Way::Password, door);
        self.open_door(opening, commit).await
    }
}
