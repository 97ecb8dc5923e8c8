//! What the repository's own rules share: its files, its Rust without comments, what `cargo` knows of it.
//!
//! Promises: reads only, below the workspace's folder, and says of every finding where it is and what to do.
//! It never compiles or starts anything; the rules must stay quick enough to run with every change.

mod cargo;
mod finding;
pub mod lock;
mod repository;
pub mod rust;

pub use cargo::{Package, resolved, workspace_members};
pub use finding::{Finding, as_text, nothing_found};
pub use repository::{File, files, root};
