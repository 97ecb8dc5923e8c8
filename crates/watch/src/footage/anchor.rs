//! Anchors: one hash over all footage that is new since the one before, for the journal, and the short proofs that a
//! fragment is under it.
//!
//! Promises: only an anchor that was stored counts, and its leaves are stored with it; a fragment is proved under the
//! newest one that covers it, that of an open file too. A proof needs neither this index nor the rest of the footage to
//! be checked. Where a file is gone, its root stays under its anchor; its fragments are proved no more.

use super::{
    FootageError, Index, Segment, contents,
    index::Shared,
    ledger::FileKey,
    row::{TIER, fixed},
    tiering,
};
use crate::{
    fmp4::Fields,
    proof::merkle,
    record::{CameraId, FileName},
    segment::Hash,
    tier::{Name, Source, TierError},
};
use liengia_journal::{Row, Statement, statement};
use std::collections::BTreeSet;

/// Closed files that one anchor takes; what is left goes into the next.
pub const MOST_LEAVES: usize = 65_536;
/// Anchors in which a file is looked for that no anchor holds whole.
const LOOKED_AT: usize = 16;
/// Bytes that tell which open file a leaf is of.
const OPENED: usize = 16 + 8 + 8 + 8;

/// What a leaf's content begins with: of a file that is closed, of one that was open.
const CLOSED: &[u8] = b"segment";
const OPEN: &[u8] = b"open";

/// An anchor that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// The root over its leaves.
    pub root: Hash,
    /// How many leaves it has: files, closed and open.
    pub leaves: u64,
    /// How many cameras they are of.
    pub cameras: u64,
    /// There is more than one anchor takes: make the next one at once.
    pub more: bool,
}

/// That a fragment is under an anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The anchor's root.
    pub root: Hash,
    /// When the anchor was made, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// The fragment's hash.
    pub fragment: Hash,
    /// From the fragment's hash, which is a leaf as it is, to the root of its file.
    pub fragment_path: Vec<Hash>,
    /// The fragment's place in its file.
    pub fragment_place: u64,
    /// How many fragments the file had.
    pub fragment_count: u64,
    /// The content of the file's leaf: `segment` or `open`, camera, first and last number (64 bits, big endian), root of
    /// the file, hash of the last fragment.
    pub content: Vec<u8>,
    /// From the file's leaf to the anchor's root.
    pub anchor_path: Vec<Hash>,
    /// The leaf's place in the anchor.
    pub place: u64,
    /// How many leaves the anchor has.
    pub count: u64,
}

impl Proof {
    /// Whether it proves what it says: that a fragment of this hash is under the root.
    pub fn holds(&self) -> bool {
        let Some(file_root) = self.content.len().checked_sub(64).and_then(|at| self.content.get(at..at + 32))
        else {
            return false;
        };
        let of_file =
            merkle::root_from(self.fragment, self.fragment_place, self.fragment_count, &self.fragment_path);
        let leaf = merkle::leaf(&self.content);
        of_file.is_some_and(|root| root == file_root)
            && merkle::root_from(leaf, self.place, self.count, &self.anchor_path) == Some(self.root)
    }
}

/// A file as an anchor holds it.
struct Leaf {
    camera: CameraId,
    content: Vec<u8>,
}

impl Leaf {
    fn new(kind: &[u8], camera: CameraId, first: u64, last: u64, root: Hash, last_hash: Hash) -> Self {
        let numbers = [first.to_be_bytes(), last.to_be_bytes()].concat();
        Self { camera, content: [kind, &camera, &numbers, &root, &last_hash].concat() }
    }

    /// The state of a file with these hashes so far.
    fn open(camera: CameraId, first: u64, hashes: &[Hash]) -> Option<Self> {
        let last = first + (hashes.len() as u64).checked_sub(1)?;
        Some(Self::new(OPEN, camera, first, last, merkle::root(hashes), *hashes.last()?))
    }

    fn hash(&self) -> Hash {
        merkle::leaf(&self.content)
    }
}

/// An anchor as it is stored.
struct Stored {
    at_us: i64,
    root: Hash,
    leaves: Vec<Hash>,
    opened: Vec<u8>,
}

impl Stored {
    const COLUMNS: &str = "at_us, root, leaves, opened";

    fn read(row: &Row) -> Result<Self, FootageError> {
        let leaves = row.bytes(2)?.as_chunks().0.to_vec();
        Ok(Self { at_us: row.int(0)?, root: fixed(row, 1)?, leaves, opened: row.bytes(3)?.to_vec() })
    }

