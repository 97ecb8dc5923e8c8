//! What happened in each alarm that is open or was over lately: on every board whether or not the disk is there.
//!
//! Promises: bounded; what is over longest is forgotten first, since the journal has it. It holds notes that may be
//! personal; nothing here prints them.

use crate::{
    engine::Event,
    event::{About, HomeThen},
};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// Alarms and drills that are over and still remembered here.
pub const MAX_OVER: usize = 64;

/// Most events of one alarm. What comes after them is in the journal alone; what opens or ends it is always kept.
pub const MAX_EVENTS: usize = 10_000;

/// Most notes of one alarm.
pub const MAX_NOTES: usize = 200;

/// A note in an alarm.
#[derive(Clone, Debug)]
pub struct Note {
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<PersonId>,
    /// What it is about.
    pub about: About,
    /// Its words.
    pub text: Pii<String>,
}

/// What happened in one alarm, drill or late press.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Its number, once the journal gave it one.
    pub number: Option<u64>,
    /// What the engine told, oldest first.
    pub events: Vec<Event>,
    /// The homes that it concerns, as they were.
    pub homes: BTreeMap<HouseholdId, HomeThen>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
}

/// The event that ends an alarm, a drill or a question about a late press.
pub fn ends(event: &Event) -> bool {
    matches!(
        event,
        Event::Closed { .. }
            | Event::CancelledAtHome { .. }
            | Event::DrillEnded { .. }
            | Event::DrillCancelled { .. }
            | Event::LateAnswered { .. }
    )
}

/// All stories.
#[derive(Debug, Default)]
pub(super) struct Stories {
    known: BTreeMap<AlarmId, Story>,
    /// Those that are over, the oldest first.
    over: VecDeque<AlarmId>,
}

impl Stories {
    /// Takes in what the engine told.
    pub(super) fn tell(&mut self, event: &Event) {
        let Some(alarm) = event.alarm() else { return };
        let story = self.known.entry(alarm).or_default();
        if story.events.len() < MAX_EVENTS || event.opens_or_ends() {
            story.events.push(event.clone());
        }
        // A late press may be over as a question and go on as an alarm.
        self.over.retain(|over| *over != alarm);
        if ends(event) {
            self.over.push_back(alarm);
        }
        while self.over.len() > MAX_OVER {
            if let Some(oldest) = self.over.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    /// Which of these homes the alarm did not concern until now; from now on it does.
    pub(super) fn concern(
        &mut self,
        alarm: AlarmId,
        homes: impl IntoIterator<Item = HomeThen>,
    ) -> Vec<HomeThen> {
        let Some(story) = self.known.get_mut(&alarm) else { return Vec::new() };
        let new = homes.into_iter().filter(|home| !story.homes.contains_key(&home.household));
        let new: Vec<HomeThen> = new.collect();
        story.homes.extend(new.iter().map(|home| (home.household, *home)));
        new
    }

    /// Whether the alarm concerns this home already.
    pub(super) fn concerns(&self, alarm: AlarmId, household: HouseholdId) -> bool {
        self.known.get(&alarm).is_some_and(|story| story.homes.contains_key(&household))
    }

    pub(super) fn number(&mut self, alarm: AlarmId, number: u64) {
        if let Some(story) = self.known.get_mut(&alarm) {
            story.number = Some(number);
        }
    }

    pub(super) fn note(&mut self, alarm: AlarmId, note: Note) {
        if let Some(story) = self.known.get_mut(&alarm)
            && story.notes.len() < MAX_NOTES
        {
            story.notes.push(note);
        }
    }

    pub(super) fn of(&self, alarm: AlarmId) -> Option<&Story> {
        self.known.get(&alarm)
    }

    /// The alarm that this press joined, open or over lately.
    pub(super) fn joined_by(&self, press: AlarmId) -> Option<AlarmId> {
        let joined = |event: &Event| match event {
            Event::Joined { press: facts, .. } => facts.press == press,
            Event::AliasAdopted { press: alias, .. } => *alias == press,
            _ => false,
        };
        self.known.iter().find(|(_, story)| story.events.iter().any(joined)).map(|(alarm, _)| *alarm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{By, CloseReason};

    const CLOSER: PersonId = PersonId::from_bytes([9; 16]);

    fn alarm(byte: u8) -> AlarmId {
        AlarmId::from_bytes([byte; 16])
    }

    fn closed(byte: u8) -> Event {
        let (by, at) = (By::desk(CLOSER), Timestamp::from_seconds(1));
        Event::Closed { alarm: alarm(byte), at, by, looked_by: CLOSER, reason: CloseReason::FireOut }
    }

    #[test]
    fn what_is_over_longest_is_forgotten_first_and_what_is_open_never() {
        let mut stories = Stories::default();
        stories.tell(&Event::BellsRested { alarm: alarm(255), at: Timestamp::from_seconds(0) });
        let most = u8::try_from(MAX_OVER).unwrap();
        for byte in 0..=most {
            stories.tell(&closed(byte));
        }
        assert!(stories.of(alarm(0)).is_none() && stories.of(alarm(1)).is_some());
        assert!(stories.of(alarm(255)).is_some());
    }

    #[test]
    fn a_home_is_concerned_once() {
        let mut stories = Stories::default();
        stories.tell(&Event::BellsRested { alarm: alarm(1), at: Timestamp::from_seconds(0) });
        let home = HomeThen { household: HouseholdId::from_bytes([1; 16]), bells: 1, people: 2 };
        assert_eq!(stories.concern(alarm(1), [home]), [home]);
        assert_eq!(stories.concern(alarm(1), [home]), []);
    }
}
