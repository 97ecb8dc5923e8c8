//! Which CAP messages an alarm makes, from what its record tells. Pure: the same record and time give the same messages.

use liengia_fire::engine::{Event, Saw};
use liengia_kernel::Timestamp;
use liengia_signal::cap::{Certainty, Stage, Status};
use std::time::Duration;

/// How long a message is news.
pub const FRESH: Duration = Duration::from_hours(1);

/// How often an open alarm says that it goes on, well before the last word is old.
const RENEWED: Duration = Duration::from_mins(30);

/// Most messages of one alarm: ten days of fire.
const MOST: usize = 500;

/// One message: when, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it was sent.
    pub sent: Timestamp,
    /// Whether it is meant.
    pub status: Status,
    /// Where the alarm stands.
    pub stage: Stage,
    /// How sure it is.
    pub certainty: Certainty,
}

/// The messages of one alarm or drill, the first one first. None while a detector warns its own home alone.
pub fn moments<'a>(events: impl IntoIterator<Item = &'a Event>, now: Timestamp) -> Vec<Moment> {
    let mut told = Vec::new();
    for event in events {
        renew(&mut told, event.at());
        let Some(last) = told.last().copied() else {
            told.extend(first(event));
            continue;
        };
        if last.stage == Stage::Cancel {
            break;
        }
        let next = match event {
            Event::Looked { saw: Saw::Fire, .. } if last.certainty == Certainty::Likely => {
                Moment { stage: Stage::Update, certainty: Certainty::Observed, ..last }
            }
            Event::Closed { .. } | Event::DrillEnded { .. } | Event::CancelledAtHome { .. } => {
                Moment { stage: Stage::Cancel, ..last }
            }
            _ => continue,
        };
        // A clock that was set back does not make a later message an earlier one.
        told.push(Moment { sent: event.at().max(last.sent), ..next });
    }
    renew(&mut told, now);
    told
}

/// The first message, if this event makes one.
fn first(event: &Event) -> Option<Moment> {
    let status = match event {
        Event::Raised { own_home: false, .. }
        | Event::WentToTeam { .. }
        | Event::Adopted { own_home: None, .. } => Status::Actual,
        Event::DrillStarted { .. } => Status::Exercise,
        _ => return None,
    };
    Some(Moment { sent: event.at(), status, stage: Stage::Alert, certainty: Certainty::Likely })
}

/// What an open alarm said by itself until then.
fn renew(told: &mut Vec<Moment>, until: Timestamp) {
    while let Some(last) =
        told.last().copied().filter(|last| last.stage != Stage::Cancel && told.len() < MOST)
    {
        let sent = last.sent + RENEWED;
        if sent > until {
            return;
        }
        told.push(Moment { sent, stage: Stage::Update, ..last });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_fire::engine::{By, CloseReason, DrillEnd, TeamReason};
    use liengia_kernel::{AlarmId, PersonId, TeamId};

    const ALARM: AlarmId = AlarmId::from_bytes([1; 16]);
    const SOMEONE: PersonId = PersonId::from_bytes([2; 16]);

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_seconds(1_787_101_200) + Duration::from_mins(minutes)
    }

    fn told(events: &[Event], now: Timestamp) -> Vec<(u64, Stage, Certainty)> {
        let minute = |sent: Timestamp| u64::try_from((sent.as_seconds() - at(0).as_seconds()) / 60).unwrap();
        moments(events, now).into_iter().map(|told| (minute(told.sent), told.stage, told.certainty)).collect()
    }

    #[test]
    fn an_alarm_is_told_renewed_seen_and_cancelled() {
        let events = [
            Event::WentToTeam { alarm: ALARM, at: at(0), why: TeamReason::Escalated },
            Event::Looked { alarm: ALARM, at: at(40), by: SOMEONE, saw: Saw::Fire, told_to: None },
            Event::Looked { alarm: ALARM, at: at(41), by: SOMEONE, saw: Saw::Fire, told_to: None },
            Event::Closed {
                alarm: ALARM,
                at: at(50),
                by: By::desk(SOMEONE),
                looked_by: SOMEONE,
                reason: CloseReason::FireOut,
            },
        ];
        let all = [
            (0, Stage::Alert, Certainty::Likely),
            (30, Stage::Update, Certainty::Likely),
            (40, Stage::Update, Certainty::Observed),
            (50, Stage::Cancel, Certainty::Observed),
        ];
        assert_eq!(told(&events, at(600)), all);
        assert_eq!(told(&events[..2], at(69)), all[..3]);
        assert_eq!(told(&events[..2], at(70)).len(), 4, "an open one goes on saying so");
    }

    #[test]
    fn a_warning_of_ones_own_home_is_nobody_elses_affair() {
        let cancelled = Event::CancelledAtHome {
            alarm: ALARM,
            at: at(1),
            household: liengia_kernel::HouseholdId::from_bytes([3; 16]),
            by: None,
        };
        assert_eq!(moments(&[cancelled], at(9)), []);
    }

    #[test]
    fn a_drill_is_an_exercise_from_its_first_word_to_its_last() {
        let events = [
            Event::DrillStarted { drill: ALARM, at: at(0), team: TeamId::from_bytes([4; 16]), by: None },
            Event::DrillEnded { drill: ALARM, at: at(9), why: DrillEnd::ByHand, by: None },
        ];
        let told = moments(&events, at(60));
        assert!(told.iter().all(|told| told.status == Status::Exercise));
        assert_eq!((told.len(), told[1].stage), (2, Stage::Cancel));
    }
}
