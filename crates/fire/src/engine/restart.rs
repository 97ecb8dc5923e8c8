//! After a restart: the record is folded, everything open is begun again, and rings on.
//!
//! Elapsed time is taken from the wall clock here, since the steady clock began anew. A wall clock that
//! stands wrong can only make the ladder climb at once or begin again at its foot, never hold it up.

use super::event::Event;
use super::terms::Mode;
use super::turn::Turn;
use liengia_kernel::AlarmId;
use std::collections::BTreeSet;

impl Turn<'_> {
    pub fn adopt(&mut self, events: impl IntoIterator<Item = Event>) {
        // A press may have come before the record was read: its alarm is left as it is.
        let running: BTreeSet<AlarmId> = self.state.running.keys().copied().collect();
        let late: BTreeSet<AlarmId> = self.state.alarms.late.keys().copied().collect();
        for event in events {
            let known = event.alarm().is_some_and(|id| running.contains(&id) || late.contains(&id));
            if !known {
                self.state.alarms.evolve(&event);
            }
        }
        for mode in [Mode::Live, Mode::Drill] {
            self.begin_again(mode);
        }
        let late: Vec<(AlarmId, bool)> =
            self.state.alarms.late.iter().map(|(press, late)| (*press, late.desk_at.is_some())).collect();
        for (press, at_desk) in late {
            if at_desk { self.late_is_due(press) } else { self.put_question(press) }
        }
        let announced: Vec<AlarmId> = self.state.alarms.announced.keys().copied().collect();
        for drill in announced {
            self.await_drill(drill);
        }
    }

    fn begin_again(&mut self, mode: Mode) {
        let open = self.state.alarms.open.iter();
        let silent: Vec<AlarmId> = open
            .filter(|(id, alarm)| alarm.mode == mode && !self.state.running.contains_key(id))
            .map(|(id, _)| *id)
            .collect();
        for id in silent {
            self.begin(id);
            if mode == Mode::Drill {
                self.await_drill_end(id);
            }
        }
    }
}
