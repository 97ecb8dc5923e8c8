//! The node's cameras at work beside simulated ones, over real sockets: turned, forgetful, dead, taken down, and handed
//! out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod dies;
mod forgets;
mod handed;
mod node;
mod taken_down;
mod turned;
