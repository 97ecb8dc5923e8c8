//! The one UDP port, and whose datagrams are whose.
//!
//! Promises: a datagram is handed to the view whose name a STUN request says, or that has answered its sender before; every
//! other is dropped. What waits for a view is bounded: a view that does not keep up loses datagrams, as a network does.

use super::{session::End, stun};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    net::UdpSocket,
    sync::{OwnedSemaphorePermit, mpsc},
    time::sleep,
};

/// Nothing longer comes from a browser.
const LONGEST: usize = 2_048;
/// Datagrams that wait for one view.
const WAITING: usize = 64;
/// Addresses at which one browser was answered; it has some network cards.
const ADDRESSES: usize = 8;
/// After a fault of the socket.
const REST: Duration = Duration::from_millis(100);

/// A datagram and who sent it.
pub(super) type Datagram = (SocketAddr, Vec<u8>);

pub(super) struct Port {
    pub(super) socket: UdpSocket,
    /// As browsers see them.
    addresses: Vec<SocketAddr>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    named: BTreeMap<String, Entry>,
    /// The names of those who answered there.
    answered: BTreeMap<SocketAddr, String>,
}

struct Entry {
    id: String,
    inbox: mpsc::Sender<Datagram>,
    end: End,
    addresses: VecDeque<SocketAddr>,
}

/// A view's place at the port; dropped, it is free.
pub(super) struct Seat {
    pub(super) port: Arc<Port>,
    pub(super) inbox: mpsc::Receiver<Datagram>,
    pub(super) end: End,
    name: String,
    _place: OwnedSemaphorePermit,
}

impl Port {
    pub(super) fn new(socket: UdpSocket, addresses: &[SocketAddr]) -> Self {
        Self { socket, addresses: addresses.to_vec(), book: Mutex::default() }
    }

    /// Hands out what comes in, for ever.
    pub(super) async fn listen(self: Arc<Self>) {
        let mut buffer = vec![0; LONGEST];
        loop {
            match self.socket.recv_from(&mut buffer).await {
                Ok((length, from)) => self.deliver(from, buffer.get(..length).unwrap_or_default()),
                Err(error) => {
                    tracing::debug!(%error, "the port of live pictures");
                    sleep(REST).await;
                }
            }
        }
    }

    fn deliver(&self, from: SocketAddr, datagram: &[u8]) {
        let book = self.book();
        let name = if stun::is_stun(datagram) {
            stun::our_name(datagram)
        } else {
            book.answered.get(&from).map(String::as_str)
        };
        if let Some(entry) = name.and_then(|name| book.named.get(name)) {
            // A view that does not keep up loses it.
            let _ = entry.inbox.try_send((from, datagram.to_vec()));
        }
    }

    /// The address at which a browser there has reached this port.
    pub(super) fn address_for(&self, from: SocketAddr) -> Option<SocketAddr> {
        self.addresses.iter().find(|address| address.is_ipv4() == from.is_ipv4()).copied()
    }

    /// A place for a view of that name.
    pub(super) fn seat(port: &Arc<Self>, name: &str, id: &str, place: OwnedSemaphorePermit) -> Seat {
        let (sender, inbox) = mpsc::channel(WAITING);
        let end = End::new();
        let entry = Entry { id: id.to_owned(), inbox: sender, end: end.clone(), addresses: VecDeque::new() };
        port.book().named.insert(name.to_owned(), entry);
        Seat { port: port.clone(), inbox, end, name: name.to_owned(), _place: place }
    }

    pub(super) fn end_of(&self, id: &str) -> Option<End> {
        self.book().named.values().find(|entry| entry.id == id).map(|entry| entry.end.clone())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// What comes from there is for this view: it has answered a genuine request.
    pub(super) fn answered(&self, address: SocketAddr) {
        let Book { named, answered } = &mut *self.port.book();
        let Some(entry) = named.get_mut(&self.name) else { return };
        if entry.addresses.contains(&address) {
            return;
        }
        entry.addresses.push_back(address);
        answered.insert(address, self.name.clone());
        if entry.addresses.len() > ADDRESSES
            && let Some(oldest) = entry.addresses.pop_front()
        {
            answered.remove(&oldest);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut book = self.port.book();
        book.named.remove(&self.name);
        book.answered.retain(|_, name| *name != self.name);
    }
}
