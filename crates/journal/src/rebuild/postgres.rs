//! The rebuild on PostgreSQL: one transaction that empties the views and fills them with what SQLite made.
//!
//! While it runs the heads are locked, so that no entry can come in; a node's commits wait until it is done.

use super::{RebuildError, Rebuilt, Scratch, replay, up_to_date, views};
use crate::{
    Database, Schema,
    cell::{Cell, Record},
    engine::{
        postgres::{Postgres, bulk},
        source::Source,
        sqlite::{Sqlite, translated},
    },
    progress::{Reporter, Step},
    table::{Table, quoted},
    verify::source_is_whole,
};
use std::pin::pin;
use tokio::runtime::Handle;

/// Makes every view anew.
pub(super) fn rebuild(
    url: &str,
    schema: &Schema,
    runtime: &Handle,
    reporter: &mut Reporter<'_>,
) -> Result<Rebuilt, RebuildError> {
    let postgres = runtime.block_on(alone(url)).map_err(RebuildError::Storage)?;
    let mut source = Source::Postgres(postgres, runtime.clone());
    up_to_date(&mut source, schema)?;
    source_is_whole(&mut source, reporter)?;
    let place = Scratch::place_for(&Database::Postgres(url.to_owned()));
    let mut scratch = Scratch::hidden(&place, schema)?;
    let mut rebuilt = replay(&mut source, schema, &mut scratch, reporter)?;
    let tables = views(&mut source, schema)?;
    let Source::Postgres(mut postgres, _) = source else { return Ok(rebuilt) };
    reporter.begin(Step::Copying, 0);
    runtime
        .block_on(async {
            for table in &tables {
                postgres.batch(&format!("TRUNCATE {}", quoted(&table.name))).await?;
                rebuilt.rows += transfer(&scratch.sqlite, &mut postgres, table, reporter).await?;
            }
            postgres.batch("COMMIT").await
        })
        .map_err(RebuildError::Storage)?;
    reporter.end();
    Ok(rebuilt)
}

/// A transaction in which no entry can come in.
async fn alone(url: &str) -> Result<Postgres, String> {
    let postgres = Postgres::connect(url).await?;
    postgres.batch("BEGIN; SET LOCAL lock_timeout = '10s'; LOCK TABLE heads IN EXCLUSIVE MODE").await?;
    Ok(postgres)
}

/// Fills an empty table with the rows that it has in a SQLite file.
pub(crate) async fn transfer(
    from: &Sqlite,
    to: &mut Postgres,
    table: &Table,
    reporter: &mut Reporter<'_>,
) -> Result<u64, String> {
    let told = |error: rusqlite::Error| error.to_string();
    let mut select = from.connection().prepare(&translated(&table.select_in_order(""))).map_err(told)?;
    let mut rows = select.query([]).map_err(told)?;
    let mut writer = pin!(to.fill(table).await.map_err(|failure| failure.to_string())?);
    while let Some(row) = rows.next().map_err(told)? {
        let cells = (0..table.columns.len()).map(|column| row.cell(column));
        let cells: Vec<Cell<'_>> = cells.collect::<Result<_, _>>().map_err(|failure| failure.to_string())?;
        bulk::add(writer.as_mut(), &cells).await.map_err(|failure| failure.to_string())?;
        reporter.add(1);
    }
    bulk::finish(writer.as_mut()).await.map_err(|failure| failure.to_string())
}
