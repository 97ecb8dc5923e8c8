//! The endpoints of fire safety, from outside: through access's test node, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]
#![expect(clippy::too_many_lines, reason = "a table of routes is one thing")]

mod alarm;
mod desk;
mod drill;
mod failing;
mod kit;
mod ladder;
mod late;
mod listing;
mod occupants;
mod privacy;
mod repeats;
mod routes;
mod stream;
mod town;
mod trend;
