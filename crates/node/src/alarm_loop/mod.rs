//! Wires the signals to the alarm engine and back. Ringing does not wait for reactions, so this is not in
//! [`crate::reactions`].
//!
//! Promises: a bell is told from the thread on which the engine decided, before anything else is done; everything
//! slower (pushes, calls) is queued, bounded and counted.

mod answering;
mod calls;
mod desk;
mod inbound;
mod outcomes;
mod postman;
mod reach;
mod timing;
mod undelivered;
mod word;

pub use answering::{Answering, Refused};
pub use calls::Calls;
pub use desk::Desk;
pub use inbound::Listener;
pub use outcomes::{follow_pushes, forget_ended};
pub use postman::{Letter, Numbers, Postman, Round, go, reaches_telephones};
pub use reach::Bells;
pub use timing::Timing;
pub use undelivered::Undelivered;
