//! Alarms, drills and late presses as lists read them, and the record that the engine takes up after a restart.

use crate::{engine, event::FireEvent};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, HouseholdId, TeamId, Timestamp};
use std::time::Duration;

/// Most entries of one alarm that are read: days of a large fire.
const MAX_HISTORY: usize = 50_000;

/// How long a closed alarm is remembered, so that a late repeat of its press does not ring again.
const REMEMBERED: Duration = Duration::from_hours(24);

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
    pub state: Option<String>,
    /// Of this team.
    pub team: Option<TeamId>,
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
        if let Some(state) = &filter.state {
            let mark = query.place(state);
            query.add(&format!(" AND state = {mark}"));
        }
        if let Some(team) = filter.team {
            let mark = query.place(team);
            query.add(&format!(" AND team = {mark}"));
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

/// Everything that the record tells of one alarm, oldest first.
pub async fn events_of(journal: &Journal, alarm: AlarmId) -> Result<Vec<(u64, engine::Event)>, QueryError> {
    let entries = journal.history(&alarm.to_string(), 0, MAX_HISTORY).await?;
    Ok(entries
        .iter()
        .filter_map(|entry| match entry.event() {
            Ok(FireEvent::Alarm(event)) => Some((entry.seq, event)),
            Ok(FireEvent::Kit(_)) | Err(_) => None,
        })
        .collect())
}

/// What the engine takes up after a restart: the events of all that is not over, and of what ended within a day.
pub async fn standing_events(journal: &Journal, now: Timestamp) -> Result<Vec<engine::Event>, QueryError> {
    let sql = "SELECT alarm FROM alarms WHERE commune = $1 AND (state <> 'over' OR over_at > $2)";
    let mut events = Vec::new();
    for row in journal.query(statement!(sql, journal.commune(), now - REMEMBERED)).await? {
        events.extend(events_of(journal, row.parse(0)?).await?);
    }
    events.sort_by_key(|(seq, _)| *seq);
    Ok(events.into_iter().map(|(_, event)| event).collect())
}
