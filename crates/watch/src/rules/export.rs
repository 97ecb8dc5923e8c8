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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::at;
    use liengia_access::Scope;
    use liengia_kernel::{CameraId, ExportId, PlaceId};

    const ASKS: PersonId = PersonId::from_bytes([1; 16]);
    const OTHER: PersonId = PersonId::from_bytes([2; 16]);
    const SECOND: Duration = Duration::from_secs(1);

    /// One that waits for its second person, asked for at 0.
    fn export() -> Export {
        Export {
            export: ExportId::from_bytes([3; 16]),
            asked_by: ASKS,
            unit: Scope::Place(PlaceId::from_bytes([4; 16])),
            cameras: vec![CameraId::from_bytes([5; 16])],
            span: Span { from: at(-60), to: at(0) },
            purpose: LookPurpose::Offence,
            copy: None,
            asked_at: at(0),
            order: None,
            delay: None,
            decided_by: None,
            decided_at: None,
            approved: None,
            made_at: None,
            sha256: None,
            bytes: None,
            damaged: None,
            fetched_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_request_waits_a_week_for_another_person_and_no_longer() {
        let waits = export();
        assert_eq!(approve(&waits, ASKS, at(1)), Err(WatchError::SamePerson));
        assert_eq!(approve(&waits, OTHER, at(0) + EXPORT_LASTS - SECOND), Ok(()));
        assert_eq!(approve(&waits, OTHER, at(0) + EXPORT_LASTS), Err(WatchError::NotAtThisStage));
        let decided = Export { decided_by: Some(OTHER), approved: Some(false), ..waits };
        assert_eq!(approve(&decided, OTHER, at(1)), Err(WatchError::NotAtThisStage), "once and for all");
    }

    #[test]
    fn what_was_put_together_is_fetched_once_within_a_day() {
        let waits = export();
        assert_eq!(fetched(&waits, at(1)), Err(WatchError::NotAtThisStage), "nothing is there yet");
        let made = Export { made_at: Some(at(100)), ..waits };
        assert_eq!(fetched(&made, at(100) + LINK_LASTS - SECOND), Ok(()));
        assert_eq!(fetched(&made, at(100) + LINK_LASTS), Err(WatchError::LinkOver));
        let taken = Export { fetched_at: Some(at(101)), ..made };
        assert_eq!(fetched(&taken, at(102)), Err(WatchError::LinkOver));
    }

    #[test]
    fn at_most_a_day_that_has_passed_is_asked_for_and_only_for_what_footage_is_handed_out_for() {
        let now = at(90_000);
        let ask = |cameras, from, to, purpose| {
            asked(cameras, Span { from: at(from), to: at(to) }, purpose, (true, false), now)
        };
        let offence = LookPurpose::Offence;
        assert_eq!(ask(1, 0, 86_400, offence), Ok(()));
        for (from, to) in [(0, 86_401), (10, 10), (10, 9), (89_999, 90_001)] {
            assert_eq!(ask(1, from, to, offence), Err(WatchError::BadSpan), "{from} to {to}");
        }
        for cameras in [0, MAX_CAMERAS_OF_A_LOOK + 1] {
            assert_eq!(ask(cameras, 0, 60, offence), Err(WatchError::WhichCameras));
        }
        for purpose in [LookPurpose::DutyWatch, LookPurpose::CameraCheck, LookPurpose::Residents] {
            assert_eq!(ask(1, 0, 60, purpose), Err(WatchError::WrongPurpose), "{purpose}");
        }
        let span = Span { from: at(0), to: at(60) };
        assert_eq!(asked(1, span, offence, (false, false), now), Err(WatchError::CaseNeeded));
        assert_eq!(asked(1, span, LookPurpose::Order, (true, false), now), Err(WatchError::OrderNeeded));
    }
}
