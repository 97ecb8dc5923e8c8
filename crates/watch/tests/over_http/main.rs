//! Cameras as browsers reach them: over HTTP, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod residents;
mod taken_down;
mod village;
mod who_looked;
