//! What there is of a camera: spans for a timeline, fragments for players, how much on which disk.
//!
//! Promises: the file that is being written is there too; what the ledger and the rows both hold counts once. A moment
//! is one look-up, however many rows there are; long spans are told by rows alone.

use super::{
    FootageError, Index, Line, Segment,
    contents::Contents,
    index::Shared,
    ledger::{FileKey, within},
    row::{COLUMNS, TIER, fixed},
};
use crate::{
    record::{CameraId, FileName},
    segment::Hash,
    tier::{Name, Object, Source},
};
use liengia_journal::statement;
use std::{collections::BTreeMap, sync::Arc};

/// Fragments that are given at a time.
pub const MOST_PLACED: usize = 10_000;
/// Spans with less between them are one, in microseconds.
pub const MERGED_US: i64 = 2_000_000;
/// Up to this length spans are told by fragments, beyond it by files, in microseconds.
pub const BY_FRAGMENTS_US: i64 = 24 * 3_600_000_000;
/// Rows with their fragments that are held at a time.
const ROWS: usize = 16;
/// Files that may claim one number, of a camera that moved from disk to disk.
const CLAIMS: i64 = 8;

/// A time of which there is footage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// In microseconds since 1970 UTC.
    pub began_us: i64,
    /// In microseconds since 1970 UTC.
    pub ended_us: i64,
    /// The recorder noted that something is missing just before it.
    pub gap: bool,
}

/// A fragment, and all that is needed to play it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where the file that it is in is read from.
    pub source: Source,
    /// The name of the disk, or [`TIER`](super::TIER).
    pub disk: Arc<str>,
    /// The file's name; fragments of one file and disk share an init segment.
    pub file: FileName,
    /// Bytes of that, at the beginning of the file.
    pub init_length: u64,
    /// Its number, which only it has.
    pub number: u64,
    /// Where it begins in the file, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
    /// When it begins, in microseconds since 1970 UTC, to a millisecond.
    pub wall_us: i64,
    /// How long it lasts, in microseconds, to a millisecond.
    pub duration_us: i64,
    /// A decoder can begin with it.
    pub key: bool,
    /// Something is missing before it.
    pub gap: bool,
    /// What browsers call the pictures' coding (RFC 6381); empty without pictures.
    pub codec: Arc<str>,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// What a camera takes of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Whose it is.
    pub camera: CameraId,
    /// The disk's name.
    pub disk: Arc<str>,
    /// Files, the open one included.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the oldest begins, in microseconds since 1970 UTC.
    pub oldest_us: i64,
    /// When the newest ends, in microseconds since 1970 UTC.
    pub newest_us: i64,
}

/// What fragments of one file share.
struct OfFile {
    source: Source,
    disk: Arc<str>,
    file: FileName,
    init_length: u64,
    codec: Arc<str>,
    width: u16,
    height: u16,
}

impl OfFile {
    fn of_row(index: &Shared, row: &Segment) -> Option<Self> {
        Some(Self {
            source: index.source_of(row)?,
            disk: row.disk.clone(),
            file: row.file,
            init_length: row.lines().next()?.offset,
            codec: row.codec.clone(),
            width: row.width,
            height: row.height,
        })
    }

    fn of_held(index: &Shared, key: &FileKey, held: &Contents) -> Option<Self> {
        let start = &held.start;
        Some(Self {
            source: index.path_of(key)?.into(),
            disk: index.disks.get(key.disk)?.name.clone(),
            file: key.file,
            init_length: held.lines.first()?.offset,
            codec: start.codec.clone(),
            width: start.width,
            height: start.height,
        })
    }

    fn place(&self, number: u64, line: &Line) -> Placed {
        Placed {
            source: self.source.clone(),
            disk: self.disk.clone(),
            file: self.file,
            init_length: self.init_length,
            number,
            offset: line.offset,
            length: line.length,
            wall_us: line.wall_us,
            duration_us: line.duration_us,
            key: line.key,
            gap: line.gap,
            codec: self.codec.clone(),
            width: self.width,
            height: self.height,
        }
    }
}

