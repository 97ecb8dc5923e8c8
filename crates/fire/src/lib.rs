//! Fire safety: one press rings the neighbourhood; devices, firefighting points, drills, the desk's shifts.
//!
//! Promises: an alarm rings whether or not it can be written, and what happened is written in order. Never:
//! silences a bell by itself, or sends a child, or anybody whose own home is not out.

mod acts;
pub mod api;
pub mod engine;
pub mod event;
pub mod live;
pub mod problems;
pub mod rules;
pub mod seal;
pub mod settings;
pub mod shown;
pub mod views;

pub use acts::{Kit, KitActError, NewDevice, Paired, Secret};
