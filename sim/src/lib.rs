//! A seeded neighbourhood: believable sample data, its devices over real MQTT, and the load tool of the benchmarks.
//!
//! Promises: the same seed gives the same neighbourhood. It knows the kernel only: the node maps its plain values to
//! commands, and its devices speak to a broker as real ones do. Nothing in it exists outside it.

pub mod camera;
pub mod device;
pub mod load;
pub mod sample;
mod wire;

pub use wire::{BadRoots, Broker, Tls, Version};
