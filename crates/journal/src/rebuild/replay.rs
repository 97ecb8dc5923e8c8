//! The replay: entries in, view rows out. One thread reads and applies, the other runs the statements.

use super::{RebuildError, Rebuilt, scratch::Scratch};
use crate::{
    Body, Entry, Schema, Statement,
    chain::COLUMNS,
    engine::source::Source,
    progress::{Reporter, Step},
    statement,
    subscribe::{Names, read_entry},
    writer::Failure,
};
use std::sync::mpsc::{SyncSender, sync_channel};

/// Entries whose statements go to the other thread at a time.
const BATCH: u64 = 1024;

/// Batches that may wait.
const MAX_BATCHES: usize = 4;

const COUNT_ENTRIES: &str = "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM heads";

#[derive(Default)]
struct Batch {
    statements: Vec<Statement>,
    entries: u64,
    withheld: u64,
}

/// Why reading stopped.
enum Stopped {
    /// The other thread has failed and says why.
    Heard,
    Failed(RebuildError),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

/// Fills the scratch file's views with what the entries of this source give.
pub(crate) fn replay(
    source: &mut Source,
    schema: &Schema,
    scratch: &mut Scratch,
    reporter: &mut Reporter<'_>,
) -> Result<Rebuilt, RebuildError> {
    let total = source.query(&statement!(COUNT_ENTRIES))?;
    reporter.begin(Step::Replaying, total.first().and_then(|row| row.count(0).ok()).unwrap_or(0));
    scratch.sqlite.batch("BEGIN").map_err(RebuildError::Storage)?;
    let mut rebuilt = Rebuilt { entries: 0, withheld: 0, rows: 0 };
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Batch>(MAX_BATCHES);
        let reading = scope.spawn(move || read(source, schema, &sender));
        let mut outcome = Ok(());
        for batch in &receiver {
            outcome = run(scratch, &batch.statements);
            if outcome.is_err() {
                break;
            }
            rebuilt.entries += batch.entries;
            rebuilt.withheld += batch.withheld;
            reporter.add(batch.entries);
        }
        drop(receiver);
        // A panic there is a defect of this program; it goes on here.
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome?;
        match read {
            Err(Stopped::Failed(error)) => Err(error),
            Ok(()) | Err(Stopped::Heard) => Ok(()),
        }
    })?;
    scratch.sqlite.batch("COMMIT").map_err(RebuildError::Storage)?;
    reporter.end();
    Ok(rebuilt)
}

fn run(scratch: &mut Scratch, statements: &[Statement]) -> Result<(), RebuildError> {
    for statement in statements {
        scratch.late.before(&mut scratch.sqlite, statement)?;
        scratch.sqlite.execute(statement)?;
    }
    Ok(())
}

fn read(source: &mut Source, schema: &Schema, sender: &SyncSender<Batch>) -> Result<(), Stopped> {
    let mut batch = Batch::default();
    let mut names = Names::default();
    let all = Statement::new(format!("SELECT {COLUMNS} FROM entries ORDER BY commune, seq"), []);
    source.each(&all, &mut |record| {
        let entry = read_entry(record, &mut names)?;
        batch.entries += 1;
        batch.withheld += u64::from(matches!(entry.body, Body::Withheld(_)));
        batch.statements.extend(applied(schema, &entry).map_err(|error| Stopped::Failed(error.into()))?);
        if batch.entries == BATCH {
            sender.send(std::mem::take(&mut batch)).map_err(|_| Stopped::Heard)?;
        }
        Ok::<_, Stopped>(())
    })?;
    sender.send(batch).map_err(|_| Stopped::Heard)
}

/// What this entry changes. Where a withheld body would be needed, nothing.
fn applied(schema: &Schema, entry: &Entry) -> Result<Vec<Statement>, crate::BadBody> {
    match (schema.apply(entry), &entry.body) {
        (Err(_), Body::Withheld(_)) => Ok(Vec::new()),
        (outcome, _) => outcome,
    }
}
