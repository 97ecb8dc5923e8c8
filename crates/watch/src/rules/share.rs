//! Decisions about what a home shares.

use super::WatchError;
use crate::event::{Consent, Mask, Masking};

/// Rectangles that a picture can bear.
const MOST_MASKS: usize = 8;

/// The last minute of a day, and one.
const DAY: u16 = 24 * 60;

/// A consent that says something, in the order of its words; or what is wrong with it.
pub fn consent(mut consent: Consent) -> Result<Consent, WatchError> {
    consent.purposes.sort_unstable();
    consent.purposes.dedup();
    if consent.purposes.is_empty() || !(consent.recorded || consent.live) {
        return Err(WatchError::NoPurpose);
    }
    if !consent.purposes.iter().all(|purpose| purpose.can_be_consented()) {
        return Err(WatchError::WrongPurpose);
    }
    if consent.hours.is_some_and(|hours| hours.from >= DAY || hours.to > DAY || hours.from == hours.to) {
        return Err(WatchError::OutOfRange { field: "hours", least: 0, most: DAY.into() });
    }
    Ok(consent)
}

/// Masks that lie on the picture, and what becomes of them where the camera cannot blacken anything by itself.
pub fn masks(masks: Vec<Mask>, by_camera: bool, fine: bool) -> Result<(Vec<Mask>, Masking), WatchError> {
    on_picture(&masks)?;
    let masking = match (masks.is_empty(), by_camera, fine) {
        (true, ..) => Masking::None,
        (false, true, _) => Masking::ByCamera,
        (false, false, true) => Masking::OwnerSaysFine,
        (false, false, false) => Masking::Withheld,
    };
    Ok((masks, masking))
}

/// Refuses masks that do not lie on a picture, or are too many.
pub(super) fn on_picture(masks: &[Mask]) -> Result<(), WatchError> {
    let end = |from: u16, long: u16| u32::from(from) + u32::from(long);
    let lies = |mask: &Mask| {
        mask.width > 0
            && mask.height > 0
            && end(mask.x, mask.width) <= 1_000
            && end(mask.y, mask.height) <= 1_000
    };
    if masks.len() <= MOST_MASKS && masks.iter().all(lies) {
        return Ok(());
    }
    Err(WatchError::OutOfRange { field: "masks", least: 0, most: 1_000 })
}

/// An answer to being asked to turn a camera; none may be given where nobody asked.
pub const fn reaim_answered(asked: bool) -> Result<(), WatchError> {
    if asked { Ok(()) } else { Err(WatchError::NotAsked) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Hours, LookPurpose};

    fn some(purposes: &[LookPurpose]) -> Consent {
        Consent {
            purposes: purposes.to_vec(),
            recorded: true,
            live: false,
            only_during_alarms: false,
            hours: None,
            until: None,
        }
    }

    #[test]
    fn a_consent_says_for_what_and_only_for_what_can_be_shared() {
        assert_eq!(consent(some(&[])), Err(WatchError::NoPurpose));
        assert_eq!(consent(some(&[LookPurpose::Order])), Err(WatchError::WrongPurpose));
        assert_eq!(consent(some(&[LookPurpose::CameraCheck])), Err(WatchError::WrongPurpose));
        let twice = some(&[LookPurpose::Offence, LookPurpose::Alarm, LookPurpose::Offence]);
        assert_eq!(consent(twice).unwrap().purposes, [LookPurpose::Alarm, LookPurpose::Offence]);
        let nothing = Consent { recorded: false, ..some(&[LookPurpose::Alarm]) };
        assert_eq!(consent(nothing), Err(WatchError::NoPurpose));
        let never = Consent { hours: Some(Hours { from: 60, to: 60 }), ..some(&[LookPurpose::Alarm]) };
        assert!(consent(never).is_err());
    }

    #[test]
    fn masks_that_nothing_blackens_keep_the_picture_back() {
        let mask = Mask { x: 0, y: 0, width: 500, height: 1_000 };
        assert_eq!(masks(vec![mask], false, false).unwrap().1, Masking::Withheld);
        assert_eq!(masks(vec![mask], false, true).unwrap().1, Masking::OwnerSaysFine);
        assert_eq!(masks(vec![mask], true, false).unwrap().1, Masking::ByCamera);
        assert_eq!(masks(vec![], true, true).unwrap().1, Masking::None);
        assert!(masks(vec![Mask { x: 600, ..mask }], false, false).is_err());
        assert!(masks(vec![Mask { width: 0, ..mask }], false, false).is_err());
    }
}
