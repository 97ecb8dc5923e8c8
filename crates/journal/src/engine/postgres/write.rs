//! The one writer on PostgreSQL: each group is one transaction in three round trips, its statements pipelined.
//!
//! Promises: where the connection is lost while a group commits, the next connection first finds out whether it
//! came through; nothing is done twice and nothing that was done is told to have failed. A server that restarts is
//! waited for, then commits are refused until it is back, and accepted again by themselves.

use super::{LOCK_HEAD, Postgres, failed};
use crate::{
    Commit, Row, Statement,
    engine::head_of,
    plan::{self, Plan},
    statement,
    writer::{Failure, Job, Turn, gather_while},
};
use futures_util::future::join;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long the writer waits before it tries a lost connection again.
const RECONNECT_AFTER: Duration = Duration::from_millis(250);

/// Tries before commits are refused; after that each group tries once.
const RECONNECTS: u32 = 40;

/// Times that other tasks are let run while a group forms.
const LET_OTHERS_RUN: usize = 8;

const OWN_TRANSACTION: &str = "SELECT pg_current_xact_id()::TEXT";
const WAS_IT_DONE: &str = "SELECT pg_xact_status(CAST($1 AS TEXT)::XID8)";

/// What became of a group.
enum Outcome {
    Done(Plan),
    /// Nothing of it is there.
    Failed(Failure),
    /// The connection was lost while it committed.
    InDoubt(Plan, Option<String>),
}

impl Postgres {
    async fn transact(&mut self, turn: &Turn, commits: &[&Commit]) -> Outcome {
        match self.prepared_plan(turn, commits).await {
            Ok((plan, transaction)) => self.conclude(plan, transaction).await,
            Err(failure) => {
                // If even this fails the connection is lost, and the next turn makes a new one.
                let _ = self.batch("ROLLBACK").await;
                Outcome::Failed(failure)
            }
        }
    }

    /// Begins, looks at the head and at what the commits ask, and plans.
    async fn prepared_plan(
        &mut self,
        turn: &Turn,
        commits: &[&Commit],
    ) -> Result<(Plan, Option<String>), Failure> {
        let mut questions = vec![statement!(LOCK_HEAD, turn.rules.commune)];
        // Without an entry the head does not move, and only the transaction's own id can tell whether it was done.
        let silent = commits.iter().all(|commit| commit.drafts.is_empty());
        if silent {
            questions.push(Statement::new(OWN_TRANSACTION, []));
        }
        questions.extend(plan::questions(&turn.rules, commits.iter().copied()));
        let mut answers = self.begin(&questions).await?;
        turn.still_ours(&answers[0])?;
        let transaction = if silent { answers[1].first().and_then(|row| row.text(0).ok()) } else { None };
        let transaction = transaction.map(ToOwned::to_owned);
        answers.drain(..=usize::from(silent));
        Ok((plan::plan(&turn.rules, turn.head, commits.iter().copied(), &answers), transaction))
    }

    /// Begins a transaction and asks questions in it, in one round trip.
    async fn begin(&mut self, questions: &[Statement]) -> Result<Vec<Vec<Row>>, Failure> {
        self.revive().await.map_err(Failure::Lost)?;
        let prepared = self.prepare_all(questions).await?;
        let begun = async { self.client.batch_execute("BEGIN").await.map_err(|error| failed(&error)) };
        // The first of the two goes out first.
        let (begun, answers) = join(begun, self.ask(&prepared, questions)).await;
        begun?;
        answers
    }

    /// Runs the plan, pipelined, and commits.
    async fn conclude(&mut self, mut plan: Plan, transaction: Option<String>) -> Outcome {
        let mut statements = std::mem::take(&mut plan.statements);
        statements.extend(plan.fence.clone());
        let prepared = match self.prepare_all(&statements).await {
            Ok(prepared) => prepared,
            Err(failure) => {
                let _ = self.batch("ROLLBACK").await;
                return Outcome::Failed(failure);
            }
        };
        // Not in one go with the statements: where there are many of them, the commit could overtake the last ones.
        let changed = match self.run_all(&prepared, &statements).await {
            Ok(changed) => changed,
            Err(Failure::Lost(_)) => return Outcome::InDoubt(plan, transaction),
            Err(failure) => {
                let _ = self.batch("ROLLBACK").await;
                return Outcome::Failed(failure);
            }
        };
        if plan.fence.is_some() && changed.last() != Some(&1) {
            // The head was locked and ours, so this cannot be; whoever made it so, we write no more.
            let _ = self.batch("ROLLBACK").await;
            return Outcome::Failed(Failure::Fenced);
        }
        match self.client.batch_execute("COMMIT").await.map_err(|error| failed(&error)) {
            Ok(()) => Outcome::Done(plan),
            Err(Failure::Lost(_)) => Outcome::InDoubt(plan, transaction),
            Err(failure) => Outcome::Failed(failure),
        }
    }

