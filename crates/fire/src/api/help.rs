//! Notes about the help that somebody needs to get out: shown to responders, the leader and the desk while it burns
//! there or next door, and every showing is told to the person.
//!
//! Promises: who was shown a note is in the journal before it is shown. Where the journal cannot write, life comes
//! first: the note is shown within a second, and the record of it is kept and written when it can be. Never: a note to
//! anybody after the alarm is closed.

use super::Api;
use crate::{
    shown::{Viewer, Whole, alarm::HelpNote},
    views::AlarmRow,
};
use liengia_access::{Action, Caller, Target};
use liengia_journal::Actor;
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii};
use liengia_register::{event::RegisterEvent, views::Person};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
    time::Duration,
};

/// How long the record of a showing may take before the note is shown without it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Showings of one note that are looked through for this reader.
const MOST_READS: u64 = 500;

/// What was shown to whom.
#[derive(Default)]
pub(super) struct Helped {
    /// The notes that were read, by alarm and person.
    notes: BTreeMap<AlarmId, BTreeMap<PersonId, Pii<String>>>,
    /// Alarm, reader, person: written down, or tried to.
    told: BTreeSet<(AlarmId, PersonId, PersonId)>,
    /// Alarm and reader for whom notes are being read at this moment.
    reading: BTreeSet<(AlarmId, PersonId)>,
}

impl Api {
    /// The people near the fire with a help note that this caller may be shown.
    fn helped(&self, caller: &Caller, whole: &Whole, viewer: Viewer) -> Vec<(HouseholdId, PersonId)> {
        if whole.ending.is_some() {
            return Vec::new();
        }
        let responds = whole.responds(viewer);
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let homes = whole.near().into_iter().filter(|home| Some(*home) != viewer.household);
        let homes = homes.filter(|home| responds || caller.may(Action::ReadHelp, Target::household(*home)));
        let people = homes.flat_map(|home| {
            directory.people_of(home).filter(|person| person.help).map(move |person| (home, person.person))
        });
        people.collect()
    }

    /// The notes that may be shown now.
    pub(super) fn help_for(&self, caller: &Caller, whole: &Whole, viewer: Viewer) -> Vec<HelpNote> {
        let alarm = whole.snapshot.alarm;
        let people = self.helped(caller, whole, viewer);
        if people.is_empty() {
            return Vec::new();
        }
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let helped = self.memory.help();
        let Some(notes) = helped.notes.get(&alarm) else { return Vec::new() };
        let told =
            people.into_iter().filter(|(_, person)| helped.told.contains(&(alarm, viewer.person, *person)));
        told.filter_map(|(household, person)| {
            let name = directory.person(person).map(|known| known.name()).unwrap_or_default();
            Some(HelpNote { household, name, note: notes.get(&person)?.clone() })
        })
        .collect()
    }

    /// Learns what is needed to show an alarm to this caller: help notes, with the record of their showing, and the
    /// names of officers.
    pub(super) async fn prepare(&self, caller: &Caller, whole: &Whole) {
        self.learn_names(whole.people()).await;
        let alarm = whole.snapshot.alarm;
        let new = self.untold(caller, whole);
        if new.is_empty() || !self.memory.help().reading.insert((alarm, caller.person())) {
            return;
        }
        self.read_notes(caller.person(), alarm, new).await;
        self.memory.help().reading.remove(&(alarm, caller.person()));
    }

    /// The same beside an answer that does not wait; the alarm is shown anew when it is done.
    pub(super) fn prepare_aside(&self, caller: &Caller, whole: Whole) {
        let new = self.untold(caller, &whole);
        let reading = self.memory.help().reading.contains(&(whole.snapshot.alarm, caller.person()));
        if (new.is_empty() || reading) && !self.has_strangers(whole.people()) {
            return;
        }
        let (api, caller) = (self.clone(), caller.clone());
        tokio::spawn(async move {
            api.prepare(&caller, &whole).await;
            api.alarms.show_anew(whole.snapshot.alarm);
        });
    }

    fn untold(&self, caller: &Caller, whole: &Whole) -> Vec<(HouseholdId, PersonId)> {
        let alarm = whole.snapshot.alarm;
        let viewer = Viewer { person: caller.person(), household: caller.household(), leads: false };
        let people = self.helped(caller, whole, viewer);
        let helped = self.memory.help();
        people
            .into_iter()
            .filter(|(_, person)| !helped.told.contains(&(alarm, viewer.person, *person)))
            .collect()
    }

    async fn read_notes(&self, reader: PersonId, alarm: AlarmId, people: Vec<(HouseholdId, PersonId)>) {
        let mut found = Vec::new();
        for (household, person) in people {
            match Person::help_note(&self.register.journal, person).await {
                Ok(Some(note)) => found.push((household, person, note)),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "a help note cannot be read"),
            }
        }
        for (household, person, _) in &found {
            if !self.was_shown(reader, alarm, *person).await {
                let event = RegisterEvent::HelpNoteRead {
                    person: *person,
                    household: *household,
                    by: reader,
                    alarm: Some(alarm),
                };
                self.alarms.keep(&event, Actor::Person(reader), Vec::new());
            }
        }
        if !self.alarms.settled(PATIENCE).await {
            tracing::error!("help notes are shown, and the record of it cannot be written yet");
        }
        let open: BTreeSet<AlarmId> = self.alarms.look(|state| state.open().collect());
        let mut helped = self.memory.help();
        helped.notes.retain(|alarm, _| open.contains(alarm));
        helped.told.retain(|(alarm, _, _)| open.contains(alarm));
        for (_, person, note) in found {
            helped.notes.entry(alarm).or_default().insert(person, note);
            helped.told.insert((alarm, reader, person));
        }
    }

    /// Whether the journal tells already that this reader was shown the note in this alarm: before a restart.
    async fn was_shown(&self, reader: PersonId, alarm: AlarmId, person: PersonId) -> bool {
        let reads = Person::help_note_reads(&self.register.journal, person, None, MOST_READS).await;
        reads.unwrap_or_default().iter().any(|read| read.reader == reader && read.alarm == Some(alarm))
    }

    fn has_strangers(&self, mut people: impl Iterator<Item = PersonId>) -> bool {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let staff = self.memory.staff();
        people.any(|person| directory.person(person).is_none() && !staff.contains_key(&person))
    }

    /// Learns the names of those who are in no household.
    pub(super) async fn learn_names(&self, people: impl IntoIterator<Item = PersonId>) {
        let strangers: BTreeSet<PersonId> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            let staff = self.memory.staff();
            let unknown =
                |person: &PersonId| directory.person(*person).is_none() && !staff.contains_key(person);
            people.into_iter().filter(unknown).collect()
        };
        for person in strangers {
            match self.access.spoken_to(person).await {
                Ok((name, _)) => {
                    let mut staff = self.memory.staff();
                    super::memory::Memory::room_for_staff(&mut staff);
                    staff.insert(person, name.unwrap_or_default());
                }
                Err(error) => tracing::warn!(%error, "a name cannot be read"),
            }
        }
    }

    /// The number of an alarm, from the journal.
    pub(super) async fn number_of(&self, alarm: AlarmId) -> Result<Option<u64>, liengia_journal::QueryError> {
        Ok(AlarmRow::find(&self.kit.journal, alarm).await?.and_then(|row| row.number))
    }
}
