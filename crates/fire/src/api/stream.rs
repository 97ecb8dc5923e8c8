//! What an open screen is told as it happens: whom the news concern.
//!
//! Promises: an id reaches those alone who may read what it names; that something is over also reaches a screen that was
//! told of it before, so that nothing burns on there when its person may read it no more. Never: a disk is asked.

use super::Api;
use crate::{
    engine::{Board, Event},
    event::{FireEvent, KitEvent},
    live::News,
    shown::{Whole, alarm::Alarm, device::Device},
};
use liengia_access::{Action, Caller, Target};
use liengia_kernel::{AlarmId, TeamId};
use std::collections::BTreeSet;

/// What a screen was told of and what is not over: open alarms, late presses and announced drills.
#[derive(Debug, Default)]
pub struct Followed(BTreeSet<AlarmId>);

/// What a screen is told.
pub enum Tidings {
    /// An open alarm or running drill, as it is now.
    Alarm(Box<Alarm>),
    /// It is over.
    Closed(AlarmId),
    /// A late press or an announced drill is to be read anew.
    Changed(AlarmId),
    /// A device's health is another.
    Health(Box<Device>),
}

impl Api {
    /// Where a screen begins, or begins anew: what it follows, and all open alarms of that.
    pub fn begin(&self, caller: &Caller) -> (Followed, Vec<Alarm>) {
        let (open, waiting): (Vec<AlarmId>, Vec<AlarmId>) = self.alarms.look(|state| {
            let late = state.late_presses().map(|late| late.press.press);
            let drills = state.announced_drills().map(|drill| drill.drill);
            (state.open().collect(), late.chain(drills).collect())
        });
        let waiting = waiting.into_iter().filter(|id| self.may_follow(caller, *id));
        let mut followed = Followed(waiting.collect());
        let alarms = open.into_iter().filter_map(|id| self.alarm_for(caller, &mut followed, id)).collect();
        (followed, alarms)
    }

    /// What this screen is told of the news; none if they do not concern it.
    pub fn tidings(&self, caller: &Caller, followed: &mut Followed, news: &News) -> Option<Tidings> {
        match news {
            News::Board(Board::Alarm(id)) | News::Card(id) => {
                self.alarm_for(caller, followed, *id).map(|alarm| Tidings::Alarm(Box::new(alarm)))
            }
            News::Board(Board::Closed(id)) => self.end(caller, followed, *id),
            News::Board(Board::Late(id) | Board::Drill(id)) => self.change(caller, followed, *id),
            News::Question(question) => self.change(caller, followed, question.press),
            News::Health(health) => {
                self.health_for(caller, health).map(|device| Tidings::Health(Box::new(device)))
            }
            News::Notice(_) => None,
        }
    }

    /// Whether an entry of the quiet side of fire safety changes what the caller sees: ring tests, drills to come, shifts.
    pub fn concerns(&self, caller: &Caller, event: &FireEvent) -> bool {
        let of_team = |team: &TeamId| caller.may(Action::ReadDrills, Target::team(*team));
        match event {
            FireEvent::Alarm(
                Event::RingTested { team, .. }
                | Event::DrillAnnounced { team, .. }
                | Event::DrillCancelled { team, .. },
            ) => of_team(team),
            FireEvent::Kit(
                KitEvent::ShiftStarted { .. }
                | KitEvent::ShiftHandedOver { .. }
                | KitEvent::ShiftTakenOver { .. },
            ) => caller.reach(Action::ReadBoard).is_ok(),
            _ => false,
        }
    }

    /// An open alarm or running drill as this caller may see it, followed from now on; none if they may not, or it is
    /// over. What takes longer to learn is shown anew when it is there.
    fn alarm_for(&self, caller: &Caller, followed: &mut Followed, id: AlarmId) -> Option<Alarm> {
        let whole = Whole::in_memory(&self.alarms, &self.directory, id)?;
        if whole.ending.is_some() {
            return None;
        }
        let shown = self.shown(caller, &whole)?;
        followed.0.insert(id);
        self.prepare_aside(caller, whole);
        Some(shown)
    }

    fn change(&self, caller: &Caller, followed: &mut Followed, id: AlarmId) -> Option<Tidings> {
        self.may_follow(caller, id).then(|| {
            followed.0.insert(id);
            Tidings::Changed(id)
        })
    }

    /// Who may read what is over is told, too: a list that they asked for meanwhile may show it as open.
    fn end(&self, caller: &Caller, followed: &mut Followed, id: AlarmId) -> Option<Tidings> {
        let was_followed = followed.0.remove(&id);
        // Late presses that joined it end with it.
        followed.0.retain(|other| self.alarms.alarm_of(*other) != Some(id));
        let may_read = || {
            let whole = Whole::in_memory(&self.alarms, &self.directory, id)?;
            self.shown(caller, &whole)
        };
        (was_followed || may_read().is_some()).then_some(Tidings::Closed(id))
    }

    /// Whether the caller may read this late press or announced drill.
    fn may_follow(&self, caller: &Caller, id: AlarmId) -> bool {
        let announced = self.alarms.look(|state| {
            let mut drills = state.announced_drills();
            drills.find(|drill| drill.drill == id).map(|drill| drill.team)
        });
        if let Some(team) = announced {
            return caller.may(Action::ReadDrills, Target::team(team));
        }
        let site = self.site_in_memory(id);
        site.is_some_and(|site| caller.may(Action::ReadAlarms, self.target(caller, site)))
    }
}
