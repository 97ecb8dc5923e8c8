//! `write`: the ZIP of an export.
//!
//! Promises: recorded bytes go in unchanged and are read and hashed once; each fragment is checked on the way, and one that
//! is damaged is exported as it is and named in the manifest. Two threads share the work, and memory does not grow with the
//! footage. The manifest comes behind the files, since only then their hashes are known, and its signature comes last. It
//! never decides who may export.

use super::{
    Copying, Damaged, ExportKey, FORMAT, Footage, MAX_ENTRIES, Manifest, Paper, Proof, Span, Who,
    fragments::{Damage, Found, Fragments},
    hex::digits,
    papers,
    parts::{Part, recorded},
    sums::{Stop, Way},
    zip::{Entry, directory, is_plain},
};
use crate::{
    segment::{Hash, ReadAt as _},
    tier::Source,
};
use liengia_kernel::Timestamp;
use sha2::{Digest as _, Sha256};
use std::{fs::File, io, os::unix::fs::FileExt as _};

/// Most files of footage in an export, copies included.
pub const MAX_FILES: usize = MAX_ENTRIES - papers::COUNT;
/// Most bytes of a manifest.
pub const MAX_MANIFEST: u64 = 16 * 1024 * 1024;
/// Most letters of a camera's name in the name of a folder.
const MAX_FOLDER: usize = 40;

/// What is exported, for whom and why: the words of the manifest.
#[derive(Clone, Debug)]
pub struct Order {
    /// The export's own id.
    pub export: String,
    /// The node, as people call it.
    pub node: String,
    /// The commune.
    pub commune: String,
    /// Who asked for it.
    pub asked_by: Who,
    /// Who, another person, approved it.
    pub approved_by: Who,
    /// The word for what it is for.
    pub purpose: String,
    /// The case's number, if there is one.
    pub case_number: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When it is made: now.
    pub made_at: Timestamp,
}

/// What is exported of one recorded file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Whose footage.
    pub camera: [u8; 16],
    /// What people call the camera.
    pub camera_name: String,
    /// Where the recorded file is read from.
    pub source: Source,
    /// Bytes of the init segment with which it begins.
    pub init_bytes: u64,
    /// The chosen whole fragments, in order: offset and length in bytes.
    pub fragments: Vec<(u64, u64)>,
    /// Number of the first of them.
    pub first_fragment: u64,
    /// When the first picture of the first was taken.
    pub from: Timestamp,
    /// When the last picture of the last ended.
    pub until: Timestamp,
    /// Spans in between for which nothing was recorded.
    pub gaps: Vec<Span>,
    /// Proofs for the first and the last of them; none if no root was anchored yet.
    pub proofs: Vec<Proof>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// SHA-256 of `manifest.json`, which binds every other byte of the ZIP.
    pub sha256: Hash,
    /// Bytes of the ZIP.
    pub bytes: u64,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Why there is no export. What was written so far is none; delete it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A recorded file cannot be read.
    #[error(
        "footage of fragment {fragment} cannot be read: {source}; check the disk, or the tier, and export again"
    )]
    Read {
        /// The first fragment that was asked for of that file.
        fragment: u64,
        /// What the system says.
        source: io::Error,
    },
    /// A recorded file is shorter than its index says, or the ranges are out of order.
    #[error("the index does not fit the file with fragment {fragment}: index it again, then export again")]
    Index {
        /// The first fragment that was asked for of that file.
        fragment: u64,
    },
    /// The export cannot be written.
    #[error("the export cannot be written: {0}; make room and export again")]
    Write(#[source] io::Error),
    /// More than [`MAX_FILES`] files, or a manifest of more than [`MAX_MANIFEST`] bytes.
    #[error("too much for one export: choose a shorter span or fewer cameras")]
    TooMuch,
    /// The same footage twice.
    #[error("footage from fragment {fragment} on is asked for twice: choose each camera once")]
    Twice {
        /// The first fragment of it.
        fragment: u64,
    },
    /// A copy could not be made.
    #[error("no copy can be made: {0}; look at ffmpeg, and export again")]
    Copy(String),
    /// Asked for and approved by one person.
    #[error("an export is asked for by one person and approved by another")]
    OnePerson,
}

