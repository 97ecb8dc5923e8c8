//! Tasks that must not end before the node does: should one end or die, whoever runs the node hears which.
//!
//! A node whose bells ring and whose recorder is dead would look well. It is better started anew: bells ring on meanwhile
//! and are taken up again.

use std::future::Future;
use tokio::sync::watch;

/// Watches over tasks until it is time to stop.
#[derive(Clone, Debug)]
pub struct Needed {
    stop: watch::Receiver<bool>,
    lost: watch::Sender<Option<&'static str>>,
}

/// Held while one of them runs.
struct Held {
    what: &'static str,
    needed: Needed,
}

impl Needed {
    /// They are needed until `stop` is true or nobody is left who could say so.
    pub fn until(stop: watch::Receiver<bool>) -> Self {
        Self { stop, lost: watch::Sender::new(None) }
    }

    /// The same task, watched over from when it is first run.
    pub fn watch<F: Future + Send + 'static>(
        &self,
        what: &'static str,
        task: F,
    ) -> impl Future<Output = F::Output> + Send + 'static + use<F> {
        let held = Held { what, needed: self.clone() };
        async move {
            let _held = held;
            task.await
        }
    }

    /// Waits until one of them ended before its time; tells which.
    pub fn lost(&self) -> impl Future<Output = &'static str> + Send + 'static + use<> {
        let mut lost = self.lost.subscribe();
        async move {
            match lost.wait_for(Option::is_some).await.map(|lost| *lost) {
                Ok(Some(what)) => what,
                _ => std::future::pending().await,
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let stops = *self.needed.stop.borrow() || self.needed.stop.has_changed().is_err();
        if !stops {
            tracing::error!(task = self.what, "a task that the node cannot do without has ended");
            self.needed.lost.send_replace(Some(self.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    fn pending_no_more() -> bool {
        false
    }

    #[tokio::test]
    async fn a_task_that_ends_or_dies_before_its_time_is_told() {
        let stop = watch::Sender::new(false);
        let ends = Needed::until(stop.subscribe());
        tokio::spawn(ends.watch("one that ends", async {}));
        assert_eq!(ends.lost().await, "one that ends");
        let dies = Needed::until(stop.subscribe());
        tokio::spawn(dies.watch("one that dies", async { assert!(pending_no_more(), "as it should") }));
        assert_eq!(dies.lost().await, "one that dies");
    }

    #[tokio::test]
    async fn a_task_that_ends_with_the_node_is_no_loss() {
        let stop = watch::Sender::new(false);
        let needed = Needed::until(stop.subscribe());
        let running = tokio::spawn(needed.watch("one that runs", pending::<()>()));
        stop.send_replace(true);
        running.abort();
        assert!(running.await.is_err());
        assert_eq!(*needed.lost.borrow(), None);
    }
}
