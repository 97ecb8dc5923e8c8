//! The MQTT broker in the node: how buttons, detectors and bells speak with it.
//!
//! Promises: a device touches its own topics and no other, no message goes from one client to another, a press is
//! handed over at once and never dropped, everything else is bounded and counted. It never decides who is rung and
//! never acknowledges on behalf of the journal: "recorded" is a command of its own, sent by the node.

mod broker;
mod gate;
mod message;
pub mod profile;
mod secret;
pub mod topic;
pub mod wire;

pub use broker::{
    Addresses, BadCertificate, Broker, BrokerConfig, Certificate, Counts, Inbox, Limits, Presence,
    StartError, Told,
};
pub use gate::{Credentials, DEVICES_PER_CLIENT, Gate, Kind, Knock, Pass, Served};
pub use message::{Cause, Command, Heard, Heartbeat, Inbound, LOW_PERCENT, Outcome, Press, Ringing, Sound};
pub use profile::{Profile, Siren};
pub use secret::SecretHash;
