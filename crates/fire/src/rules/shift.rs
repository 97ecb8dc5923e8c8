//! Decisions about shifts at the desk.

use super::KitError;
use crate::{event::KitEvent, views::Shift};
use liengia_journal::Commitment;
use liengia_kernel::{PersonId, ShiftId, Timestamp};
use std::time::Duration;

/// A shift that has run so long is over, whoever sits there: its officer went home.
pub const LONGEST_SHIFT: Duration = Duration::from_hours(12);

/// An officer begins a shift. Their own that is on goes on. Another's is taken over when that officer has gone without
/// handing over: they are not `there` any more, or their shift has run too long.
pub fn start_shift(
    current: Option<&Shift>,
    shift: ShiftId,
    officer: PersonId,
    there: bool,
    now: Timestamp,
) -> Result<Vec<KitEvent>, KitError> {
    let started = KitEvent::ShiftStarted { shift, officer };
    match current {
        Some(on) if on.officer == officer => Ok(Vec::new()),
        Some(on) if there && now.since(on.started_at) < LONGEST_SHIFT => Err(KitError::ShiftIsOn),
        Some(on) => {
            let taken = KitEvent::ShiftTakenOver { shift: on.shift, officer: on.officer, by: officer };
            Ok(vec![taken, started])
        }
        None => Ok(vec![started]),
    }
}

/// The officer hands over: to somebody who takes it up at once, or to nobody.
pub fn hand_over(
    known: Option<&Shift>,
    shift: ShiftId,
    officer: PersonId,
    to: Option<(ShiftId, PersonId)>,
    note: Option<Commitment>,
) -> Result<Vec<KitEvent>, KitError> {
    let known = known.filter(|known| known.ended_at.is_none()).ok_or(KitError::NoShift(shift))?;
    if known.officer != officer {
        return Err(KitError::NotYourShift);
    }
    let mut events =
        vec![KitEvent::ShiftHandedOver { shift, officer, to: to.map(|(_, person)| person), note }];
    events.extend(to.map(|(shift, officer)| KitEvent::ShiftStarted { shift, officer }));
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AN: PersonId = PersonId::from_bytes([1; 16]);
    const BINH: PersonId = PersonId::from_bytes([2; 16]);
    const FIRST: ShiftId = ShiftId::from_bytes([3; 16]);
    const NEXT: ShiftId = ShiftId::from_bytes([4; 16]);

    fn on(officer: PersonId) -> Shift {
        Shift {
            shift: FIRST,
            officer,
            started_at: Timestamp::from_seconds(1),
            ended_at: None,
            successor: None,
        }
    }

    fn start(current: &Shift, officer: PersonId, there: bool, hours: u64) -> Result<Vec<KitEvent>, KitError> {
        let now = current.started_at + Duration::from_hours(hours);
        start_shift(Some(current), NEXT, officer, there, now)
    }

    #[test]
    fn a_shift_is_handed_over_and_not_taken_away() {
        assert_eq!(start(&on(AN), BINH, true, 11), Err(KitError::ShiftIsOn));
        assert_eq!(start(&on(AN), AN, true, 11), Ok(Vec::new()));
        assert_eq!(hand_over(Some(&on(AN)), FIRST, BINH, None, None), Err(KitError::NotYourShift));
        let events = hand_over(Some(&on(AN)), FIRST, AN, Some((NEXT, BINH)), None).unwrap();
        assert_eq!(events[1], KitEvent::ShiftStarted { shift: NEXT, officer: BINH });
    }

    #[test]
    fn a_shift_is_taken_over_from_an_officer_who_has_gone_or_has_sat_there_too_long() {
        let taken = vec![
            KitEvent::ShiftTakenOver { shift: FIRST, officer: AN, by: BINH },
            KitEvent::ShiftStarted { shift: NEXT, officer: BINH },
        ];
        assert_eq!(start(&on(AN), BINH, false, 0), Ok(taken.clone()));
        assert_eq!(start(&on(AN), BINH, true, 12), Ok(taken));
        assert_eq!(start(&on(AN), AN, false, 13), Ok(Vec::new()), "their own goes on");
    }

    #[test]
    fn a_shift_that_is_over_is_not_handed_over_again() {
        let over = Shift { ended_at: Some(Timestamp::from_seconds(2)), ..on(AN) };
        assert_eq!(hand_over(Some(&over), FIRST, AN, None, None), Err(KitError::NoShift(FIRST)));
    }
}
