//! Copies go into an export beside the recorded footage, or instead of it.
//!
//! Promises: what a copy is made of is read, hashed and checked as if it were exported itself, and the manifest says what
//! it found. Whoever makes the copy works in a folder of its own, in which nothing stays.

use super::{
    Footage,
    copy::{COPY, Copied, Cut, MAX_MASKS, ORIGINAL},
    export::{ExportError, Piece, Writing, name, taken},
    zip::{Entry, is_plain},
};
use crate::event::Mask;
use liengia_kernel::Timestamp;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// What reaches less far into a file than this, in microseconds, is left out of a copy: no picture may lie in it.
const LEAST_US: i64 = 500_000;
/// Bytes of a copy that are read at a time.
const BLOCK: usize = 512 * 1024;

/// How copies are made for an export.
pub struct Copying<'a> {
    /// Nothing but copies goes into it.
    pub only: bool,
    /// What is covered, by camera.
    pub masks: &'a BTreeMap<[u8; 16], Vec<Mask>>,
    /// The stretch that was asked for: what lies beside it is cut off.
    pub span: (Timestamp, Timestamp),
    /// An empty folder to work in, which nobody else reads.
    pub folder: &'a Path,
    /// Whether the pictures say that they are copies.
    pub stamped: bool,
    /// The program that makes them, and its version.
    pub made_with: &'a str,
    /// Makes [`COPY`] of [`ORIGINAL`] in that folder; or says why not.
    pub make: &'a mut dyn FnMut(&Cut) -> Result<(), String>,
}

impl Writing<'_> {
    /// Makes a copy of a piece, and writes it; none where next to nothing of it was asked for.
    pub(super) fn copy(
        &mut self,
        piece: Piece,
        copying: &mut Copying<'_>,
    ) -> Result<Option<Copied>, ExportError> {
        let (from, until) = (piece.from.max(copying.span.0), piece.until.min(copying.span.1));
        if until.as_micros() - from.as_micros() < LEAST_US {
            return Ok(None);
        }
        let masks = copying.masks.get(&piece.camera).cloned().unwrap_or_default();
        if masks.len() > MAX_MASKS {
            return Err(ExportError::Copy("more masks than a copy can bear".into()));
        }
        let cut =
            Cut { from: from.since(piece.from), length: until.since(from), masks, stamped: copying.stamped };
        let [original, copy] = [ORIGINAL, COPY].map(|name| copying.folder.join(name));
        let made = extracted(piece, &original).and_then(|footage| {
            (copying.make)(&cut).map_err(ExportError::Copy)?;
            let Cut { masks, stamped, .. } = cut;
            let made_with = copying.made_with.to_owned();
            self.copied(Told { from, until, masks, stamped, made_with }, footage, &copy)
        });
        for path in [original, copy] {
            let _ = fs::remove_file(path);
        }
        made.map(Some)
    }

    fn copied(&mut self, told: Told, original: Footage, path: &Path) -> Result<Copied, ExportError> {
        let said = |error: io::Error| ExportError::Copy(error.to_string());
        let mut file = File::open(path).map_err(said)?;
        let length = file.metadata().map_err(said)?.len();
        let name = copy_name(&original.name);
        if self.entries.iter().any(|entry| entry.name == name) {
            let fragment = original.chain.map_or(0, |chain| chain.first_fragment);
            return Err(ExportError::Twice { fragment });
        }
        let mut entry = Entry { name: name.clone(), at: self.at, length, crc: 0 };
        self.put(&entry.before())?;
        let (mut crc, mut sha256) = (crc32fast::Hasher::new(), Sha256::new());
        let (mut block, mut left) = (vec![0; BLOCK], length);
        while left > 0 {
            let many = file.read(&mut block).map_err(said)?;
            let bytes = block.get(..many).unwrap_or_default();
            left = left
                .checked_sub(bytes.len() as u64)
                .filter(|_| many > 0)
                .ok_or_else(|| ExportError::Copy("the copy changed while it was read".into()))?;
            crc.update(bytes);
            sha256.update(bytes);
            self.put(bytes)?;
        }
        entry.crc = crc.finalize();
        self.put(&entry.behind())?;
        let crc32 = entry.crc;
        self.entries.push(entry);
        let Told { from, until, masks, stamped, made_with } = told;
        let sha256 = sha256.finalize().into();
        Ok(Copied { name, from, until, bytes: length, crc32, sha256, masks, stamped, made_with, original })
    }
}

/// What is said of a copy besides its hash.
struct Told {
    from: Timestamp,
    until: Timestamp,
    masks: Vec<Mask>,
    stamped: bool,
    made_with: String,
}

/// Puts a piece into a file of its own, as it would be exported.
fn extracted(piece: Piece, path: &Path) -> Result<Footage, ExportError> {
    let mut open = OpenOptions::new();
    open.read(true).write(true).create(true).truncate(true).mode(0o600);
    let to = open.open(path).map_err(ExportError::Write)?;
    let name = name(&piece);
    taken(piece, name, (&to, 0), &mut |_| ())
}

/// `...-copy.mp4`.
fn copy_name(original: &str) -> String {
    let name = format!("{}-copy.mp4", original.strip_suffix(".mp4").unwrap_or(original));
    if is_plain(&name) { name } else { format!("copy-of-{original}") }
}
