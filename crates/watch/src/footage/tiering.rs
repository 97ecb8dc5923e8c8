//! What the index knows of the tier: which files wait to be sent, which are there, and what must not be there any more.
//!
//! Promises: a file that is in the tier has a row of its own there, with the anchor of the one on the disk; a row says so only
//! once the copy was seen to be whole. A copy whose time is over is found no more at once, and is on the list of what the store
//! must delete until the store confirmed it.

use super::{
    Candidate, FootageError, Segment,
    contents::{self, Contents},
    index::Shared,
    row::{COLUMNS, TIER, fixed, gone},
    stock::{self, Asked, cameras, each},
};
use crate::{
    record::{CameraId, FileName},
    tier::{Name, Object, TierError},
};
use liengia_journal::{Row, Statement, Value, statement};
use std::collections::BTreeSet;

/// That a row of a disk has one in the tier beside it.
pub(super) const COPIED: &str = "EXISTS (SELECT 1 FROM footage_segments AS copy WHERE copy.camera = footage_segments.camera \
     AND copy.number = footage_segments.number AND copy.wall_us = footage_segments.wall_us AND copy.disk = '~tier' \
     AND copy.gone_at IS NULL)";

/// Something that must not be in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unwanted {
    pub(super) name: Name,
    /// The upload that did not end.
    pub(super) upload: Option<String>,
}

/// How many files, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// Shows the files that are to be sent, with the names of their disks, until one is refused: first what is held, then what
/// ended at `until_us` or before, the oldest first.
pub(super) fn each_waiting(
    index: &Shared,
    asked: &Asked<'_>,
    until_us: i64,
    show: &mut dyn FnMut(&str, Candidate) -> bool,
) -> Result<(), FootageError> {
    let mut seen: BTreeSet<(CameraId, FileName)> = BTreeSet::new();
    let mut more = true;
    for named in &index.disks {
        let disk = &*named.name;
        for hold in asked.holds {
            let sql = format!(
                "SELECT {} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2 AND ended_us > $3 \
                 AND began_us < $4 AND NOT {COPIED} ORDER BY ended_us, began_us, number, wall_us",
                stock::COLUMNS
            );
            let held = statement!(sql, hold.camera.as_slice(), disk, hold.from_us, hold.to_us);
            each(index, &held, &mut |file| {
                if more && hold.protects(&file, asked.now_us) && seen.insert((file.camera, file.file)) {
                    more = show(disk, file);
                }
                more
            })?;
        }
    }
    for named in &index.disks {
        if !more {
            break;
        }
        let disk = &*named.name;
        let sql = format!(
            "SELECT {} FROM footage_segments WHERE disk = $1 AND gone_at IS NULL AND ended_us <= $2 AND NOT {COPIED} \
             ORDER BY ended_us, began_us, camera, number, wall_us",
            stock::COLUMNS
        );
        each(index, &statement!(sql, disk, until_us), &mut |file| {
            let over = file.ended_us <= asked.limits.oldest_us(file.camera, asked.now_us);
            if !over && seen.insert((file.camera, file.file)) {
                more = show(disk, file);
            }
            more
        })?;
    }
    Ok(())
}

/// The copies whose time is over and that nobody holds, oldest first, at most `asked.most`.
pub(super) fn over(index: &Shared, asked: &Asked<'_>) -> Result<Vec<Candidate>, FootageError> {
    let mut found = Vec::new();
    let sql = format!(
        "SELECT {} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2 AND ended_us <= $3 \
         ORDER BY ended_us, began_us, disk, number, wall_us",
        stock::COLUMNS
    );
    for camera in cameras(index)? {
        let oldest = asked.limits.oldest_us(camera, asked.now_us);
        each(index, &statement!(sql.clone(), camera.as_slice(), TIER, oldest), &mut |file| {
            if asked.is_free(&file) {
                found.push(file);
            }
            found.len() < asked.most
        })?;
    }
    Ok(found)
}

/// The row of a file on this disk, or in the tier; none if it is not there.
pub(super) fn row(index: &Shared, name: &Name, disk: &str) -> Result<Option<Segment>, FootageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND number = $2 AND wall_us = $3 AND disk = $4 \
         AND gone_at IS NULL"
    );
    let (number, wall_us) = (name.file.number, name.file.wall_us);
    let rows = index.read(&statement!(sql, name.camera.as_slice(), number, wall_us, disk))?;
    Ok(rows.first().map(Segment::read).transpose()?)
}

