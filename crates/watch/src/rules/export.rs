//! Decisions about footage that is handed out: one asks, another agrees, and it is fetched once.

use super::{MAX_CAMERAS_OF_A_LOOK, WatchError, look::named};
use crate::{
    event::{LookPurpose, Span},
    views::Export,
};
use liengia_kernel::{PersonId, Timestamp};
use std::time::Duration;

/// The longest stretch that is handed out at once.
const LONGEST_EXPORT: Duration = Duration::from_hours(24);

/// How long a request waits for its second person.
pub const EXPORT_LASTS: Duration = Duration::from_hours(7 * 24);

/// How long what was put together can be fetched.
pub const LINK_LASTS: Duration = Duration::from_hours(24);

/// Whether such footage can be asked for.
pub fn asked(
    cameras: usize,
    span: Span,
    purpose: LookPurpose,
    (has_case, has_order): (bool, bool),
    now: Timestamp,
) -> Result<(), WatchError> {
    if cameras == 0 || cameras > MAX_CAMERAS_OF_A_LOOK {
        return Err(WatchError::WhichCameras);
    }
    if span.from >= span.to || span.to > now || span.to - LONGEST_EXPORT > span.from {
        return Err(WatchError::BadSpan);
    }
    if matches!(purpose, LookPurpose::DutyWatch | LookPurpose::CameraCheck | LookPurpose::Residents) {
        return Err(WatchError::WrongPurpose);
    }
    named(purpose, has_case, has_order)
}

/// Whether this person may decide about it now: never the one who asked.
pub fn approve(export: &Export, person: PersonId, now: Timestamp) -> Result<(), WatchError> {
    if export.asked_by == person {
        return Err(WatchError::SamePerson);
    }
    let waits = export.decided_by.is_none() && now < export.asked_at + EXPORT_LASTS;
    if waits { Ok(()) } else { Err(WatchError::NotAtThisStage) }
}

/// Whether it can be fetched now.
pub fn fetched(export: &Export, now: Timestamp) -> Result<(), WatchError> {
    let made_at = export.made_at.ok_or(WatchError::NotAtThisStage)?;
    let over = export.fetched_at.is_some() || now >= made_at + LINK_LASTS;
    if over { Err(WatchError::LinkOver) } else { Ok(()) }
}
