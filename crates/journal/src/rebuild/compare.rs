//! Two tables side by side, row by row in the order of their key, until the first difference.

use super::{RebuildError, Scratch};
use crate::{
    Value,
    cell::Record,
    engine::{source::Source, sqlite::translated},
    progress::{Reporter, Step},
    table::Table,
};
use std::{cmp::Ordering, fmt};

/// The first row of a view that is not what the entries give.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("view {table}, row {}: {what}; run `liengia rebuild`", key_in_words(key))]
pub struct Difference {
    /// The view.
    pub table: String,
    /// The row's primary key: column and value.
    pub key: Vec<(String, Value)>,
    /// How it differs.
    pub what: Differs,
}

/// How a row differs. Views hold no personal data, so the values may be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Differs {
    /// The entries do not give this row.
    TooMuch,
    /// The entries give this row, and it is not there.
    Missing,
    /// This column holds something else.
    Column {
        /// The column.
        name: String,
        /// What is there.
        live: Value,
        /// What the entries give.
        rebuilt: Value,
    },
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMuch => f.write_str("it is there, but no entry gives it"),
            Self::Missing => f.write_str("the entries give it, but it is not there"),
            Self::Column { name, live, rebuilt } => {
                write!(f, "{name} is {}, but the entries give {}", in_words(live), in_words(rebuilt))
            }
        }
    }
}

fn key_in_words(key: &[(String, Value)]) -> String {
    key.iter().map(|(name, value)| format!("{name} {}", in_words(value))).collect::<Vec<_>>().join(", ")
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("'{text}'"),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// Compares these tables; answers how many rows they have.
pub(super) fn all(
    source: &mut Source,
    scratch: &Scratch,
    tables: &[Table],
    reporter: &mut Reporter<'_>,
) -> Result<u64, RebuildError> {
    reporter.begin(Step::Comparing, 0);
    let mut rows = 0;
    for table in tables {
        rows += one(source, scratch, table, reporter)?;
    }
    reporter.end();
    Ok(rows)
}

fn one(
    source: &mut Source,
    scratch: &Scratch,
    table: &Table,
    reporter: &mut Reporter<'_>,
) -> Result<u64, RebuildError> {
    let mut select = scratch.sqlite.connection().prepare(&translated(&table.select_in_order("")))?;
    let mut rebuilt = select.query([])?;
    let mut count = 0;
    source.rows_in_order(table, &mut |live| {
        let Some(row) = rebuilt.next()? else {
            return Err(difference(table, live, Differs::TooMuch)?);
        };
        count += 1;
        reporter.add(1);
        for (index, column) in table.columns.iter().enumerate() {
            let (mine, other) = (live.cell(index)?, row.cell(index)?);
            if mine.same(other) {
                continue;
            }
            return Err(match order(table, live, row)? {
                Ordering::Less => difference(table, live, Differs::TooMuch)?,
                Ordering::Greater => difference(table, row, Differs::Missing)?,
                Ordering::Equal => {
                    let (name, live_value, rebuilt) =
                        (column.name.clone(), mine.to_value(), other.to_value());
                    difference(table, live, Differs::Column { name, live: live_value, rebuilt })?
                }
            });
        }
        Ok(())
    })?;
    match rebuilt.next()? {
        Some(row) => Err(difference(table, row, Differs::Missing)?),
        None => Ok(count),
    }
}

/// Which of two rows comes first by the key.
fn order(table: &Table, one: &dyn Record, other: &dyn Record) -> Result<Ordering, RebuildError> {
    for column in &table.key {
        let ordering = match (one.cell(*column)?, other.cell(*column)?) {
            (crate::cell::Cell::Int(one), crate::cell::Cell::Int(other)) => one.cmp(&other),
            (crate::cell::Cell::Real(one), crate::cell::Cell::Real(other)) => one.total_cmp(&other),
            (crate::cell::Cell::Text(one), crate::cell::Cell::Text(other))
            | (crate::cell::Cell::Bytes(one), crate::cell::Cell::Bytes(other)) => one.cmp(other),
            // Two kinds in one column of a key: they differ, and no order helps.
            _ => Ordering::Less,
        };
        if ordering != Ordering::Equal {
            return Ok(ordering);
        }
    }
    Ok(Ordering::Equal)
}

fn difference(table: &Table, row: &dyn Record, what: Differs) -> Result<RebuildError, RebuildError> {
    let key = table
        .key
        .iter()
        .map(|column| Ok((table.columns[*column].name.clone(), row.cell(*column)?.to_value())))
        .collect::<Result<_, RebuildError>>()?;
    let difference = Difference { table: table.name.clone(), key, what };
    Ok(RebuildError::Differs(Box::new(difference)))
}
