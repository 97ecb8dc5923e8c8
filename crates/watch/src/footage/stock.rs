//! What is on a disk, as far as the keeper must know it: the oldest files that may have to go, and how long there is room.
//!
//! Promises: as few rows as the question needs, whatever lies on the disk: what is held is passed over, never counted as
//! an answer.

use super::{
    Candidate, FootageError, Hold, Limits, Standing,
    index::{NamedDisk, Shared},
    ledger::FileKey,
    row::fixed,
    sweep::names,
    tiering,
};
use crate::record::{CameraId, FileName};
use liengia_journal::{Row, Statement, statement};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Rows that are read at a time.
const ROWS: usize = 256;
const DAY_US: i64 = 24 * 3_600_000_000;
const HOUR_US: i64 = 3_600_000_000;

pub(super) const COLUMNS: &str = "camera, number, wall_us, began_us, ended_us, bytes";

/// What the keeper goes by.
pub(super) struct Asked<'a> {
    pub(super) limits: &'a Limits,
    pub(super) holds: &'a [Hold],
    pub(super) now_us: i64,
    /// More files than this are not needed now.
    pub(super) most: usize,
}

impl Asked<'_> {
    pub(super) fn is_free(&self, file: &Candidate) -> bool {
        !self.holds.iter().any(|hold| hold.protects(file, self.now_us))
    }
}

/// The time by which footage aged when it was noted last, else when the newest footage ended, in microseconds since 1970
/// UTC; none if there is neither, or the index gives no answer.
pub(super) fn last_known_us(index: &Shared) -> Option<i64> {
    let one = |query: Statement| index.read(&query).ok()?.first()?.int(0).ok();
    let sql = "SELECT MAX(ended_us) FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";
    let newest = || index.disks.iter().filter_map(|named| one(statement!(sql, &*named.name))).max();
    one(statement!("SELECT now_us FROM footage_clock")).or_else(newest)
}

/// Notes that time.
pub(super) fn note(now_us: i64) -> Statement {
    statement!(
        "INSERT INTO footage_clock (id, now_us) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET now_us = excluded.now_us",
        now_us
    )
}

/// Enough files of a disk, oldest first, for the rule to choose from: `wanted` bytes must become free.
pub(super) fn candidates(
    index: &Shared,
    disk: usize,
    asked: &Asked<'_>,
    wanted: u64,
) -> Result<(Vec<Candidate>, Standing), FootageError> {
    let mut found = Found::new();
    let mut standing = Standing { wanted, ..Standing::default() };
    let Some(named) = index.disks.get(disk) else { return Ok((Vec::new(), standing)) };
    for camera in cameras(index)? {
        let until = asked.limits.oldest_us(camera, asked.now_us);
        let mut over = 0;
        if let Some(most) = asked.limits.cameras.get(&camera).and_then(|own| own.bytes) {
            let used = used(index, disk, named, camera)?;
            standing.used.insert(camera, used);
            over = used.saturating_sub(most);
        }
        let mut count = 0;
        let sql = format!(
            "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2 \
             AND ended_us <= $3 ORDER BY ended_us, began_us, disk, number, wall_us"
        );
        let until = if over > 0 { i64::MAX } else { until };
        let query = statement!(sql, camera.as_slice(), &*named.name, until);
        let oldest = asked.limits.oldest_us(camera, asked.now_us);
        each(index, &query, &mut |file| {
            if file.ended_us > oldest && over == 0 || count >= asked.most {
                return false;
            }
            if asked.is_free(&file) {
                over = over.saturating_sub(file.bytes);
                count += 1;
                found.insert((file.ended_us, camera, file.file), file);
            }
            true
        })?;
    }
    for_room(index, named, asked, wanted, &mut found)?;
    Ok((found.into_values().collect(), standing))
}

type Found = BTreeMap<(i64, CameraId, FileName), Candidate>;

