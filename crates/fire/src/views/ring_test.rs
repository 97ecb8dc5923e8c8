//! Ring tests, as homes are asked about them.

use crate::event::Kind;
use liengia_journal::{Journal, QueryError, statement};
use liengia_kernel::{DeviceId, HouseholdId, TeamId, Timestamp};

/// A ring test of which nobody has said yet whether a bell was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingTest {
    /// The bell.
    pub device: DeviceId,
    /// When it rang.
    pub at: Timestamp,
}

impl RingTest {
    /// The last ring test after `since` of a home's bell about which nobody there has said anything yet.
    pub async fn unanswered(
        journal: &Journal,
        household: HouseholdId,
        team: TeamId,
        since: Timestamp,
    ) -> Result<Option<Self>, QueryError> {
        let sql = "SELECT d.device, t.at FROM ring_tests t JOIN devices d ON d.commune = t.commune \
                   WHERE t.commune = $1 AND t.team = $2 AND t.household IN ('', $3) AND t.at > $4 AND d.household = $3 \
                   AND d.removed_at IS NULL AND d.paired_at < t.at \
                   AND (d.listened_at IS NULL OR d.listened_at < t.at)";
        let mut query = statement!(sql, journal.commune(), team, household, since);
        let kinds = Kind::RINGING.map(|kind| query.place(kind.to_string()));
        query.add(&format!(" AND d.kind IN ({}) ORDER BY t.at DESC, d.device LIMIT 1", kinds.join(", ")));
        let rows = journal.query(query).await?;
        rows.first().map(|row| Ok(Self { device: row.parse(0)?, at: row.time(1)? })).transpose()
    }
}
