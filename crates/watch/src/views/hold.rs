//! Footage that is kept longer.

use super::ids;
use crate::event::Span;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, CameraId, PersonId, Timestamp};

/// Footage that is kept longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id; of what an alarm keeps, the alarm's.
    pub hold: String,
    /// Of which cameras.
    pub cameras: Vec<CameraId>,
    /// Which footage.
    pub span: Span,
    /// Until when.
    pub until: Timestamp,
    /// The alarm that keeps it by itself.
    pub alarm: Option<AlarmId>,
    /// Who placed it; nobody where an alarm did.
    pub placed_by: Option<PersonId>,
    /// When.
    pub placed_at: Timestamp,
}

const COLUMNS: &str = "SELECT hold, cameras, from_at, to_at, until_at, alarm, placed_by, placed_at FROM holds \
                       WHERE commune = $1 AND ended_at IS NULL";

impl Hold {
    /// The hold with this id.
    pub async fn find(journal: &Journal, hold: &str) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND hold = $2");
        journal.query(statement!(sql, journal.commune(), hold)).await?.first().map(read).transpose()
    }

    /// All that hold now, the latest first.
    pub async fn all(journal: &Journal, now: Timestamp) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND until_at > $2 ORDER BY placed_at DESC, hold");
        journal.query(statement!(sql, journal.commune(), now)).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Hold, QueryError> {
    Ok(Hold {
        hold: row.text(0)?.to_owned(),
        cameras: ids(row.text(1)?)?,
        span: Span { from: row.time(2)?, to: row.time(3)? },
        until: row.time(4)?,
        alarm: row.maybe(5, Row::parse)?,
        placed_by: row.maybe(6, Row::parse)?,
        placed_at: row.time(7)?,
    })
}
