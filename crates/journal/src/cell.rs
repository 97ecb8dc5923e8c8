//! Values still lying in the database's own memory: what long reads look at, row after row, without a copy.

use crate::{Row, Value, writer::Failure};

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    /// As stored: a damaged file may hold bytes that are no UTF-8.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
}

/// A row while it is looked at.
pub(crate) trait Record {
    /// The value in this column.
    fn cell(&self, column: usize) -> Result<Cell<'_>, Failure>;
}

impl Cell<'_> {
    /// The value on its own.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(number),
            Self::Real(number) => Value::Real(number),
            Self::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        }
    }

    /// Puts the value into this one, in whose memory it stays where it can.
    pub(crate) fn fill(self, value: &mut Value) {
        match (self, &mut *value) {
            (Self::Text(text), Value::Text(old)) => {
                old.clear();
                old.push_str(&String::from_utf8_lossy(text));
            }
            (Self::Bytes(bytes), Value::Bytes(old)) => {
                old.clear();
                old.extend_from_slice(bytes);
            }
            (new, _) => *value = new.to_value(),
        }
    }

    /// Whether both are the same to the last bit.
    pub(crate) fn same(self, other: Cell<'_>) -> bool {
        match (self, other) {
            (Cell::Real(one), Cell::Real(other)) => one.to_bits() == other.to_bits(),
            (one, other) => one == other,
        }
    }
}

impl Value {
    /// The value, lent.
    pub(crate) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Int(number) => Cell::Int(*number),
            Self::Real(number) => Cell::Real(*number),
            Self::Text(text) => Cell::Text(text.as_bytes()),
            Self::Bytes(bytes) => Cell::Bytes(bytes),
        }
    }
}

impl Record for Row {
    fn cell(&self, column: usize) -> Result<Cell<'_>, Failure> {
        let value = self.0.get(column).ok_or_else(|| Failure::Database(format!("no column {column}")))?;
        Ok(value.cell())
    }
}
