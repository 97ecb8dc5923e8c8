//! MQTT 3.1.1 and 5 on the wire, as far as a server needs it: bytes to packets and answers to bytes.
//!
//! Promises: pure functions over byte slices; whatever a stranger sends, the result is a packet or a [`Flaw`], never a
//! panic and never more memory than the bytes given. It never reads a socket, never keeps state between packets and
//! never decides who may do what.

mod answer;
mod bytes;
mod client;
mod connect;
mod frame;
mod properties;
mod topic;

pub use answer::{
    ConnectAnswer, bye, connected, ping_answer, publish, publish_answer, refused, subscribe_answer,
    unsubscribe_answer,
};
pub use client::{Packet, Publish, Subscribe, Unsubscribe, Wanted, beginning, packet};
pub use connect::{Connect, Will, connect};
pub use frame::{Frame, Head, head, split};
pub use topic::{filter_is_valid, matches, name_is_valid};

/// The protocol that a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// MQTT 3.1.1.
    V3,
    /// MQTT 5.
    V5,
}

/// How often a message may arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qos {
    /// Sent once and forgotten.
    AtMostOnce,
    /// Acknowledged.
    AtLeastOnce,
    /// Acknowledged in two steps.
    ExactlyOnce,
}

impl Qos {
    /// The level as its two bits, or none for the forbidden fourth value.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// The level as a number.
    pub const fn bits(self) -> u8 {
        self as u8
    }
}

/// Why bytes are not a packet that a client may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A packet ends before its fields do, or after them.
    #[error("a packet's length does not fit its fields")]
    Length,
    /// A text is not UTF-8 or holds a zero.
    #[error("a text is not UTF-8")]
    Text,
    /// Reserved bits are set, or a value is outside what the protocol knows.
    #[error("a reserved bit or an unknown value")]
    Value,
    /// A packet that a client may not send here.
    #[error("a packet that does not belong here")]
    Kind,
    /// A packet identifier of zero.
    #[error("packet identifier 0")]
    Identifier,
    /// A topic with wildcards in a PUBLISH, or a filter that is none.
    #[error("a topic that is not valid")]
    Topic,
    /// A property that does not belong there, stands twice, or that the server said it does not take.
    #[error("a property that does not belong here")]
    Property,
    /// Neither MQTT 3.1.1 nor MQTT 5.
    #[error("neither MQTT 3.1.1 nor MQTT 5")]
    Protocol,
}

/// Reason codes of MQTT 5 that this server uses.
pub mod reason {
    /// All is well.
    pub const SUCCESS: u8 = 0x00;
    /// The bytes are no packet.
    pub const MALFORMED: u8 = 0x81;
    /// The packet breaks the protocol's order.
    pub const PROTOCOL: u8 = 0x82;
    /// An unknown protocol version.
    pub const VERSION: u8 = 0x84;
    /// A client identifier that is not taken.
    pub const CLIENT_ID: u8 = 0x85;
    /// The user name or password is wrong.
    pub const CREDENTIALS: u8 = 0x86;
    /// Not allowed.
    pub const NOT_AUTHORIZED: u8 = 0x87;
    /// The server is full.
    pub const BUSY: u8 = 0x89;
    /// The server goes down.
    pub const SHUTTING_DOWN: u8 = 0x8B;
    /// Enhanced authentication is not offered.
    pub const METHOD: u8 = 0x8C;
    /// Nothing was heard for one and a half keep-alive periods.
    pub const KEEP_ALIVE: u8 = 0x8D;
    /// The same client connected again.
    pub const TAKEN_OVER: u8 = 0x8E;
    /// The filter is not valid.
    pub const FILTER: u8 = 0x8F;
    /// No subscription was there.
    pub const NO_SUBSCRIPTION: u8 = 0x11;
    /// The packet identifier is unknown.
    pub const UNKNOWN_IDENTIFIER: u8 = 0x92;
    /// More unacknowledged messages than were agreed.
    pub const RECEIVE_MAXIMUM: u8 = 0x93;
    /// A topic alias although none were offered.
    pub const TOPIC_ALIAS: u8 = 0x94;
    /// Larger than was agreed.
    pub const TOO_LARGE: u8 = 0x95;
    /// More than this client may have.
    pub const QUOTA: u8 = 0x97;
    /// The device was taken off the roster, or its rights changed.
    pub const ADMINISTRATIVE: u8 = 0x98;
    /// Shared subscriptions are not offered.
    pub const SHARED: u8 = 0x9E;
    /// Subscription identifiers are not offered.
    pub const SUBSCRIPTION_IDENTIFIER: u8 = 0xA1;
}
