//! Decisions about sites and cameras.

use super::WatchError;
use crate::event::{CameraFacts, SiteFacts};
use liengia_register::rules::{note, title};

/// The longest that footage is kept without a hold, in hours: thirty days.
const MOST_HOURS: u16 = 30 * 24;

/// What footage is kept without another word, in hours.
const USUAL_HOURS: u16 = 72;

/// A site's particulars, normalised; or what is wrong with them.
pub fn site(mut facts: SiteFacts) -> Result<SiteFacts, WatchError> {
    facts.name = title("name", &facts.name)?;
    facts.words = note("words", &facts.words)?;
    facts.contact = title("contact", &facts.contact)?;
    within("keep_hours", facts.keep_hours.into(), 1, MOST_HOURS.into())?;
    Ok(facts)
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