/// The statements that note that this file, as its row on a disk tells of it, is in the tier.
pub(super) fn is_there(segment: &Segment) -> [Statement; 3] {
    let copy = Segment { disk: TIER.into(), ..segment.clone() };
    let sql = "UPDATE footage_segments SET anchored = (SELECT MAX(here.anchored) FROM footage_segments AS here \
               WHERE here.camera = $1 AND here.number = $2 AND here.wall_us = $3 AND here.root = $4) \
               WHERE camera = $1 AND number = $2 AND wall_us = $3 AND disk = $5";
    let (camera, file) = (segment.camera.as_slice(), segment.file);
    let anchored = statement!(sql, camera, file.number, file.wall_us, segment.root, TIER);
    [copy.store(), anchored, cleared(&Name { camera: segment.camera, file })]
}

/// The statements that note that a copy is wanted no more. Where the file's row on a disk still tells its hashes, the copy's
/// goes.
pub(super) fn unwanted(name: &Name, at_us: i64) -> [Statement; 3] {
    let sql = "DELETE FROM footage_segments WHERE camera = $1 AND number = $2 AND wall_us = $3 AND disk = $4 AND EXISTS \
               (SELECT 1 FROM footage_segments AS here WHERE here.camera = footage_segments.camera \
               AND here.number = footage_segments.number AND here.wall_us = footage_segments.wall_us \
               AND here.disk <> $4 AND here.root = footage_segments.root)";
    let (camera, file) = (name.camera.as_slice(), name.file);
    [
        statement!(sql, camera, file.number, file.wall_us, TIER),
        gone(name.camera, file, TIER, at_us),
        must_go(name, None),
    ]
}

/// The statement that puts a name on the list of what must not be in the store.
pub(super) fn must_go(name: &Name, upload: Option<&str>) -> Statement {
    let sql = "INSERT INTO footage_unwanted (camera, number, wall_us, upload) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (camera, number, wall_us) DO UPDATE \
               SET upload = COALESCE(excluded.upload, footage_unwanted.upload)";
    let file = name.file;
    statement!(
        sql,
        name.camera.as_slice(),
        file.number,
        file.wall_us,
        upload.map_or(Value::Null, Value::from)
    )
}

/// The statement that takes it off.
pub(super) fn cleared(name: &Name) -> Statement {
    let sql = "DELETE FROM footage_unwanted WHERE camera = $1 AND number = $2 AND wall_us = $3";
    statement!(sql, name.camera.as_slice(), name.file.number, name.file.wall_us)
}

/// What must not be in the store; at most so much.
pub(super) fn list_unwanted(index: &Shared, most: usize) -> Result<Vec<Unwanted>, FootageError> {
    let sql = "SELECT camera, number, wall_us, upload FROM footage_unwanted ORDER BY camera, number, wall_us LIMIT $1";
    let read = |row: &Row| {
        let file = FileName { number: row.count(1)?, wall_us: row.int(2)? };
        let upload = row.maybe(3, Row::text)?.map(ToOwned::to_owned);
        Ok(Unwanted { name: Name { camera: fixed(row, 0)?, file }, upload })
    };
    index.read(&statement!(sql, most))?.iter().map(read).collect()
}

/// How many files whose time is over the store has not deleted yet.
pub(super) fn count_unwanted(index: &Shared) -> Result<u64, FootageError> {
    let rows = index.read(&statement!("SELECT COUNT(*) FROM footage_unwanted WHERE upload IS NULL"))?;
    Ok(rows.first().map_or(Ok(0), |row| row.count(0))?)
}

/// What is in the tier.
pub(super) fn stored(index: &Shared) -> Result<Sum, FootageError> {
    let sql =
        "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";
    let rows = index.read(&statement!(sql, TIER))?;
    let Some(row) = rows.first() else { return Ok(Sum::default()) };
    Ok(Sum { files: row.count(0)?, bytes: row.count(1)? })
}

/// The files of a camera that are in the tier.
pub(super) fn known(index: &Shared, camera: CameraId) -> Result<BTreeSet<FileName>, FootageError> {
    let sql =
        "SELECT number, wall_us FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2";
    let name = |row: &Row| Ok(FileName { number: row.count(0)?, wall_us: row.int(1)? });
    index.read(&statement!(sql, camera.as_slice(), TIER))?.iter().map(name).collect()
}

/// The cameras with files in the tier.
pub(super) fn known_cameras(index: &Shared) -> Result<BTreeSet<CameraId>, FootageError> {
    let sql = "SELECT DISTINCT camera FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";
    index.read(&statement!(sql, TIER))?.iter().map(|row| Ok(fixed(row, 0)?)).collect()
}

/// What is in a file in the tier, by its fragments' first pages and trailers.
pub(super) fn contents(object: &Object, name: &Name) -> Result<Contents, TierError> {
    let remote = object.open()?;
    let read = contents::read_from(&remote, name.camera, name.file, false);
    read.map_err(|_| remote.trouble().unwrap_or(TierError::Sealed))
}
