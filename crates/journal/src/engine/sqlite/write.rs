//! The one writer on SQLite: each group is one transaction on the writer's own thread.

use super::Sqlite;
use crate::{
    Commit,
    engine::READ_HEAD,
    plan::{self, Plan},
    statement,
    writer::{Failure, Job, Turn, gather},
};
use tokio::sync::mpsc;

impl Sqlite {
    fn transact<'a>(
        &mut self,
        turn: &Turn,
        commits: impl Iterator<Item = &'a Commit> + Clone,
    ) -> Result<Plan, Failure> {
        self.batch("BEGIN IMMEDIATE").map_err(Failure::Database)?;
        let outcome = self.run(turn, commits).and_then(|plan| {
            self.batch("COMMIT").map_err(Failure::Database)?;
            Ok(plan)
        });
        if outcome.is_err() && !self.connection.is_autocommit() {
            // If even this fails, the next BEGIN says so.
            let _ = self.batch("ROLLBACK");
        }
        outcome
    }

    fn run<'a>(
        &mut self,
        turn: &Turn,
        commits: impl Iterator<Item = &'a Commit> + Clone,
    ) -> Result<Plan, Failure> {
        turn.still_ours(&self.query(&statement!(READ_HEAD, turn.rules.commune))?)?;
        let questions = plan::questions(&turn.rules, commits.clone());
        let answers =
            questions.iter().map(|question| self.query(question)).collect::<Result<Vec<_>, Failure>>()?;
        let plan = plan::plan(&turn.rules, turn.head, commits, &answers);
        for statement in plan.statements.iter().chain(&plan.fence) {
            self.execute(statement)?;
        }
        Ok(plan)
    }
}

/// Times that the writer waits a moment while a group forms.
const MOMENTS: usize = 8;

/// The writer's thread: runs until the last journal handle is gone, and leaves nothing that was accepted undone.
pub(crate) fn write(mut sqlite: Sqlite, mut turn: Turn, mut waiting: mpsc::Receiver<Job>) {
    let mut last = 0;
    while let Some(first) = waiting.blocking_recv() {
        let jobs = gather(first, &mut waiting, last, MOMENTS);
        last = jobs.len();
        match sqlite.transact(&turn, jobs.iter().map(|job| &job.commit)) {
            Ok(plan) => turn.settle(plan, jobs),
            Err(_) => one_by_one(&mut sqlite, &mut turn, jobs),
        }
    }
    // Leaves one file without a log beside it; if it cannot, the next start reads the log.
    let _ = sqlite.batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// A group that failed, run again singly: only the commit that cannot be done is refused.
fn one_by_one(sqlite: &mut Sqlite, turn: &mut Turn, jobs: Vec<Job>) {
    for job in jobs {
        match sqlite.transact(turn, std::iter::once(&job.commit)) {
            Ok(plan) => turn.settle(plan, [job]),
            Err(failure) => turn.refuse(job, &failure),
        }
    }
}
