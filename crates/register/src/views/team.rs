//! Teams as the screens read them.

use crate::rules::RegisterError;
use liengia_access::{Columns, Where};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{PersonId, PlaceId, TeamId, fold};
use std::collections::BTreeMap;

const COLUMNS: &str = "SELECT t.team, t.place, t.name, t.leader, t.deputy, t.version, t.dissolved_at, \
    (SELECT CAST(COUNT(*) AS BIGINT) FROM households h WHERE h.commune = t.commune AND h.team = t.team) \
    FROM teams t WHERE t.commune = $1";
const NEIGHBOURS: &str = "SELECT team, neighbour FROM neighbouring_teams WHERE commune = $1";

/// An inter-family team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub team: TeamId,
    /// The village it is in.
    pub place: PlaceId,
    /// Its name.
    pub name: String,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who stands in for the leader.
    pub deputy: Option<PersonId>,
    /// How many households it has.
    pub households: u64,
    /// The teams next to it.
    pub neighbours: Vec<TeamId>,
    /// Whether it was dissolved.
    pub dissolved: bool,
    /// The `seq` of its last entry.
    pub version: u64,
}

/// Which teams.
#[derive(Clone, Debug, Default)]
pub struct TeamFilter {
    /// Part of the name, without diacritics.
    pub search: Option<String>,
    /// Within each of these: where the caller may look, and the place that they chose.
    pub within: Vec<Where>,
    /// After this one, in the order of lists.
    pub after: Option<TeamId>,
    /// At most so many.
    pub limit: usize,
}

impl Team {
    /// Its id, if it was not dissolved.
    pub fn standing(&self) -> Result<TeamId, RegisterError> {
        if self.dissolved { Err(RegisterError::NoTeam(self.team)) } else { Ok(self.team) }
    }

    /// The team with this id, dissolved or not.
    pub async fn find(journal: &Journal, team: TeamId) -> Result<Option<Self>, QueryError> {
        let this = format!("{COLUMNS} AND t.team = $2");
        let near = format!("{NEIGHBOURS} AND team = $2 ORDER BY neighbour");
        let commune = journal.commune();
        let answers =
            journal.query_all(vec![statement!(this, commune, team), statement!(near, commune, team)]).await?;
        Ok(read_with_neighbours(&answers)?.pop())
    }

    /// The standing teams that the filter names, in the order of their names.
    pub async fn list(journal: &Journal, filter: &TeamFilter) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        query.add(" AND t.dissolved_at IS NULL");
        if let Some(search) = &filter.search {
            let mark = query.place(like(search));
            query.add(&format!(" AND t.search LIKE {mark} ESCAPE '\\'"));
        }
        for within in &filter.within {
            let columns = Columns {
                commune: "t.commune",
                place: Some("t.place"),
                team: Some("t.team"),
                household: None,
            };
            let condition = within.condition(&columns, &mut query.values);
            query.add(&format!(" AND {condition}"));
        }
        if let Some(last) = filter.after {
            let last = query.place(last);
            query.add(&format!(
                " AND (t.search, t.team) > (SELECT l.search, l.team FROM teams l \
                 WHERE l.commune = t.commune AND l.team = {last})"
            ));
        }
        let limit = query.place(filter.limit);
        query.add(&format!(" ORDER BY t.search, t.team LIMIT {limit}"));
        let answers = journal.query_all(vec![query, statement!(NEIGHBOURS, journal.commune())]).await?;
        read_with_neighbours(&answers)
    }
}

/// The pattern that finds this text anywhere, without diacritics.
pub(super) fn like(search: &str) -> String {
    let escaped = fold(search).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn read_with_neighbours(answers: &[Vec<Row>]) -> Result<Vec<Team>, QueryError> {
    let [teams, near] = answers else { return Ok(Vec::new()) };
    let mut neighbours: BTreeMap<TeamId, Vec<TeamId>> = BTreeMap::new();
    for row in near {
        neighbours.entry(row.parse(0)?).or_default().push(row.parse(1)?);
    }
    teams.iter().map(|row| read(row, &mut neighbours)).collect()
}

fn read(row: &Row, neighbours: &mut BTreeMap<TeamId, Vec<TeamId>>) -> Result<Team, QueryError> {
    let team = row.parse(0)?;
    Ok(Team {
        team,
        place: row.parse(1)?,
        name: row.text(2)?.to_owned(),
        leader: row.maybe(3, Row::parse)?,
        deputy: row.maybe(4, Row::parse)?,
        households: row.count(7)?,
        neighbours: neighbours.remove(&team).unwrap_or_default(),
        dissolved: row.maybe(6, Row::int)?.is_some(),
        version: row.count(5)?,
    })
}
