//! Telling those concerned later: a second officer and the auditor agree, for thirty days, once more at the most.
//!
//! Promises: nobody puts it off alone, and never for ever: whoever agreed to nothing is told at the end, whatever happens.

use super::{EXPORT_LASTS, MAX_CAMERAS_OF_A_LOOK, WatchError, look::named};
use crate::{event::LookPurpose, views::Delay};
use liengia_kernel::{CameraId, PersonId, Timestamp};
use std::time::Duration;

/// How long telling them is put off.
pub const PUT_OFF: Duration = Duration::from_hours(30 * 24);

/// At which stage it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody must still agree.
    Waits,
    /// Nobody did in time.
    Lapsed,
    /// Somebody did not agree.
    Refused,
    /// It holds.
    Holds,
    /// It holds, and was asked for once more.
    Renewing,
    /// Those concerned are told.
    Given,
}

/// At which stage it is now.
pub fn stage(delay: &Delay, now: Timestamp) -> Stage {
    if delay.given_at.is_some() {
        return Stage::Given;
    }
    let asked_again = delay.renewed_by.is_some() && (delay.officer.is_none() || delay.auditor.is_none());
    match delay.until {
        Some(until) if now >= until => Stage::Given,
        Some(_) if asked_again && delay.refused_at.is_none() => Stage::Renewing,
        Some(_) => Stage::Holds,
        None if delay.refused_at.is_some() => Stage::Refused,
        None if now >= delay.asked_at + EXPORT_LASTS => Stage::Lapsed,
        None => Stage::Waits,
    }
}

/// Whether it can be asked for.
pub const fn delay_asked(
    cameras: usize,
    purpose: LookPurpose,
    (has_case, has_order): (bool, bool),
) -> Result<(), WatchError> {
    if cameras == 0 || cameras > MAX_CAMERAS_OF_A_LOOK {
        return Err(WatchError::WhichCameras);
    }
    if !purpose.may_be_told_later() {
        return Err(WatchError::WrongPurpose);
    }
    named(purpose, has_case, has_order)
}

/// Whether this person may agree now, as an officer or as the auditor; until when it holds, if it then does.
pub fn delay_agreed(
    delay: &Delay,
    person: PersonId,
    auditor: bool,
    now: Timestamp,
) -> Result<Option<Timestamp>, WatchError> {
    undecided(delay, person, now)?;
    let (mine, other) = if auditor { (delay.auditor, delay.officer) } else { (delay.officer, delay.auditor) };
    if mine.is_some() {
        return Err(WatchError::NotAtThisStage);
    }
    if other == Some(person) {
        return Err(WatchError::SamePerson);
    }
    Ok(other.is_some().then(|| delay.until.unwrap_or(now) + PUT_OFF))
}

/// Whether this person may refuse it now.
pub fn delay_refused(delay: &Delay, person: PersonId, now: Timestamp) -> Result<(), WatchError> {
    undecided(delay, person, now)
}

/// Whether it can be asked for once more: while it holds, and one time.
pub fn delay_renewed(delay: &Delay, now: Timestamp) -> Result<(), WatchError> {
    let once = stage(delay, now) == Stage::Holds && delay.renewed_by.is_none();
    if once { Ok(()) } else { Err(WatchError::NotAtThisStage) }
}

/// Whether those concerned can be told before its time is over.
pub fn notice_given(delay: &Delay, now: Timestamp) -> Result<(), WatchError> {
    let told = matches!(stage(delay, now), Stage::Holds | Stage::Renewing);
    if told { Ok(()) } else { Err(WatchError::NotAtThisStage) }
}

/// Whether a look of these cameras, for that purpose, may be told later by it.
pub fn told_later(
    delay: &Delay,
    cameras: &[CameraId],
    purpose: LookPurpose,
    now: Timestamp,
) -> Result<(), WatchError> {
    let meant = delay.purpose == purpose && cameras.iter().all(|camera| delay.cameras.contains(camera));
    if !meant {
        return Err(WatchError::NotPutOff);
    }
    notice_given(delay, now).map_err(|_| WatchError::NotPutOff)
}

