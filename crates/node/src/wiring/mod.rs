//! How the parts of a node are put together, each in one place and in the order in which they start.
//!
//! Promises: what rings is at work before anything that can fail for want of a network; every task that runs beside
//! the others ends when the node stops. Never: a decision; it connects.

mod browsers;
mod devices;
mod eyes;
mod ground;
mod outgoing;
mod tasks;

pub use browsers::{Browsers, Parts};
pub use devices::Devices;
pub use eyes::Eyes;
pub use ground::{Ground, open_journal};
pub use outgoing::Outgoing;
pub use tasks::Tasks;
