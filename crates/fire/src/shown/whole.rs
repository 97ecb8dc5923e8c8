//! Everything that is known of one alarm, from wherever it is: the engine while it is open, memory when it was over
//! lately, the journal after that.

use crate::{
    engine::{AlarmSnapshot, Event},
    event::{FireEvent, KitEvent},
    live::{Alarms, Directory, Note, Story},
    rules::{as_it_ended, ending},
    views::{Told, note_texts, record_of},
};
use liengia_journal::{Actor, Journal, QueryError};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii, Position};
use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

/// Everything that is known of one alarm or drill.
pub(crate) struct Whole {
    pub snapshot: AlarmSnapshot,
    pub number: Option<u64>,
    pub events: Vec<Event>,
    pub notes: Vec<Note>,
    /// What ended it; none while it is open.
    pub ending: Option<Event>,
}

impl Whole {
    /// An alarm that is open, or was over lately: no disk is asked. The engine is looked at before the directory and
    /// never while somebody holds it.
    pub fn in_memory(alarms: &Alarms, directory: &RwLock<Directory>, alarm: AlarmId) -> Option<Self> {
        let now = alarms.now();
        let open = alarms.look(|state| state.snapshot(alarm, now));
        let story = alarms.story(alarm)?;
        let Some(snapshot) = open else {
            let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
            return Self::ended(alarm, story, &directory);
        };
        let Story { number, events, notes, .. } = story;
        Some(Self { snapshot, number, events, notes, ending: None })
    }

    /// An alarm that is over, from its story.
    pub fn ended(alarm: AlarmId, story: Story, directory: &Directory) -> Option<Self> {
        let Story { number, events, homes, notes } = story;
        let position = |household: HouseholdId| position(directory, household);
        let snapshot = as_it_ended(alarm, &events, &homes, position)?;
        let ending = ending(&events).cloned();
        Some(Self { snapshot, number, events, notes, ending })
    }

    /// An alarm that is over, from the journal.
    pub async fn in_journal(
        journal: &Journal,
        directory: &RwLock<Directory>,
        alarm: AlarmId,
        number: Option<u64>,
    ) -> Result<Option<Self>, QueryError> {
        let told = record_of(journal, alarm).await?;
        let texts = note_texts(journal, alarm).await?;
        let story = story_of(number, &told, texts);
        let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Self::ended(alarm, story, &directory))
    }

    /// Everybody who is named in it.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        let actors = self.events.iter().map(crate::live::actor_of).filter_map(|actor| match actor {
            Actor::Person(person) => Some(person),
            Actor::Device(_) | Actor::Node => None,
        });
        let looked = self.ending.iter().filter_map(|event| match event {
            Event::Closed { looked_by, .. } => Some(*looked_by),
            _ => None,
        });
        actors.chain(looked).chain(self.notes.iter().filter_map(|note| note.by))
    }
}

fn position(directory: &Directory, household: HouseholdId) -> Option<Position> {
    directory.households.get(&household)?.position.as_ref().map(|position| *position.expose())
}

/// What the record tells, as a story.
pub(crate) fn story_of(
    number: Option<u64>,
    told: &[Told],
    mut texts: BTreeMap<String, Pii<String>>,
) -> Story {
    let mut story = Story { number, ..Story::default() };
    for Told { at, actor, event, .. } in told {
        match event {
            FireEvent::Alarm(event) => story.events.push(event.clone()),
            FireEvent::Kit(KitEvent::AlarmConcerned { homes, .. }) => {
                story.homes.extend(homes.iter().map(|home| (home.household, *home)));
            }
            FireEvent::Kit(KitEvent::AlarmNoted { about, note, .. }) => {
                let by = match actor {
                    Actor::Person(person) => Some(*person),
                    Actor::Device(_) | Actor::Node => None,
                };
                let text = texts.remove(&note.to_string());
                story.notes.extend(text.map(|text| Note { at: *at, by, about: *about, text }));
            }
            FireEvent::Kit(_) => {}
        }
    }
    story
}
