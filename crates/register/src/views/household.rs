//! Households as the screens read them.

use super::team::like;
use crate::event::MemberKind;
use liengia_access::{Columns, Where};
use liengia_journal::{Journal, QueryError, Row, Statement, statement};
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position, TeamId};

const COLUMNS: &str = "SELECT h.household, h.member, h.place, h.team, h.version, d.label, d.how_to_find, \
    d.floor_notes, d.lat, d.lon, t.name, h.occupants, \
    (SELECT CAST(COUNT(*) AS BIGINT) FROM people p WHERE p.commune = h.commune AND p.household = h.household) \
    FROM households h \
    LEFT JOIN household_details d ON d.commune = h.commune AND d.household = h.household \
    LEFT JOIN teams t ON t.commune = h.commune AND t.team = h.team \
    WHERE h.commune = $1 AND h.removed_at IS NULL";

/// A household, or another member of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    /// Its id.
    pub household: HouseholdId,
    /// What kind of member it is.
    pub member: MemberKind,
    /// The village or cluster it is in.
    pub place: PlaceId,
    /// Its team.
    pub team: Option<TeamId>,
    /// Its team's name.
    pub team_name: Option<String>,
    /// The `seq` of its last entry.
    pub version: u64,
    /// What neighbours call it.
    pub label: Pii<String>,
    /// How to find it.
    pub how_to_find: Pii<String>,
    /// What a responder must know.
    pub floor_notes: Pii<String>,
    /// Where it is.
    pub position: Option<Pii<Position>>,
    /// How many people are usually there, those included whom nobody registered; none where nobody said so.
    pub occupants: Option<u32>,
    /// How many people are registered in it.
    pub people: u64,
}

/// Which households.
#[derive(Clone, Debug, Default)]
pub struct HouseholdFilter {
    /// Part of a label, a name or a phone number, without diacritics.
    pub search: Option<String>,
    /// Where people are searched by name and phone.
    pub people_within: Where,
    /// Within each of these: where the caller may look, and the place that they chose.
    pub within: Vec<Where>,
    /// In this team.
    pub team: Option<TeamId>,
    /// In no team.
    pub without_team: bool,
    /// Of this kind.
    pub member: Option<MemberKind>,
    /// After this one, in the order of lists.
    pub after: Option<HouseholdId>,
    /// At most so many.
    pub limit: usize,
}

impl Household {
    /// The household with this id.
    pub async fn find(journal: &Journal, household: HouseholdId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND h.household = $2");
        let rows = journal.query(statement!(sql, journal.commune(), household)).await?;
        rows.first().map(read).transpose()
    }

    /// All households, in no order.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        journal.read_each(statement!(COLUMNS, journal.commune()), read).await
    }

    /// The households that the filter names, in the order of their labels.
    pub async fn list(journal: &Journal, filter: &HouseholdFilter) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        narrow(&mut query, filter);
        journal.query(query).await?.iter().map(read).collect()
    }
}

/// Adds the filter's conditions to the query.
fn narrow(query: &mut Statement, filter: &HouseholdFilter) {
    let columns = Columns {
        commune: "h.commune",
        place: Some("h.place"),
        team: Some("h.team"),
        household: Some("h.household"),
    };
    if let Some(search) = &filter.search {
        let mark = query.place(like(search));
        let people = filter.people_within.condition(&columns, &mut query.values);
        query.add(&format!(
            " AND (d.search LIKE {mark} ESCAPE '\\' OR ({people} AND EXISTS (SELECT 1 FROM person_details n WHERE \
             n.commune = h.commune AND n.household = h.household AND n.search LIKE {mark} ESCAPE '\\')))"
        ));
    }
    for within in &filter.within {
        let condition = within.condition(&columns, &mut query.values);
        query.add(&format!(" AND {condition}"));
    }
    if let Some(team) = filter.team {
        let mark = query.place(team);
        query.add(&format!(" AND h.team = {mark}"));
    }
    if filter.without_team {
        query.add(" AND h.team IS NULL");
    }
    if let Some(member) = filter.member {
        let mark = query.place(member.to_string());
        query.add(&format!(" AND h.member = {mark}"));
    }
    if let Some(last) = filter.after {
        let last = query.place(last);
        query.add(&format!(
            " AND (d.search, h.household) > (SELECT l.search, l.household FROM household_details l \
             WHERE l.commune = h.commune AND l.household = {last})"
        ));
    }
    let limit = query.place(filter.limit);
    query.add(&format!(" ORDER BY d.search, h.household LIMIT {limit}"));
}

fn read(row: &Row) -> Result<Household, QueryError> {
    let text =
        |column| row.maybe(column, Row::text).map(|text| Pii::new(text.unwrap_or_default().to_owned()));
    let position = match (row.maybe(8, Row::real)?, row.maybe(9, Row::real)?) {
        (Some(lat), Some(lon)) => Position::new(lat, lon).ok().map(Pii::new),
        _ => None,
    };
    Ok(Household {
        household: row.parse(0)?,
        member: row.parse(1)?,
        place: row.parse(2)?,
        team: row.maybe(3, Row::parse)?,
        team_name: row.maybe(10, Row::text)?.map(str::to_owned),
        version: row.count(4)?,
        label: text(5)?,
        how_to_find: text(6)?,
        floor_notes: text(7)?,
        position,
        occupants: row.maybe(11, Row::count)?.and_then(|many| u32::try_from(many).ok()),
        people: row.count(12)?,
    })
}