/// Writes an export to a file that is empty, and open to be read too. `progress` is told how many bytes of footage were
/// written so far.
pub fn write(
    to: &File,
    order: &Order,
    pieces: impl Iterator<Item = Piece>,
    key: &ExportKey,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Exported, ExportError> {
    write_with(to, order, pieces, None, key, progress)
}

/// The same with copies beside the recorded footage, or instead of it.
pub fn write_with(
    to: &File,
    order: &Order,
    pieces: impl Iterator<Item = Piece>,
    mut copying: Option<Copying<'_>>,
    key: &ExportKey,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Exported, ExportError> {
    if order.asked_by.id == order.approved_by.id {
        return Err(ExportError::OnePerson);
    }
    let mut zip = Writing { to, at: 0, entries: Vec::new() };
    let mut manifest = manifest(order, key);
    let mut done = 0;
    let only_copies = copying.as_ref().is_some_and(|copying| copying.only);
    let pieces: Vec<Piece> = pieces.take(MAX_FILES + 1).collect();
    if pieces.len() * (usize::from(copying.is_some() && !only_copies) + 1) > MAX_FILES {
        return Err(ExportError::TooMuch);
    }
    for piece in pieces.iter().filter(|_| !only_copies) {
        let mut so_far = |bytes| progress(done + bytes);
        let footage = zip.footage(piece.clone(), &mut so_far)?;
        done += footage.bytes;
        manifest.files.push(footage);
    }
    if let Some(copying) = &mut copying {
        for piece in pieces {
            manifest.copies.extend(zip.copy(piece, copying)?);
        }
    }
    for (name, content) in papers::beside(&manifest) {
        let (bytes, sha256) = (content.len() as u64, Sha256::digest(&content).into());
        let crc32 = zip.small(name, &content)?;
        manifest.papers.push(Paper { name: name.into(), bytes, crc32, sha256 });
    }
    // A manifest is texts and numbers: it always has a JSON.
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| ExportError::Write(error.into()))?;
    if json.len() as u64 > MAX_MANIFEST {
        return Err(ExportError::TooMuch);
    }
    zip.small(papers::MANIFEST, &json)?;
    zip.small(papers::SIGNATURE, &key.sign(&json))?;
    let directory = directory(&zip.entries);
    zip.put(&directory)?;
    Ok(Exported { sha256: Sha256::digest(&json).into(), bytes: zip.at, manifest })
}

fn manifest(order: &Order, key: &ExportKey) -> Manifest {
    let order = order.clone();
    Manifest {
        format: FORMAT.into(),
        export: order.export,
        node: order.node,
        public_key: key.public_bytes(),
        commune: order.commune,
        asked_by: order.asked_by,
        approved_by: order.approved_by,
        purpose: order.purpose,
        case_number: order.case_number,
        asked_at: order.asked_at,
        approved_at: order.approved_at,
        made_at: order.made_at,
        files: Vec::new(),
        copies: Vec::new(),
        papers: Vec::new(),
    }
}

/// A ZIP that is being written.
pub(super) struct Writing<'a> {
    to: &'a File,
    pub(super) at: u64,
    pub(super) entries: Vec<Entry>,
}

impl Writing<'_> {
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.to.write_all_at(bytes, self.at).map_err(ExportError::Write)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// A file that is in memory; gives its checksum.
    fn small(&mut self, name: &str, content: &[u8]) -> Result<u32, ExportError> {
        let crc = crc32fast::hash(content);
        let entry = Entry { name: name.into(), at: self.at, length: content.len() as u64, crc };
        self.put(&entry.before())?;
        self.put(content)?;
        self.put(&entry.behind())?;
        self.entries.push(entry);
        Ok(crc)
    }

    fn footage(
        &mut self,
        piece: Piece,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Footage, ExportError> {
        let fragment = piece.first_fragment;
        let name = name(&piece);
        if self.entries.iter().any(|entry| entry.name == name) {
            return Err(ExportError::Twice { fragment });
        }
        let mut entry = Entry { name: name.clone(), at: self.at, length: length(&piece), crc: 0 };
        self.put(&entry.before())?;
        let footage = taken(piece, name, (self.to, self.at), progress)?;
        self.at += footage.bytes;
        entry.crc = footage.crc32;
        self.put(&entry.behind())?;
        self.entries.push(entry);
        Ok(footage)
    }
}

