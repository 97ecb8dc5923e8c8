//! What leaves the node, tried against real servers on loopback, good and bad ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its peer has failed")]

mod hook;
mod kept;
mod peer;
mod push;
