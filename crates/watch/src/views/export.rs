//! Footage that is handed out.

use super::ids;
use crate::event::{CopyWanted, LookPurpose, Span};
use liengia_access::Scope;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{CameraId, DelayId, ExportId, OrderId, PersonId, Timestamp};

/// Footage that is handed out, from request to fetching.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// Its id.
    pub export: ExportId,
    /// Who asked.
    pub asked_by: PersonId,
    /// For which unit.
    pub unit: Scope,
    /// Of which cameras.
    pub cameras: Vec<CameraId>,
    /// Which footage.
    pub span: Span,
    /// Why.
    pub purpose: LookPurpose,
    /// Whether a copy is wanted, and what of it is covered.
    pub copy: Option<CopyWanted>,
    /// When.
    pub asked_at: Timestamp,
    /// By which order.
    pub order: Option<OrderId>,
    /// Told to those concerned later by this.
    pub delay: Option<DelayId>,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What they decided.
    pub approved: Option<bool>,
    /// When it was put together.
    pub made_at: Option<Timestamp>,
    /// The hash of its manifest, which binds the whole file, as 64 digits.
    pub sha256: Option<String>,
    /// How long it is.
    pub bytes: Option<u64>,
    /// Fragments in it that are damaged.
    pub damaged: Option<u64>,
    /// When it was fetched.
    pub fetched_at: Option<Timestamp>,
    /// The `seq` of its last entry.
    pub version: u64,
}

const COLUMNS: &str = "SELECT export, asked_by, unit_kind, unit, cameras, from_at, to_at, purpose, asked_at, decided_by, \
                       decided_at, approved, made_at, sha256, bytes, damaged, fetched_at, version, order_id, delay, copy \
                       FROM exports \
                       WHERE commune = $1";

impl Export {
    /// The export with this id.
    pub async fn find(journal: &Journal, export: ExportId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND export = $2");
        journal.query(statement!(sql, journal.commune(), export)).await?.first().map(read).transpose()
    }

    /// Those before this one, the latest first.
    pub async fn last(
        journal: &Journal,
        before: Option<(Timestamp, ExportId)>,
        limit: u64,
    ) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        if let Some((at, export)) = before {
            let (at, export) = (query.place(at), query.place(export));
            query.add(&format!(" AND (asked_at < {at} OR (asked_at = {at} AND export < {export}))"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY asked_at DESC, export DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }

    /// Those that somebody agreed to and that are not put together yet.
    pub async fn to_be_made(journal: &Journal, asked_since: Timestamp) -> Result<Vec<Self>, QueryError> {
        let sql = format!(
            "{COLUMNS} AND approved = 1 AND made_at IS NULL AND asked_at > $2 ORDER BY decided_at, export"
        );
        journal.query(statement!(sql, journal.commune(), asked_since)).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Export, QueryError> {
    let unit = Scope::parse(row.text(2)?, row.text(3)?);
    let copy = row.maybe(20, |row, column| row.text(column).map(str::to_owned))?;
    let json = |error: serde_json::Error| QueryError::Storage(error.to_string());
    Ok(Export {
        export: row.parse(0)?,
        asked_by: row.parse(1)?,
        unit: unit.ok_or_else(|| QueryError::Storage("a unit that is none".into()))?,
        cameras: ids(row.text(4)?)?,
        span: Span { from: row.time(5)?, to: row.time(6)? },
        purpose: row.parse(7)?,
        copy: copy.map(|text| serde_json::from_str(&text).map_err(json)).transpose()?,
        asked_at: row.time(8)?,
        decided_by: row.maybe(9, Row::parse)?,
        decided_at: row.maybe(10, Row::time)?,
        approved: row.maybe(11, Row::int)?.map(|approved| approved != 0),
        made_at: row.maybe(12, Row::time)?,
        sha256: row.maybe(13, |row, column| row.text(column).map(str::to_owned))?,
        bytes: row.maybe(14, Row::count)?,
        damaged: row.maybe(15, Row::count)?,
        fetched_at: row.maybe(16, Row::time)?,
        version: row.count(17)?,
        order: row.maybe(18, Row::parse)?,
        delay: row.maybe(19, Row::parse)?,
    })
}
