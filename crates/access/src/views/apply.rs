//! What an entry changes in the views.

use crate::{AccessEvent, rules::Scope};
use liengia_journal::{BadBody, Entry, Statement, statement};
use liengia_kernel::{PlaceId, TeamId};

const SET_PLACE: &str = "INSERT INTO access_places (commune, place, parent, kind, name, version) \
                         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (commune, place) DO UPDATE SET \
                         parent = excluded.parent, kind = excluded.kind, name = excluded.name, version = excluded.version";
const RENAME_PLACE: &str =
    "UPDATE access_places SET name = $3, version = $4 WHERE commune = $1 AND place = $2";
const SET_PLACE_KIND: &str =
    "UPDATE access_places SET kind = $3, version = $4 WHERE commune = $1 AND place = $2";
const MOVE_PLACE: &str =
    "UPDATE access_places SET parent = $3, version = $4 WHERE commune = $1 AND place = $2";
const ABOVE_ITSELF: &str = "INSERT INTO access_above (commune, place, above) VALUES ($1, $2, $2) ON CONFLICT (commune, place, above) DO NOTHING";
const ABOVE_NEW: &str = "INSERT INTO access_above (commune, place, above) \
                         SELECT $1, $2, above FROM access_above WHERE commune = $1 AND place = $3 \
                         ON CONFLICT (commune, place, above) DO NOTHING";
const CUT_ABOVE: &str = "DELETE FROM access_above WHERE commune = $1 \
    AND place IN (SELECT below.place FROM access_above below WHERE below.commune = $1 AND below.above = $2) \
    AND above NOT IN (SELECT inner_one.place FROM access_above inner_one WHERE inner_one.commune = $1 AND inner_one.above = $2)";
const JOIN_ABOVE: &str = "INSERT INTO access_above (commune, place, above) \
    SELECT below.commune, below.place, higher.above FROM access_above below \
    JOIN access_above higher ON higher.commune = below.commune AND higher.place = $3 \
    WHERE below.commune = $1 AND below.above = $2 ON CONFLICT (commune, place, above) DO NOTHING";
const SET_TEAM: &str = "INSERT INTO access_teams (commune, team, place) VALUES ($1, $2, $3) \
                        ON CONFLICT (commune, team) DO UPDATE SET place = excluded.place";
const DROP_TEAM: &str = "DELETE FROM access_teams WHERE commune = $1 AND team = $2";
const DROP_ADJOINING: &str = "DELETE FROM access_adjoining WHERE commune = $1 AND team = $2";
const SET_ADJOINING: &str = "INSERT INTO access_adjoining (commune, team, other) VALUES ($1, $2, $3) \
                             ON CONFLICT (commune, team, other) DO NOTHING";
const SET_HOUSEHOLD: &str = "INSERT INTO access_households (commune, household, place, team) VALUES ($1, $2, $3, $4) \
                             ON CONFLICT (commune, household) DO UPDATE SET place = excluded.place, team = excluded.team";
const DROP_HOUSEHOLD: &str = "DELETE FROM access_households WHERE commune = $1 AND household = $2";
const ADD_ACCOUNT: &str = "INSERT INTO access_accounts (commune, account, person, since, has_login, version) \
                           VALUES ($1, $2, $3, $4, $5, $6)";
const SET_LOGIN: &str =
    "UPDATE access_accounts SET has_login = 1, version = $3 WHERE commune = $1 AND account = $2";
const TOUCH_ACCOUNT: &str = "UPDATE access_accounts SET version = $3 WHERE commune = $1 AND account = $2";
const DROP_ACCOUNT: &str = "DELETE FROM access_accounts WHERE commune = $1 AND account = $2";
const DROP_PASSKEYS: &str = "DELETE FROM access_passkeys WHERE commune = $1 AND account = $2";
const DROP_SESSIONS: &str = "DELETE FROM access_sessions WHERE commune = $1 AND account = $2";
const GRANT: &str = "INSERT INTO access_grants (commune, person, role, scope_kind, scope, since) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (commune, person, role, scope_kind, scope) DO NOTHING";
const REVOKE: &str = "DELETE FROM access_grants WHERE commune = $1 AND person = $2 AND role = $3 AND scope_kind = $4 \
                      AND scope = $5";
const ADD_PASSKEY: &str =
    "INSERT INTO access_passkeys (commune, passkey, account, since) VALUES ($1, $2, $3, $4)";
const DROP_PASSKEY: &str = "DELETE FROM access_passkeys WHERE commune = $1 AND passkey = $2";
const OPEN_SESSION: &str = "INSERT INTO access_sessions (commune, session, account, person, way, opened, until) \
                            VALUES ($1, $2, $3, $4, $5, $6, $7)";
const RAISE_SESSION: &str = "UPDATE access_sessions SET raised = $3 WHERE commune = $1 AND session = $2";
const CLOSE_SESSION: &str = "DELETE FROM access_sessions WHERE commune = $1 AND session = $2";
const MAKE_INVITATION: &str = "INSERT INTO access_invitations (commune, invitation, household, account, person, made, \
                               maker, until, state, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)";
const USE_INVITATION: &str = "UPDATE access_invitations SET state = 'used', session = $3, version = $4 \
                              WHERE commune = $1 AND invitation = $2";
const REVOKE_INVITATION: &str =
    "UPDATE access_invitations SET state = 'revoked', version = $3 WHERE commune = $1 AND invitation = $2";

/// What an entry of this capability changes in its views.
pub(super) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    let event: AccessEvent = entry.event()?;
    Ok(tree(entry, &event).or_else(|| people(entry, &event)).unwrap_or_else(|| doors(entry, &event)))
}

