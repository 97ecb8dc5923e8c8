//! Decisions about what an officer saw.

use super::WatchError;
use liengia_kernel::Timestamp;
use std::time::Duration;

/// How far back something can be noted.
const LONGEST_AGO: Duration = Duration::from_hours(30 * 24);

/// Whether something can have been seen then.
pub fn noted(seen_at: Timestamp, now: Timestamp) -> Result<(), WatchError> {
    let fits = seen_at <= now + Duration::from_mins(1) && now - LONGEST_AGO <= seen_at;
    if fits { Ok(()) } else { Err(WatchError::BadSpan) }
}
