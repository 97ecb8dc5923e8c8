//! What is in a backup: the manifest, and rows in a form that no engine owns.

use super::{
    BesideFile, Unreadable,
    seal::{Opener, Sealer},
};
use crate::{
    ErasedMark,
    cell::{Cell, Record},
    table::{Column, Kind, Table},
    writer::Failure,
};
use liengia_kernel::CommuneId;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

/// A block is compressed and written once it has so many bytes.
const BLOCK: usize = 256 * 1024;

/// Most bytes of a block: its last row may be long.
const MAX_BLOCK: usize = 256 * 1024 * 1024;

const ROW: u8 = 1;
const END_OF_TABLE: u8 = 2;

/// What the rows belong to.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Whose chain the node writes.
    pub(super) commune: CommuneId,
    /// The steps of the schema that had run: name, and SHA-256 in hexadecimal.
    pub(super) migrations: BTreeMap<String, crate::Commitment>,
    /// The tables, in the order in which their rows come.
    pub(super) tables: Vec<TableShape>,
    /// Where the list of erased ids ended.
    pub(super) erased_bytes: u64,
    pub(super) erased_sha256: crate::Commitment,
    /// Files beside the journal.
    pub(super) beside: Vec<BesideFile>,
}

impl Manifest {
    pub(super) fn erased(&self) -> ErasedMark {
        ErasedMark { bytes: self.erased_bytes, sha256: self.erased_sha256.0 }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct TableShape {
    pub(super) name: String,
    /// Name and kind: i, r, t or b.
    pub(super) columns: Vec<(String, char)>,
    pub(super) key: Vec<usize>,
}

const LETTERS: [(Kind, char); 4] =
    [(Kind::Int, 'i'), (Kind::Real, 'r'), (Kind::Text, 't'), (Kind::Bytes, 'b')];

impl TableShape {
    pub(super) fn of(table: &Table) -> Self {
        let letter = |kind| LETTERS.iter().find(|(own, _)| *own == kind).map_or('t', |(_, letter)| *letter);
        let columns = table.columns.iter().map(|column| (column.name.clone(), letter(column.kind)));
        Self { name: table.name.clone(), columns: columns.collect(), key: table.key.clone() }
    }

    pub(super) fn table(&self) -> Result<Table, Unreadable> {
        let column = |(name, letter): &(String, char)| {
            let kind = LETTERS.iter().find(|(_, own)| own == letter).map(|(kind, _)| *kind);
            Ok(Column { name: name.clone(), kind: kind.ok_or(Unreadable::Newer)? })
        };
        let columns = self.columns.iter().map(column).collect::<Result<Vec<_>, Unreadable>>()?;
        if self.key.iter().any(|key| *key >= columns.len()) {
            return Err(Unreadable::Damaged("in its manifest"));
        }
        Ok(Table { name: self.name.clone(), columns, key: self.key.clone() })
    }
}

/// Writes manifest and rows.
pub(super) struct Packer<W> {
    sealer: Sealer<W>,
    block: Vec<u8>,
    rows: u64,
}

impl<W: Write> Packer<W> {
    pub(super) fn new(sealer: Sealer<W>, manifest: &Manifest) -> io::Result<Self> {
        let mut packer = Self { sealer, block: serde_json::to_vec(manifest)?, rows: 0 };
        packer.flush()?;
        Ok(packer)
    }

    /// Adds a row of the current table.
    pub(super) fn row(&mut self, columns: usize, record: &dyn Record) -> Result<(), Failure> {
        self.block.push(ROW);
        for column in 0..columns {
            self.cell(record.cell(column)?);
        }
        self.rows += 1;
        if self.block.len() >= BLOCK {
            self.flush().map_err(|error| Failure::Database(error.to_string()))?;
        }
        Ok(())
    }

    fn cell(&mut self, cell: Cell<'_>) {
        let (tag, bytes): (u8, &[u8]) = match cell {
            Cell::Null => (0, &[]),
            Cell::Int(number) => (1, &number.to_le_bytes()),
            Cell::Real(number) => (2, &number.to_le_bytes()),
            Cell::Text(text) => (3, text),
            Cell::Bytes(bytes) => (4, bytes),
        };
        self.block.push(tag);
        if tag > 2 {
            // A database holds no value of 4 GiB.
            self.block.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.block.extend_from_slice(bytes);
    }

    /// The current table has no more rows.
    pub(super) fn end_table(&mut self) -> io::Result<()> {
        self.block.push(END_OF_TABLE);
        self.block.extend_from_slice(&std::mem::take(&mut self.rows).to_le_bytes());
        self.flush()
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.sealer.finish()
    }

    fn flush(&mut self) -> io::Result<()> {
        let packed = lz4_flex::block::compress_prepend_size(&self.block);
        self.sealer.write(&u32::try_from(packed.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        self.sealer.write(&packed)?;
        self.block.clear();
        Ok(())
    }
}

/// Reads manifest and rows.
pub(super) struct Unpacker<R> {
    opener: Opener<R>,
    block: Vec<u8>,
    at: usize,
    rows: u64,
}

/// A row that lies in a block.
pub(super) struct PackedRow<'a>(Vec<Cell<'a>>);

impl Record for PackedRow<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>, Failure> {
        self.0.get(column).copied().ok_or_else(|| Failure::Database(format!("no column {column}")))
    }
}

impl<'a> PackedRow<'a> {
    pub(super) fn cells(&self) -> &[Cell<'a>] {
        &self.0
    }
}

const DAMAGED: Unreadable = Unreadable::Damaged("in its rows");

impl<R: Read> Unpacker<R> {
    /// Reads the manifest.
    pub(super) fn new(opener: Opener<R>) -> Result<(Self, Manifest), Unreadable> {
        let mut unpacker = Self { opener, block: Vec::new(), at: 0, rows: 0 };
        unpacker.next_block()?;
        let manifest = serde_json::from_slice(&unpacker.block).map_err(|_| Unreadable::Newer)?;
        unpacker.at = unpacker.block.len();
        Ok((unpacker, manifest))
    }

    /// The next row of the current table; none at its end.
    pub(super) fn row(&mut self, columns: usize) -> Result<Option<PackedRow<'_>>, Unreadable> {
        if self.at == self.block.len() {
            self.next_block()?;
        }
        let mut reader = Reader { block: &self.block, at: self.at };
        match reader.byte()? {
            ROW => {
                let cells = (0..columns).map(|_| reader.cell()).collect::<Result<Vec<_>, _>>()?;
                self.at = reader.at;
                self.rows += 1;
                Ok(Some(PackedRow(cells)))
            }
            END_OF_TABLE => {
                let rows = u64::from_le_bytes(reader.array()?);
                self.at = reader.at;
                if rows == std::mem::take(&mut self.rows) { Ok(None) } else { Err(DAMAGED) }
            }
            _ => Err(DAMAGED),
        }
    }

    /// Refuses anything that is left.
    pub(super) fn finish(self) -> Result<(), Unreadable> {
        self.opener.finish()
    }

    fn next_block(&mut self) -> Result<(), Unreadable> {
        let mut length = [0; 4];
        self.opener.read(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_BLOCK {
            return Err(DAMAGED);
        }
        let mut packed = vec![0; length];
        self.opener.read(&mut packed)?;
        let size = packed.first_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize);
        if size > MAX_BLOCK {
            return Err(DAMAGED);
        }
        self.block = lz4_flex::block::decompress_size_prepended(&packed).map_err(|_| DAMAGED)?;
        self.at = 0;
        Ok(())
    }
}

struct Reader<'a> {
    block: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Unreadable> {
        let end = self.at.checked_add(length).ok_or(DAMAGED)?;
        let bytes = self.block.get(self.at..end).ok_or(DAMAGED)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        self.take(N)?.try_into().map_err(|_| DAMAGED)
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        Ok(self.array::<1>()?[0])
    }

    fn long(&mut self) -> Result<&'a [u8], Unreadable> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        self.take(length)
    }

    fn cell(&mut self) -> Result<Cell<'a>, Unreadable> {
        Ok(match self.byte()? {
            0 => Cell::Null,
            1 => Cell::Int(i64::from_le_bytes(self.array()?)),
            2 => Cell::Real(f64::from_le_bytes(self.array()?)),
            3 => Cell::Text(self.long()?),
            4 => Cell::Bytes(self.long()?),
            _ => return Err(DAMAGED),
        })
    }
}
