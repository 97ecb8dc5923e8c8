//! How the engine begins: with the roster of the whole commune, and with what was open when the process ended.

use super::{
    Alarms, Directory, Note, Reach, Start,
    follow::{follow, taken_in},
};
use crate::{
    engine::{self, State, step},
    event::{FireEvent, KitEvent},
    views::{Standing, notes_of, standing},
};
use liengia_journal::{Actor, Journal, QueryError};
use liengia_kernel::{AlarmId, Clock};
use std::sync::{Arc, RwLock};
use tokio::sync::watch;

/// The engine at work.
pub struct Opened {
    /// The engine.
    pub alarms: Alarms,
    /// The names and places behind its ids, kept true.
    pub directory: Arc<RwLock<Directory>>,
    /// The entry up to which both were read.
    pub seq: u64,
}

/// Reads the register and the kit, puts the engine to work with them, lets it take up the record, so that what was open
/// rings on, and follows what changes.
///
/// It runs until `stop` is true; [`Alarms::written`] waits for the end.
pub async fn open(
    journal: Journal,
    clock: Arc<dyn Clock>,
    reach: Arc<dyn Reach>,
    utc_offset_hours: i8,
    stop: watch::Receiver<bool>,
) -> Result<Opened, QueryError> {
    // What comes after this entry is followed; what it changes may be in what is read now, and is read again then.
    let seq = journal.head().await?.seq;
    let (directory, open) = tokio::try_join!(Directory::read(&journal), standing(&journal, clock.now()))?;
    let mut state = State::new(engine::Settings { utc_offset_hours });
    let now = engine::Moment { wall: clock.now(), steady: clock.elapsed() };
    for team in directory.teams.keys() {
        if let Some(roster) = directory.roster(*team) {
            taken_in(*team, &step(&mut state, engine::Input::Team(roster), now));
        }
    }
    for home in directory.homes_alone() {
        taken_in(home.household, &step(&mut state, engine::Input::Home(home), now));
    }
    state.pack();
    let directory = Arc::new(RwLock::new(directory));
    let start = Start { state, directory: directory.clone(), clock, reach, journal: journal.clone() };
    let alarms = Alarms::start(start, &stop);
    alarms.adopt(open);
    alarms.recall_notes(&journal).await?;
    alarms.shared.followed.send_replace(seq);
    alarms.run("the roster's follower", follow(journal, seq, directory.clone(), alarms.clone(), stop));
    Ok(Opened { alarms, directory, seq })
}

impl Alarms {
    /// Lets the engine take up the record after a restart.
    pub fn adopt(&self, standing: Standing) {
        let mut events = Vec::new();
        {
            let mut stories = self.stories();
            for (_, told) in &standing.told {
                match &told.event {
                    FireEvent::Alarm(event) => {
                        stories.tell(event);
                        events.push(event.clone());
                    }
                    FireEvent::Kit(KitEvent::AlarmConcerned { alarm, homes }) => {
                        stories.concern(*alarm, homes.iter().copied());
                    }
                    FireEvent::Kit(_) => {}
                }
            }
            for (alarm, number) in standing.numbers {
                stories.number(alarm, number);
            }
        }
        let mut state = self.lock();
        let now = self.now();
        let outputs = state.adopt_telling(events, now, |commands| self.shared.reach.ring(commands));
        self.shared.undone.add(outputs, false);
        let due = state.next_due();
        drop(state);
        self.do_what_is_undone();
        self.wake_in_time(due);
    }

    /// Takes up the notes of what is open or announced.
    async fn recall_notes(&self, journal: &Journal) -> Result<(), QueryError> {
        let known: Vec<AlarmId> = self
            .look(|state| state.open().chain(state.announced_drills().map(|drill| drill.drill)).collect());
        for alarm in known {
            for (told, about, text) in notes_of(journal, alarm).await? {
                let by = match told.actor {
                    Actor::Person(person) => Some(person),
                    Actor::Device(_) | Actor::Node => None,
                };
                self.stories().note(alarm, Note { at: told.at, by, about, text });
            }
        }
        Ok(())
    }
}
