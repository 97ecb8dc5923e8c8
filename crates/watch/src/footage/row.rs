//! The row of a file in the index, and the statements that store it and take it out.
//!
//! Promises: what is stored reads back the same; a row keeps its anchor for as long as its root is the same.

use super::packed::{Line, unpack};
use crate::{
    record::{CameraId, FileName},
    segment::Hash,
};
use liengia_journal::{BadColumn, Migration, QueryError, Row, Statement, Value, statement};
use std::sync::Arc;

/// The tables of the index of footage.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "footage/0001_footage", sql: include_str!("../../footage/0001_footage.sql") },
    Migration { name: "footage/0002_clock", sql: include_str!("../../footage/0002_clock.sql") },
    Migration { name: "footage/0003_tier", sql: include_str!("../../footage/0003_tier.sql") },
];

/// The name of the tier among the disks. It sorts behind those of disks, so that what is on both is found on the disk first.
pub const TIER: &str = "~tier";

/// A file of footage that is written no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Whose it is.
    pub camera: CameraId,
    /// The name of the disk that it is on.
    pub disk: Arc<str>,
    /// Its name.
    pub file: FileName,
    /// The number of its last fragment; they count up by one.
    pub last_number: u64,
    /// When its earliest fragment begins, in microseconds since 1970 UTC.
    pub began_us: i64,
    /// When its latest fragment ends, in microseconds since 1970 UTC.
    pub ended_us: i64,
    /// How long it is, up to the end of its last whole fragment.
    pub bytes: u64,
    /// Something is missing before it.
    pub gap: bool,
    /// What browsers call the pictures' coding; empty without pictures.
    pub codec: Arc<str>,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// The hash of the camera's fragment before its first.
    pub previous: Hash,
    /// The hash of its last fragment.
    pub last_hash: Hash,
    /// The root over its fragments' hashes, as they are.
    pub root: Hash,
    /// The number of the anchor that holds it whole.
    pub anchored: Option<u64>,
    /// Since when its file is gone, in microseconds since 1970 UTC; none while it is there.
    pub gone_at: Option<i64>,
    pub(super) packed: Option<Vec<u8>>,
}

/// All columns, in the order in which [`Segment::read`] wants them.
pub(super) const COLUMNS: &str = "camera, number, wall_us, disk, last_number, began_us, ended_us, bytes, gap, codec, \
                                  width, height, previous, last_hash, root, anchored, gone_at, fragments";

const STORE: &str = "INSERT INTO footage_segments (camera, number, wall_us, disk, last_number, began_us, ended_us, \
     bytes, gap, codec, width, height, previous, last_hash, root, anchored, gone_at, fragments) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, NULL, $16) \
     ON CONFLICT (camera, number, wall_us, disk) DO UPDATE SET last_number = excluded.last_number, \
     began_us = excluded.began_us, ended_us = excluded.ended_us, bytes = excluded.bytes, gap = excluded.gap, \
     codec = excluded.codec, width = excluded.width, height = excluded.height, previous = excluded.previous, \
     last_hash = excluded.last_hash, root = excluded.root, gone_at = NULL, fragments = excluded.fragments, \
     anchored = CASE WHEN footage_segments.root = excluded.root THEN footage_segments.anchored ELSE NULL END";

const GONE: &str = "UPDATE footage_segments SET gone_at = $5, fragments = NULL \
                    WHERE camera = $1 AND number = $2 AND wall_us = $3 AND disk = $4 AND gone_at IS NULL";

impl Segment {
    /// Its fragments, in the file's order; none once it is gone.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        unpack(self.file.wall_us, self.packed.as_deref().unwrap_or_default())
    }

    /// Whether it is the copy in the tier.
    pub fn is_in_tier(&self) -> bool {
        &*self.disk == TIER
    }

    /// How many fragments it has.
    pub const fn fragments(&self) -> u64 {
        (self.last_number + 1).saturating_sub(self.file.number)
    }

    /// The statement that stores it, in place of what was known of the file.
    pub(super) fn store(&self) -> Statement {
        statement!(
            STORE,
            self.camera.as_slice(),
            self.file.number,
            self.file.wall_us,
            &*self.disk,
            self.last_number,
            self.began_us,
            self.ended_us,
            self.bytes,
            self.gap,
            &*self.codec,
            self.width,
            self.height,
            self.previous,
            self.last_hash,
            self.root,
            self.packed.as_deref().map_or(Value::Null, Value::from)
        )
    }

    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &Row) -> Result<Self, QueryError> {
        let size = |column| Ok::<_, BadColumn>(u16::try_from(row.count(column)?).unwrap_or(u16::MAX));
        Ok(Self {
            camera: fixed(row, 0)?,
            file: FileName { number: row.count(1)?, wall_us: row.int(2)? },
            disk: row.text(3)?.into(),
            last_number: row.count(4)?,
            began_us: row.int(5)?,
            ended_us: row.int(6)?,
            bytes: row.count(7)?,
            gap: row.truth(8)?,
            codec: row.text(9)?.into(),
            width: size(10)?,
            height: size(11)?,
            previous: fixed(row, 12)?,
            last_hash: fixed(row, 13)?,
            root: fixed(row, 14)?,
            anchored: row.maybe(15, Row::count)?,
            gone_at: row.maybe(16, Row::int)?,
            packed: row.maybe(17, Row::bytes)?.map(<[u8]>::to_vec),
        })
    }
}

/// Bytes of a fixed length: an id, a hash.
pub(super) fn fixed<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], QueryError> {
    let bytes = row.bytes(column)?.try_into();
    bytes.map_err(|_| QueryError::Storage(format!("column {column} does not hold {N} bytes")))
}

/// The statement that notes that a file is gone.
pub(super) fn gone(camera: CameraId, file: FileName, disk: &str, at_us: i64) -> Statement {
    statement!(GONE, camera.as_slice(), file.number, file.wall_us, disk, at_us)
}
