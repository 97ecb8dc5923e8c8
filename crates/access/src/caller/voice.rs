//! Whose phone speaks for a home where that opens something to others: a code alone must not make somebody the home.

use crate::{Action, Caller, Role, Scope, Target, Way, rules};
use liengia_journal::{Actor, QueryError, Row, statement};
use liengia_kernel::{HouseholdId, Timestamp};

const MAKER: &str = "SELECT maker FROM access_invitations WHERE commune = $1 AND session = $2";
const SINCE: &str = "SELECT since FROM access_grants WHERE commune = $1 AND person = $2 AND role = $3 \
                     AND scope_kind = 'household' AND scope = $4";

impl Caller {
    /// Whether this browser speaks for the home in what began then. Of phones that joined by a code, those do that were there
    /// by then; of later ones only the home's first, and not by the code of somebody who watches or keeps cameras there: who
    /// hands out codes must not let themselves in. Others do whose role was theirs by then.
    pub async fn speaks_for(&self, home: HouseholdId, began: Timestamp) -> Result<bool, QueryError> {
        let (id, session) = (self.live.id, self.live.session);
        let phones = self.access.phones_of(home);
        if session.way != Way::Join {
            return Ok(
                phones.is_empty() || self.member_since(home).await?.is_some_and(|since| since <= began)
            );
        }
        let first = phones.iter().all(|(other, phone)| (session.opened, id) <= (phone.opened, *other));
        Ok(session.opened <= began || first && !self.let_themselves_in(home).await?)
    }

    async fn member_since(&self, home: HouseholdId) -> Result<Option<Timestamp>, QueryError> {
        let journal = self.access.journal();
        let role = <&str>::from(Role::HouseholdMember);
        let rows = journal.query(statement!(SINCE, journal.commune(), self.person(), role, home)).await?;
        Ok(rows.first().map(|row: &Row| row.time(0)).transpose()?)
    }

    /// Whether the code of this phone was made by somebody who watches or keeps cameras there.
    async fn let_themselves_in(&self, home: HouseholdId) -> Result<bool, QueryError> {
        let journal = self.access.journal();
        let rows = journal.query(statement!(MAKER, journal.commune(), self.live.id)).await?;
        let Some(maker) = rows.first().map(|row: &Row| row.parse::<Actor>(0)).transpose()? else {
            return Ok(false);
        };
        let Actor::Person(maker) = maker else { return Ok(false) };
        let (grants, node) = (self.access.grants_of(maker), Target::node(Scope::Household(home)));
        let may =
            |action| self.access.tree(|tree| rules::allows(tree, maker, &grants, action, node).is_some());
        Ok(may(Action::WatchCameras) || may(Action::KeepCameras))
    }
}
