//! Decisions about sites and cameras.

use super::WatchError;
use crate::{
    event::{CameraFacts, SiteFacts},
    views::Site,
};
use liengia_kernel::PersonId;
use liengia_register::rules::{note, title};

/// The longest that footage is kept without a hold, in hours: thirty days.
const MOST_HOURS: u16 = 30 * 24;

/// What footage is kept without another word, in hours.
pub const USUAL_HOURS: u16 = 72;

/// A site's particulars, normalised; or what is wrong with them. `agreed`: for how many hours footage may be kept there.
pub fn site(mut facts: SiteFacts, agreed: u16) -> Result<SiteFacts, WatchError> {
    facts.name = title("name", &facts.name)?;
    facts.words = note("words", &facts.words)?;
    facts.contact = title("contact", &facts.contact)?;
    within("keep_hours", facts.keep_hours.into(), 1, MOST_HOURS.into())?;
    if facts.keep_hours > agreed.max(USUAL_HOURS) { Err(WatchError::LongerKeeping) } else { Ok(facts) }
}

/// Whether it can be asked that footage be kept for so many hours: more than is usual, and not so already.
pub fn longer_asked(site: &Site, hours: u16) -> Result<(), WatchError> {
    within("hours", hours.into(), u32::from(USUAL_HOURS) + 1, MOST_HOURS.into())?;
    if hours <= site.facts.keep_hours { Err(WatchError::NotAtThisStage) } else { Ok(()) }
}

/// For how many hours footage is kept once this person agrees: never whoever asked.
pub fn longer_agreed(site: &Site, person: PersonId) -> Result<u16, WatchError> {
    let longer = site.longer.ok_or(WatchError::NotAtThisStage)?;
    if longer.asked_by == person { Err(WatchError::SamePerson) } else { Ok(longer.hours) }
}

/// How long footage is kept where nobody says otherwise.
pub const fn keep_hours() -> u16 {
    USUAL_HOURS
}

/// A camera's particulars, normalised; or what is wrong with them.
pub fn camera(mut facts: CameraFacts) -> Result<CameraFacts, WatchError> {
    facts.name = title("name", &facts.name)?;
    within("direction", facts.direction.into(), 0, 359)?;
    within("angle", facts.angle.into(), 1, 360)?;
    within("reach_m", facts.reach_m.into(), 1, 2_000)?;
    Ok(facts)
}

fn within(field: &'static str, value: u32, least: u32, most: u32) -> Result<(), WatchError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(WatchError::OutOfRange { field, least, most }) }
}
