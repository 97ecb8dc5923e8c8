//! A person who is erased leaves nothing here.

use crate::{Access, AccessEvent, Ending, rules::Grant};
use liengia_journal::{Draft, Statement, statement};
use liengia_kernel::PersonId;

/// The vault's rows of one person.
const FORGET_PERSON: [&str; 3] = [
    "DELETE FROM access_people WHERE commune = $1 AND person = $2",
    "DELETE FROM access_tokens WHERE commune = $1 AND person = $2",
    "DELETE FROM access_codes WHERE commune = $1 AND owner = $2",
];

impl Access {
    /// What must stand in the commit that erases a person: their roles, sessions and account end, and the vault forgets
    /// their name, login, passkeys, phones and codes.
    pub fn erasure(&self, person: PersonId) -> (Vec<Draft>, Vec<Statement>) {
        let (mut drafts, mut rows) = (Vec::new(), Vec::new());
        if let Some(account) = self.account_of(person) {
            let (closed, dropped) = self.closing(&self.sessions_of(account), Ending::AccountRemoved);
            drafts.extend(closed);
            drafts.push(Draft::of(&AccessEvent::AccountRemoved { account, person }));
            rows.extend(dropped);
            rows.extend(self.forgetting(account));
        }
        drafts.extend(self.grants_of(person).iter().map(|Grant { person, role, scope }| {
            Draft::of(&AccessEvent::RoleRevoked { person: *person, role: *role, scope: *scope })
        }));
        let commune = self.journal().commune();
        rows.extend(FORGET_PERSON.map(|sql| statement!(sql, commune, person)));
        (drafts, rows)
    }
}
