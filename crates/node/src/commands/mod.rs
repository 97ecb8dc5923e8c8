//! What the command line can do besides serving.

pub mod backup;
pub mod check;
pub mod evidence;
pub mod journal;
mod meter;
pub mod openapi;
pub mod report;
pub mod tls;
