//! What became of pushes and of the sessions behind them: browsers that are gone are forgotten, and a person is told whose
//! last push did not arrive.

use liengia_journal::{Actor, Commit, Context, Journal, Statement};
use liengia_kernel::{Clock, SessionId};
use liengia_signal::{
    book::Book,
    push::{Delivery, Outcome},
};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, watch};

/// Follows outcomes until the pusher is gone.
pub async fn follow_pushes(
    mut outcomes: mpsc::Receiver<Outcome<String>>,
    book: Arc<Book>,
    journal: Journal,
    clock: Arc<dyn Clock>,
) {
    while let Some(Outcome { ticket, delivery, .. }) = outcomes.recv().await {
        match delivery {
            Delivery::Accepted => drop(book.note(&ticket, None, clock.now())),
            Delivery::Failed(why) => {
                tracing::warn!(%why, "a push was refused");
                book.note(&ticket, Some(why.code()), clock.now());
            }
            Delivery::Expired => drop(book.note(&ticket, Some("too_old"), clock.now())),
            Delivery::Stopped => {}
            Delivery::Gone => {
                book.remove(&ticket);
                // It is gone from memory; where the disk fails, its push service says so again after the next start.
                forget(&journal, &*clock, "push_is_gone", vec![book.forgetting(&ticket)]).await;
            }
        }
    }
}

/// Forgets the browsers of sessions that ended, now and as they end, until `stop` is true.
pub async fn forget_ended(
    mut endings: broadcast::Receiver<SessionId>,
    book: Arc<Book>,
    journal: Journal,
    clock: Arc<dyn Clock>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        // They are out of the book whatever the disk does; what it keeps is looked at again after the next start.
        let forgotten = book.remove_ended();
        if !forgotten.is_empty() {
            forget(&journal, &*clock, "session_ended", forgotten).await;
        }
        tokio::select! {
            ending = endings.recv() => match ending {
                // Whichever ended: all are looked at.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn forget(journal: &Journal, clock: &dyn Clock, purpose: &'static str, rows: Vec<Statement>) {
    let context = Context { actor: Actor::Node, purpose: purpose.into(), at: clock.now() };
    if let Err(error) = journal.commit(Commit::new(context, Vec::new()).beside(rows)).await {
        tracing::warn!(%error, "subscriptions that are gone could not be taken out of the book");
    }
}
