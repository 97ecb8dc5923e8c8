//! What became of pushes: browsers that are gone are forgotten, and a person is told whose last push did not arrive.

use liengia_journal::{Actor, Commit, Context, Journal};
use liengia_kernel::Clock;
use liengia_signal::{
    book::Book,
    push::{Delivery, Outcome},
};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Follows outcomes until the pusher is gone.
pub async fn follow_pushes(
    mut outcomes: mpsc::Receiver<Outcome<String>>,
    book: Arc<Book>,
    journal: Journal,
    clock: Arc<dyn Clock>,
) {
    while let Some(Outcome { ticket, delivery, .. }) = outcomes.recv().await {
        match delivery {
            Delivery::Accepted => book.note(&ticket, true),
            Delivery::Failed(why) => {
                tracing::warn!(%why, "a push was refused");
                book.note(&ticket, false);
            }
            Delivery::Expired => book.note(&ticket, false),
            Delivery::Stopped => {}
            Delivery::Gone => {
                book.remove(&ticket);
                let context = Context { actor: Actor::Node, purpose: "push_is_gone".into(), at: clock.now() };
                let forget = Commit::new(context, Vec::new()).beside([book.forgetting(&ticket)]);
                // It is gone from memory; where the disk fails, its push service says so again after the next start.
                if let Err(error) = journal.commit(forget).await {
                    tracing::warn!(%error, "a subscription that is gone could not be taken out of the book");
                }
            }
        }
    }
}
