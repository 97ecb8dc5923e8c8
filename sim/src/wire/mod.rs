//! A light MQTT client for thousands of connections in one thread: packets, transport, and the loop that turns them.
//!
//! Promises: MQTT 3.1.1 and 5, quality of service 0 and 1, TCP or TLS; a connection that waits holds no buffer; every
//! receipt carries the time at which its bytes were read from the socket. It never reconnects by itself and knows
//! nothing of alarms: its owner, the crew, does.

mod io;
mod packet;
mod reactor;
mod slot;
mod transport;

pub(crate) use io::Io;
pub(crate) use packet::Hello;
pub(crate) use reactor::{Crew, Gone, Post, Reactor, Received};
pub use transport::{BadRoots, Broker, Tls};

/// Which version of MQTT a client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.1.1.
    #[default]
    V3,
    /// 5.
    V5,
}

/// How surely a message arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Qos {
    /// Sent once, never acknowledged.
    AtMostOnce,
    /// Acknowledged by the broker.
    #[default]
    AtLeastOnce,
}