    /// The open files: name, last number, place among the leaves.
    fn opened(&self, camera: CameraId) -> impl Iterator<Item = (FileName, u64, usize)> {
        let all = self.opened.as_chunks::<OPENED>().0;
        let first = self.leaves.len().saturating_sub(all.len());
        all.iter().zip(first..).filter(move |(one, _)| one.starts_with(&camera)).filter_map(|(one, place)| {
            let mut fields = Fields(one.get(16..)?);
            let number = fields.u64().ok()?;
            let wall_us = i64::from_be_bytes(fields.array().ok()?);
            Some((FileName { number, wall_us }, fields.u64().ok()?, place))
        })
    }

    /// The proof of the fragment at this place of a file with these hashes.
    fn prove(&self, hashes: &[Hash], fragment: u64, leaf: Leaf, place: usize) -> Option<Proof> {
        let at = usize::try_from(fragment).ok()?;
        Some(Proof {
            root: self.root,
            at_us: self.at_us,
            fragment: *hashes.get(at)?,
            fragment_path: merkle::path(hashes, at)?,
            fragment_place: fragment,
            fragment_count: hashes.len() as u64,
            content: leaf.content,
            anchor_path: merkle::path(&self.leaves, place)?,
            place: place as u64,
            count: self.leaves.len() as u64,
        })
    }
}

impl Index {
    /// Makes and stores an anchor over all files that are closed and under none yet, and over the state of those that are
    /// open; none if there are none. Put its root into the journal.
    pub fn anchor(&self, now_us: i64) -> Result<Option<Anchored>, FootageError> {
        let index = &*self.shared;
        // First what is open: a file that is closed and stored meanwhile is then in both, and not in none.
        let (open, opened) = index.open_leaves();
        let (number, mut leaves, mut statements) = index.closed_leaves()?;
        let more = statements.len() == MOST_LEAVES;
        leaves.extend(open);
        if leaves.is_empty() {
            return Ok(None);
        }
        let hashes: Vec<Hash> = leaves.iter().map(Leaf::hash).collect();
        let root = merkle::root(&hashes);
        let sql =
            "INSERT INTO footage_anchors (number, at_us, root, leaves, opened) VALUES ($1, $2, $3, $4, $5)";
        statements.push(statement!(sql, number, now_us, root, hashes.concat(), opened));
        index.aside.write(&statements)?;
        let cameras: BTreeSet<_> = leaves.iter().map(|leaf| leaf.camera).collect();
        Ok(Some(Anchored { root, leaves: leaves.len() as u64, cameras: cameras.len() as u64, more }))
    }

    /// The proof of a fragment under the newest anchor that covers it; none if none does, or if its file is gone. Reads
    /// the fragments' hashes from the file.
    pub fn proof(&self, camera: CameraId, number: u64) -> Result<Option<Proof>, FootageError> {
        let row = self.of_file(camera, number)?;
        match row.and_then(|row| row.anchored.map(|anchor| (row, anchor))) {
            Some((row, anchor)) => self.shared.proof_of_closed(&row, anchor, number),
            None => self.shared.proof_of_open(camera, number),
        }
    }
}

impl Shared {
    /// The leaves of what the ledger holds, and which files they are.
    fn open_leaves(&self) -> (Vec<Leaf>, Vec<u8>) {
        let (mut leaves, mut opened) = (Vec::new(), Vec::new());
        for key in self.ledger.all() {
            let hashes = self.ledger.one(&key, |held| held.hashes.clone()).unwrap_or_default();
            let Some(leaf) = Leaf::open(key.camera, key.file.number, &hashes) else { continue };
            leaves.push(leaf);
            let last = key.file.number + hashes.len() as u64 - 1;
            opened.extend(key.camera);
            opened.extend(
                [key.file.number.to_be_bytes(), key.file.wall_us.to_be_bytes(), last.to_be_bytes()].concat(),
            );
        }
        (leaves, opened)
    }

