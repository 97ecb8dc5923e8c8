//! Footage that was recorded: what there is, where it lies, how long it is kept, and the hashes that prove it.
//!
//! Promises: one row a file, written beside the recording and made anew from the files if it is lost; any moment of any
//! camera is one look-up away; nothing held is removed and nothing that is being written; hashes outlive the footage. A file
//! that is in the tier, too, has a row there as on one more disk. It never changes a file, never decides who may watch, and
//! recording never waits for it.

mod ageing;
mod anchor;
mod contents;
mod index;
mod keep;
mod keeper;
mod ledger;
mod packed;
mod read;
mod recorded;
mod row;
mod sender;
mod start;
mod stock;
mod sweep;
mod tiering;

pub use anchor::{Anchored, MOST_LEAVES, Proof};
pub use index::{FootageError, Index, IndexState, open};
pub use keep::{CameraLimits, Candidate, Hold, Limits, Standing, condemned, floor};
pub use keeper::{DiskReport, Keeper, Report, space};
pub use ledger::Ledger;
pub use packed::Line;
pub use read::{BY_FRAGMENTS_US, MERGED_US, MOST_PLACED, Placed, Span, Used};
pub use row::{MIGRATIONS, Segment, TIER};
pub use sender::TierReport;

#[cfg(test)]
mod tests;
