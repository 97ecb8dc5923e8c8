//! `GET /api/accounts`

use super::shown::RoleShown;
use crate::{Access, Action, Caller, Grant, Named, Where};
use axum::{Json, extract::State};
use liengia_http::{Page, Paged, Problem};
use liengia_journal::{QueryError, Row, Statement, statement};
use liengia_kernel::{AccountId, PersonId, Pii, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

const ONE: &str = "SELECT a.account, a.person, a.since, l.login, p.name, CAST((SELECT COUNT(*) FROM access_passkeys k \
                   WHERE k.commune = a.commune AND k.account = a.account) AS BIGINT), \
                   CASE WHEN l.password IS NULL THEN 0 ELSE 1 END FROM access_accounts a \
                   LEFT JOIN access_logins l ON l.commune = a.commune AND l.account = a.account \
                   LEFT JOIN access_people p ON p.commune = a.commune AND p.person = a.person WHERE a.commune = $1";

/// An account.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountShown {
    id: AccountId,
    person: PersonId,
    #[serde(serialize_with = "liengia_kernel::shown")]
    name: Option<Pii<String>>,
    /// What the person signs in with; null for phones that joined alone.
    #[serde(serialize_with = "liengia_kernel::shown")]
    login: Option<Pii<String>>,
    has_password: bool,
    passkeys: u64,
    /// Browsers and phones that are signed in.
    sessions: usize,
    since: Timestamp,
    roles: Vec<RoleShown>,
}

/// Lists the accounts of people who have a role where the caller keeps or checks accounts.
#[utoipa::path(get, path = "/api/accounts", tag = "access",
    params(Page), responses((status = 200, body = Paged<AccountShown>)))]
pub(super) async fn accounts_list(
    State(access): State<Access>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<AccountShown>>, Problem> {
    let reach = caller.reach(Action::ReadAccounts)?;
    let ids = access.accounts_within(&reach, page.after::<AccountId>()?, usize::from(page.limit()) + 1);
    let accounts = access.show_accounts(&ids).await?;
    Ok(Json(Paged::cut(accounts, &page, |account| account.id)))
}

impl Access {
    /// Accounts after this one whose people have a role within, in the order of their ids.
    fn accounts_within(
        &self,
        within: &Where,
        after: Option<AccountId>,
        most: usize,
    ) -> Vec<(AccountId, PersonId)> {
        let known = self.known();
        let reached = |grant: &Grant| within.nodes.iter().any(|node| known.tree.within(*node, grant.scope));
        let theirs = known.accounts.iter().filter(|(id, person)| {
            after.is_none_or(|after| **id > after)
                && (within.everywhere || known.grants_of(**person).iter().any(reached))
        });
        theirs.map(|(id, person)| (*id, *person)).take(most).collect()
    }

    /// These accounts, as whoever keeps them sees them.
    pub(super) async fn show_accounts(
        &self,
        ids: &[(AccountId, PersonId)],
    ) -> Result<Vec<AccountShown>, QueryError> {
        let (journal, one) = (self.journal(), |id| {
            statement!(format!("{ONE} AND a.account = $2"), self.journal().commune(), id)
        });
        let questions: Vec<Statement> = ids.iter().map(|(id, _)| one(*id)).collect();
        let answers = journal.query_all(questions).await?;
        let grants: BTreeMap<PersonId, Vec<Grant>> =
            ids.iter().map(|(_, person)| (*person, self.grants_of(*person))).collect();
        let all: Vec<Grant> = grants.values().flatten().copied().collect();
        let people = ids.iter().map(|(_, person)| Named::Person(*person)).collect();
        let names = self.names(&all, people).await?;
        let mut shown = Vec::new();
        for row in answers.iter().filter_map(|rows| rows.first()) {
            let (id, person): (AccountId, PersonId) = (row.parse(0)?, row.parse(1)?);
            let text = |column| {
                Ok::<_, QueryError>(row.maybe(column, Row::text)?.map(|text| Pii::new(text.to_owned())))
            };
            let own_name = text(4)?;
            shown.push(AccountShown {
                id,
                person,
                name: names.get(&Named::Person(person)).cloned().or(own_name),
                login: text(3)?,
                has_password: row.truth(6)?,
                passkeys: row.count(5)?,
                sessions: self.sessions_of(id).len(),
                since: row.time(2)?,
                roles: grants[&person].iter().map(|grant| self.show_role(grant, &names)).collect(),
            });
        }
        Ok(shown)
    }

    /// One account, as whoever keeps it sees it.
    pub(super) async fn show_account(&self, id: AccountId) -> Result<AccountShown, Problem> {
        let missing = crate::AccessError::NoSuch(crate::Thing::Account);
        let person = self.person_of(id).ok_or(missing.clone())?;
        Ok(self.show_accounts(&[(id, person)]).await?.pop().ok_or(missing)?)
    }
}
