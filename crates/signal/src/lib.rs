//! Delivery out and in: the MQTT broker in the node, Web Push, the hooks of SMS and voice gateways, and the CAP feed.
//!
//! Promises: bounded queues, time-outs on everything that leaves the node, and no knowledge of what an alarm means:
//! it carries messages. It never decides who is rung.

pub mod book;
pub mod cap;
pub mod event;
pub mod hook;
pub mod mqtt;
pub mod outgoing;
pub mod push;
