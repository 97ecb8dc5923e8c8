//! Databases as earlier programs left them: brought up step by step, closed in between, with a row in every table.
//!
//! Never the rows of a real commune: what is put in is of nobody, and only there so that a step meets rows.

use crate::{
    Database, Migration, Part, Row, Schema, Statement, Value,
    engine::{postgres::Postgres, sqlite::Sqlite},
    statement,
    table::{Kind, Table},
};
use std::collections::BTreeSet;

const SQLITE_SHAPE: [&str; 2] = [
    "SELECT type || ' ' || name || ' of ' || tbl_name || ': ' || COALESCE(sql, 'by itself') FROM sqlite_master \
     WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'",
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || c.cid || ' ' || c.type || ' not null ' || c.\"notnull\" \
     || ' key ' || c.pk || ' else ' || COALESCE(c.dflt_value, 'nothing') \
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
];

const POSTGRES_SHAPE: [&str; 3] = [
    "SELECT 'column ' || table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type \
     || ' may be null ' || is_nullable || ' else ' || COALESCE(column_default, 'nothing') \
     FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT 'index ' || REPLACE(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT 'constraint ' || r.relname || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) \
     FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid \
     WHERE c.connamespace = current_schema()::regnamespace",
];

const STEPS: &str = "SELECT 'step ' || name FROM migrations";

/// All steps of the journal and of these parts, in an order in which they may have come over the years: everybody's first
/// ones, then everybody's second ones.
pub fn steps(parts: &[Part]) -> Vec<Migration> {
    let schema = Schema::new(parts.iter().copied());
    let most = schema.parts().iter().map(|part| part.migrations.len()).max().unwrap_or(0);
    let nth = |turn| schema.parts().iter().filter_map(move |part| part.migrations.get(turn).copied());
    (0..most).flat_map(nth).collect()
}

/// Opens the database as a program does that knows these steps and no others, puts a row into every table that has none,
/// and closes it.
pub async fn bring_to(database: &Database, steps: &[Migration]) -> Result<(), String> {
    let migrations = steps.to_vec().leak();
    let part = Part { slice: "steps", migrations, views: &[], vault: &[], apply: |_| Ok(Vec::new()) };
    let schema = Schema::of([part]);
    match database {
        Database::Sqlite(path) => {
            let mut sqlite = Sqlite::writer(path, &schema)?;
            sqlite.batch("PRAGMA synchronous = OFF")?;
            for row in rows(&sqlite.tables()?) {
                sqlite.execute(&row).map_err(|failure| failure.to_string())?;
            }
        }
        Database::Postgres(url) => {
            let mut postgres = Postgres::writer(url, &schema).await?;
            let rows = rows(&postgres.tables().await?);
            postgres.execute(&rows).await.map_err(|failure| failure.to_string())?;
        }
    }
    Ok(())
}

/// A row for each of these tables; it is nobody's.
fn rows(tables: &[Table]) -> Vec<Statement> {
    let own = tables.iter().filter(|table| table.name != "migrations");
    let row = |table: &Table| {
        let values = table.columns.iter().map(|column| match column.kind {
            Kind::Int => Value::from(1_i64),
            Kind::Real => Value::from(1.0),
            Kind::Text => Value::from("nobody"),
            Kind::Bytes => Value::from([1_u8; 32]),
        });
        Statement::new(format!("{} ON CONFLICT DO NOTHING", table.insert()), values.collect::<Vec<_>>())
    };
    own.map(row).collect()
}

/// Which tables, columns, defaults, keys, indexes and constraints are there, and which steps made them: the same for two
/// databases if and only if their schema is the same.
pub async fn shape(database: &Database) -> Result<BTreeSet<String>, String> {
    let asked = match database {
        Database::Sqlite(_) => SQLITE_SHAPE.as_slice(),
        Database::Postgres(_) => POSTGRES_SHAPE.as_slice(),
    };
    let mut shape = BTreeSet::new();
    for sql in asked.iter().chain([&STEPS]) {
        let plain = |row: &Row| Ok(row.text(0)?.split_whitespace().collect::<Vec<_>>().join(" "));
        for row in super::raw(database, &statement!(*sql)).await? {
            shape.insert(plain(&row).map_err(|error: crate::BadColumn| error.to_string())?);
        }
    }
    Ok(shape)
}