impl Index {
    /// The times of which there is footage in `[from_us, to_us)`, cut to it, oldest first; those less than
    /// [`MERGED_US`] apart are one.
    pub fn spans(&self, camera: CameraId, from_us: i64, to_us: i64) -> Result<Vec<Span>, FootageError> {
        let by_fragments = to_us.saturating_sub(from_us) <= BY_FRAGMENTS_US;
        let mut spans = Vec::new();
        self.shared.ledger.each_of(camera, |_, held, _| {
            if by_fragments {
                spans.extend(within(held, from_us, to_us).map(|(_, line)| span_of(line)));
            } else if let Some((began_us, ended_us)) = held.span() {
                spans.push(Span { began_us, ended_us, gap: held.lines.first().is_some_and(|line| line.gap) });
            }
        });
        if by_fragments {
            self.shared.each_row(camera, from_us, to_us, &mut |row| {
                spans.extend(
                    row.lines().filter(|line| line.overlaps(from_us, to_us)).map(|line| span_of(&line)),
                );
                true
            })?;
        } else {
            let sql = "SELECT began_us, ended_us, gap FROM footage_segments WHERE camera = $1 AND gone_at IS NULL \
                       AND ended_us > $2 AND began_us < $3";
            for row in self.shared.read(&statement!(sql, camera.as_slice(), from_us, to_us))? {
                spans.push(Span { began_us: row.int(0)?, ended_us: row.int(1)?, gap: row.truth(2)? });
            }
        }
        Ok(merged(spans, from_us, to_us))
    }

    /// The fragments of which any part lies in `[from_us, to_us)`, oldest first, at most `limit` and
    /// [`MOST_PLACED`].
    pub fn fragments(
        &self,
        camera: CameraId,
        from_us: i64,
        to_us: i64,
        limit: usize,
    ) -> Result<Vec<Placed>, FootageError> {
        let limit = limit.min(MOST_PLACED);
        let index = &*self.shared;
        let mut placed = Vec::new();
        // First what is held: a file that goes over to the rows meanwhile is then in both, and not in none.
        index.ledger.each_of(camera, |key, held, _| {
            let of = OfFile::of_held(index, key, held);
            let lines = of.iter().flat_map(|of| {
                within(held, from_us, to_us).take(limit).map(|(number, line)| of.place(number, line))
            });
            placed.extend(lines);
        });
        let mut stored = 0;
        index.each_row(camera, from_us, to_us, &mut |row| {
            let Some(of) = OfFile::of_row(index, row) else { return true };
            let numbered = (row.file.number..).zip(row.lines());
            for (number, line) in numbered.filter(|(_, line)| line.overlaps(from_us, to_us)) {
                placed.push(of.place(number, &line));
                stored += 1;
            }
            stored < limit
        })?;
        placed.sort_by(|a, b| (a.wall_us, a.number, &a.disk).cmp(&(b.wall_us, b.number, &b.disk)));
        placed.dedup_by(|later, one| {
            let same = (later.file, later.offset) == (one.file, one.offset);
            same && (later.disk == one.disk || &*later.disk == TIER)
        });
        placed.truncate(limit);
        Ok(placed)
    }

    /// The fragment that holds this moment, or the first one after it.
    pub fn at(&self, camera: CameraId, us: i64) -> Result<Option<Placed>, FootageError> {
        let index = &*self.shared;
        let mut first: Option<Placed> = None;
        let mut take = |of: Option<OfFile>, number, line: &Line| {
            let of = of.filter(|_| first.as_ref().is_none_or(|first| line.wall_us < first.wall_us));
            first = of.map(|of| of.place(number, line)).or_else(|| first.take());
        };
        index.ledger.each_of(camera, |key, held, _| {
            if let Some((number, line)) = within(held, us, i64::MAX).next() {
                take(OfFile::of_held(index, key, held), number, line);
            }
        });
        let sql = format!(
            "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND ended_us > $2 \
             ORDER BY ended_us, began_us, disk LIMIT 2"
        );
        // The second is its copy in the tier, where its disk is not there; or the next file, which begins later.
        for row in index.read(&statement!(sql, camera.as_slice(), us))? {
            let row = Segment::read(&row)?;
            let mut numbered = (row.file.number..).zip(row.lines());
            if let Some((number, line)) = numbered.find(|(_, line)| line.ended_us() > us) {
                take(OfFile::of_row(index, &row), number, &line);
            }
        }
        Ok(first)
    }

