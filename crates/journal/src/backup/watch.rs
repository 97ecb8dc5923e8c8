//! The chain, checked while its rows pass by on their way into or out of a backup.

use crate::{
    cell::{Cell, Record},
    chain::{Broken, ChainEnd, Checker, Packed, RawEntry},
};

/// Entries that are checked at a time.
const BATCH: usize = 1024;

/// Looks at the rows of `entries`, then at those of `heads`.
#[derive(Default)]
pub(super) struct Watch {
    packed: Packed,
    checker: Checker,
    owners: Vec<String>,
}

impl Watch {
    /// Looks at a row of this table.
    pub(super) fn row(&mut self, table: &str, record: &dyn Record) -> Result<(), Broken> {
        match table {
            "entries" => {
                match RawEntry::read(record) {
                    Ok(entry) => self.packed.push(&entry),
                    Err(wrong) => {
                        self.check()?;
                        let (commune, seq) = self.checker.next_seq();
                        return Err(Broken { commune, seq, wrong });
                    }
                }
                if self.packed.len() == BATCH { self.check() } else { Ok(()) }
            }
            "heads" => {
                self.check()?;
                self.checker.check_head(record)?;
                if let Ok(Cell::Text(commune)) = record.cell(0) {
                    self.owners.push(String::from_utf8_lossy(commune).into_owned());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// All rows have passed.
    pub(super) fn finish(mut self) -> Result<Vec<ChainEnd>, Broken> {
        self.check()?;
        self.checker.check_owners(&self.owners)?;
        Ok(self.checker.ends().to_vec())
    }

    fn check(&mut self) -> Result<(), Broken> {
        self.checker.check(&std::mem::take(&mut self.packed))
    }
}