    /// Finds out whether a group in doubt was done; the old transaction is over once we hold the head.
    async fn was_done(
        &mut self,
        turn: &Turn,
        plan: &Plan,
        transaction: Option<&str>,
    ) -> Result<bool, Failure> {
        let mut questions = vec![statement!(LOCK_HEAD, turn.rules.commune)];
        questions.extend(transaction.map(|transaction| statement!(WAS_IT_DONE, transaction)));
        let answers = self.begin(&questions).await;
        let _ = self.batch("ROLLBACK").await;
        let answers = answers?;
        if plan.fence.is_none() {
            let status = answers.get(1).and_then(|rows| rows.first()).and_then(|row| row.text(0).ok());
            return Ok(status == Some("committed"));
        }
        let head = head_of(&answers[0]).map_err(|error| Failure::Database(error.to_string()))?;
        match head {
            head if head == plan.head => Ok(true),
            head if head == turn.head => Ok(false),
            _ => Err(Failure::Fenced),
        }
    }
}

/// The writer's task: runs until the last journal handle is gone.
pub(crate) async fn write(postgres: Postgres, turn: Turn, mut waiting: mpsc::Receiver<Job>) {
    let mut writer = Writer { postgres, turn, patience: RECONNECTS };
    let mut last = 0;
    while let Some(first) = waiting.recv().await {
        let jobs = gather_while(first, &mut waiting, last, LET_OTHERS_RUN, tokio::task::yield_now).await;
        last = jobs.len();
        writer.group(jobs, &waiting).await;
    }
}

struct Writer {
    postgres: Postgres,
    turn: Turn,
    /// How often a lost connection is still tried before commits are refused.
    patience: u32,
}

impl Writer {
    /// Commits a group. One that fails is run again singly: only the commit that cannot be done is refused.
    async fn group(&mut self, jobs: Vec<Job>, waiting: &mpsc::Receiver<Job>) {
        let commits: Vec<&Commit> = jobs.iter().map(|job| &job.commit).collect();
        match self.surely(&commits, waiting).await {
            Ok(plan) => self.turn.settle(plan, jobs),
            Err(failure) if jobs.len() == 1 || matches!(failure, Failure::Lost(_) | Failure::Fenced) => {
                for job in jobs {
                    self.turn.refuse(job, &failure);
                }
            }
            Err(_) => {
                for job in jobs {
                    match self.surely(&[&job.commit], waiting).await {
                        Ok(plan) => self.turn.settle(plan, [job]),
                        Err(failure) => self.turn.refuse(job, &failure),
                    }
                }
            }
        }
    }

    /// Commits, however often the connection is lost, until it is known what became of it.
    async fn surely(&mut self, commits: &[&Commit], waiting: &mpsc::Receiver<Job>) -> Result<Plan, Failure> {
        loop {
            match self.postgres.transact(&self.turn, commits).await {
                Outcome::Done(plan) => {
                    self.patience = RECONNECTS;
                    return Ok(plan);
                }
                Outcome::Failed(Failure::Again(_)) => {}
                Outcome::Failed(Failure::Lost(why)) => {
                    self.turn.announcer.failed(&why);
                    if self.patience == 0 || waiting.is_closed() {
                        return Err(Failure::Lost(why));
                    }
                    self.patience -= 1;
                    tokio::time::sleep(RECONNECT_AFTER).await;
                }
                Outcome::Failed(failure) => return Err(failure),
                Outcome::InDoubt(plan, transaction) => {
                    if self.came_through(&plan, transaction.as_deref(), waiting).await? {
                        return Ok(plan);
                    }
                }
            }
        }
    }

    /// Waits for the server for as long as it takes: nobody may be told that it failed, nor that it was done.
    async fn came_through(
        &mut self,
        plan: &Plan,
        transaction: Option<&str>,
        waiting: &mpsc::Receiver<Job>,
    ) -> Result<bool, Failure> {
        loop {
            match self.postgres.was_done(&self.turn, plan, transaction).await {
                Ok(done) => return Ok(done),
                Err(Failure::Fenced) => return Err(Failure::Fenced),
                Err(failure) if waiting.is_closed() => {
                    // The node is stopping and the server is away: the next start finds out.
                    let why = format!("it is not known whether it was done: {failure}");
                    return Err(Failure::Database(why));
                }
                Err(failure) => self.turn.announcer.failed(&failure.to_string()),
            }
            tokio::time::sleep(RECONNECT_AFTER).await;
        }
    }
}
