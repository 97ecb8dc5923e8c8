//! Names to addresses, so that neither a dead nor a lying name server harms the rest of the program.
//!
//! Promises: at most [`LOOKUPS_AT_ONCE`] threads ever wait for a name server, what was found is remembered for
//! [`REMEMBERED`], and an address that the caller may not reach is never handed out.

use super::address::Allowed;
use hyper_util::client::legacy::connect::dns::Name;
use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
    vec,
};
use tokio::{sync::Semaphore, time::Instant};
use tower_service::Service;

/// Threads that may wait for a name server. A thread cannot be called back before the system's own time-out.
const LOOKUPS_AT_ONCE: usize = 8;
/// How long an answer is used again.
const REMEMBERED: Duration = Duration::from_mins(1);
/// Names that are remembered at most; past that, all are forgotten.
const NAMES: usize = 64;

type Found = BTreeMap<String, (Instant, Vec<IpAddr>)>;

/// Resolves the names of one client.
#[derive(Clone)]
pub(super) struct Names {
    allowed: Allowed,
    lookups: Arc<Semaphore>,
    found: Arc<Mutex<Found>>,
}

/// A name leads only to addresses that this client may not reach.
#[derive(Debug, thiserror::Error)]
#[error("the name leads where this program may not go")]
pub(super) struct Forbidden;

impl Names {
    pub(super) fn new(allowed: Allowed) -> Self {
        Self { allowed, lookups: Arc::new(Semaphore::new(LOOKUPS_AT_ONCE)), found: Arc::default() }
    }

    fn remembered(&self, name: &str) -> Option<Vec<IpAddr>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, addresses) = found.get(name)?;
        (at.elapsed() < REMEMBERED).then(|| addresses.clone())
    }

    fn remember(&self, name: &str, addresses: &[IpAddr]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= NAMES {
            found.clear();
        }
        found.insert(name.to_owned(), (Instant::now(), addresses.to_vec()));
    }

    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        if let Some(addresses) = self.remembered(name) {
            return Ok(addresses);
        }
        let permit = Arc::clone(&self.lookups).acquire_owned().await.map_err(io::Error::other)?;
        let asked = name.to_owned();
        let lookup = move || {
            let found = (asked.as_str(), 0).to_socket_addrs();
            drop(permit); // Only now is the thread free again, also when nobody waits for it any more.
            found.map(|found| found.map(|address| address.ip()).collect::<Vec<_>>())
        };
        let addresses = tokio::task::spawn_blocking(lookup).await.map_err(io::Error::other)??;
        self.remember(name, &addresses);
        Ok(addresses)
    }

    async fn resolve(self, name: Name) -> io::Result<vec::IntoIter<SocketAddr>> {
        let addresses = self.addresses(name.as_str()).await?.into_iter();
        let may: Vec<_> = addresses.filter(|address| self.allowed.holds(*address)).collect();
        if may.is_empty() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, Forbidden));
        }
        Ok(may.into_iter().map(|address| SocketAddr::new(address, 0)).collect::<Vec<_>>().into_iter())
    }
}

impl Service<Name> for Names {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.clone().resolve(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(allowed: Allowed, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = Names::new(allowed).resolve(name.parse().unwrap()).await?;
        Ok(found.map(|address| address.ip()).collect())
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let refused = resolve(Allowed::Public, "localhost").await.unwrap_err();
        assert!(refused.kind() == io::ErrorKind::PermissionDenied, "{refused}");
    }

    #[tokio::test]
    async fn a_number_in_disguise_is_not_followed() {
        // Old resolvers read these as 127.0.0.1.
        for disguised in ["2130706433", "0x7f000001", "127.1"] {
            assert!(resolve(Allowed::Public, disguised).await.is_err(), "{disguised}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_where_it_may_is_followed() {
        let found = resolve(Allowed::Loopback, "localhost").await.unwrap();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback));
    }
}
