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
    if facts.sound && !facts.purpose.needs_sound() {
        return Err(WatchError::NoSound);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::SitePurpose,
        rules::testing::{home, site as site_of},
        views::Longer,
    };
    use strum::VariantArray as _;

    const ASKS: PersonId = PersonId::from_bytes([1; 16]);
    const OTHER: PersonId = PersonId::from_bytes([2; 16]);

    fn kept(keep_hours: u16, agreed: u16) -> Result<u16, WatchError> {
        site(SiteFacts { keep_hours, ..site_of(&home()).facts }, agreed).map(|facts| facts.keep_hours)
    }

    #[test]
    fn footage_is_kept_72_hours_and_longer_only_as_another_person_agreed() {
        assert_eq!(kept(72, 0), Ok(72));
        assert_eq!(kept(73, 0), Err(WatchError::LongerKeeping));
        assert_eq!(kept(240, 240), Ok(240));
        assert_eq!(kept(241, 240), Err(WatchError::LongerKeeping));
        // What was agreed to for longer can be kept shorter, and back within the usual.
        assert_eq!((kept(1, 240), kept(72, 1)), (Ok(1), Ok(72)));
        for hours in [0, MOST_HOURS + 1] {
            let out = WatchError::OutOfRange { field: "keep_hours", least: 1, most: 720 };
            assert_eq!(kept(hours, MOST_HOURS), Err(out));
        }
    }

    #[test]
    fn longer_keeping_is_asked_for_by_one_and_agreed_to_by_another() {
        let mut site = site_of(&home());
        assert_eq!(longer_asked(&site, 73), Ok(()));
        for hours in [72, 721] {
            let out = WatchError::OutOfRange { field: "hours", least: 73, most: 720 };
            assert_eq!(longer_asked(&site, hours), Err(out));
        }
        assert_eq!(longer_agreed(&site, OTHER), Err(WatchError::NotAtThisStage), "nobody asked");
        site.longer = Some(Longer { hours: 240, asked_by: ASKS });
        assert_eq!(longer_agreed(&site, ASKS), Err(WatchError::SamePerson));
        assert_eq!(longer_agreed(&site, OTHER), Ok(240));
        site.facts.keep_hours = 240;
        assert_eq!(longer_asked(&site, 240), Err(WatchError::NotAtThisStage), "it is so already");
    }

    #[test]
    fn sound_is_for_purposes_that_need_it_and_no_other() {
        let heard =
            |purpose, sound| site(SiteFacts { purpose, sound, ..site_of(&home()).facts }, 0).map(drop);
        for purpose in SitePurpose::VARIANTS {
            assert_eq!(heard(*purpose, false), Ok(()), "{purpose}");
            let needs = matches!(
                purpose,
                SitePurpose::PublicSafety | SitePurpose::PublicBuilding | SitePurpose::Home
            );
            let expected = if needs { Ok(()) } else { Err(WatchError::NoSound) };
            assert_eq!(heard(*purpose, true), expected, "{purpose}");
        }
    }
}
