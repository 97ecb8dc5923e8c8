//! Reading what is known, at the start.

use crate::{
    known::{Known, Session, Token},
    rules::{Grant, Household, Place, Scope},
};
use liengia_journal::{Hash, QueryError, Row};
use liengia_kernel::{AccountId, HouseholdId, PersonId, PlaceId, SessionId, TeamId};
use std::collections::BTreeMap;

/// The questions whose rows [`read`] takes, all on one state of the database.
pub(crate) const LOAD: [&str; 7] = [
    "SELECT place, parent, kind, name FROM access_places WHERE commune = $1",
    "SELECT team, place FROM access_teams WHERE commune = $1",
    "SELECT team, other FROM access_adjoining WHERE commune = $1",
    "SELECT household, place, team FROM access_households WHERE commune = $1",
    "SELECT account, person FROM access_accounts WHERE commune = $1",
    "SELECT person, role, scope_kind, scope FROM access_grants WHERE commune = $1 ORDER BY person, since",
    "SELECT s.session, s.account, s.person, s.way, s.opened, s.until, s.raised, t.seen, t.token, t.device \
     FROM access_sessions s JOIN access_tokens t ON t.commune = s.commune AND t.session = s.session WHERE s.commune = $1",
];

/// What one row tells.
pub(crate) enum Fact {
    Place(PlaceId, Place),
    Team(TeamId, PlaceId),
    Adjoining(TeamId, TeamId),
    Household(HouseholdId, Household),
    Account(AccountId, PersonId),
    Grant(Grant),
    Session(SessionId, Session, Token),
    /// A grant with a scope that this program does not know.
    Nothing,
}

/// What a row of the question with this number tells.
pub(crate) fn read(question: usize, row: &Row) -> Result<Fact, QueryError> {
    Ok(match question {
        0 => {
            let parent = row.maybe(1, Row::parse)?;
            Fact::Place(row.parse(0)?, Place { parent, kind: row.parse(2)?, name: row.text(3)?.to_owned() })
        }
        1 => Fact::Team(row.parse(0)?, row.parse(1)?),
        2 => Fact::Adjoining(row.parse(0)?, row.parse(1)?),
        3 => {
            let household = Household { place: row.parse(1)?, team: row.maybe(2, Row::parse)? };
            Fact::Household(row.parse(0)?, household)
        }
        4 => Fact::Account(row.parse(0)?, row.parse(1)?),
        5 => match Scope::parse(row.text(2)?, row.text(3)?) {
            Some(scope) => Fact::Grant(Grant { person: row.parse(0)?, role: row.parse(1)?, scope }),
            None => Fact::Nothing,
        },
        _ => {
            let seen = row.time(7)?;
            let session = Session {
                account: row.parse(1)?,
                person: row.parse(2)?,
                way: row.parse(3)?,
                opened: row.time(4)?,
                until: row.maybe(5, Row::time)?,
                raised: row.maybe(6, Row::time)?,
                seen,
                seen_stored: seen,
                token: None,
            };
            let token = Token { session: hash(row.bytes(8)?), device: hash(row.bytes(9)?) };
            Fact::Session(row.parse(0)?, session, token)
        }
    })
}

/// What is known, from the facts in the order of their questions.
pub(crate) fn loaded(facts: Vec<Fact>) -> Known {
    let mut known = Known::default();
    let mut adjoining: BTreeMap<TeamId, Vec<TeamId>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Place(id, place) => known.tree.set_place(id, place),
            Fact::Team(team, place) => known.tree.set_team(team, place),
            Fact::Adjoining(team, other) => adjoining.entry(team).or_default().push(other),
            Fact::Household(id, household) => known.tree.set_household(id, household),
            Fact::Account(account, person) => known.add_account(account, person),
            Fact::Grant(grant) => known.grant(grant),
            Fact::Session(id, session, token) => {
                known.sessions.insert(id, session);
                known.set_token(id, token);
            }
            Fact::Nothing => {}
        }
    }
    for (team, others) in adjoining {
        known.tree.set_adjoining(team, others);
    }
    known
}

/// A stored SHA-256; one of another length matches nothing.
pub(crate) fn hash(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}
