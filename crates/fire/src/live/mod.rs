//! The alarm engine at work: what it is told, it answers at once; what it wants written, is written beside.
//!
//! Promises: telling never waits for the disk, so that an alarm rings with a full or dead one; bells are told
//! first; what happened is journaled in order, and kept and tried again while the journal cannot write; boards and
//! phones are answered from memory.
//! Never: two engines, or a decision outside the engine.

mod directory;
mod follow;
mod heard;
mod home;
mod hub;
mod needed;
mod open;
mod recorder;
mod stamp;
mod story;
mod tally;
mod tasks;
mod trend;
mod undone;

pub use directory::Directory;
pub use home::{Home, Resident};
pub use hub::{Hub, News};
pub use needed::Needed;
pub use open::{Opened, open};
pub use recorder::MAX_UNRECORDED;
pub use stamp::actor_of;
pub use story::{MAX_EVENTS, MAX_NOTES, MAX_OVER, Note, Story, ends};

use crate::{
    engine::{BellCommand, Board, Event, Input, Moment, Output, Rung, State, step_ringing, step_telling},
    event::{HomeThen, KitEvent},
};
use heard::Heard;
use liengia_journal::{Actor, CommitError, Journal, Statement};
use liengia_kernel::{AlarmId, Clock, HouseholdId, Timestamp};
use recorder::{Line, Recorder};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};
use story::Stories;
use tally::Sign;
use tokio::{sync::watch, task::JoinHandle};
use trend::Trend;
use undone::Undone;

/// Carries out what the engine wants done, in the order in which it was decided. Nothing here may wait.
pub trait Reach: Send + Sync + 'static {
    /// Tells bells. It is called while the engine is still deciding what else is to be done, and stands still meanwhile.
    fn ring(&self, commands: &[BellCommand]);

    /// Does this, or queues it. Bells, [`Output::Record`] and [`Output::Refused`] do not come here.
    fn carry_out(&self, output: &Output);
}

/// The engine of this node. Clones are the same engine.
#[derive(Clone)]
pub struct Alarms {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    stories: Mutex<Stories>,
    directory: Arc<RwLock<Directory>>,
    clock: Arc<dyn Clock>,
    reach: Arc<dyn Reach>,
    journal: Journal,
    recorder: Recorder,
    undone: Undone,
    heard: Heard,
    trend: Trend,
    /// When the timer wakes; it hears of what is due sooner, and of nothing else.
    wakes: watch::Sender<Option<Duration>>,
    /// The `seq` up to which the roster and the directory are true.
    followed: watch::Sender<u64>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    needed: Needed,
}

/// What the engine is put to work with.
pub struct Start {
    /// What it knows already.
    pub state: State,
    /// The names and places behind its ids.
    pub directory: Arc<RwLock<Directory>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Carries out what it wants done.
    pub reach: Arc<dyn Reach>,
    /// Where everything is written.
    pub journal: Journal,
}

impl Alarms {
    /// Puts the engine to work, with what it knows already. Its timer and its recorder run until `stop` is true.
    pub fn start(start: Start, stop: &watch::Receiver<bool>) -> Self {
        let Start { state, directory, clock, reach, journal } = start;
        let trend = Trend::new(state.settings().utc_offset_hours, clock.elapsed());
        let shared = Shared {
            state: Mutex::new(state),
            stories: Mutex::default(),
            directory,
            recorder: Recorder::new(journal.clone(), clock.clone()),
            clock,
            reach,
            journal,
            undone: Undone::default(),
            heard: Heard::default(),
            trend,
            wakes: watch::Sender::new(None),
            followed: watch::Sender::new(0),
            tasks: Mutex::default(),
            needed: Needed::until(stop.clone()),
        };
        let alarms = Self { shared: Arc::new(shared) };
        alarms.run("the timer of alarms", alarms.clone().keep_time(stop.clone()));
        alarms.run("the recorder of alarms", alarms.clone().keep_record(stop.clone()));
        alarms.run("the recorder of heartbeats", alarms.clone().keep_heartbeats(stop.clone()));
        alarms
    }

