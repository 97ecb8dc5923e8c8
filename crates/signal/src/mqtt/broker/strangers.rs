//! Connections that have not said who they are: bounded, and the oldest makes room for the next.
//!
//! Promises: however many silent connections are held open, a device that speaks up gets in within moments.

use super::{
    conn::Conn,
    counts::{Counters, count},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// All of them, by age.
#[derive(Default)]
pub(super) struct Strangers {
    inner: Mutex<Inner>,
    left: Notify,
}

#[derive(Default)]
struct Inner {
    next: u64,
    all: BTreeMap<u64, (Instant, Weak<Conn>)>,
}

impl Strangers {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for one more: until one leaves, or the oldest is `grace` old and goes.
    pub(super) async fn room(&self, most: usize, grace: Duration, counters: &Counters) {
        loop {
            let left = self.left.notified();
            let young_for = {
                let mut inner = self.lock();
                if inner.all.len() < most.max(1) {
                    return;
                }
                let oldest = inner.all.first_key_value().map(|(number, (since, _))| (*number, *since));
                let Some((number, since)) = oldest else { return };
                let young_for = grace.saturating_sub(since.elapsed());
                if young_for.is_zero() {
                    let evicted = inner.all.remove(&number).and_then(|(_, conn)| conn.upgrade());
                    if let Some(conn) = evicted {
                        count(&counters.silent_evicted);
                        conn.close();
                    }
                    return;
                }
                young_for
            };
            tokio::select! {
                () = left => {}
                () = sleep(young_for) => {}
            }
        }
    }

    /// One more.
    pub(super) fn enter(self: &Arc<Self>, conn: &Arc<Conn>) -> Stay {
        let mut inner = self.lock();
        let number = inner.next;
        inner.next += 1;
        inner.all.insert(number, (Instant::now(), Arc::downgrade(conn)));
        Stay { strangers: self.clone(), number }
    }

    /// Closes all of them.
    pub(super) fn close(&self) {
        for (_, conn) in self.lock().all.values() {
            if let Some(conn) = conn.upgrade() {
                conn.close();
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.lock().all.len()
    }
}

/// A stranger's place; given up when dropped.
pub(super) struct Stay {
    strangers: Arc<Strangers>,
    number: u64,
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.strangers.lock().all.remove(&self.number);
        self.strangers.left.notify_one();
    }
}
