//! Places of requests that are worked on at once.
//!
//! Promises: so many in all, and to one address at most its share of them, so that one that holds its requests open
//! takes no place from another.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// One address may hold this part of the places: a quarter.
const SHARE: usize = 4;

/// The places.
pub(super) struct Places {
    all: Semaphore,
    of_one: usize,
    held: Mutex<BTreeMap<IpAddr, usize>>,
}

/// A place, until it is dropped.
pub(super) struct Place<'a> {
    places: &'a Places,
    peer: Option<IpAddr>,
    _permit: SemaphorePermit<'a>,
}

impl Places {
    pub(super) fn new(all: usize) -> Self {
        Self { all: Semaphore::new(all), of_one: all.div_ceil(SHARE), held: Mutex::default() }
    }

    /// A place for a request of this address, if there is one.
    pub(super) fn take(&self, peer: Option<IpAddr>) -> Option<Place<'_>> {
        let permit = self.all.try_acquire().ok()?;
        if let Some(peer) = peer {
            let mut held = self.lock();
            let count = held.entry(peer).or_default();
            if *count >= self.of_one {
                return None;
            }
            *count += 1;
        }
        Some(Place { places: self, peer, _permit: permit })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut held = self.places.lock();
        if let Some(count) = held.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                held.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)));
    const OTHER: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2)));

    #[test]
    fn one_address_takes_its_share_and_leaves_the_others_theirs() {
        let places = Places::new(8);
        let held: Vec<_> = (0..4).filter_map(|_| places.take(ONE)).collect();
        assert_eq!(held.len(), 2);
        assert!(places.take(OTHER).is_some());
        drop(held);
        assert!(places.take(ONE).is_some());
        assert!(places.lock().is_empty(), "nobody is remembered who holds nothing");
    }

    #[test]
    fn what_has_no_address_is_bounded_by_the_whole() {
        let places = Places::new(3);
        let held: Vec<_> = (0..9).filter_map(|_| places.take(None)).collect();
        assert_eq!(held.len(), 3);
    }
}
