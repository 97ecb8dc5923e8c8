//! The two engines. Everything above them sees statements and rows.

pub(crate) mod lease;
pub(crate) mod migrations;
pub(crate) mod postgres;
pub(crate) mod source;
pub(crate) mod sqlite;

use crate::{Row, plan::Head};

pub(crate) const FIRST_HEAD: &str = "INSERT INTO heads (commune, seq, epoch, hash) VALUES ($1, 0, 0, $2) \
                                     ON CONFLICT (commune) DO NOTHING";
pub(crate) const READ_HEAD: &str = "SELECT seq, epoch, hash FROM heads WHERE commune = $1";

/// The head that this row tells; the head of an empty chain if there is no row.
pub(crate) fn head_of(rows: &[Row]) -> Result<Head, crate::BadColumn> {
    let Some(row) = rows.first() else { return Ok(Head { seq: 0, epoch: 0, hash: [0; 32] }) };
    let mut hash = [0; 32];
    let bytes = row.bytes(2)?;
    if bytes.len() == hash.len() {
        hash.copy_from_slice(bytes);
    }
    Ok(Head { seq: row.count(0)?, epoch: u32::try_from(row.int(1)?).unwrap_or(u32::MAX), hash })
}