    /// The number of the next anchor, the leaves of files that are under none, and the statements that put them under it.
    fn closed_leaves(&self) -> Result<(u64, Vec<Leaf>, Vec<Statement>), FootageError> {
        let next = self.read(&statement!("SELECT COALESCE(MAX(number), 0) + 1 FROM footage_anchors"))?;
        let number = next.first().map_or(Ok(1), |row| row.count(0))?;
        let sql = "SELECT camera, number, wall_us, disk, last_number, root, last_hash FROM footage_segments \
                   WHERE anchored IS NULL ORDER BY camera, number, wall_us, disk LIMIT $1";
        let under = "UPDATE footage_segments SET anchored = $1 WHERE camera = $2 AND number = $3 AND wall_us = $4 \
                     AND disk = $5 AND root = $6";
        let (mut leaves, mut statements) = (Vec::<Leaf>::new(), Vec::new());
        for row in self.read(&statement!(sql, MOST_LEAVES))? {
            let (camera, first, root) = (fixed(&row, 0)?, row.count(1)?, fixed::<32>(&row, 5)?);
            let leaf = Leaf::new(CLOSED, camera, first, row.count(4)?, root, fixed(&row, 6)?);
            // A file and its copy in the tier are one leaf.
            if leaves.last().is_none_or(|last| last.content != leaf.content) {
                leaves.push(leaf);
            }
            let key = statement!(under, number, camera.as_slice(), first, row.int(2)?, row.text(3)?, root);
            statements.push(key);
        }
        Ok((number, leaves, statements))
    }

    fn proof_of_closed(
        &self,
        row: &Segment,
        anchor: u64,
        number: u64,
    ) -> Result<Option<Proof>, FootageError> {
        let Some(hashes) = self.hashes_of(row)? else { return Ok(None) };
        if merkle::root(&hashes) != row.root {
            return Err(FootageError::Changed(number));
        }
        let leaf = Leaf::new(CLOSED, row.camera, row.file.number, row.last_number, row.root, row.last_hash);
        let sql = format!("SELECT {} FROM footage_anchors WHERE number = $1", Stored::COLUMNS);
        let rows = self.read(&statement!(sql, anchor))?;
        let Some(stored) = rows.first().map(Stored::read).transpose()? else { return Ok(None) };
        let hash = leaf.hash();
        let place = stored.leaves.iter().position(|one| *one == hash);
        Ok(place.and_then(|place| stored.prove(&hashes, number - row.file.number, leaf, place)))
    }

    fn proof_of_open(&self, camera: CameraId, number: u64) -> Result<Option<Proof>, FootageError> {
        let sql = format!("SELECT {} FROM footage_anchors ORDER BY number DESC LIMIT $1", Stored::COLUMNS);
        let mut changed = false;
        for row in self.read(&statement!(sql, LOOKED_AT))? {
            let stored = Stored::read(&row)?;
            let covers = |(file, last, _): &(FileName, u64, usize)| (file.number..=*last).contains(&number);
            for (file, last, place) in stored.opened(camera).filter(covers) {
                // The last place is the tier.
                for disk in 0..=self.disks.len() {
                    let key = FileKey { camera, file, disk };
                    let hashes = if disk < self.disks.len() {
                        self.hashes(key)?
                    } else {
                        let copy = tiering::row(self, &Name { camera, file }, TIER)?;
                        copy.map_or(Ok(None), |copy| self.hashes_of(&copy))?
                    };
                    let Some(hashes) = hashes else { continue };
                    // As much as there was of it then.
                    let then =
                        usize::try_from(last - file.number + 1).ok().and_then(|then| hashes.get(..then));
                    let Some(hashes) = then else { continue };
                    let leaf = Leaf::open(camera, file.number, hashes);
                    let leaf = leaf.filter(|leaf| stored.leaves.get(place) == Some(&leaf.hash()));
                    match leaf {
                        Some(leaf) => return Ok(stored.prove(hashes, number - file.number, leaf, place)),
                        None => changed = true,
                    }
                }
            }
        }
        if changed { Err(FootageError::Changed(number)) } else { Ok(None) }
    }

    /// The hashes of the fragments of a row's file, on a disk or in the tier; none if it is not there.
    fn hashes_of(&self, row: &Segment) -> Result<Option<Vec<Hash>>, FootageError> {
        let name = Name { camera: row.camera, file: row.file };
        if let Some(Source::Tier(object)) = self.source_of(row) {
            return match tiering::contents(&object, &name) {
                Ok(contents) => Ok(Some(contents.hashes)),
                Err(TierError::Gone) => Ok(None),
                Err(error) => Err(std::io::Error::from(error).into()),
            };
        }
        let Some(disk) = self.place_of(&row.disk) else { return Ok(None) };
        self.hashes(FileKey { camera: row.camera, file: row.file, disk })
    }

    /// The hashes of a file's fragments on a disk; none if it is not there.
    fn hashes(&self, key: FileKey) -> Result<Option<Vec<Hash>>, FootageError> {
        if let Some(hashes) = self.ledger.one(&key, |held| held.hashes.clone()) {
            return Ok(Some(hashes));
        }
        let Some(path) = self.path_of(&key) else { return Ok(None) };
        match contents::read(&path, key.camera, key.file, false) {
            Ok(contents) => Ok(Some(contents.hashes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
