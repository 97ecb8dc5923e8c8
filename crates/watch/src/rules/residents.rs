//! Decisions about residents' viewing of public cameras that they paid for.
//!
//! Promises: it is off unless more than half of all homes of the village voted for it and two people stand behind what was
//! entered; it is live, short, of masked pictures and of this village. Never: a household's camera, a recording, or a camera
//! to which a home objects that is in its picture, whatever was voted.

use super::{LookAsked, MAX_CAMERAS_OF_A_LOOK, Shut, WatchError};
use crate::{
    event::{LookKind, LookPurpose, Masking, Owner, ResidentsVote, SiteFacts, SitePurpose, Vote},
    views::{Camera, Entered},
};
use liengia_access::Scope;
use liengia_kernel::{CameraId, PersonId, PlaceId, Timestamp};
use std::{collections::BTreeSet, time::Duration};

/// The longest that one vote lasts, from the day of the meeting: a year, and the day on which the next is held.
const LONGEST_VIEW: Duration = Duration::from_hours(366 * 24);

/// How long what was entered waits for its second person.
const WAITS: Duration = Duration::from_hours(30 * 24);

/// How long a resident's look lasts: a look at the street, not a watch.
const RESIDENTS_LOOK: Duration = Duration::from_mins(5);

/// Cameras of one resident's look, and looks of one resident's browser.
pub const MOST_OF_RESIDENT: usize = 4;

/// Whether this can be entered: of a site that residents paid for, its own public cameras, and a vote that carried.
pub fn residents_asked(
    facts: &SiteFacts,
    cameras: &[Camera],
    voted: &ResidentsVote,
    now: Timestamp,
) -> Result<(), WatchError> {
    if !facts.paid_by.is_residents() || facts.purpose == SitePurpose::Home {
        return Err(WatchError::NotOfResidents);
    }
    let ids: BTreeSet<_> = voted.cameras.iter().map(|one| one.camera).collect();
    if ids.is_empty() || ids.len() != voted.cameras.len() || ids.len() > MAX_CAMERAS_OF_A_LOOK {
        return Err(WatchError::WhichCameras);
    }
    let public = |id: &CameraId| {
        cameras.iter().any(|camera| camera.camera == *id && camera.facts.owner == Owner::Public)
    };
    if !ids.iter().all(public) {
        return Err(WatchError::NotOfResidents);
    }
    carried(&voted.vote)?;
    let Vote { held_on, .. } = voted.vote;
    let fits = held_on <= now && now < voted.until && voted.until - LONGEST_VIEW <= held_on;
    if fits { Ok(()) } else { Err(WatchError::BadSpan) }
}

/// A home has one vote, and more than half of all homes of the village must be in favour, whoever came. That is more than
/// half of those present, too.
fn carried(vote: &Vote) -> Result<(), WatchError> {
    let Vote { homes, present, in_favour, against, .. } = *vote;
    for (field, value, least, most) in [
        ("present", present, 1, homes),
        ("in_favour", in_favour, 0, present),
        ("against", against, 0, present.saturating_sub(in_favour)),
    ] {
        if !(least..=most).contains(&value) {
            return Err(WatchError::OutOfRange { field, least, most });
        }
    }
    if in_favour > homes / 2 { Ok(()) } else { Err(WatchError::NoMajority) }
}

/// Whether this person may agree now to what was entered: never the one who entered it.
pub fn residents_agreed(
    entered: Option<&Entered>,
    person: PersonId,
    now: Timestamp,
) -> Result<(), WatchError> {
    let entered = entered.ok_or(WatchError::NotAtThisStage)?;
    if entered.person == person {
        return Err(WatchError::SamePerson);
    }
    let waits = now < entered.voted.until && now < entered.at + WAITS;
    if waits { Ok(()) } else { Err(WatchError::NotAtThisStage) }
}

/// Whether residents of this village may look at a camera live at this moment.
pub fn open_to_residents(camera: &Camera, village: PlaceId, now: Timestamp) -> Result<(), Shut> {
    let voted = match (camera.facts.owner, &camera.voted) {
        (Owner::Public, Some(voted)) if now < voted.until => voted,
        (Owner::Public | Owner::Household(_), _) => return Err(Shut::NotVoted),
    };
    if voted.village != village {
        return Err(Shut::NotYourVillage);
    }
    if voted.objected {
        return Err(Shut::Objected);
    }
    match camera.masking {
        _ if camera.paused => Err(Shut::Paused),
        Masking::ByCamera => Ok(()),
        Masking::None if voted.nothing_to_mask => Ok(()),
        Masking::None | Masking::Withheld | Masking::OwnerSaysFine => Err(Shut::NotMasked),
    }
}

/// The same as one resident asks for it.
pub(super) fn may_see(camera: &Camera, asked: &LookAsked, now: Timestamp) -> Result<(), Shut> {
    if asked.kind != LookKind::Live || asked.span.is_some() {
        return Err(Shut::ResidentsOnlyLive);
    }
    match asked.unit {
        Scope::Place(village) => open_to_residents(camera, village, now),
        Scope::Household(_) | Scope::Team(_) => Err(Shut::NotYourVillage),
    }
}

/// How long a look for this purpose lasts at most; as long as it is used if none is said.
pub fn longest_look(purpose: LookPurpose) -> Option<Duration> {
    (purpose == LookPurpose::Residents).then_some(RESIDENTS_LOOK)
}

#[cfg(test)]
#[path = "residents/tests.rs"]
mod tests;
