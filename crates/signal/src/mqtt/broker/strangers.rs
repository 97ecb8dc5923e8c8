//! Connections that have not said who they are: bounded, and the oldest makes room for the next.
//!
//! Promises: however many silent connections are held open, a device that speaks up gets in within moments; one address
//! holds no more than a quarter of the places for longer than that.

use super::{
    conn::Conn,
    counts::{Counters, count},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
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
    /// The same by address.
    of: BTreeMap<IpAddr, BTreeSet<u64>>,
}

impl Inner {
    /// Takes out the oldest of an address, until it has room for one more or they are too young.
    fn surplus(&mut self, address: IpAddr, most: usize, grace: Duration) -> Vec<Arc<Conn>> {
        let Some(of) = self.of.get_mut(&address) else { return Vec::new() };
        let mut gone = Vec::new();
        while of.len() >= most.max(1)
            && let Some(oldest) = of.first().copied()
        {
            let young = self.all.get(&oldest).is_some_and(|(since, _)| since.elapsed() < grace);
            if young {
                break;
            }
            of.remove(&oldest);
            gone.extend(self.all.remove(&oldest).and_then(|(_, conn)| conn.upgrade()));
        }
        gone
    }
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

    /// One more from this address, which may have `most` that are `grace` old: its oldest ones beyond that go.
    pub(super) fn enter(
        self: &Arc<Self>,
        conn: &Arc<Conn>,
        address: IpAddr,
        (most, grace): (usize, Duration),
        counters: &Counters,
    ) -> Stay {
        let mut inner = self.lock();
        for conn in inner.surplus(address, most, grace) {
            count(&counters.silent_evicted);
            conn.close();
        }
        let number = inner.next;
        inner.next += 1;
        inner.all.insert(number, (Instant::now(), Arc::downgrade(conn)));
        inner.of.entry(address).or_default().insert(number);
        Stay { strangers: self.clone(), number, address }
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
    address: IpAddr,
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut inner = self.strangers.lock();
        inner.all.remove(&self.number);
        if let Some(of) = inner.of.get_mut(&self.address) {
            of.remove(&self.number);
            if of.is_empty() {
                inner.of.remove(&self.address);
            }
        }
        drop(inner);
        self.strangers.left.notify_one();
    }
}
