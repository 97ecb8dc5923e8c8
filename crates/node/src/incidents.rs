//! What cameras ask about alarms: which are open, where, and who is on duty.

use liengia_access::{Access, Grant, Role};
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
    /// Who is of the desk.
    pub access: Access,
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
        Incident { alarm: alarm.alarm, position: positions.next(), confirmed: self.is_confirmed(alarm) }
    }

    /// Whether a resident says that it burns: a press or a device of theirs, or one who looked and said so with their own
    /// hand. What the desk writes down of a resident is the desk's word. A home that is warned of its own detector has told
    /// nobody yet.
    fn is_confirmed(&self, alarm: &AlarmSnapshot) -> bool {
        // Of a bell that rings after a restart, nobody knows yet who pressed.
        let by_a_resident = |press: &PressFacts| !matches!(press.source, Source::Desk | Source::Bell);
        let pressed = alarm.presses.iter().any(by_a_resident);
        let seen = || alarm.fire_seen_by.iter().any(|person| !self.is_of_the_desk(*person));
        (pressed || seen()) && alarm.phase != Phase::OwnHomeWarning
    }

    fn is_of_the_desk(&self, person: PersonId) -> bool {
        let desk = |grant: &Grant| matches!(grant.role, Role::DutyOfficer | Role::Administrator);
        self.access.grants_of(person).iter().any(desk)
    }
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
