//! How much was recorded, also of footage that is gone: the rows outlive their files, as the hashes in them do.
//!
//! Promises: what is both on a disk and in the tier counts once. After an index was made anew it knows of nothing before
//! what lies on the disks, and says so.

use super::{FootageError, Index, Span, read::merged};
use crate::record::CameraId;
use liengia_journal::statement;

/// Of a camera, there or gone. What went before a time ended before it: so only as much of the index is read as is asked for,
/// and not the ten years in which hashes are kept.
const ROWS: [&str; 2] = [
    "SELECT began_us, ended_us FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND ended_us > $2 \
     AND began_us < $3",
    "SELECT began_us, ended_us FROM footage_segments WHERE camera = $1 AND gone_at > $2 AND ended_us > $2 \
     AND began_us < $3",
];

impl Index {
    /// The times in `[from_us, to_us)` that were recorded, cut to it, oldest first, file by file.
    pub fn recorded(&self, camera: CameraId, from_us: i64, to_us: i64) -> Result<Vec<Span>, FootageError> {
        let mut spans = Vec::new();
        // First what is held: a file that goes over to the rows meanwhile is then in both, and not in none.
        self.shared.ledger.each_of(camera, |_, held, _| {
            spans.extend(held.span().map(|(began_us, ended_us)| Span { began_us, ended_us, gap: false }));
        });
        for sql in ROWS {
            for row in self.shared.read(&statement!(sql, camera.as_slice(), from_us, to_us))? {
                spans.push(Span { began_us: row.int(0)?, ended_us: row.int(1)?, gap: false });
            }
        }
        Ok(merged(spans, from_us, to_us))
    }

    /// Since when it knows of what is gone, in microseconds since 1970 UTC; none before anything was anchored in it.
    pub fn remembers_since_us(&self) -> Result<Option<i64>, FootageError> {
        let rows =
            self.shared.read(&statement!("SELECT at_us FROM footage_anchors ORDER BY number LIMIT 1"))?;
        Ok(rows.first().map(|row| row.int(0)).transpose()?)
    }
}
