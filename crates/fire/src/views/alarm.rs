//! Alarms, drills and late presses as lists read them.

use liengia_access::{Columns, Where};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, HouseholdId, TeamId, Timestamp};

/// One alarm, drill or late press in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmRow {
    /// Its id.
    pub alarm: AlarmId,
    /// Its number, once it rang.
    pub number: Option<u64>,
    /// `live` or `drill`.
    pub mode: String,
    /// `announced`, `late`, `open` or `over`.
    pub state: String,
    /// The team.
    pub team: Option<TeamId>,
    /// The home that burnt.
    pub household: Option<HouseholdId>,
    /// Where the press came from.
    pub source: Option<String>,
    /// When it was raised; when an announced drill begins.
    pub raised_at: Timestamp,
    /// When somebody said that 114 was called.
    pub called_at: Option<Timestamp>,
    /// When it was over.
    pub over_at: Option<Timestamp>,
    /// Why it was over.
    pub reason: Option<String>,
}

/// Which alarms.
#[derive(Clone, Debug, Default)]
pub struct AlarmFilter {
    /// In this state.
    pub state: Option<&'static str>,
    /// Live, or a drill.
    pub mode: Option<&'static str>,
    /// What rang: not what was called off or never burnt.
    pub rang: bool,
    /// Where the caller may look.
    pub within: Option<Where>,
    /// In this part of the caller's.
    pub part: Option<Where>,
    /// Raised at this time or later.
    pub since: Option<Timestamp>,
    /// Raised before this time.
    pub until: Option<Timestamp>,
    /// Raised before this one, in the order of lists (the latest first).
    pub before: Option<(Timestamp, AlarmId)>,
    /// At most so many.
    pub limit: usize,
}

const COLUMNS: &str = "SELECT alarm, number, mode, state, team, household, source, raised_at, called_at, over_at, reason \
                       FROM alarms WHERE commune = $1";

impl AlarmRow {
    /// The alarm with this id.
    pub async fn find(journal: &Journal, alarm: AlarmId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND alarm = $2");
        journal.query(statement!(sql, journal.commune(), alarm)).await?.first().map(read).transpose()
    }

    /// The alarms that the filter names, the latest first.
    pub async fn list(journal: &Journal, filter: &AlarmFilter) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        for (column, value) in [("state", filter.state), ("mode", filter.mode)] {
            if let Some(value) = value {
                let mark = query.place(value);
                query.add(&format!(" AND {column} = {mark}"));
            }
        }
        if filter.rang {
            query.add(" AND number IS NOT NULL");
        }
        for within in [&filter.within, &filter.part].into_iter().flatten() {
            // What has no team is found by its home, what has no home by its team.
            let of_team = Columns { commune: "alarms.commune", team: Some("team"), ..Columns::default() };
            let of_home =
                Columns { commune: "alarms.commune", household: Some("household"), ..Columns::default() };
            let of_team = within.condition(&of_team, &mut query.values);
            let of_home = within.condition(&of_home, &mut query.values);
            query.add(&format!(" AND ({of_team} OR {of_home})"));
        }
        for (bound, at) in [(">=", filter.since), ("<", filter.until)] {
            if let Some(at) = at {
                let at = query.place(at);
                query.add(&format!(" AND raised_at {bound} {at}"));
            }
        }
        if let Some((at, alarm)) = filter.before {
            let (at, alarm) = (query.place(at), query.place(alarm));
            query.add(&format!(" AND (raised_at < {at} OR (raised_at = {at} AND alarm < {alarm}))"));
        }
        let limit = query.place(filter.limit);
        query.add(&format!(" ORDER BY raised_at DESC, alarm DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<AlarmRow, QueryError> {
    let text = |column| row.maybe(column, Row::text).map(|text| text.map(str::to_owned));
    Ok(AlarmRow {
        alarm: row.parse(0)?,
        number: row.maybe(1, Row::count)?,
        mode: row.text(2)?.to_owned(),
        state: row.text(3)?.to_owned(),
        team: row.maybe(4, Row::parse)?,
        household: row.maybe(5, Row::parse)?,
        source: text(6)?,
        raised_at: row.time(7)?,
        called_at: row.maybe(8, Row::time)?,
        over_at: row.maybe(9, Row::time)?,
        reason: text(10)?,
    })
}