/// Adds the oldest files of a disk until there is room enough: first those that are in the tier, too.
fn for_room(
    index: &Shared,
    named: &NamedDisk,
    asked: &Asked<'_>,
    wanted: u64,
    found: &mut Found,
) -> Result<(), FootageError> {
    let mut room: u64 = found.values().map(|file| file.bytes).sum();
    for tiered in [true, false] {
        if wanted <= room || tiered && index.tier.is_none() {
            continue;
        }
        let mut count = found.len();
        let also = if tiered { format!("AND {}", tiering::COPIED) } else { String::new() };
        let sql = format!(
            "SELECT {COLUMNS} FROM footage_segments WHERE disk = $1 AND gone_at IS NULL {also} \
             ORDER BY ended_us, began_us, camera, number, wall_us"
        );
        each(index, &statement!(sql, &*named.name), &mut |file| {
            let key = (file.ended_us, file.camera, file.file);
            if asked.is_free(&file) && !found.contains_key(&key) {
                found.insert(key, Candidate { tiered, ..file });
                room += file.bytes;
                count += 1;
            }
            room < wanted && count < asked.most
        })?;
    }
    Ok(())
}

/// The oldest files of a disk by their names alone, oldest first, where the index gives no answer. A file lasts until the
/// next one of its camera begins; the newest of each camera is taken for one that is being written.
pub(super) fn by_names(
    index: &Shared,
    disk: usize,
    asked: &Asked<'_>,
    wanted: u64,
) -> Result<Vec<Candidate>, FootageError> {
    let Some(named) = index.disks.get(disk) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for camera in super::sweep::cameras_on(&named.path)? {
        let names: Vec<FileName> = names(&named.path, camera)?.into_iter().collect();
        for pair in names.windows(2) {
            all.push((pair[0].wall_us, pair[0], pair[1].wall_us.max(pair[0].wall_us), camera));
        }
    }
    all.sort_unstable();
    let (mut files, mut room) = (Vec::new(), 0);
    for (began_us, file, ended_us, camera) in all {
        let key = FileKey { camera, file, disk };
        let mut candidate =
            Candidate { camera, file, began_us, ended_us, bytes: 0, open: false, tiered: false };
        if !asked.is_free(&candidate) || index.ledger.is_open(&key) {
            continue;
        }
        candidate.bytes =
            index.path_of(&key).and_then(|path| fs::metadata(path).ok()).map_or(0, |of| of.len());
        room += candidate.bytes;
        files.push(candidate);
        if room >= wanted || files.len() >= asked.most {
            break;
        }
    }
    Ok(files)
}

/// How many days of what is recorded now find room in `above` bytes and in what is on the disk and not held.
pub(super) fn days_left(
    index: &Shared,
    disk: &NamedDisk,
    holds: &[Hold],
    above: u64,
) -> Result<Option<f64>, FootageError> {
    let now_us = index.now_us();
    let day_ago = now_us.saturating_sub(DAY_US);
    let number = |sql, values: Option<i64>| {
        let mut query = statement!(sql, &*disk.name);
        query.values.extend(values.map(Into::into));
        let rows = index.read(&query)?;
        Ok::<_, FootageError>(rows.first().map(|row| row.maybe(0, Row::int)).transpose()?.flatten())
    };
    let there = "SELECT SUM(bytes) FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";
    let newer =
        "SELECT SUM(bytes) FROM footage_segments WHERE disk = $1 AND gone_at IS NULL AND ended_us > $2";
    let went = "SELECT SUM(bytes) FROM footage_segments WHERE disk = $1 AND gone_at > $2 AND ended_us > $2";
    let oldest = "SELECT MIN(began_us) FROM footage_segments WHERE disk = $1 AND gone_at IS NULL";
    let Some(oldest) = number(oldest, None)? else { return Ok(None) };
    let recorded = number(newer, Some(day_ago))?.unwrap_or(0) + number(went, Some(day_ago))?.unwrap_or(0);
    let held: u64 = protected(index, disk, holds, now_us)?.values().sum();
    let rotates = number(there, None)?.unwrap_or(0).unsigned_abs().saturating_sub(held);
    Ok(days(above.saturating_add(rotates), recorded.unsigned_abs(), now_us.saturating_sub(oldest)))
}

