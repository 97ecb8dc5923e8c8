//! "All out": how many stand outside a home, who may say so how often, and what follows when one is missed after all.

use super::alarm::Alarm;
use super::event::Event;
use super::limits;
use super::output::{Channel, Message, Recipient};
use super::refusal::Refusal;
use super::terms::By;
use super::turn::Turn;
use liengia_kernel::{AlarmId, HouseholdId, PersonId};

impl Turn<'_> {
    pub fn all_out(&mut self, id: AlarmId, household: HouseholdId, count: Option<u16>, away: u16, by: By) {
        let alarm = match self.resolve(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        if !self.has_room_for(alarm, household) {
            return self.refuse(Refusal::Full { what: "homes", limit: limits::VOICES });
        }
        let count = count.unwrap_or_else(|| self.state.roster.registered(household).saturating_sub(away));
        let home = self.alarm(alarm).and_then(|open| open.homes.get(&household)).copied().unwrap_or_default();
        if home.out.is_none_or(|out| (out.count, out.away) != (count, away)) {
            let fewer =
                home.out.is_some_and(|out| count.saturating_add(away) < out.count.saturating_add(out.away));
            let always = by.desk || (fewer && self.answers_for(alarm, household, by.person));
            if !always {
                let open = self.alarm(alarm);
                let counted = open.and_then(|open| open.counted.get(&(household, by.person)).copied());
                if counted.is_some_and(|times| times >= limits::CHANGES) {
                    return self.refuse(Refusal::ChangedTooOften);
                }
                if counted.is_none() && open.is_some_and(|open| open.counted.len() >= limits::VOICES) {
                    return self.refuse(Refusal::Full { what: "counts", limit: limits::VOICES });
                }
            }
            let was_clear = !self.home_in_danger(alarm, household);
            self.record(Event::AllOut { alarm, at: self.now.wall, household, count, away, by });
            if was_clear {
                self.tell_if_in_danger(alarm, household);
            }
        }
        self.settle(alarm);
    }

    /// Whether this person may always say that more are missed there: they live there, or lead.
    fn answers_for(&self, alarm: AlarmId, household: HouseholdId, person: PersonId) -> bool {
        let roster = &self.state.roster;
        let teams = self.alarm(alarm).into_iter().flat_map(Alarm::teams).chain(roster.team_of(household));
        roster.people.get(&person) == Some(&household) || roster.leads(teams, person)
    }

    /// Somebody is missed after all where all were out: that does not wait for the next rung.
    pub fn tell_if_in_danger(&mut self, alarm: AlarmId, household: HouseholdId) {
        if self.home_in_danger(alarm, household) {
            let home = Recipient::Household(household);
            self.tell_unless_lately(alarm, home, &[Channel::Stream, Channel::Push], Message::GetOut);
        }
    }
}