    /// Tells the engine something, carries out what it wants, and answers all of it.
    pub fn tell(&self, input: Input) -> Vec<Output> {
        // What may end an alarm comes after everything that is told of it; a press and the timer wait for nothing.
        if !matches!(input, Input::Press(_) | Input::Journal { .. } | Input::Tick) {
            self.do_what_is_undone();
        }
        let (outputs, due) = self.decide(input, step_telling);
        self.do_what_is_undone();
        self.wake_in_time(due);
        outputs.to_vec()
    }

    /// Tells the engine what a device said, and rings. What else is to be done is left to [`Self::see_to_the_rest`].
    pub fn hear(&self, input: Input) -> Rest {
        let (outputs, due) = self.decide(input, step_ringing);
        let rang = outputs.iter().any(|output| matches!(output, Output::Bell(_)));
        Rest { rang, undone: !outputs.is_empty(), due }
    }

    /// Has the rest done on the timer's thread, so that the next press waits for nothing but bells.
    pub fn see_to_the_rest(&self, rest: &Rest) {
        if rest.undone && !self.shared.undone.leave() {
            self.do_what_is_undone();
        }
        self.wake_in_time(rest.due);
    }

    fn decide(&self, input: Input, step: Step) -> (Arc<Vec<Output>>, Option<Duration>) {
        let sign = Sign::of(&input);
        let roster = matches!(input, Input::Team(_) | Input::Home(_));
        let now = self.now();
        let mut state = self.lock();
        let outputs = step(&mut state, input, now, &mut |commands| self.shared.reach.ring(commands));
        let outputs = self.shared.undone.add(outputs, roster);
        let due = state.next_due();
        drop(state);
        let sign = sign.and_then(|sign| sign.known(&outputs));
        if let Some(sign) = sign {
            self.shared.heard.note(sign, now.wall);
        }
        self.shared.trend.note(sign, &outputs, now);
        (outputs, due)
    }

    /// Looks at what the engine knows. Short looks only: nothing rings meanwhile.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// What happened in an alarm that is open or was over lately.
    pub fn story(&self, alarm: AlarmId) -> Option<Story> {
        self.stories().of(alarm).cloned()
    }

    /// The alarm that a press belongs to, if it is open or was over lately; an alarm's own id stands for itself.
    pub fn alarm_of(&self, press: AlarmId) -> Option<AlarmId> {
        let open = self.look(|state| state.alarm_of(press));
        open.or_else(|| {
            let stories = self.stories();
            stories.of(press).map(|_| press).or_else(|| stories.joined_by(press))
        })
    }

    /// Has something written that happened beside an alarm, with rows of the vault. It is kept and tried again like
    /// the alarm's own record.
    pub fn keep<E: liengia_journal::Event>(&self, event: &E, by: Actor, rows: Vec<Statement>) {
        self.shared.recorder.add(Line::beside(event, by, self.shared.clock.now(), rows));
    }

    /// Keeps a note of an alarm in memory, where boards find it.
    pub fn note(&self, alarm: AlarmId, note: Note) {
        self.stories().note(alarm, note);
        self.show_anew(alarm);
    }

    /// Has an open alarm shown anew, since something beside the engine changed what is shown of it.
    pub fn show_anew(&self, alarm: AlarmId) {
        let state = self.lock();
        if state.open().any(|open| open == alarm) {
            self.shared.undone.add(vec![Output::Board(Board::Alarm(alarm))], false);
        }
        drop(state);
        self.do_what_is_undone();
    }

    /// How many events wait for the journal.
    pub fn unrecorded(&self) -> usize {
        self.shared.recorder.waiting()
    }

    /// Since when events wait that the journal does not take; none where all goes well.
    pub fn failing_since(&self) -> Option<Timestamp> {
        self.shared.recorder.failing_since()
    }

    /// How many events were never written: the queue was full, or the journal would never have taken them.
    pub fn dropped(&self) -> u64 {
        self.shared.recorder.dropped()
    }

    /// Waits until all that happened so far is on the disk, but at most so long. Whether it is.
    pub async fn settled(&self, within: Duration) -> bool {
        self.do_what_is_undone();
        self.shared.recorder.settled(within).await
    }

