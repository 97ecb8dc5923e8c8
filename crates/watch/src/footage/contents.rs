//! What is in a file of footage, however it became known: fragment by fragment while it is written, or read from it.
//!
//! Promises: both ways give the same row. Only fragments that follow one another count: what comes after the first that
//! does not is not looked at. Never holds a payload.

use super::{
    Segment,
    packed::{Line, duration_us, pack, whole_ms},
    start::Start,
};
use crate::{
    proof::merkle,
    record::{CameraId, FileName},
    segment::{Bad, Hash, Header, ReadAt, tail, walk},
};
use std::{fs::File, io, path::Path, sync::Arc};

/// A file has fewer fragments than this; what is behind is not looked at.
pub(super) const MOST_FRAGMENTS: usize = 65_536;

/// A file's fragments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) camera: CameraId,
    pub(super) file: FileName,
    pub(super) start: Start,
    pub(super) lines: Vec<Line>,
    pub(super) hashes: Vec<Hash>,
    /// The hash that the first names as the one before it.
    previous: Hash,
}

/// Which bytes of a file a fragment takes, and what it ends with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) hash: Hash,
    /// How long its pictures last, in units of their clock.
    pub(super) duration: u64,
}

impl Contents {
    /// A file that begins with this init segment and has no fragment yet.
    pub(super) fn begin(camera: CameraId, file: FileName, init: &[u8]) -> Self {
        let start = Start::read(init);
        Self { camera, file, start, lines: Vec::new(), hashes: Vec::new(), previous: [0; 32] }
    }

    /// Adds a fragment; false if it does not follow.
    pub(super) fn push(&mut self, header: &Header, place: &Place) -> bool {
        let number = self.file.number + self.lines.len() as u64;
        let follows = header.camera == self.camera
            && header.number == number
            && self.hashes.last().is_none_or(|before| *before == header.previous)
            && self.lines.last().is_none_or(|line| line.offset + line.length == place.offset)
            && self.lines.len() < MOST_FRAGMENTS;
        if follows {
            if self.lines.is_empty() {
                self.previous = header.previous;
            }
            self.lines.push(Line {
                offset: place.offset,
                length: place.length,
                wall_us: whole_ms(self.file.wall_us, header.wall_us),
                duration_us: duration_us(place.duration, self.start.clock_rate),
                key: header.key,
                gap: header.gap,
            });
            self.hashes.push(place.hash);
        }
        follows
    }

    /// The number of the last fragment.
    pub(super) fn last_number(&self) -> Option<u64> {
        Some(self.file.number + (self.lines.len() as u64).checked_sub(1)?)
    }

    /// From when to when it goes, in microseconds since 1970 UTC.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let began = self.lines.iter().map(|line| line.wall_us).min()?;
        Some((began, self.lines.iter().map(Line::ended_us).max()?))
    }

    /// The row of the file; none while it has no fragment.
    pub(super) fn segment(&self, disk: &Arc<str>) -> Option<Segment> {
        let (began_us, ended_us) = self.span()?;
        Some(Segment {
            camera: self.camera,
            disk: disk.clone(),
            file: self.file,
            last_number: self.last_number()?,
            began_us,
            ended_us,
            bytes: self.lines.last().map(|line| line.offset + line.length)?,
            gap: self.lines.first()?.gap,
            codec: self.start.codec.clone(),
            width: self.start.width,
            height: self.start.height,
            previous: self.previous,
            last_hash: *self.hashes.last()?,
            root: merkle::root(&self.hashes),
            anchored: None,
            gone_at: None,
            packed: Some(pack(self.file.wall_us, &self.lines)),
        })
    }
}

/// Reads what is in a file, by the fragments' first pages and trailers; of one that may be torn (`doubtful`) only what its
/// own hashes show to be whole.
pub(super) fn read(path: &Path, camera: CameraId, name: FileName, doubtful: bool) -> io::Result<Contents> {
    read_from(&File::open(path)?, camera, name, doubtful)
}

/// The same, wherever the file lies.
pub(super) fn read_from(
    file: &impl ReadAt,
    camera: CameraId,
    name: FileName,
    doubtful: bool,
) -> io::Result<Contents> {
    let whole = if doubtful { tail(file)?.whole } else { u64::MAX };
    let mut contents: Option<Contents> = None;
    for fragment in walk(file) {
        let fragment = match fragment {
            Ok(fragment) if fragment.offset < whole => fragment,
            Err(Bad::Unreadable(why)) => return Err(io::Error::other(why)),
            Ok(_) | Err(_) => break,
        };
        let contents = match &mut contents {
            Some(contents) => contents,
            none => none.insert(Contents::begin(camera, name, &init(file, fragment.offset)?)),
        };
        let place = Place {
            offset: fragment.offset,
            length: fragment.length,
            hash: fragment.hash,
            duration: fragment.duration,
        };
        if !contents.push(&fragment.header, &place) {
            break;
        }
    }
    Ok(contents.unwrap_or_else(|| Contents::begin(camera, name, &[])))
}

/// The init segment: `walk` found it to be no longer than one may be.
fn init(file: &impl ReadAt, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let read = file.read_at(&mut bytes, 0)?;
    bytes.truncate(read);
    Ok(bytes)
}
