//! Who looked.

use crate::event::{LookKind, LookPurpose, Span};
use liengia_access::Scope;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, CameraId, DelayId, LookId, MICROS_PER_SECOND, PersonId, ShiftId, Timestamp};

/// A day, in microseconds.
const DAY_US: i64 = 86_400 * MICROS_PER_SECOND;

/// One look.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Its id.
    pub look: LookId,
    /// Who looked: for auditors.
    pub person: PersonId,
    /// For which unit: for everyone concerned.
    pub unit: Scope,
    /// Live or back in time.
    pub kind: LookKind,
    /// Why.
    pub purpose: LookPurpose,
    /// At which footage.
    pub span: Option<Span>,
    /// For which alarm.
    pub alarm: Option<AlarmId>,
    /// In which shift.
    pub shift: Option<ShiftId>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How long it was; none where the node does not know.
    pub seconds: Option<u64>,
    /// As two others agreed, told later by this.
    pub delay: Option<DelayId>,
    /// Since when those concerned read it.
    pub told_at: Option<Timestamp>,
    /// The camera was turned meanwhile; not known where looks are read without a camera.
    pub moved: bool,
}

/// How often one unit looked for one purpose on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookCount {
    /// When the day began.
    pub day: Timestamp,
    /// For which unit.
    pub unit: Scope,
    /// Why.
    pub purpose: LookPurpose,
    /// Live or back in time.
    pub kind: LookKind,
    /// How often.
    pub times: u64,
    /// How long together.
    pub seconds: u64,
}

const COLUMNS: &str = "SELECT l.look, l.person, l.unit_kind, l.unit, l.kind, l.purpose, l.from_at, l.to_at, l.alarm, l.shift, \
                       l.opened_at, l.closed_at, l.seconds, l.delay";

impl Look {
    /// The look with this id.
    pub async fn find(journal: &Journal, look: LookId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS}, NULL, 0 FROM looks l WHERE l.commune = $1 AND l.look = $2");
        journal.query(statement!(sql, journal.commune(), look)).await?.first().map(read).transpose()
    }

    /// Whether a camera was turned in it already.
    pub async fn has_moved(journal: &Journal, look: LookId, camera: CameraId) -> Result<bool, QueryError> {
        let sql = "SELECT 1 FROM look_cameras WHERE commune = $1 AND camera = $2 AND look = $3 AND moved = 1";
        Ok(!journal.query(statement!(sql, journal.commune(), camera, look)).await?.is_empty())
    }

    /// Looks that nobody closed: of the start before.
    pub async fn open(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!(
            "{COLUMNS}, NULL, 0 FROM looks l WHERE l.commune = $1 AND l.closed_at IS NULL AND l.kind <> 'export' \
             ORDER BY l.look"
        );
        journal.query(statement!(sql, journal.commune())).await?.iter().map(read).collect()
    }

    /// Who looked at a camera, as those concerned read it, before that moment; what was told last comes first.
    pub async fn at(
        journal: &Journal,
        camera: CameraId,
        before: Option<(Timestamp, LookId)>,
        limit: u64,
    ) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS);
        let (commune, camera) = (query.place(journal.commune()), query.place(camera));
        query.add(&format!(
            ", c.told_at, c.moved FROM looks l JOIN look_cameras c ON c.commune = l.commune AND c.look = l.look \
             WHERE c.commune = {commune} AND c.camera = {camera} AND c.told_at IS NOT NULL"
        ));
        if let Some((at, look)) = before {
            let (at, look) = (query.place(at), query.place(look));
            query.add(&format!(" AND (c.told_at < {at} OR (c.told_at = {at} AND c.look < {look}))"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY c.told_at DESC, c.look DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }

    /// How often somebody looked at a camera, of what was told since then: by day, unit, purpose and way, the latest day
    /// first. Days begin by clocks that are so many hours ahead of UTC.
    pub async fn counts(
        journal: &Journal,
        camera: CameraId,
        since: Timestamp,
        utc_offset_hours: i8,
    ) -> Result<Vec<LookCount>, QueryError> {
        let offset = i64::from(utc_offset_hours) * 3_600 * MICROS_PER_SECOND;
        // Both databases divide towards 0, and no look was before 1970.
        let sql = "SELECT (l.opened_at + $4) / $5 AS day, l.unit_kind, l.unit, l.purpose, l.kind, COUNT(*), \
                   CAST(COALESCE(SUM(l.seconds), 0) AS BIGINT) FROM looks l \
                   JOIN look_cameras c ON c.commune = l.commune AND c.look = l.look \
                   WHERE c.commune = $1 AND c.camera = $2 AND c.told_at >= $3 \
                   GROUP BY (l.opened_at + $4) / $5, l.unit_kind, l.unit, l.purpose, l.kind \
                   ORDER BY day DESC, l.unit_kind, l.unit, l.purpose, l.kind";
        let query = statement!(sql, journal.commune(), camera, since, offset, DAY_US);
        let count = |row: &Row| {
            Ok(LookCount {
                day: Timestamp::from_micros(row.int(0)? * DAY_US - offset),
                unit: unit_of(row, 1)?,
                purpose: row.parse(3)?,
                kind: row.parse(4)?,
                times: row.count(5)?,
                seconds: row.count(6)?,
            })
        };
        journal.query(query).await?.iter().map(count).collect()
    }
}

/// The unit that stands in two columns.
fn unit_of(row: &Row, column: usize) -> Result<Scope, QueryError> {
    let unit = Scope::parse(row.text(column)?, row.text(column + 1)?);
    unit.ok_or_else(|| QueryError::Storage("a unit that is none".into()))
}

fn read(row: &Row) -> Result<Look, QueryError> {
    let from: Option<Timestamp> = row.maybe(6, Row::time)?;
    let to: Option<Timestamp> = row.maybe(7, Row::time)?;
    Ok(Look {
        look: row.parse(0)?,
        person: row.parse(1)?,
        unit: unit_of(row, 2)?,
        kind: row.parse(4)?,
        purpose: row.parse(5)?,
        span: from.zip(to).map(|(from, to)| Span { from, to }),
        alarm: row.maybe(8, Row::parse)?,
        shift: row.maybe(9, Row::parse)?,
        opened_at: row.time(10)?,
        closed_at: row.maybe(11, Row::time)?,
        seconds: row.maybe(12, Row::count)?,
        delay: row.maybe(13, Row::parse)?,
        told_at: row.maybe(14, Row::time)?,
        moved: row.int(15)? != 0,
    })
}
