//! Where telling those concerned was put off.

use super::ids;
use crate::event::LookPurpose;
use liengia_access::Scope;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{CameraId, DelayId, OrderId, PersonId, Timestamp};

/// Telling those concerned later, from request to notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// Its id.
    pub delay: DelayId,
    /// Of looks at which cameras.
    pub cameras: Vec<CameraId>,
    /// Of looks for what.
    pub purpose: LookPurpose,
    /// Who asked.
    pub asked_by: PersonId,
    /// For which unit.
    pub unit: Scope,
    /// By which order.
    pub order: Option<OrderId>,
    /// When.
    pub asked_at: Timestamp,
    /// Who asked for it once more, if somebody did.
    pub renewed_by: Option<PersonId>,
    /// The second officer who agreed to what was asked last.
    pub officer: Option<PersonId>,
    /// The auditor who agreed to what was asked last.
    pub auditor: Option<PersonId>,
    /// When one of them did not.
    pub refused_at: Option<Timestamp>,
    /// Until when it holds, once both agreed.
    pub until: Option<Timestamp>,
    /// Since when those concerned are told.
    pub given_at: Option<Timestamp>,
    /// The `seq` of its last entry.
    pub version: u64,
}

/// How often it happened, as everyone may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct DelaysOpen {
    /// How many hold now.
    pub now: u64,
    /// How many were agreed to since the day a year ago.
    pub year: u64,
}

const COLUMNS: &str = "SELECT delay, cameras, purpose, asked_by, unit_kind, unit, order_id, asked_at, renewed_by, officer, \
                       auditor, refused_at, until_at, given_at, version FROM notice_delays WHERE commune = $1";

impl Delay {
    /// The one with this id.
    pub async fn find(journal: &Journal, delay: DelayId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND delay = $2");
        journal.query(statement!(sql, journal.commune(), delay)).await?.first().map(read).transpose()
    }

    /// Those before this one, the latest first.
    pub async fn last(
        journal: &Journal,
        before: Option<(Timestamp, DelayId)>,
        limit: u64,
    ) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        if let Some((at, delay)) = before {
            let (at, delay) = (query.place(at), query.place(delay));
            query.add(&format!(" AND (asked_at < {at} OR (asked_at = {at} AND delay < {delay}))"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY asked_at DESC, delay DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }

    /// Those whose time is over, and of which those concerned are to be told.
    pub async fn over(journal: &Journal, now: Timestamp) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND given_at IS NULL AND until_at <= $2 ORDER BY delay");
        journal.query(statement!(sql, journal.commune(), now)).await?.iter().map(read).collect()
    }

    /// How often it happened.
    pub async fn counts(
        journal: &Journal,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<DelaysOpen, QueryError> {
        let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN given_at IS NULL AND until_at > $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
                   CAST(COALESCE(SUM(CASE WHEN asked_at >= $3 THEN 1 ELSE 0 END), 0) AS BIGINT) \
                   FROM notice_delays WHERE commune = $1 AND until_at IS NOT NULL";
        let rows = journal.query(statement!(sql, journal.commune(), now, since)).await?;
        let none = DelaysOpen { now: 0, year: 0 };
        rows.first().map_or(Ok(none), |row| Ok(DelaysOpen { now: row.count(0)?, year: row.count(1)? }))
    }
}

fn read(row: &Row) -> Result<Delay, QueryError> {
    let unit = Scope::parse(row.text(4)?, row.text(5)?);
    Ok(Delay {
        delay: row.parse(0)?,
        cameras: ids(row.text(1)?)?,
        purpose: row.parse(2)?,
        asked_by: row.parse(3)?,
        unit: unit.ok_or_else(|| QueryError::Storage("a unit that is none".into()))?,
        order: row.maybe(6, Row::parse)?,
        asked_at: row.time(7)?,
        renewed_by: row.maybe(8, Row::parse)?,
        officer: row.maybe(9, Row::parse)?,
        auditor: row.maybe(10, Row::parse)?,
        refused_at: row.maybe(11, Row::time)?,
        until: row.maybe(12, Row::time)?,
        given_at: row.maybe(13, Row::time)?,
        version: row.count(14)?,
    })
}
