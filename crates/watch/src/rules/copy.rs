//! Decisions about copies of footage that is handed out.
//!
//! Promises: what a home drew and nothing blackened never goes out but covered.

use super::{Incident, LookAsked, Shut, WatchError, may_see, share::on_picture};
use crate::{
    event::{CopyWanted, Masking, Span},
    views::Camera,
};
use liengia_kernel::{CameraId, Timestamp};
use std::{collections::BTreeSet, time::Duration};

/// The longest copy, all its cameras together: it is coded anew, which takes a small machine about as long as it lasts.
const LONGEST_COPY: Duration = Duration::from_hours(2);

/// A copy that can be made of this stretch of these cameras; or what is wrong with it.
pub fn copy(copy: CopyWanted, cameras: &[CameraId], span: Span) -> Result<CopyWanted, WatchError> {
    let many = u32::try_from(cameras.len().max(1)).unwrap_or(u32::MAX);
    if span.to - LONGEST_COPY / many > span.from {
        return Err(WatchError::BadSpan);
    }
    let mut named = BTreeSet::new();
    for one in &copy.masks {
        if !cameras.contains(&one.camera) || !named.insert(one.camera) {
            return Err(WatchError::WhichCameras);
        }
        on_picture(&one.masks)?;
    }
    let masks = copy.masks.into_iter().filter(|one| !one.masks.is_empty()).collect();
    Ok(CopyWanted { masks, ..copy })
}

/// Whether footage of a camera may be handed out at this moment: as it may be looked at. What its home drew and is not on
/// the picture goes out as a copy alone, in which it is covered, also to a court.
pub fn may_hand_out(
    camera: &Camera,
    asked: &LookAsked,
    copy: Option<&CopyWanted>,
    now: Timestamp,
    utc_offset_hours: i8,
    incidents: &[Incident],
) -> Result<(), Shut> {
    if camera.facts.owner.household().is_none() || !camera.is_bare(asked.span) {
        return may_see(camera, asked, now, utc_offset_hours, incidents);
    }
    if !copy.is_some_and(|copy| copy.only_copy) {
        return Err(Shut::OnlyAsCopy);
    }
    // Covered, it is as good as one whose camera blackens.
    let covered = Camera { masking: Masking::ByCamera, bare: None, ..camera.clone() };
    may_see(&covered, asked, now, utc_offset_hours, incidents)
}

#[cfg(test)]
#[path = "copy/tests.rs"]
mod tests;
