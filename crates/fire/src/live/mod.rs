//! The alarm engine at work: what it is told, it answers at once; what it wants written, is written beside.
//!
//! Promises: telling never waits for the disk, so that an alarm rings with a full or dead one; bells are told
//! first; what happened is journaled in order, and kept and tried again while the journal cannot write.
//! Never: two engines, or a decision outside the engine.

mod directory;
mod follow;
mod recorder;
mod stamp;

pub use directory::Directory;
pub use follow::follow;
pub use recorder::MAX_UNRECORDED;

use crate::engine::{Input, Moment, Output, State, step};
use liengia_journal::Journal;
use liengia_kernel::Clock;
use recorder::Recorder;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// Carries out what the engine wants done. Nothing here may wait: it is called while the engine stands still,
/// so that every bell hears things in the order in which they were decided.
pub trait Reach: Send + Sync + 'static {
    /// Does this, or queues it. [`Output::Record`] and [`Output::Refused`] do not come here.
    fn carry_out(&self, output: &Output, state: &State);
}

/// The engine of this node. Clones are the same engine.
#[derive(Clone)]
pub struct Alarms {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
    reach: Arc<dyn Reach>,
    recorder: Recorder,
    /// Something may be due earlier than the timer expects.
    sooner: Notify,
}

impl Alarms {
    /// Puts the engine to work, with what it knows already. Its timer and its recorder run until `stop` is true.
    pub fn start(
        state: State,
        clock: Arc<dyn Clock>,
        reach: Arc<dyn Reach>,
        journal: Journal,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let recorder = Recorder::new(journal, clock.clone());
        let shared = Shared { state: Mutex::new(state), clock, reach, recorder, sooner: Notify::new() };
        let alarms = Self { shared: Arc::new(shared) };
        tokio::spawn(alarms.clone().keep_time(stop.clone()));
        tokio::spawn(alarms.clone().keep_record(stop));
        alarms
    }

    /// Tells the engine something, carries out what it wants, and answers all of it.
    pub fn tell(&self, input: Input) -> Vec<Output> {
        let mut state = self.lock();
        let outputs = step(&mut state, input, self.now());
        self.carry_out(&state, &outputs);
        drop(state);
        self.shared.sooner.notify_one();
        outputs
    }

    /// Lets the engine take up the record after a restart.
    pub fn adopt(&self, events: Vec<crate::engine::Event>) {
        let mut state = self.lock();
        let outputs = state.adopt(events, self.now());
        self.carry_out(&state, &outputs);
        drop(state);
        self.shared.sooner.notify_one();
    }

    /// Looks at what the engine knows. Short looks only: nothing rings meanwhile.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// How many events wait for the journal.
    pub fn unrecorded(&self) -> usize {
        self.shared.recorder.waiting()
    }

    /// The two clocks, now.
    pub fn now(&self) -> Moment {
        Moment { wall: self.shared.clock.now(), steady: self.shared.clock.elapsed() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the engine stood still must not silence every later alarm.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn carry_out(&self, state: &State, outputs: &[Output]) {
        for output in outputs {
            match output {
                Output::Record(event) => self.shared.recorder.add(event.clone()),
                Output::Refused(_) => {}
                other => self.shared.reach.carry_out(other, state),
            }
        }
    }

    /// Ticks when something is due.
    async fn keep_time(self, mut stop: watch::Receiver<bool>) {
        loop {
            let due = self.look(State::next_due);
            let wait = async {
                match due {
                    Some(due) => tokio::time::sleep(due.saturating_sub(self.shared.clock.elapsed())).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => drop(self.tell(Input::Tick)),
                () = self.shared.sooner.notified() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Writes what happened, and tells the engine which presses are on the disk.
    async fn keep_record(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                written = self.shared.recorder.write_some() => {
                    for (press, recorded) in written {
                        self.tell(Input::Journal { press, recorded });
                    }
                }
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        // What was said before the stop is written before it ends.
        while self.shared.recorder.waiting() > 0 {
            if self.shared.recorder.write_some().await.iter().any(|(_, recorded)| !recorded) {
                return;
            }
        }
    }
}
