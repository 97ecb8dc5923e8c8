//! Wires the signals to the alarm engine and back. Ringing does not wait for reactions, so this is not in
//! [`crate::reactions`].
//!
//! Promises: a bell is told from the thread on which the engine decided, before anything else is done; everything
//! slower (pushes, calls) is queued, bounded and counted.

mod inbound;
mod postman;
mod reach;

pub use inbound::listen;
pub use postman::{Numbers, Postman, Round, go};
pub use reach::Bells;
