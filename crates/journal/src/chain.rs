//! The rules of a chain, checked on exactly the bytes that are stored: nothing is read leniently here.

use crate::{
    cell::{Cell, Record},
    entry::{Hash, Header, SALT_BYTES, encode_body, entry_hash},
    writer::Failure,
};
use liengia_kernel::CommuneId;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The columns of an entry, in the order that [`RawEntry::read`] expects.
pub(crate) const COLUMNS: &str =
    "commune, seq, id, at, actor, purpose, slice, kind, subject, version, epoch, salt, body, body_hash, hash";

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// No entry has this number, but there are later ones, or the chain's end says that there was one.
    #[error("it is missing")]
    Missing,
    /// This column holds what the program never writes.
    #[error("its column {0} holds what was never written by this program")]
    Column(&'static str),
    /// The entry does not bear the hash that it and all entries before it give.
    #[error("its hash does not fit: it, or its place after the one before it, was changed")]
    Hash,
    /// An epoch begins where no restore opened one, or the entry that opens it does not name the old end.
    #[error("its epoch does not follow from the entry before it")]
    Epoch,
    /// The chain's end is not the last entry.
    #[error("the end of the chain (table heads) does not name it")]
    Head,
    /// The database could not even read it.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

/// The first bad entry of a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} of commune {commune} is bad: {wrong}")]
pub struct Broken {
    /// Whose chain it is, as stored.
    pub commune: String,
    /// The entry's number.
    pub seq: u64,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// An entry as it lies in the database.
pub(crate) struct RawEntry<'a> {
    pub(crate) header: Header<'a>,
    pub(crate) body: RawBody<'a>,
    pub(crate) hash: &'a Hash,
}

pub(crate) enum RawBody<'a> {
    Open { salt: &'a [u8; SALT_BYTES], json: &'a [u8] },
    Withheld(&'a Hash),
}

impl<'a> RawEntry<'a> {
    /// Reads the columns [`COLUMNS`]; names the first that cannot be what the program wrote.
    pub(crate) fn read(record: &'a dyn Record) -> Result<Self, Wrong> {
        let header = Header {
            commune: id(text(record, 0, "commune")?).ok_or(Wrong::Column("commune"))?,
            seq: number(record, 1, "seq")?,
            id: id(text(record, 2, "id")?).ok_or(Wrong::Column("id"))?,
            at: match cell(record, 3)? {
                Cell::Int(at) => at,
                _ => return Err(Wrong::Column("at")),
            },
            actor: text(record, 4, "actor")?,
            purpose: text(record, 5, "purpose")?,
            slice: text(record, 6, "slice")?,
            kind: text(record, 7, "kind")?,
            subject: text(record, 8, "subject")?,
            version: number(record, 9, "version")?,
            epoch: number(record, 10, "epoch")?,
        };
        let body = match (cell(record, 11)?, cell(record, 12)?, cell(record, 13)?) {
            (Cell::Bytes(salt), Cell::Text(json), Cell::Null) => {
                RawBody::Open { salt: salt.try_into().map_err(|_| Wrong::Column("salt"))?, json }
            }
            (Cell::Null, Cell::Null, Cell::Bytes(hash)) => {
                RawBody::Withheld(hash.try_into().map_err(|_| Wrong::Column("body_hash"))?)
            }
            (Cell::Null, ..) | (Cell::Bytes(_), Cell::Null, _) => return Err(Wrong::Column("body")),
            (_, Cell::Text(_), _) => return Err(Wrong::Column("body_hash")),
            _ => return Err(Wrong::Column("salt")),
        };
        let hash = match cell(record, 14)? {
            Cell::Bytes(hash) => hash.try_into().map_err(|_| Wrong::Column("hash"))?,
            _ => return Err(Wrong::Column("hash")),
        };
        Ok(Self { header, body, hash })
    }
}

fn cell(record: &dyn Record, column: usize) -> Result<Cell<'_>, Wrong> {
    record.cell(column).map_err(|failure: Failure| Wrong::Unreadable(failure.to_string()))
}