/// The tree of scopes.
fn tree(entry: &Entry, event: &AccessEvent) -> Option<Vec<Statement>> {
    let commune = entry.commune;
    Some(match event {
        AccessEvent::PlaceAdded { place, parent, place_kind, name } => {
            let kind = <&str>::from(place_kind);
            let mut statements = vec![
                statement!(SET_PLACE, commune, *place, *parent, kind, name, entry.seq),
                statement!(ABOVE_ITSELF, commune, *place),
            ];
            statements.extend(parent.map(|parent| statement!(ABOVE_NEW, commune, *place, parent)));
            statements
        }
        AccessEvent::PlaceRenamed { place, name } => {
            vec![statement!(RENAME_PLACE, commune, *place, name, entry.seq)]
        }
        AccessEvent::PlaceMoved { place, parent } => moved(entry, *place, *parent),
        AccessEvent::PlaceKindSet { place, place_kind } => {
            vec![statement!(SET_PLACE_KIND, commune, *place, <&str>::from(place_kind), entry.seq)]
        }
        AccessEvent::TeamPlaced { team, place } => vec![statement!(SET_TEAM, commune, *team, *place)],
        AccessEvent::TeamRemoved { team } => {
            vec![statement!(DROP_TEAM, commune, *team), statement!(DROP_ADJOINING, commune, *team)]
        }
        AccessEvent::TeamAdjoins { team, teams } => adjoins(entry, *team, teams),
        AccessEvent::HouseholdPlaced { household, place, team } => {
            vec![statement!(SET_HOUSEHOLD, commune, *household, *place, *team)]
        }
        AccessEvent::HouseholdRemoved { household } => vec![statement!(DROP_HOUSEHOLD, commune, *household)],
        _ => return None,
    })
}

fn moved(entry: &Entry, place: PlaceId, parent: Option<PlaceId>) -> Vec<Statement> {
    let commune = entry.commune;
    let mut statements = vec![
        statement!(MOVE_PLACE, commune, place, parent, entry.seq),
        statement!(CUT_ABOVE, commune, place),
    ];
    statements.extend(parent.map(|parent| statement!(JOIN_ABOVE, commune, place, parent)));
    statements
}

fn adjoins(entry: &Entry, team: TeamId, teams: &[TeamId]) -> Vec<Statement> {
    let drop = statement!(DROP_ADJOINING, entry.commune, team);
    let set = teams.iter().map(|other| statement!(SET_ADJOINING, entry.commune, team, *other));
    std::iter::once(drop).chain(set).collect()
}

/// Accounts and roles.
fn people(entry: &Entry, event: &AccessEvent) -> Option<Vec<Statement>> {
    let commune = entry.commune;
    let (kind, id) = (Scope::kind, |scope: &Scope| scope.id());
    Some(match event {
        AccessEvent::AccountAdded { account, person, login } => {
            vec![statement!(ADD_ACCOUNT, commune, *account, *person, entry.at, login.is_some(), entry.seq)]
        }
        AccessEvent::LoginSet { account, .. } => vec![statement!(SET_LOGIN, commune, *account, entry.seq)],
        AccessEvent::PasswordSet { account } => vec![statement!(TOUCH_ACCOUNT, commune, *account, entry.seq)],
        AccessEvent::AccountRemoved { account, .. } => [DROP_ACCOUNT, DROP_PASSKEYS, DROP_SESSIONS]
            .map(|sql| statement!(sql, commune, *account))
            .to_vec(),
        AccessEvent::RoleGranted { person, role, scope } => {
            let role = <&str>::from(role);
            vec![statement!(GRANT, commune, *person, role, kind(*scope), id(scope), entry.at)]
        }
        AccessEvent::RoleRevoked { person, role, scope } => {
            let role = <&str>::from(role);
            vec![statement!(REVOKE, commune, *person, role, kind(*scope), id(scope))]
        }
        _ => return None,
    })
}

/// The ways in: passkeys, sessions, invitations.
fn doors(entry: &Entry, event: &AccessEvent) -> Vec<Statement> {
    let commune = entry.commune;
    match event {
        AccessEvent::PasskeyAdded { passkey, account } => {
            vec![statement!(ADD_PASSKEY, commune, *passkey, *account, entry.at)]
        }
        AccessEvent::PasskeyRemoved { passkey, .. } => vec![statement!(DROP_PASSKEY, commune, *passkey)],
        AccessEvent::SessionOpened { session, account, person, way, until } => {
            let way = <&str>::from(way);
            vec![statement!(OPEN_SESSION, commune, *session, *account, *person, way, entry.at, *until)]
        }
        AccessEvent::SessionRaised { session, until, .. } => {
            vec![statement!(RAISE_SESSION, commune, *session, *until)]
        }
        AccessEvent::SessionClosed { session, .. } => vec![statement!(CLOSE_SESSION, commune, *session)],
        AccessEvent::InvitationMade { invitation, household, account, person, until } => vec![statement!(
            MAKE_INVITATION,
            commune,
            *invitation,
            *household,
            *account,
            *person,
            entry.at,
            entry.actor.to_string(),
            *until,
            entry.seq
        )],
        AccessEvent::InvitationUsed { invitation, session } => {
            vec![statement!(USE_INVITATION, commune, *invitation, *session, entry.seq)]
        }
        AccessEvent::InvitationRevoked { invitation } => {
            vec![statement!(REVOKE_INVITATION, commune, *invitation, entry.seq)]
        }
        _ => Vec::new(),
    }
}