/// Bytes of a piece as it is exported.
fn length(piece: &Piece) -> u64 {
    piece.fragments.iter().fold(piece.init_bytes, |sum, (_, bytes)| sum.saturating_add(*bytes))
}

/// Reads, checks and writes a piece to this place of a file; gives what the manifest says of it.
pub(super) fn taken(
    piece: Piece,
    name: String,
    (to, at): (&File, u64),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Footage, ExportError> {
    let fragment = piece.first_fragment;
    let read = |source| ExportError::Read { fragment, source };
    let file = piece.source.open().map_err(read)?;
    let parts = recorded(piece.init_bytes, &piece.fragments, file.length().map_err(read)?);
    let parts = parts.ok_or(ExportError::Index { fragment })?;
    let bytes = parts.last().map_or(0, Part::end);
    let mut crc = crc32fast::Hasher::new();
    let mut fragments = Fragments::new(piece.camera, None);
    let way = Way { from: &file, to: Some((to, at)) };
    let gone = way.go(&mut parts.into_iter().map(Ok), &mut |part, sum| {
        crc.combine(&sum.crc);
        fragments.take(part, sum);
        progress(part.end());
    });
    gone.map_err(|stop| stopped(stop, fragment))?;
    let found = fragments.end();
    let damaged = damaged(&found, (to, at), fragment)?;
    let entry = Entry { name, at, length: bytes, crc: crc.finalize() };
    Ok(footage(piece, &entry, &found, damaged))
}

/// What is damaged in the file that was just written. Its hash is taken of what was written, in a second pass: how far
/// such a range reaches is only known behind it.
fn damaged(found: &Found, (to, at): (&File, u64), fragment: u64) -> Result<Vec<Damaged>, ExportError> {
    let way = Way { from: to, to: None };
    let ranges = found.damage.iter().map(|Damage { offset, length, why }| {
        let sha256 = way.hash(at + offset, *length).map_err(|stop| stopped(stop, fragment))?;
        Ok(Damaged { offset: *offset, length: *length, sha256, why: why.to_string() })
    });
    ranges.collect()
}

fn stopped(stop: Stop, fragment: u64) -> ExportError {
    match stop {
        Stop::Read(source) => ExportError::Read { fragment, source },
        Stop::Short => ExportError::Index { fragment },
        Stop::Write(error) => ExportError::Write(error),
    }
}

/// What the manifest says of a file.
fn footage(piece: Piece, entry: &Entry, found: &Found, damaged: Vec<Damaged>) -> Footage {
    let ends = found.chain.map(|chain| [chain.first_fragment, chain.last_fragment]);
    let is_end = |proof: &Proof| ends.iter().flatten().any(|number| *number == proof.fragment_number);
    // Nobody could check the proof for a fragment that is damaged.
    let proofs = piece.proofs.into_iter().filter(|proof| damaged.is_empty() || is_end(proof)).collect();
    Footage {
        name: entry.name.clone(),
        camera: piece.camera,
        camera_name: piece.camera_name,
        from: piece.from,
        until: piece.until,
        bytes: entry.length,
        init_bytes: piece.init_bytes,
        crc32: entry.crc,
        init_sha256: found.init,
        fragments_sha256: found.fragments,
        chain: found.chain,
        gaps: piece.gaps,
        damaged,
        proofs,
    }
}

/// `CAMERA-1a2b3c4d/000000012345-20260819T010122Z.mp4`: sorts by time, and cameras of one name stay apart by the end of
/// their id: it begins with when they were put up, which several may have been in one minute.
pub(super) fn name(piece: &Piece) -> String {
    let plain = piece.camera_name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' });
    let mut camera: String = plain.take(MAX_FOLDER).collect();
    if camera.is_empty() {
        camera.push_str("camera");
    }
    let when: String = piece.from.to_string().chars().filter(|letter| !"-:".contains(*letter)).collect();
    let when = when.split(['.', 'Z']).next().unwrap_or_default();
    let name = format!("{camera}-{}/{:012}-{when}Z.mp4", digits(&piece.camera[12..]), piece.first_fragment);
    if is_plain(&name) { name } else { format!("{}/{:012}.mp4", digits(&piece.camera), piece.first_fragment) }
}
