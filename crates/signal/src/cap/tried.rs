//! That the operator tried the feed out: the only thing about it that the journal must remember, since a test is no alarm.

use crate::event::SignalEvent;
use liengia_journal::{BadBody, Entry, Journal, QueryError, Statement, statement};
use liengia_kernel::{AlarmId, Timestamp};

/// Tests that stand in the feed.
const SHOWN: usize = 3;

/// What an entry changes in the list of tests.
pub(crate) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    let SignalEvent::CapTested { test } = entry.event()? else { return Ok(Vec::new()) };
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

#[cfg(test)]
mod checks {
    use super::{test, tests};
    use crate::{book::PART, event::SignalEvent};
    use liengia_journal::{
        Commit, Draft,
        testing::{context, on_both_engines},
    };
    use liengia_kernel::{AlarmId, Timestamp};

    #[tokio::test]
    async fn the_last_three_tests_are_shown_and_each_is_known_by_its_time() {
        on_both_engines(&[PART], async |journal| {
            let id = |n: u8| AlarmId::from_bytes([n; 16]);
            for (second, n) in [(1, 1), (2, 2), (3, 3), (3, 4), (9, 1)] {
                let tested = Draft::of(&SignalEvent::CapTested { test: id(n) });
                journal.commit(Commit::new(context(second), vec![tested])).await.unwrap();
            }
            let at = Timestamp::from_seconds;
            assert_eq!(tests(&journal).await.unwrap(), [(id(4), at(3)), (id(3), at(3)), (id(2), at(2))]);
            assert_eq!(test(&journal, id(1)).await.unwrap(), Some(at(1)), "the first time stays");
            assert_eq!(test(&journal, id(9)).await.unwrap(), None);
        })
        .await;
    }
}
