//! Values on their way to PostgreSQL and back.

use super::failed;
use crate::{
    Row, Value,
    cell::{Cell, Record},
    writer::Failure,
};
use bytes::BytesMut;
use std::error::Error;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(&Type::INT8, out),
            Self::Real(number) => number.to_sql(&Type::FLOAT8, out),
            Self::Text(bytes) | Self::Bytes(bytes) => bytes.to_sql(&Type::BYTEA, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.cell().to_sql(kind, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Record for tokio_postgres::Row {
    fn cell(&self, column: usize) -> Result<Cell<'_>, Failure> {
        let kind = self.columns()[column].type_();
        let cell = if *kind == Type::INT8 {
            self.try_get::<_, Option<i64>>(column).map(|number| number.map(Cell::Int))
        } else if *kind == Type::INT4 {
            self.try_get::<_, Option<i32>>(column).map(|number| number.map(|number| Cell::Int(number.into())))
        } else if *kind == Type::FLOAT8 {
            self.try_get::<_, Option<f64>>(column).map(|number| number.map(Cell::Real))
        } else if *kind == Type::BYTEA {
            self.try_get::<_, Option<&[u8]>>(column).map(|bytes| bytes.map(Cell::Bytes))
        } else {
            self.try_get::<_, Option<&str>>(column).map(|text| text.map(|text| Cell::Text(text.as_bytes())))
        };
        cell.map(|cell| cell.unwrap_or(Cell::Null)).map_err(|error| failed(&error))
    }
}

/// The row on its own.
pub(super) fn owned(row: &tokio_postgres::Row) -> Result<Row, Failure> {
    let values = (0..row.len()).map(|column| Ok(row.cell(column)?.to_value()));
    values.collect::<Result<_, Failure>>().map(Row)
}
