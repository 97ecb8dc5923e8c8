//! The endpoints of fire safety, from outside: through access's test node, on both engines.

mod alarm;
mod desk;
mod drill;
mod failing;
mod kit;
mod privacy;
mod routes;
mod town;
