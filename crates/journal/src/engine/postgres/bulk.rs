//! Whole tables in and out of PostgreSQL.

use super::{Postgres, failed};
use crate::{
    Statement,
    cell::{Cell, Record},
    table::{Column, Kind, Table, quoted},
    writer::Failure,
};
use futures_util::TryStreamExt;
use std::pin::pin;
use tokio_postgres::{binary_copy::BinaryCopyInWriter, types::Type};

const TABLES: &str = "SELECT c.relname::TEXT, a.attname::TEXT, format_type(a.atttypid, NULL)::TEXT, \
                      (SELECT array_position(i.indkey::int2[], a.attnum)::BIGINT FROM pg_index i \
                      WHERE i.indrelid = c.oid AND i.indisprimary) FROM pg_class c JOIN pg_attribute a \
                      ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind = 'r' \
                      AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum";

impl Postgres {
    /// The tables of the schema that this connection is in.
    pub(crate) async fn tables(&mut self) -> Result<Vec<Table>, String> {
        let mut tables: Vec<(Table, Vec<(i64, usize)>)> = Vec::new();
        let told = |error: crate::BadColumn| error.to_string();
        let rows = self.query(&Statement::new(TABLES, [])).await.map_err(|failure| failure.to_string())?;
        for row in &rows {
            let (name, column) = (row.text(0).map_err(told)?, row.text(1).map_err(told)?);
            if tables.last().is_none_or(|(table, _)| table.name != name) {
                let table = Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() };
                tables.push((table, Vec::new()));
            }
            if let Some((table, keys)) = tables.last_mut() {
                if let Some(key) = row.maybe(3, crate::Row::int).map_err(told)? {
                    keys.push((key, table.columns.len()));
                }
                let kind = Kind::of(row.text(2).map_err(told)?)?;
                table.columns.push(Column { name: column.to_owned(), kind });
            }
        }
        Ok(tables.into_iter().map(|(table, keys)| table.with_key(keys)).collect())
    }

    /// Runs one query and shows each row as it comes, until one is refused.
    pub(crate) async fn each<E: From<Failure>>(
        &mut self,
        statement: &Statement,
        take: &mut dyn FnMut(&dyn Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let prepared = self.prepare(&statement.sql).await?;
        let rows =
            self.client.query_raw(&prepared, &statement.values).await.map_err(|error| failed(&error))?;
        let mut rows = pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(|error| failed(&error))? {
            take(&row)?;
        }
        Ok(())
    }

    /// Begins to fill a table.
    pub(crate) async fn fill(&self, table: &Table) -> Result<BinaryCopyInWriter, Failure> {
        let sql =
            format!("COPY {} ({}) FROM STDIN (FORMAT BINARY)", quoted(&table.name), table.column_list());
        let sink = self.client.copy_in(&sql).await.map_err(|error| failed(&error))?;
        let types = table.columns.iter().map(|column| match column.kind {
            Kind::Int => Type::INT8,
            Kind::Real => Type::FLOAT8,
            Kind::Text => Type::TEXT,
            Kind::Bytes => Type::BYTEA,
        });
        Ok(BinaryCopyInWriter::new(sink, &types.collect::<Vec<_>>()))
    }
}

/// One more row of a table that is filled.
pub(crate) async fn add(
    writer: std::pin::Pin<&mut BinaryCopyInWriter>,
    row: &[Cell<'_>],
) -> Result<(), Failure> {
    writer.write_raw(row).await.map_err(|error| failed(&error))
}

/// The table is filled.
pub(crate) async fn finish(writer: std::pin::Pin<&mut BinaryCopyInWriter>) -> Result<u64, Failure> {
    writer.finish().await.map_err(|error| failed(&error))
}
