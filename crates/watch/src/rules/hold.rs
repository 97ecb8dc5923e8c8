//! Decisions about footage that is kept longer.

use super::{WatchError, look::is_of_use};
use crate::{
    event::{Owner, Span},
    views::Camera,
};
use liengia_kernel::{CameraId, Position, Timestamp};
use std::time::Duration;

/// The longest hold; it can be placed anew.
pub const LONGEST_HOLD: Duration = Duration::from_hours(366 * 24);

/// What is kept around an alarm: before its beginning, and after its end.
pub const AROUND_ALARM: (Duration, Duration) = (Duration::from_mins(5), Duration::from_mins(10));

/// How many cameras an alarm brings to the desk; and of how many public ones, and of how many homes', it keeps the footage.
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

/// The cameras that are brought to the desk for an alarm there, the nearest first: of those that can be looked at, so that
/// homes that share nothing crowd out none.
pub fn nearest_to_look(
    cameras: &[Camera],
    there: Position,
    now: Timestamp,
    utc_offset_hours: i8,
) -> Vec<CameraId> {
    nearest(cameras, there, |camera| is_of_use(camera, there, now, utc_offset_hours))
}

/// The cameras of which an alarm there keeps what is recorded, public ones first: the nearest of either kind, so that
/// neither crowds out the other. Whoever may look at a home's camera may look at what is kept of it, and nobody else.
pub fn nearest_to_keep(cameras: &[Camera], there: Position, now: Timestamp) -> Vec<CameraId> {
    let of = |public: bool| {
        nearest(cameras, there, |camera| {
            (camera.facts.owner == Owner::Public) == public && camera.is_recorded(now)
        })
    };
    [of(true), of(false)].concat()
}

fn nearest(cameras: &[Camera], there: Position, counts: impl Fn(&Camera) -> bool) -> Vec<CameraId> {
    let mut near: Vec<(f64, CameraId)> = cameras
        .iter()
        .filter(|camera| counts(camera))
        .map(|camera| (camera.facts.position.metres_to(there), camera.camera))
        .filter(|(metres, _)| *metres <= NEAR_M)
        .collect();
    near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    near.into_iter().take(NEAREST).map(|(_, camera)| camera).collect()
}

#[cfg(test)]
#[path = "hold/tests.rs"]
mod tests;