fn text<'a>(record: &'a dyn Record, column: usize, name: &'static str) -> Result<&'a [u8], Wrong> {
    match cell(record, column)? {
        Cell::Text(text) => Ok(text),
        _ => Err(Wrong::Column(name)),
    }
}

fn number<T: TryFrom<i64>>(record: &dyn Record, column: usize, name: &'static str) -> Result<T, Wrong> {
    match cell(record, column)? {
        Cell::Int(number) => T::try_from(number).map_err(|_| Wrong::Column(name)),
        _ => Err(Wrong::Column(name)),
    }
}

/// The bytes of an id in the one spelling that we write: `PersonId::from_str` is more lenient.
fn id(text: &[u8]) -> Option<[u8; 16]> {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    if text.len() != 36 || HYPHENS.iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 16];
    let mut at = 0;
    for byte in &mut bytes {
        if HYPHENS.contains(&at) {
            at += 1;
        }
        *byte = digit(text[at])? << 4 | digit(text[at + 1])?;
        at += 2;
    }
    Some(bytes)
}

/// Entries packed for the one who hashes them, so that reading and hashing run side by side.
#[derive(Default)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    entries: Vec<PackedEntry>,
}

struct PackedEntry {
    commune: [u8; 16],
    seq: u64,
    epoch: u32,
    /// Where its header ends in `bytes`, and where its salt and body end.
    header_end: usize,
    body_end: usize,
    withheld: Option<Hash>,
    opening: Option<Box<Opening>>,
    hash: Hash,
}

/// What an entry that opens an epoch says about the chain before it.
#[derive(Deserialize)]
struct Opening {
    old_seq: u64,
    old_hash: crate::Commitment,
}

impl Packed {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entry.
    pub(crate) fn push(&mut self, entry: &RawEntry<'_>) {
        let header = &entry.header;
        header.encode(&mut self.bytes);
        let header_end = self.bytes.len();
        let withheld = match &entry.body {
            RawBody::Open { salt, json } => {
                encode_body(salt, json, &mut self.bytes);
                None
            }
            RawBody::Withheld(hash) => Some(**hash),
        };
        self.entries.push(PackedEntry {
            commune: header.commune,
            seq: header.seq,
            epoch: header.epoch,
            header_end,
            body_end: self.bytes.len(),
            withheld,
            opening: opening(entry),
            hash: *entry.hash,
        });
    }
}

fn opening(entry: &RawEntry<'_>) -> Option<Box<Opening>> {
    let opens = entry.header.slice == b"journal" && entry.header.kind == b"epoch_opened";
    match &entry.body {
        RawBody::Open { json, .. } if opens => serde_json::from_slice(json).ok().map(Box::new),
        _ => None,
    }
}

/// The end of a chain that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// Whose chain it is.
    pub commune: CommuneId,
    /// The number of its last entry, and so of its entries.
    pub seq: u64,
    /// The epoch of its last entry.
    pub epoch: u32,
    /// The hash of its last entry: whoever noted it earlier can compare.
    pub hash: Hash,
    /// How many of its bodies are withheld.
    pub withheld: u64,
}

impl ChainEnd {
    /// The end of a chain with no entry.
    pub(crate) fn begin(commune: CommuneId) -> Self {
        Self { commune, seq: 0, epoch: 0, hash: [0; 32], withheld: 0 }
    }

    fn broken(&self, seq: u64, wrong: Wrong) -> Broken {
        Broken { commune: self.commune.to_string(), seq, wrong }
    }
}

/// Checks chains entry by entry.
#[derive(Default)]
pub(crate) struct Checker {
    ends: Vec<ChainEnd>,
}

impl Checker {
    /// The chains so far, in the order in which they came.
    pub(crate) fn ends(&self) -> &[ChainEnd] {
        &self.ends
    }

    /// The number that the next entry should have.
    pub(crate) fn next_seq(&self) -> (String, u64) {
        self.ends.last().map_or_else(|| (String::new(), 1), |end| (end.commune.to_string(), end.seq + 1))
    }

