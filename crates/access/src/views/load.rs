//! Reading what is known, at the start.

use crate::{
    known::{Known, Session, Token},
    rules::{Grant, Household, Place, Scope},
};
use liengia_journal::{BadColumn, Hash, Row};
use liengia_kernel::TeamId;
use std::collections::BTreeMap;

/// The questions whose answers [`loaded`] takes, all on one state of the database.
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

/// What is known.
pub(crate) fn loaded(answers: &[Vec<Row>]) -> Result<Known, BadColumn> {
    let mut known = Known::default();
    let rows = |number: usize| answers.get(number).map_or(&[][..], Vec::as_slice);
    for row in rows(0) {
        let parent = row.maybe(1, Row::parse)?;
        let place = Place { parent, kind: row.parse(2)?, name: row.text(3)?.to_owned() };
        known.tree.set_place(row.parse(0)?, place);
    }
    for row in rows(1) {
        known.tree.set_team(row.parse(0)?, row.parse(1)?);
    }
    let mut adjoining: BTreeMap<TeamId, Vec<TeamId>> = BTreeMap::new();
    for row in rows(2) {
        adjoining.entry(row.parse(0)?).or_default().push(row.parse(1)?);
    }
    for (team, others) in adjoining {
        known.tree.set_adjoining(team, others);
    }
    for row in rows(3) {
        let household = Household { place: row.parse(1)?, team: row.maybe(2, Row::parse)? };
        known.tree.set_household(row.parse(0)?, household);
    }
    for row in rows(4) {
        known.add_account(row.parse(0)?, row.parse(1)?);
    }
    for row in rows(5) {
        if let Some(scope) = Scope::parse(row.text(2)?, row.text(3)?) {
            known.grant(Grant { person: row.parse(0)?, role: row.parse(1)?, scope });
        }
    }
    for row in rows(6) {
        load_session(&mut known, row)?;
    }
    Ok(known)
}

fn load_session(known: &mut Known, row: &Row) -> Result<(), BadColumn> {
    let (id, seen) = (row.parse(0)?, row.time(7)?);
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
    known.sessions.insert(id, session);
    known.set_token(id, Token { session: hash(row.bytes(8)?), device: hash(row.bytes(9)?) });
    Ok(())
}

/// A stored SHA-256; one of another length matches nothing.
pub(crate) fn hash(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}
