//! The journal on both engines: what it acknowledges, what it refuses, what subscriptions see.

use crate::bells::{BELLS, rang, times};
use liengia_journal::{
    Commit, CommitError, Idempotency,
    testing::{Engine, Fresh, context, on_both_engines},
};

#[tokio::test]
async fn entries_and_views_change_together() {
    on_both_engines(&[BELLS], async |journal| {
        let receipt =
            journal.commit(Commit::new(context(1), vec![rang("a", 1), rang("a", 2)])).await.unwrap();
        assert_eq!(receipt.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(times(&journal, "a").await, 3);
        let stored = journal.entries_after(0, 10).await.unwrap();
        assert_eq!(stored, receipt.entries);
        assert_eq!(stored[1].hash, stored[1].expected_hash(&stored[0].hash));
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_cannot_be_done_leaves_nothing_and_does_not_take_its_group_along() {
    on_both_engines(&[BELLS], async |journal| {
        let good = (0..20).map(|_| journal.commit(Commit::new(context(1), vec![rang("good", 1)])));
        let bad = journal.commit(Commit::new(context(1), vec![rang("good", 1), rang("bad", 100)]));
        let (good, bad) = futures_util::future::join(futures_util::future::join_all(good), bad).await;
        assert!(good.iter().all(Result::is_ok));
        assert!(matches!(bad, Err(CommitError::Storage(_))), "{bad:?}");
        assert_eq!(times(&journal, "good").await, 20);
        assert_eq!(journal.entries_after(0, 100).await.unwrap().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_decision_on_an_old_version_is_refused_and_decided_again() {
    on_both_engines(&[BELLS], async |journal| {
        journal.commit(Commit::new(context(1), vec![rang("a", 1)])).await.unwrap();
        let stale = journal.commit(Commit::new(context(2), vec![rang("a", 1)]).expecting("a", 0)).await;
        assert_eq!(stale.unwrap_err(), CommitError::Conflict { subject: "a".into(), expected: 0, found: 1 });
        let decisions = (0..5).map(|_| {
            journal.decide::<CommitError>(async || {
                let history = journal.history("a", 0, 100).await.unwrap();
                let version = history.last().map_or(0, |entry| entry.seq);
                Ok(Commit::new(context(3), vec![rang("a", 1)]).expecting("a", version))
            })
        });
        for outcome in futures_util::future::join_all(decisions).await {
            outcome.unwrap();
        }
        assert_eq!(times(&journal, "a").await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_command_gets_the_first_answer_and_acts_once() {
    on_both_engines(&[BELLS], async |journal| {
        let once = |fingerprint| Some(Idempotency { key: "k".into(), fingerprint, answer: "first".into() });
        let command = || journal.commit(Commit::new(context(1), vec![rang("a", 1)]).once(once([1; 32])));
        let (first, again) = tokio::join!(command(), command());
        assert_eq!(first.unwrap().repeated, None);
        assert_eq!(again.unwrap().repeated.as_deref(), Some("first"));
        assert_eq!(command().await.unwrap().repeated.as_deref(), Some("first"));
        let other = journal.commit(Commit::new(context(1), vec![rang("a", 1)]).once(once([2; 32]))).await;
        assert_eq!(other.unwrap_err(), CommitError::KeyReused);
        assert_eq!(times(&journal, "a").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_sees_every_entry_once_and_in_order() {
    on_both_engines(&[BELLS], async |journal| {
        for _ in 0..300 {
            journal.commit(Commit::new(context(1), vec![rang("early", 0)])).await.unwrap();
        }
        let mut subscription = journal.subscribe(10);
        let writer = journal.clone();
        let writing = tokio::spawn(async move {
            for _ in 0..50 {
                let commits = (0..40).map(|_| writer.commit(Commit::new(context(2), vec![rang("late", 0)])));
                for outcome in futures_util::future::join_all(commits).await {
                    outcome.unwrap();
                }
            }
        });
        for seq in 11..=2300 {
            assert_eq!(subscription.next().await.unwrap().unwrap().seq, seq);
        }
        writing.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_closed_journal_opens_where_it_ended() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        journal.commit(Commit::new(context(1), vec![rang("a", 1)])).await.unwrap();
        journal.close().await;
        let journal = fresh.open(&[BELLS]).await;
        let receipt = journal.commit(Commit::new(context(2), vec![rang("a", 1)])).await.unwrap();
        assert_eq!(receipt.seq, 2);
        assert_eq!(times(&journal, "a").await, 2);
    }
}

#[tokio::test]
async fn a_second_writer_is_fenced_off() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = Fresh::new(engine).await;
        let (old, new) = (fresh.open(&[BELLS]).await, fresh.open(&[BELLS]).await);
        new.commit(Commit::new(context(1), vec![rang("a", 1)])).await.unwrap();
        let late = old.commit(Commit::new(context(2), vec![rang("a", 1)])).await;
        assert!(matches!(late, Err(CommitError::Closed(_))), "{late:?}");
        assert_eq!(times(&new, "a").await, 1);
    }
}

#[tokio::test]
async fn a_reaction_finds_its_place_again() {
    on_both_engines(&[BELLS], async |journal| {
        assert_eq!(journal.cursor("siren").await.unwrap(), 0);
        journal.advance(context(1), "siren", 5).await.unwrap();
        journal.advance(context(1), "siren", 6).await.unwrap();
        assert_eq!(journal.cursor("siren").await.unwrap(), 6);
    })
    .await;
}
