//! Decisions about shifts at the desk.

use super::KitError;
use crate::{event::KitEvent, views::Shift};
use liengia_journal::Commitment;
use liengia_kernel::{PersonId, ShiftId};

/// An officer begins a shift: nobody else's may be on. Their own that is on goes on.
pub fn start_shift(
    current: Option<&Shift>,
    shift: ShiftId,
    officer: PersonId,
) -> Result<Option<KitEvent>, KitError> {
    match current {
        Some(on) if on.officer == officer => Ok(None),
        Some(_) => Err(KitError::ShiftIsOn),
        None => Ok(Some(KitEvent::ShiftStarted { shift, officer })),
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
    use liengia_kernel::Timestamp;

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

    #[test]
    fn a_shift_is_taken_over_and_not_taken_away() {
        assert_eq!(start_shift(Some(&on(AN)), NEXT, BINH), Err(KitError::ShiftIsOn));
        assert_eq!(start_shift(Some(&on(AN)), NEXT, AN), Ok(None));
        assert_eq!(hand_over(Some(&on(AN)), FIRST, BINH, None, None), Err(KitError::NotYourShift));
        let events = hand_over(Some(&on(AN)), FIRST, AN, Some((NEXT, BINH)), None).unwrap();
        assert_eq!(events[1], KitEvent::ShiftStarted { shift: NEXT, officer: BINH });
    }

    #[test]
    fn a_shift_that_is_over_is_not_handed_over_again() {
        let over = Shift { ended_at: Some(Timestamp::from_seconds(2)), ..on(AN) };
        assert_eq!(hand_over(Some(&over), FIRST, AN, None, None), Err(KitError::NoShift(FIRST)));
    }
}
