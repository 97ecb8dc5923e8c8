//! What cameras ask about alarms: which are open, where, and who is on duty.

use liengia_fire::{
    Kit,
    engine::{AlarmSnapshot, Mode, Phase, PressFacts, Source},
    live::{Alarms, Directory},
    views::Shift,
};
use liengia_kernel::{AlarmId, PersonId, Position, Timestamp};
use liengia_watch::{
    rules::Incident,
    settings::{self, Incidents},
};
use std::sync::{Arc, PoisonError, RwLock};

/// Knows which alarms are open, and who is on duty.
#[derive(Clone)]
pub struct Burning {
    /// The engine.
    pub alarms: Alarms,
    /// Who is where.
    pub directory: Arc<RwLock<Directory>>,
    /// Shifts.
    pub kit: Kit,
}

impl Burning {
    /// Open alarms, each with when it was raised; drills are none.
    pub fn since(&self) -> Vec<(Incident, Timestamp)> {
        let now = self.alarms.now();
        let open = self.alarms.look(|state| {
            let ids: Vec<AlarmId> = state.open().collect();
            ids.into_iter().filter_map(|id| state.snapshot(id, now)).collect::<Vec<_>>()
        });
        let live = open.into_iter().filter(|alarm| alarm.mode == Mode::Live);
        live.map(|alarm| (self.incident(&alarm), alarm.raised_at)).collect()
    }

    fn incident(&self, alarm: &AlarmSnapshot) -> Incident {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let homes = alarm.origin.into_iter().chain(alarm.households.iter().map(|home| home.household));
        let mut positions = homes.filter_map(|home| -> Option<Position> {
            directory.households.get(&home)?.position.as_ref().map(|position| *position.expose())
        });
        Incident {
            alarm: alarm.alarm,
            position: positions.next(),
            confirmed: is_confirmed(alarm, &directory),
        }
    }
}

/// Whether a resident says that it burns: a device of theirs, a press of their own, or one who looked. An officer is none,
/// whichever phone they press on, and what the desk writes down of a resident is the desk's word. A home that is warned of
/// its own detector has told nobody yet.
fn is_confirmed(alarm: &AlarmSnapshot, directory: &Directory) -> bool {
    let is_resident = |person: &PersonId| directory.person(*person).is_some();
    let presses = |press: &PressFacts| match press.source {
        // Of a bell that rings after a restart, nobody knows yet who pressed.
        Source::Desk | Source::Bell => false,
        Source::Phone => press.by.as_ref().is_some_and(is_resident),
        Source::Button | Source::Detector => true,
    };
    let said = alarm.presses.iter().any(presses) || alarm.fire_seen_by.iter().any(is_resident);
    said && alarm.phase != Phase::OwnHomeWarning
}

impl Incidents for Burning {
    fn open(&self) -> Vec<Incident> {
        self.since().into_iter().map(|(incident, _)| incident).collect()
    }

    fn shift_of(&self, officer: PersonId) -> settings::Shift<'_> {
        Box::pin(async move {
            let current = Shift::current(&self.kit.journal).await.ok().flatten();
            current.filter(|shift| shift.officer == officer).map(|shift| shift.shift)
        })
    }
}
