//! Places of requests that are worked on at once.
//!
//! Promises: so many in all, and to one address (of IPv6: one /64) at most its share of them, so that one that holds its
//! requests open takes no place from another.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// One address may hold this part of the places: a quarter.
const SHARE: usize = 4;

/// Whom an address stands for: an IPv6 caller has a whole /64, of which this is the first address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let host = u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !host))
        }
        address @ IpAddr::V4(_) => address,
    }
}

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
        let peer = peer.map(network);
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
    fn all_addresses_of_one_network_have_one_share() {
        let places = Places::new(8);
        let in_network = |net: u16, n: u16| Some(IpAddr::from([0x2001, 1, 2, net, n, 0, 0, n]));
        let held: Vec<_> = (0..8).filter_map(|n| places.take(in_network(3, n))).collect();
        assert_eq!(held.len(), 2);
        assert!(places.take(in_network(4, 0)).is_some());
        let mapped = |n: u8| Some(IpAddr::V6(std::net::Ipv4Addr::new(10, 0, 0, n).to_ipv6_mapped()));
        let mapped: Vec<_> = (1..=3).filter_map(|n| places.take(mapped(n))).collect();
        assert_eq!(mapped.len(), 3, "addresses of IPv4 stay each their own");
        drop((held, mapped));
        assert!(places.lock().is_empty());
    }

    #[test]
    fn what_has_no_address_is_bounded_by_the_whole() {
        let places = Places::new(3);
        let held: Vec<_> = (0..9).filter_map(|_| places.take(None)).collect();
        assert_eq!(held.len(), 3);
    }
}