fn undecided(delay: &Delay, person: PersonId, now: Timestamp) -> Result<(), WatchError> {
    if delay.asked_by == person || delay.renewed_by == Some(person) {
        return Err(WatchError::SamePerson);
    }
    let waits = matches!(stage(delay, now), Stage::Waits | Stage::Renewing);
    if waits { Ok(()) } else { Err(WatchError::NotAtThisStage) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_access::Scope;
    use liengia_kernel::{DelayId, PlaceId, SeededEntropy};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn people() -> [PersonId; 4] {
        let entropy = SeededEntropy::new(3);
        std::array::from_fn(|_| PersonId::new(NOW, &entropy))
    }

    fn asked() -> Delay {
        let entropy = SeededEntropy::new(4);
        Delay {
            delay: DelayId::new(NOW, &entropy),
            cameras: vec![CameraId::new(NOW, &entropy)],
            purpose: LookPurpose::Offence,
            asked_by: people()[0],
            unit: Scope::Place(PlaceId::new(NOW, &entropy)),
            order: None,
            asked_at: NOW,
            renewed_by: None,
            officer: None,
            auditor: None,
            refused_at: None,
            until: None,
            given_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_second_officer_and_the_auditor_agree_and_never_whoever_asked() {
        let [asker, officer, auditor, _] = people();
        let mut delay = asked();
        assert_eq!(delay_agreed(&delay, asker, false, NOW), Err(WatchError::SamePerson));
        assert_eq!(delay_agreed(&delay, asker, true, NOW), Err(WatchError::SamePerson));
        assert_eq!(delay_agreed(&delay, officer, false, NOW), Ok(None));
        delay.officer = Some(officer);
        assert_eq!(delay_agreed(&delay, people()[3], false, NOW), Err(WatchError::NotAtThisStage));
        assert_eq!(delay_agreed(&delay, officer, true, NOW), Err(WatchError::SamePerson));
        assert_eq!(delay_agreed(&delay, auditor, true, NOW), Ok(Some(NOW + PUT_OFF)));
        let late = NOW + EXPORT_LASTS;
        assert_eq!(delay_agreed(&delay, auditor, true, late), Err(WatchError::NotAtThisStage));
    }

    #[test]
    fn it_holds_for_thirty_days_and_once_more_and_never_a_third_time() {
        let [_, officer, auditor, _] = people();
        let until = NOW + PUT_OFF;
        let mut delay =
            Delay { officer: Some(officer), auditor: Some(auditor), until: Some(until), ..asked() };
        assert_eq!(delay_renewed(&delay, NOW), Ok(()));
        assert_eq!(delay_renewed(&delay, until), Err(WatchError::NotAtThisStage));
        delay = Delay { officer: None, auditor: None, renewed_by: Some(people()[3]), ..delay };
        assert_eq!(delay_agreed(&delay, people()[3], false, NOW), Err(WatchError::SamePerson));
        assert_eq!(told_later(&delay, &delay.cameras, LookPurpose::Offence, NOW), Ok(()));
        delay.auditor = Some(auditor);
        assert_eq!(delay_agreed(&delay, officer, false, NOW), Ok(Some(until + PUT_OFF)));
        assert_eq!(delay_agreed(&delay, officer, false, until), Err(WatchError::NotAtThisStage));
        delay = Delay { officer: Some(officer), until: Some(until + PUT_OFF), ..delay };
        assert_eq!(delay_renewed(&delay, NOW), Err(WatchError::NotAtThisStage));
    }

    #[test]
    fn only_what_was_asked_for_is_told_later() {
        let [_, officer, auditor, _] = people();
        let until = Some(NOW + PUT_OFF);
        let delay = Delay { officer: Some(officer), auditor: Some(auditor), until, ..asked() };
        let other = [CameraId::new(NOW, &SeededEntropy::new(9))];
        let later = |delay: &Delay, cameras: &[CameraId], purpose| told_later(delay, cameras, purpose, NOW);
        assert_eq!(later(&delay, &delay.cameras, LookPurpose::Offence), Ok(()));
        assert_eq!(later(&delay, &other, LookPurpose::Offence), Err(WatchError::NotPutOff));
        assert_eq!(later(&delay, &delay.cameras, LookPurpose::Order), Err(WatchError::NotPutOff));
        assert_eq!(later(&asked(), &delay.cameras, LookPurpose::Offence), Err(WatchError::NotPutOff));
        let told = Delay { given_at: Some(NOW), ..delay.clone() };
        assert_eq!(later(&told, &delay.cameras, LookPurpose::Offence), Err(WatchError::NotPutOff));
        let refused = Delay { refused_at: Some(NOW), until: None, ..delay };
        assert_eq!(notice_given(&refused, NOW), Err(WatchError::NotAtThisStage));
        for purpose in [LookPurpose::DutyWatch, LookPurpose::Accident, LookPurpose::DataRequest] {
            assert_eq!(delay_asked(1, purpose, (true, false)), Err(WatchError::WrongPurpose));
        }
        assert_eq!(delay_asked(1, LookPurpose::Offence, (false, false)), Err(WatchError::CaseNeeded));
        assert_eq!(delay_asked(1, LookPurpose::Order, (false, true)), Ok(()));
    }
}
