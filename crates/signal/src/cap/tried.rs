//! That the operator tried the feed out: the only thing about it that the journal must remember, since a test is no alarm.

use liengia_journal::{BadBody, Entry, Event, Journal, QueryError, Statement, statement};
use liengia_kernel::{AlarmId, Timestamp};
use serde::{Deserialize, Serialize};

/// Tests that stand in the feed.
const SHOWN: usize = 3;

/// What happened to the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CapEvent {
    /// The operator tried it out.
    CapTested {
        /// The test, named like an alarm.
        test: AlarmId,
    },
}

impl Event for CapEvent {
    const SLICE: &'static str = "signal";

    fn kind(&self) -> &'static str {
        match self {
            Self::CapTested { .. } => "cap_tested",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::CapTested { test } => test.to_string(),
        }
    }
}

/// What an entry changes in the list of tests.
pub(crate) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    let CapEvent::CapTested { test } = entry.event()?;
    Ok(vec![statement!(
        "INSERT INTO cap_tests (commune, test, at) VALUES ($1, $2, $3) ON CONFLICT (commune, test) DO NOTHING",
        entry.commune,
        test,
        entry.at
    )])
}

/// The last tests, the newest first.
pub async fn tests(journal: &Journal) -> Result<Vec<(AlarmId, Timestamp)>, QueryError> {
    let sql = "SELECT test, at FROM cap_tests WHERE commune = $1 ORDER BY at DESC, test DESC LIMIT $2";
    let rows = journal.query(statement!(sql, journal.commune(), SHOWN)).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.time(1)?))).collect()
}

/// When this test was, if it is one.
pub async fn test(journal: &Journal, test: AlarmId) -> Result<Option<Timestamp>, QueryError> {
    let sql = "SELECT at FROM cap_tests WHERE commune = $1 AND test = $2";
    let rows = journal.query(statement!(sql, journal.commune(), test)).await?;
    Ok(rows.first().map(|row| row.time(0)).transpose()?)
}