    /// Waits until the roster and the directory know of this entry, but at most so long.
    pub async fn caught_up(&self, seq: u64, within: Duration) {
        let mut followed = self.shared.followed.subscribe();
        // What is late comes later: nothing hangs on it.
        let _ = tokio::time::timeout(within, followed.wait_for(|followed| *followed >= seq)).await;
    }

    /// Writes now when each device was last heard. How many rows that were.
    pub async fn write_heartbeats(&self) -> Result<usize, CommitError> {
        self.shared.heard.write(&self.shared.journal, self.shared.clock.now()).await
    }

    /// Writes now what the trends of devices have counted.
    pub async fn write_trends(&self) -> Result<(), CommitError> {
        self.shared.trend.write(&self.shared.journal, self.now()).await
    }

    /// The two clocks, now.
    pub fn now(&self) -> Moment {
        Moment { wall: self.shared.clock.now(), steady: self.shared.clock.elapsed() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the engine stood still must not silence every later alarm.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the timer if something is due before it wakes by itself.
    fn wake_in_time(&self, due: Option<Duration>) {
        let Some(due) = due else { return };
        self.shared.wakes.send_if_modified(|wakes| {
            let sooner = wakes.is_none_or(|wakes| due < wakes);
            if sooner {
                *wakes = Some(due);
            }
            sooner
        });
    }

    fn stories(&self) -> MutexGuard<'_, Stories> {
        self.shared.stories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does all that was decided until now, in that order. Takes the engine now and then, so it must not be held here.
    fn do_what_is_undone(&self) {
        self.shared.undone.each(|outputs, roster| self.carry_out(outputs, roster));
    }

    fn carry_out(&self, outputs: &[Output], roster: bool) {
        let mut spread = BTreeSet::new();
        for output in outputs {
            match output {
                Output::Record(event) => {
                    self.shared.recorder.add(Line::of_alarm(event));
                    self.stories().tell(event);
                    spread.extend(event.alarm().filter(|_| spreads(event)));
                }
                // Bells were told before.
                Output::Bell(_) | Output::Refused(_) => {}
                _ => {
                    if let Output::Board(Board::Alarm(alarm)) = output
                        && roster
                    {
                        spread.insert(*alarm);
                    }
                    self.shared.reach.carry_out(output);
                }
            }
        }
        for alarm in spread {
            self.concern(alarm);
        }
    }

    /// Notes which homes an alarm concerns: after it is over, nobody else knows.
    fn concern(&self, alarm: AlarmId) {
        let now = self.now();
        let homes: Vec<(HouseholdId, u16)> = self.look(|state| state.concerned(alarm).collect());
        let directory = self.shared.directory.read().unwrap_or_else(PoisonError::into_inner);
        let mut stories = self.stories();
        let new = homes.iter().filter(|(home, _)| !stories.concerns(alarm, *home));
        let new: Vec<HomeThen> = new
            .take(MAX_CONCERNED)
            .map(|(home, people)| HomeThen {
                household: *home,
                bells: directory.bells_of(*home),
                people: *people,
            })
            .collect();
        let homes = stories.concern(alarm, new);
        drop(stories);
        if !homes.is_empty() {
            let event = KitEvent::AlarmConcerned { alarm, homes };
            self.shared.recorder.add(Line::beside(&event, Actor::Node, now.wall, Vec::new()));
        }
    }
}

/// What is left to do after a device was heard.
#[derive(Clone, Copy, Debug)]
pub struct Rest {
    /// Bells were told.
    pub rang: bool,
    undone: bool,
    due: Option<Duration>,
}

/// How the engine is told something.
type Step = fn(&mut State, Input, Moment, &mut dyn FnMut(&[BellCommand])) -> Vec<Output>;

/// Most homes that one entry names: several of the largest teams, and well within what an entry may hold.
const MAX_CONCERNED: usize = 600;

/// Whether an event may bring homes into an alarm.
fn spreads(event: &Event) -> bool {
    matches!(
        event,
        Event::Raised { .. }
            | Event::Joined { .. }
            | Event::Adopted { .. }
            | Event::AliasAdopted { .. }
            | Event::Reached { .. }
            | Event::WentToTeam { .. }
            | Event::DrillStarted { .. }
            | Event::RungTaken { rung: Rung::Wider, .. }
    )
}