    /// The row of the file that holds this fragment, also of one that is gone; none while it is open or unknown. If more
    /// than one claims the number, the newest.
    pub fn of_file(&self, camera: CameraId, number: u64) -> Result<Option<Segment>, FootageError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND number <= $2 \
             ORDER BY number DESC, wall_us DESC LIMIT $3"
        );
        let rows = self.shared.read(&statement!(sql, camera.as_slice(), number, CLAIMS))?;
        let rows = rows.iter().map(Segment::read).collect::<Result<Vec<_>, _>>()?;
        let claims = rows.into_iter().filter(|row| row.last_number >= number);
        Ok(claims.max_by_key(|row| (row.gone_at.is_none(), row.file.wall_us, !row.is_in_tier())))
    }

    /// What each camera takes of each disk, in their order. Looks at a part of every row: for a page, not for a clock.
    pub fn usage(&self) -> Result<Vec<Used>, FootageError> {
        let index = &*self.shared;
        let mut used = BTreeMap::new();
        let mut add = |camera, disk: Arc<str>, files: u64, bytes: u64, oldest_us: i64, newest_us: i64| {
            let none = || Used { camera, disk: disk.clone(), files: 0, bytes: 0, oldest_us, newest_us };
            let all = used.entry((camera, disk.clone())).or_insert_with(none);
            all.files += files;
            all.bytes += bytes;
            all.oldest_us = all.oldest_us.min(oldest_us);
            all.newest_us = all.newest_us.max(newest_us);
        };
        for key in index.ledger.all() {
            let held = index.ledger.one(&key, |held| Some((held.lines.last().copied()?, held.span()?)));
            if let Some((Some((last, span)), named)) = held.zip(index.disks.get(key.disk)) {
                add(key.camera, named.name.clone(), 1, last.offset + last.length, span.0, span.1);
            }
        }
        let sql = "SELECT camera, disk, COUNT(*), SUM(bytes), MIN(began_us), MAX(ended_us) FROM footage_segments \
                   WHERE gone_at IS NULL GROUP BY camera, disk";
        for row in index.read(&statement!(sql))? {
            let disk = row.text(1)?.into();
            add(fixed(&row, 0)?, disk, row.count(2)?, row.count(3)?, row.int(4)?, row.int(5)?);
        }
        Ok(used.into_values().collect())
    }
}

impl Shared {
    /// Where the file of a row is read from; none if its disk, or the tier, is not there.
    pub(super) fn source_of(&self, row: &Segment) -> Option<Source> {
        let (camera, file) = (row.camera, row.file);
        if row.is_in_tier() {
            return Some(Source::Tier(Object::new(self.tier.clone()?, Name { camera, file }, row.bytes)));
        }
        let key = FileKey { camera, file, disk: self.place_of(&row.disk)? };
        Some(self.path_of(&key)?.into())
    }

    /// Shows the rows that overlap `[from_us, to_us)`, with their fragments, oldest first, until enough were seen. A file
    /// that is on a disk and in the tier is shown once.
    fn each_row(
        &self,
        camera: CameraId,
        from_us: i64,
        to_us: i64,
        show: &mut dyn FnMut(&Segment) -> bool,
    ) -> Result<(), FootageError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND ended_us > $2 \
             AND began_us < $3 ORDER BY ended_us, began_us, disk, number, wall_us LIMIT $4 OFFSET $5"
        );
        let mut here: Option<(FileName, Hash)> = None;
        for page in 0.. {
            let values = statement!(sql.clone(), camera.as_slice(), from_us, to_us, ROWS, page * ROWS);
            let rows = self.read(&values)?;
            for row in &rows {
                let row = Segment::read(row)?;
                if row.is_in_tier() && here == Some((row.file, row.root)) {
                    continue;
                }
                if self.place_of(&row.disk).is_some() {
                    here = Some((row.file, row.root));
                }
                if !show(&row) {
                    return Ok(());
                }
            }
            if rows.len() < ROWS {
                break;
            }
        }
        Ok(())
    }
}

const fn span_of(line: &Line) -> Span {
    Span { began_us: line.wall_us, ended_us: line.ended_us(), gap: line.gap }
}

/// One span for all that are close to one another, cut to `[from_us, to_us)`.
pub(super) fn merged(mut spans: Vec<Span>, from_us: i64, to_us: i64) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| (span.began_us, span.ended_us));
    let mut merged: Vec<Span> = Vec::new();
    for span in spans.into_iter().filter(|span| span.began_us < to_us && span.ended_us > from_us) {
        let cut = Span {
            began_us: span.began_us.max(from_us),
            ended_us: span.ended_us.min(to_us),
            gap: span.gap && span.began_us >= from_us,
        };
        match merged.last_mut() {
            Some(last) if cut.began_us.saturating_sub(last.ended_us) <= MERGED_US => {
                last.ended_us = last.ended_us.max(cut.ended_us);
            }
            _ => merged.push(cut),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_close_is_one_span_and_what_is_outside_is_cut_off() {
        let span = |began_us, ended_us, gap| Span { began_us, ended_us, gap };
        let all = vec![
            span(9_000_000, 12_000_000, true),
            span(0, 4_000_000, true),
            span(6_000_000, 6_500_000, true),
            span(30_000_000, 31_000_000, false),
            span(1_000_000, 2_000_000, false),
        ];
        let expected = [span(1_500_000, 6_500_000, false), span(9_000_000, 11_000_000, true)];
        assert_eq!(merged(all.clone(), 1_500_000, 11_000_000), expected);
        assert_eq!(merged(all, 12_000_000, 30_000_000), []);
    }
}