/// `recorded` bytes came in the last day, or in `known_us` if that is less.
fn days(room: u64, recorded: u64, known_us: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a forecast in days is not to a byte")]
    let [room, recorded, known] = [room as f64, recorded as f64, known_us.min(DAY_US) as f64 / DAY_US as f64];
    (known_us >= HOUR_US && recorded > 0.0).then(|| room * known / recorded)
}

/// The files of a disk that are held, with their bytes.
fn protected(
    index: &Shared,
    disk: &NamedDisk,
    holds: &[Hold],
    now_us: i64,
) -> Result<BTreeMap<(CameraId, FileName), u64>, FootageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND disk = $2 \
         AND ended_us > $3 AND began_us < $4 ORDER BY ended_us, began_us, disk, number, wall_us"
    );
    let mut held = BTreeMap::new();
    for hold in holds {
        let values = statement!(sql.clone(), hold.camera.as_slice(), &*disk.name, hold.from_us, hold.to_us);
        each(index, &values, &mut |file| {
            if hold.protects(&file, now_us) {
                held.insert((file.camera, file.file), file.bytes);
            }
            true
        })?;
    }
    Ok(held)
}

/// The cameras of which there are rows: one look-up each.
pub(super) fn cameras(index: &Shared) -> Result<BTreeSet<CameraId>, FootageError> {
    let sql = "SELECT camera FROM footage_segments WHERE camera > $1 ORDER BY camera LIMIT 1";
    let mut cameras = BTreeSet::new();
    let mut after: Vec<u8> = Vec::new();
    while let Some(row) = index.read(&statement!(sql, after))?.first() {
        let camera: CameraId = fixed(row, 0)?;
        after = camera.to_vec();
        cameras.insert(camera);
    }
    Ok(cameras)
}

/// The bytes of a camera on a disk, those of its open file too.
fn used(index: &Shared, disk: usize, named: &NamedDisk, camera: CameraId) -> Result<u64, FootageError> {
    let sql = "SELECT COALESCE(SUM(bytes), 0) FROM footage_segments \
               WHERE camera = $1 AND gone_at IS NULL AND disk = $2";
    let rows = index.read(&statement!(sql, camera.as_slice(), &*named.name))?;
    let mut used = rows.first().map_or(Ok(0), |row| row.count(0))?;
    index.ledger.each_of(camera, |key, held, _| {
        let last = held.lines.last().filter(|_| key.disk == disk);
        used += last.map_or(0, |line| line.offset + line.length);
    });
    Ok(used)
}

/// Shows the files of a query, a few rows at a time, until one is refused.
pub(super) fn each(
    index: &Shared,
    query: &Statement,
    show: &mut dyn FnMut(Candidate) -> bool,
) -> Result<(), FootageError> {
    for page in 0.. {
        let mut part = query.clone();
        let (most, passed) = (part.place(ROWS), part.place(page * ROWS));
        part.add(&format!(" LIMIT {most} OFFSET {passed}"));
        let rows = index.read(&part)?;
        for row in &rows {
            let file = Candidate {
                camera: fixed(row, 0)?,
                file: FileName { number: row.count(1)?, wall_us: row.int(2)? },
                began_us: row.int(3)?,
                ended_us: row.int(4)?,
                bytes: row.count(5)?,
                open: false,
                tiered: false,
            };
            if !show(file) {
                return Ok(());
            }
        }
        if rows.len() < ROWS {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_needs_an_hour_and_scales_what_is_less_than_a_day() {
        assert_eq!(days(100, 10, HOUR_US - 1), None);
        assert_eq!(days(100, 0, DAY_US), None);
        assert_eq!(days(100, 10, 9 * DAY_US), Some(10.0));
        assert_eq!(days(100, 10, DAY_US / 2), Some(5.0));
    }
}
