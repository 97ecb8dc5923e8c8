//! The key that a person pressed, told to the engine: 1 coming, 2 cannot, 3 all out.
//!
//! Promises: an answer counts once, only with the signature of a configured gateway, and as said when it was signed, so
//! that an old one never stands before a newer one. A gateway that says too much is held back alone.

use super::calls::{Called, Calls, work_out};
use liengia_fire::{
    engine::{self, Input, Output, Said, Word},
    live::{Alarms, Directory},
};
use liengia_kernel::{AlarmId, PersonId, Timestamp};
use liengia_signal::hook::{self, Answer, Answers, Signed};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

/// Answers that one gateway may bring in one go, and after that each second.
const BURST: u32 = 200;
const PER_SECOND: u32 = 50;

/// Calls without a right signature that are told what is wrong in one go; after that one each second, by all together.
const STRANGERS: u32 = 60;

/// Open alarms that are looked through for a message that the node does not remember.
const LOOKED_THROUGH: usize = 32;

/// Judges answers and tells the engine.
pub struct Answering {
    judge: Mutex<Judge>,
    calls: Arc<Calls>,
    alarms: Alarms,
    directory: Arc<RwLock<Directory>>,
}

struct Judge {
    answers: Answers,
    gateways: BTreeMap<String, Bucket>,
    strangers: Bucket,
}

/// Why an answer was not taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The call itself does not count.
    Call(hook::Refusal),
    /// Too many came; try again after this.
    TooMany(Duration),
    /// No message has this id, or its alarm is long over.
    NoMessage,
    /// The engine refuses it.
    Engine(engine::Refusal),
}

impl Answering {
    /// A judge that knows these gateways.
    pub fn new(
        gateways: &[hook::Gateway],
        calls: Arc<Calls>,
        alarms: Alarms,
        directory: Arc<RwLock<Directory>>,
    ) -> Self {
        let bucket = |gateway: &hook::Gateway| (gateway.name().to_owned(), Bucket::full(BURST, PER_SECOND));
        let judge = Judge {
            answers: Answers::of(gateways),
            gateways: gateways.iter().map(bucket).collect(),
            strangers: Bucket::full(STRANGERS, 1),
        };
        Self { judge: Mutex::new(judge), calls, alarms, directory }
    }

    /// Takes an answer in.
    pub fn hear(&self, call: &Signed<'_>) -> Result<(), Refused> {
        let now = self.alarms.now();
        let heard = {
            let mut judge = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
            judge.hear(call, now.wall, now.steady)?
        };
        if heard.repeated {
            return Ok(());
        }
        let called = self.calls.find(&heard.message).or_else(|| self.work_out(&heard));
        let Some(Called { alarm, person: Some(person) }) = called else { return Err(Refused::NoMessage) };
        // Malformed ones were refused: a number stands there.
        let said_at = call.timestamp.parse().ok().map(Timestamp::from_seconds);
        let input = self.meant(heard.answer, alarm, person, said_at).ok_or(Refused::NoMessage)?;
        let outputs = self.alarms.tell(input);
        let refusal = outputs.into_iter().find_map(|output| match output {
            Output::Refused(refusal) => Some(refusal),
            _ => None,
        });
        refusal.map_or(Ok(()), |refusal| Err(Refused::Engine(refusal)))
    }

    fn meant(
        &self,
        answer: Answer,
        alarm: AlarmId,
        person: PersonId,
        said_at: Option<Timestamp>,
    ) -> Option<Input> {
        let word = match answer {
            Answer::Coming => Said::Coming,
            Answer::Cannot => Said::Cannot,
            Answer::AllOut => {
                let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
                let household = directory.person(person)?.household;
                let by = engine::By::neighbour(person);
                return Some(Input::AllOut { alarm, household, count: None, away: 0, by });
            }
        };
        let answer =
            engine::Answer { alarm, person: Some(person), household: None, word: Word::Said(word), said_at };
        Some(Input::Answer(answer))
    }

    fn work_out(&self, heard: &hook::Heard) -> Option<Called> {
        let now = self.alarms.now();
        let open: Vec<(AlarmId, Duration, Vec<_>)> = self.alarms.look(|state| {
            let snapshots = state.open().filter_map(|alarm| state.snapshot(alarm, now)).take(LOOKED_THROUGH);
            let homes = |snapshot: engine::AlarmSnapshot| {
                let homes = snapshot.households.iter().map(|home| home.household).collect();
                (snapshot.alarm, now.wall.since(snapshot.raised_at), homes)
            };
            snapshots.map(homes).collect()
        });
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        open.iter().find_map(|(alarm, age, homes)| {
            let people = homes.iter().flat_map(|home| directory.people_of(*home));
            let people: Vec<PersonId> = people.map(|person| person.person).collect();
            work_out(&heard.message, *alarm, *age, &people)
        })
    }
}

impl Judge {
    fn hear(&mut self, call: &Signed<'_>, now: Timestamp, steady: Duration) -> Result<hook::Heard, Refused> {
        match self.answers.hear(call, now) {
            Ok(heard) => {
                let bucket = self.gateways.get_mut(&heard.gateway);
                match bucket.map_or(Ok(()), |bucket| bucket.take(steady)) {
                    Ok(()) => Ok(heard),
                    Err(wait) => {
                        // It was not taken in, so it may come again.
                        self.answers.forget(call.id);
                        Err(Refused::TooMany(wait))
                    }
                }
            }
            Err(refusal) => {
                self.strangers.take(steady).map_err(Refused::TooMany)?;
                Err(Refused::Call(refusal))
            }
        }
    }
}

/// So much at once, and so much each second after that.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    most: u32,
    per_second: u32,
    left: f64,
    at: Duration,
}

impl Bucket {
    fn full(most: u32, per_second: u32) -> Self {
        Self { most, per_second, left: f64::from(most), at: Duration::ZERO }
    }

    /// Takes one out, or says how long to wait for it.
    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let gone = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + gone * f64::from(self.per_second)).min(f64::from(self.most));
        self.at = now;
        if self.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.left) / f64::from(self.per_second)));
        }
        self.left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_fill_at_once_and_then_by_the_second() {
        let mut bucket = Bucket::full(2, 1);
        let at = Duration::from_secs(100);
        assert_eq!((bucket.take(at), bucket.take(at)), (Ok(()), Ok(())));
        assert_eq!(bucket.take(at), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(at + Duration::from_secs(1)), Ok(()));
    }
}
