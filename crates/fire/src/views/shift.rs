//! Shifts at the desk.

use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{PersonId, Pii, ShiftId, Timestamp};
use std::collections::BTreeMap;

/// One officer's shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub shift: ShiftId,
    /// Who.
    pub officer: PersonId,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when, if it is over.
    pub ended_at: Option<Timestamp>,
    /// To whom it was handed over.
    pub successor: Option<PersonId>,
}

const COLUMNS: &str = "SELECT shift, officer, started_at, ended_at, successor FROM shifts WHERE commune = $1";

impl Shift {
    /// The shift that is on, if one is: the last that began and was not handed over.
    pub async fn current(journal: &Journal) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND ended_at IS NULL ORDER BY started_at DESC, shift DESC LIMIT 1");
        journal.query(statement!(sql, journal.commune())).await?.first().map(read).transpose()
    }

    /// The shift with this id.
    pub async fn find(journal: &Journal, shift: ShiftId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND shift = $2");
        journal.query(statement!(sql, journal.commune(), shift)).await?.first().map(read).transpose()
    }

    /// What was said when these shifts were handed over.
    pub async fn notes(
        journal: &Journal,
        shifts: &[ShiftId],
    ) -> Result<BTreeMap<ShiftId, Pii<String>>, QueryError> {
        if shifts.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query =
            statement!("SELECT owner, note FROM fire_notes WHERE commune = $1", journal.commune());
        let marks: Vec<String> = shifts.iter().map(|shift| query.place(*shift)).collect();
        query.add(&format!(" AND owner IN ({})", marks.join(", ")));
        let rows = journal.query(query).await?;
        rows.iter().map(|row| Ok((row.parse(0)?, Pii::new(row.text(1)?.to_owned())))).collect()
    }

    /// The shifts that began before this one, in the order of lists: the latest first.
    pub async fn last(
        journal: &Journal,
        before: Option<(Timestamp, ShiftId)>,
        limit: u64,
    ) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        if let Some((at, shift)) = before {
            let (at, shift) = (query.place(at), query.place(shift));
            query.add(&format!(" AND (started_at < {at} OR (started_at = {at} AND shift < {shift}))"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY started_at DESC, shift DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Shift, QueryError> {
    Ok(Shift {
        shift: row.parse(0)?,
        officer: row.parse(1)?,
        started_at: row.time(2)?,
        ended_at: row.maybe(3, Row::time)?,
        successor: row.maybe(4, Row::parse)?,
    })
}
