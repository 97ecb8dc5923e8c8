//! What is done once at a time and serves all who ask for it meanwhile.
//!
//! Promises: it never runs twice at once; whoever asks while it runs is given what it finds; whoever asks later has it run
//! anew. What failed is given to nobody else.

use std::time::Duration;
use tokio::sync::Mutex;

/// The last answer, and when it was there by the clock that never leaps.
#[derive(Debug)]
pub(super) struct Joined<T>(Mutex<Option<(Duration, T)>>);

impl<T> Default for Joined<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Joined<T> {
    /// Does it, or waits for who does it now.
    pub(super) async fn ask<E>(
        &self,
        elapsed: impl Fn() -> Duration,
        work: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let asked = elapsed();
        let free = self.0.try_lock().ok();
        let waited = free.is_none();
        let mut last = match free {
            Some(last) => last,
            None => self.0.lock().await,
        };
        if let Some((_, found)) = last.as_ref().filter(|(done, _)| waited && *done >= asked) {
            return Ok(found.clone());
        }
        let found = work().await?;
        *last = Some((elapsed(), found.clone()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        convert::Infallible,
        sync::atomic::{AtomicU64, Ordering},
    };
    use tokio::sync::Notify;

    #[tokio::test]
    async fn many_who_ask_at_once_share_one_answer_and_who_asks_later_gets_a_new_one() {
        let (joined, runs, go) = (Joined::default(), AtomicU64::new(0), Notify::new());
        let seconds = AtomicU64::new(0);
        let elapsed = || Duration::from_secs(seconds.load(Ordering::Relaxed));
        let ask = || {
            joined.ask(elapsed, async || {
                go.notified().await;
                Ok::<_, Infallible>(runs.fetch_add(1, Ordering::Relaxed))
            })
        };
        let finish = async {
            seconds.store(5, Ordering::Relaxed);
            go.notify_one();
        };
        let (one, two, three, ()) = tokio::join!(ask(), ask(), ask(), finish);
        assert_eq!((one, two, three), (Ok(0), Ok(0), Ok(0)));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        go.notify_one();
        assert_eq!(ask().await, Ok(1), "nobody was waited for");
    }

    #[tokio::test]
    async fn what_failed_or_was_given_up_serves_nobody_and_keeps_nobody_waiting() {
        let joined = Joined::<u8>::default();
        let elapsed = || Duration::ZERO;
        let fails = joined.ask(elapsed, async || Err("no network"));
        let works = joined.ask(elapsed, async || Ok::<_, &str>(7));
        assert_eq!(tokio::join!(fails, works), (Err("no network"), Ok(7)));
        tokio::select! {
            biased;
            _ = joined.ask(elapsed, async || std::future::pending::<Result<u8, &str>>().await) => unreachable!(),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(joined.ask(elapsed, async || Ok::<_, &str>(8)).await, Ok(8));
    }
}
