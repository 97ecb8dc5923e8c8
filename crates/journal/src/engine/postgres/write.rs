//! The one writer on PostgreSQL: each group is one transaction, its statements pipelined.

use super::Postgres;
use crate::{
    Commit,
    engine::READ_HEAD,
    plan::{self, Plan},
    statement,
    writer::{Failure, Job, Turn, gather},
};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long the writer waits before it tries a lost connection again.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);

impl Postgres {
    async fn transact(&mut self, turn: &Turn, commits: &[&Commit]) -> Result<Plan, Failure> {
        self.revive().await.map_err(Failure::Database)?;
        self.batch("BEGIN").await.map_err(Failure::Database)?;
        match self.run(turn, commits).await {
            Ok(plan) => self.conclude(turn, plan).await,
            Err(failure) => {
                // If even this fails the connection is lost, and the next turn makes a new one.
                let _ = self.batch("ROLLBACK").await;
                Err(failure)
            }
        }
    }

    /// Commits. Where the connection is lost just then, the head tells whether the commit came through.
    async fn conclude(&mut self, turn: &Turn, plan: Plan) -> Result<Plan, Failure> {
        let Err(why) = self.batch("COMMIT").await else { return Ok(plan) };
        if !self.client.is_closed() {
            return Err(Failure::Database(why));
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
        self.revive().await.map_err(Failure::Database)?;
        let head = self.head(turn.rules.commune).await.map_err(Failure::Database)?;
        if plan.fence.is_some() && head == plan.head { Ok(plan) } else { Err(Failure::Database(why)) }
    }

    async fn run(&mut self, turn: &Turn, commits: &[&Commit]) -> Result<Plan, Failure> {
        let mut questions = plan::questions(&turn.rules, commits.iter().copied());
        questions.push(statement!(READ_HEAD, turn.rules.commune));
        let mut answers = self.questions(&questions).await?;
        turn.still_ours(&answers.pop().unwrap_or_default())?;
        let mut plan = plan::plan(&turn.rules, turn.head, commits.iter().copied(), &answers);
        let mut statements = std::mem::take(&mut plan.statements);
        statements.extend(plan.fence.clone());
        // Between reading the head and here another writer may have come: then this changes no row.
        let changed = self.execute(&statements).await?;
        if plan.fence.is_some() && changed.last() != Some(&1) {
            return Err(Failure::Fenced);
        }
        Ok(plan)
    }
}

/// The writer's task: runs until the last journal handle is gone.
pub(crate) async fn write(mut postgres: Postgres, mut turn: Turn, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.recv().await {
        let jobs = gather(first, &mut waiting);
        let commits: Vec<&Commit> = jobs.iter().map(|job| &job.commit).collect();
        match postgres.transact(&turn, &commits).await {
            Ok(plan) => turn.settle(plan, jobs),
            Err(_) => one_by_one(&mut postgres, &mut turn, jobs).await,
        }
    }
}

/// A group that failed, run again singly: only the commit that cannot be done is refused.
async fn one_by_one(postgres: &mut Postgres, turn: &mut Turn, jobs: Vec<Job>) {
    for job in jobs {
        let mut outcome = postgres.transact(turn, &[&job.commit]).await;
        if outcome.is_err() && postgres.client.is_closed() {
            tokio::time::sleep(RECONNECT_AFTER).await;
            outcome = postgres.transact(turn, &[&job.commit]).await;
        }
        match outcome {
            Ok(plan) => turn.settle(plan, [job]),
            Err(failure) => turn.refuse(job, &failure),
        }
    }
}
