//! Decisions about footage that is kept longer.

use super::WatchError;
use crate::{event::Span, views::Camera};
use liengia_kernel::{CameraId, Position, Timestamp};
use std::time::Duration;

/// The longest hold; it can be placed anew.
pub const LONGEST_HOLD: Duration = Duration::from_hours(366 * 24);

/// What is kept around an alarm: before its beginning, and after its end.
pub const AROUND_ALARM: (Duration, Duration) = (Duration::from_mins(5), Duration::from_mins(10));

/// How many cameras an alarm brings.
pub const NEAREST: usize = 4;

/// How far away they may be, in metres.
const NEAR_M: f64 = 500.0;

/// Whether a stretch of footage can be held until then.
pub fn held(span: Span, until: Timestamp, now: Timestamp) -> Result<(), WatchError> {
    super::look::recorded(span, now)?;
    if now < until && until - LONGEST_HOLD <= now { Ok(()) } else { Err(WatchError::BadSpan) }
}

/// What is kept around an alarm that began and ended then; an open one is kept up to a while from now.
pub fn around_alarm(began: Timestamp, ended: Option<Timestamp>, now: Timestamp) -> Span {
    let (before, after) = AROUND_ALARM;
    Span { from: began - before, to: ended.unwrap_or(now) + after }
}

/// The cameras nearest to a place that may see it, the nearest first.
pub fn nearest(cameras: &[Camera], to: Position) -> Vec<CameraId> {
    let mut near: Vec<(f64, CameraId)> = cameras
        .iter()
        .map(|camera| (camera.facts.position.metres_to(to), camera.camera))
        .filter(|(metres, _)| *metres <= NEAR_M)
        .collect();
    near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    near.into_iter().take(NEAREST).map(|(_, camera)| camera).collect()
}
