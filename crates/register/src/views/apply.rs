//! What each entry changes in the register's views: a pure function.

use crate::event::{MemberKind, RegisterEvent, Training};
use liengia_journal::{BadBody, Entry, Statement, Value, statement};
use liengia_kernel::{HouseholdId, PersonId, PlaceId, TeamId, fold};

/// What this entry changes.
#[expect(clippy::too_many_lines, reason = "one arm an event, each a statement")]
pub(super) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    use RegisterEvent as Was;
    Ok(match entry.event()? {
        Was::HouseholdAdded { household, member, place, team, occupants, .. } => {
            vec![household_added(entry, household, member, place, team, occupants)]
        }
        Was::HouseholdCorrected { household, member, place, occupants, .. } => vec![statement!(
            "UPDATE households SET member = $3, place = $4, occupants = $5, version = $6 \
             WHERE commune = $1 AND household = $2",
            entry.commune,
            household,
            member.to_string(),
            place,
            occupants,
            entry.seq
        )],
        Was::HouseholdMoved { household, to, .. } => vec![statement!(
            "UPDATE households SET team = $3, version = $4 WHERE commune = $1 AND household = $2",
            entry.commune,
            household,
            to,
            entry.seq
        )],
        Was::HouseholdRemoved { household, .. } => vec![statement!(
            "UPDATE households SET team = NULL, removed_at = $3, version = $4 WHERE commune = $1 AND household = $2",
            entry.commune,
            household,
            entry.at,
            entry.seq
        )],
        Was::PersonAdded { person, household, adult, tenant, can_respond, trained, .. }
        | Was::PersonCorrected { person, household, adult, tenant, can_respond, trained, .. } => {
            vec![person_set(entry, person, household, [adult, tenant, can_respond], &trained)]
        }
        Was::PersonErased { person, .. } => person_erased(entry, person),
        Was::HelpNoteWritten { person, present, .. } => vec![statement!(
            "UPDATE people SET help = $3, version = $4 WHERE commune = $1 AND person = $2",
            entry.commune,
            person,
            present,
            entry.seq
        )],
        Was::HelpNoteRead { person, by, alarm, .. } => vec![statement!(
            "INSERT INTO help_note_reads (commune, person, seq, reader, alarm, at) VALUES ($1, $2, $3, $4, $5, $6)",
            entry.commune,
            person,
            entry.seq,
            by,
            alarm,
            entry.at
        )],
        // The tree of places is access's.
        Was::PlaceCorrected { .. } => Vec::new(),
        Was::TeamFormed { team, place, name } => vec![team_formed(entry, team, place, &name)],
        Was::TeamCorrected { team, place, name, .. } => vec![statement!(
            "UPDATE teams SET place = $3, name = $4, search = $5, version = $6 WHERE commune = $1 AND team = $2",
            entry.commune,
            team,
            place,
            &name,
            fold(&name),
            entry.seq
        )],
        Was::TeamDissolved { team, .. } => team_dissolved(entry, team),
        Was::LeadersNamed { team, leader, deputy, .. } => vec![statement!(
            "UPDATE teams SET leader = $3, deputy = $4, version = $5 WHERE commune = $1 AND team = $2",
            entry.commune,
            team,
            leader,
            deputy,
            entry.seq
        )],
        Was::NeighboursNamed { team, added, removed, .. } => neighbours_named(entry, team, &added, &removed),
    })
}

fn household_added(
    entry: &Entry,
    household: HouseholdId,
    member: MemberKind,
    place: PlaceId,
    team: Option<TeamId>,
    occupants: Option<u32>,
) -> Statement {
    statement!(
        "INSERT INTO households (commune, household, member, place, team, occupants, version, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        entry.commune,
        household,
        member.to_string(),
        place,
        team,
        occupants,
        entry.seq,
        entry.at
    )
}

fn person_set(
    entry: &Entry,
    person: PersonId,
    household: HouseholdId,
    [adult, tenant, can_respond]: [bool; 3],
    trained: &[Training],
) -> Statement {
    let trained: Vec<String> = trained.iter().map(Training::to_string).collect();
    statement!(
        "INSERT INTO people (commune, person, household, adult, tenant, can_respond, trained, help, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (commune, person) DO UPDATE SET \
         household = excluded.household, adult = excluded.adult, tenant = excluded.tenant, \
         can_respond = excluded.can_respond, trained = excluded.trained, version = excluded.version",
        entry.commune,
        person,
        household,
        adult,
        tenant,
        can_respond,
        trained.join(" "),
        entry.seq
    )
}

fn person_erased(entry: &Entry, person: PersonId) -> Vec<Statement> {
    let by_id = |sql: &'static str| statement!(sql, entry.commune, person);
    vec![
        by_id("DELETE FROM people WHERE commune = $1 AND person = $2"),
        by_id("DELETE FROM help_note_reads WHERE commune = $1 AND person = $2"),
        by_id("UPDATE teams SET leader = NULL WHERE commune = $1 AND leader = $2"),
        by_id("UPDATE teams SET deputy = NULL WHERE commune = $1 AND deputy = $2"),
    ]
}

fn team_formed(entry: &Entry, team: TeamId, place: PlaceId, name: &str) -> Statement {
    statement!(
        "INSERT INTO teams (commune, team, place, name, search, version, formed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.commune,
        team,
        place,
        name,
        fold(name),
        entry.seq,
        entry.at
    )
}

fn team_dissolved(entry: &Entry, team: TeamId) -> Vec<Statement> {
    vec![
        statement!(
            "UPDATE teams SET dissolved_at = $3, version = $4 WHERE commune = $1 AND team = $2",
            entry.commune,
            team,
            entry.at,
            entry.seq
        ),
        statement!("UPDATE households SET team = NULL WHERE commune = $1 AND team = $2", entry.commune, team),
        statement!(
            "DELETE FROM neighbouring_teams WHERE commune = $1 AND (team = $2 OR neighbour = $2)",
            entry.commune,
            team
        ),
    ]
}

fn neighbours_named(entry: &Entry, team: TeamId, added: &[TeamId], removed: &[TeamId]) -> Vec<Statement> {
    let mut statements = vec![statement!(
        "UPDATE teams SET version = $3 WHERE commune = $1 AND team = $2",
        entry.commune,
        team,
        entry.seq
    )];
    let pairs = |other: &TeamId| [(team, *other), (*other, team)];
    let both = |sql: &'static str, (one, other): (TeamId, TeamId)| {
        Statement::new(sql, [Value::from(entry.commune), one.into(), other.into()])
    };
    statements.extend(added.iter().flat_map(pairs).map(|pair| {
        both(
            "INSERT INTO neighbouring_teams (commune, team, neighbour) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            pair,
        )
    }));
    statements.extend(removed.iter().flat_map(pairs).map(|pair| {
        both("DELETE FROM neighbouring_teams WHERE commune = $1 AND team = $2 AND neighbour = $3", pair)
    }));
    statements
}
