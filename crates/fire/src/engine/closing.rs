//! Closing: someone who looked on site, and the leader or the desk, and a reason.

use super::alarm::Alarm;
use super::event::Event;
use super::input::Close;
use super::output::{BellCommand, Board, Channel, Message, Output, Recipient};
use super::refusal::{Missing, Refusal};
use super::standing::Standing;
use super::terms::{CloseReason, Mode, Saw, Scope};
use super::timers::Timer;
use super::turn::Turn;
use super::{limits, refusal};
use liengia_kernel::{AlarmId, HouseholdId, TeamId};
use std::collections::BTreeSet;

/// What closing still needs. Empty if it may be closed.
pub(super) fn missing(roster: &Standing, alarm: &Alarm, close: &Close) -> Vec<refusal::Missing> {
    let mut missing = Vec::new();
    let look = close.looked_by.and_then(|person| alarm.looked.get(&person));
    let no_fire = close.reason == Some(CloseReason::NoFire);
    match look {
        None => missing.push(Missing::SomeoneWhoLooked),
        Some(look) if no_fire && look.saw == Saw::Fire => missing.push(Missing::LookedAndSawNoFire),
        // Nobody's word outweighs that of somebody who stands there and sees fire: one side of a house may burn unseen
        // from the other. They look again, or the reason is another one, and stands in the report.
        Some(_) if no_fire && alarm.looked.values().any(|other| other.is_a_witness_of_fire()) => {
            missing.push(Missing::NobodyWhoSeesFire);
        }
        Some(_) => {}
    }
    if !close.by.desk && !roster.leads(alarm.teams(), close.by.person) {
        missing.push(Missing::LeaderOrDesk);
    }
    if close.looked_by == Some(close.by.person) {
        missing.push(Missing::SecondPerson);
    }
    if close.reason.is_none() {
        missing.push(Missing::Reason);
    }
    missing
}

impl Turn<'_> {
    pub fn close(&mut self, close: &Close) {
        let alarm = match self.resolve_live(close.alarm) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some(open) = self.alarm(alarm) else { return };
        let missing = missing(&self.state.roster, open, close);
        let (true, Some(looked_by), Some(reason)) = (missing.is_empty(), close.looked_by, close.reason)
        else {
            return self.refuse(Refusal::CannotClose { missing });
        };
        let concerned = self.concerned(alarm);
        self.record(Event::Closed { alarm, at: self.now.wall, by: close.by, looked_by, reason });
        self.over(alarm, &concerned, Message::Closed);
    }

    /// Stops every bell and timer of what is over, and tells those whom it concerned.
    pub fn over(&mut self, alarm: AlarmId, concerned: &BTreeSet<HouseholdId>, message: Message) {
        let Some(running) = self.state.running.remove(&alarm) else { return };
        for device in running.bells.keys() {
            self.bell(BellCommand::Stop { device: *device, alarm });
        }
        for home in &running.homes {
            self.forget_ringing(*home, alarm);
        }
        for timer in [
            Timer::Bells(alarm),
            Timer::Ladder(alarm),
            Timer::OwnHome(alarm),
            Timer::Cards(alarm),
            Timer::DrillEnds(alarm),
        ] {
            self.state.timers.disarm(timer);
        }
        let mode = if message == Message::DrillEnded { Mode::Drill } else { Mode::Live };
        for home in concerned {
            self.tell(alarm, mode, Recipient::Household(*home), Channel::Stream, message);
            self.tell(alarm, mode, Recipient::Household(*home), Channel::Push, message);
        }
        self.tell(alarm, mode, Recipient::Desk, Channel::Stream, message);
        self.emit(Output::Board(Board::Closed(alarm)));
        self.drop_what_left();
        self.forget_old_receipts();
    }

    fn drop_what_left(&mut self) {
        let gone = self.state.roster.homes_leaving.iter().copied();
        let gone: Vec<HouseholdId> = gone.filter(|home| !self.state.ringing_at.contains_key(home)).collect();
        for home in gone {
            self.drop_home(home);
        }
        let open = &self.state.alarms.live;
        let leaving = self.state.roster.leaving.iter().copied();
        let left: Vec<TeamId> = leaving.filter(|team| !open.contains_key(&Scope::Team(*team))).collect();
        for team in left {
            self.drop_team(team);
        }
    }

    /// The journal may never confirm some presses: what is over is forgotten when there are too many.
    fn forget_old_receipts(&mut self) {
        if self.state.unrecorded.len() > limits::CLOSED_IDS {
            let alarms = &self.state.alarms;
            self.state
                .unrecorded
                .retain(|press| alarms.presses.contains_key(press) || alarms.late.contains_key(press));
        }
    }
}