    /// Checks entries, in the order of commune and number.
    pub(crate) fn check(&mut self, packed: &Packed) -> Result<(), Broken> {
        let mut start = 0;
        for entry in &packed.entries {
            let header = &packed.bytes[start..entry.header_end];
            let body = &packed.bytes[entry.header_end..entry.body_end];
            start = entry.body_end;
            self.check_one(entry, header, body)?;
        }
        Ok(())
    }

    fn check_one(&mut self, entry: &PackedEntry, header: &[u8], body: &[u8]) -> Result<(), Broken> {
        let commune = CommuneId::from_bytes(entry.commune);
        if self.ends.last().is_none_or(|end| end.commune != commune) {
            self.ends.push(ChainEnd::begin(commune));
        }
        // One was pushed if there was none.
        let Some(end) = self.ends.last_mut() else { return Ok(()) };
        if entry.seq != end.seq + 1 {
            return Err(end.broken(end.seq + 1, Wrong::Missing));
        }
        let body = entry.withheld.unwrap_or_else(|| Sha256::digest(body).into());
        if entry_hash(&end.hash, &Sha256::digest(header).into(), &body) != entry.hash {
            return Err(end.broken(entry.seq, Wrong::Hash));
        }
        let opened = entry.opening.as_ref();
        let names_the_end =
            opened.is_some_and(|opening| opening.old_seq == end.seq && opening.old_hash.0 == end.hash);
        let follows = entry.epoch == end.epoch && opened.is_none()
            || end.epoch.checked_add(1) == Some(entry.epoch) && names_the_end;
        if !follows {
            return Err(end.broken(entry.seq, Wrong::Epoch));
        }
        end.seq = entry.seq;
        end.epoch = entry.epoch;
        end.hash = entry.hash;
        end.withheld += u64::from(entry.withheld.is_some());
        Ok(())
    }

    /// Checks a row of the table of ends, once all entries are through.
    pub(crate) fn check_head(&self, record: &dyn Record) -> Result<(), Broken> {
        let broken = |commune: &[u8], seq, wrong| {
            let commune = String::from_utf8_lossy(commune).into_owned();
            Broken { commune, seq, wrong }
        };
        let commune = text(record, 0, "commune").unwrap_or_default();
        let Some(bytes) = id(commune) else { return Err(broken(commune, 0, Wrong::Head)) };
        let begin = ChainEnd::begin(CommuneId::from_bytes(bytes));
        let end = self.ends.iter().find(|end| end.commune == begin.commune).unwrap_or(&begin);
        let stored =
            match (number::<u64>(record, 1, "seq"), number::<u32>(record, 2, "epoch"), cell(record, 3)) {
                (Ok(seq), Ok(epoch), Ok(Cell::Bytes(hash))) => Some((seq, epoch, hash)),
                _ => None,
            };
        match stored {
            Some((seq, epoch, hash)) if (seq, epoch, hash) == (end.seq, end.epoch, &end.hash[..]) => Ok(()),
            Some((seq, ..)) if seq > end.seq => Err(broken(commune, end.seq + 1, Wrong::Missing)),
            _ => Err(broken(commune, end.seq, Wrong::Head)),
        }
    }

    /// Checks that every chain has its row among these communes.
    pub(crate) fn check_owners(&self, owners: &[String]) -> Result<(), Broken> {
        let lost = self.ends.iter().find(|end| !owners.contains(&end.commune.to_string()));
        lost.map_or(Ok(()), |end| Err(end.broken(end.seq, Wrong::Head)))
    }
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn only_the_spelling_that_we_write_is_an_id() {
        let text = "0190b5f2-7c1e-7a3b-8d4e-5f60718293a4";
        assert_eq!(id(text.as_bytes()).map(|bytes| bytes[15]), Some(0xa4));
        assert_eq!(id(text.to_uppercase().as_bytes()), None);
        assert_eq!(id(&text.as_bytes()[1..]), None);
    }
}
