//! Cameras that are turned by whoever watches them.
//!
//! Promises: a camera turns only while somebody says so: the last word stands for five seconds at the most, and no longer
//! than its view is open; and the camera is told each time to stop by itself then. A minute after the last word it is sent
//! home, if it has one. One look turns it at a time, and only so many cameras are turned at once.

use super::{Looks, Running};
use crate::{
    door::Door,
    onvif::{Client, Flaw, Preset, Speed},
};
use liengia_kernel::{CameraId, Clock, Entropy, LookId};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How long the last word stands.
const HELD: Duration = Duration::from_secs(5);
/// How often a camera that goes on turning is told so.
const TOLD: Duration = Duration::from_secs(2);
/// How often it is looked whether it still may.
const LOOK: Duration = Duration::from_millis(250);
/// When it is sent home.
const HOME: Duration = Duration::from_mins(1);
/// How long an exchange with the camera may take, and how long whoever presses waits for the first ones.
const PATIENCE: Duration = Duration::from_secs(4);
const WAITED: Duration = Duration::from_secs(10);
/// Cameras that are turned at once.
const MOST: usize = 16;

/// Where to.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// On and on; stop, where it is nothing.
    Speed(Speed),
    /// To a direction of view that it keeps.
    Preset(String),
    /// Home.
    Home,
}

/// Why a camera does not turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTurn {
    /// Somebody else turns it, or too many are turned.
    Busy,
    /// It does not do it.
    Flaw(Flaw),
}

/// The cameras that are turned.
#[derive(Default)]
pub(super) struct Turns(Mutex<BTreeMap<CameraId, Arc<Desk>>>);

/// What the one who presses and the one who talks to the camera share.
#[derive(Default)]
struct Desk {
    word: Mutex<Word>,
    bell: Condvar,
}

/// The last word.
#[derive(Default)]
struct Word {
    way: Option<Way>,
    look: Option<LookId>,
    /// When it was said.
    said: Duration,
    /// How many were said, and how many of them are done with.
    count: u64,
    done: u64,
    failed: Option<Flaw>,
    /// Nobody talks to the camera any more.
    over: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever talks to a camera, on a thread of its own.
struct Hand {
    desk: Arc<Desk>,
    looks: Looks,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    halted: Arc<AtomicBool>,
}

impl Running {
    /// Whether a camera can be turned and sent home, and the directions of view that it keeps.
    pub async fn turns(&self, door: Door) -> Result<(bool, Vec<Preset>), Flaw> {
        self.talk(door, |client| {
            let profile = turned_by(client)?;
            let home = client.has_home().unwrap_or(false);
            Ok((home, client.presets(&profile).unwrap_or_default()))
        })
        .await
    }

    /// Turns a camera for a look, until its next word.
    pub async fn turn_camera(
        &self,
        camera: CameraId,
        door: Door,
        look: LookId,
        way: Way,
    ) -> Result<(), NoTurn> {
        let running = self.clone();
        let said = tokio::task::spawn_blocking(move || running.say(camera, door, look, way));
        said.await.unwrap_or(Err(NoTurn::Flaw(Flaw::Timeout)))
    }

    fn say(&self, camera: CameraId, door: Door, look: LookId, way: Way) -> Result<(), NoTurn> {
        let (desk, count) = self.tell(camera, door, look, way)?;
        let word = lock(&desk.word);
        let waits = |word: &mut Word| word.done < count && !word.over;
        let (word, _) =
            desk.bell.wait_timeout_while(word, WAITED, waits).unwrap_or_else(PoisonError::into_inner);
        match &word.failed {
            Some(flaw) => Err(NoTurn::Flaw(flaw.clone())),
            None if word.done < count => Err(NoTurn::Flaw(Flaw::Timeout)),
            None => Ok(()),
        }
    }

    /// Leaves a word at the camera's desk, which is opened if there is none; the number of that word.
    fn tell(&self, camera: CameraId, door: Door, look: LookId, way: Way) -> Result<(Arc<Desk>, u64), NoTurn> {
        let now = self.0.config.clock.elapsed();
        let mut all = lock(&self.0.turns.0);
        all.retain(|_, desk| !lock(&desk.word).over);
        if !all.contains_key(&camera) && all.len() >= MOST {
            return Err(NoTurn::Busy);
        }
        let is_new = !all.contains_key(&camera);
        let desk = all.entry(camera).or_default().clone();
        let mut word = lock(&desk.word);
        if word.look.is_some_and(|other| other != look) && now.saturating_sub(word.said) < HELD {
            return Err(NoTurn::Busy);
        }
        (word.way, word.look, word.said, word.count) = (Some(way), Some(look), now, word.count + 1);
        let count = word.count;
        drop(word);
        if is_new && self.begin(&desk, door).is_err() {
            all.remove(&camera);
            return Err(NoTurn::Busy);
        }
        drop(all);
        desk.bell.notify_all();
        Ok((desk, count))
    }

    fn begin(&self, desk: &Arc<Desk>, door: Door) -> std::io::Result<()> {
        let (clock, entropy) = self.ports();
        let (looks, halted) = (self.0.looks.clone(), self.0.halted.clone());
        let hand = Hand { desk: desk.clone(), looks, clock, entropy, halted };
        thread::Builder::new().name("turning".into()).spawn(move || hand.work(door)).map(drop)
    }
}

/// The profile in which a camera can be turned.
fn turned_by(client: &mut Client<'_>) -> Result<String, Flaw> {
    let profiles = client.profiles()?;
    profiles.into_iter().find(|profile| profile.has_ptz).map(|one| one.token).ok_or(Flaw::NotSupported)
}

/// What a camera was told last.
#[derive(Default)]
struct Told {
    count: u64,
    speed: Speed,
    at: Duration,
}

impl Hand {
    fn work(&self, door: Door) {
        let failed = self.turns(door).err();
        let mut word = lock(&self.desk.word);
        (word.failed, word.over) = (failed, true);
        drop(word);
        self.desk.bell.notify_all();
    }

    /// Talks to the camera until nobody has said anything for long; then it is home.
    fn turns(&self, door: Door) -> Result<(), Flaw> {
        let address = door.onvif_address().ok_or(Flaw::NotSupported)?;
        let user = (!door.user.is_empty()).then_some((door.user, door.password));
        let mut client = Client::connect(address, user, PATIENCE, &*self.clock, &*self.entropy)?;
        let profile = turned_by(&mut client)?;
        let mut told = Told::default();
        loop {
            let halted = self.halted.load(Ordering::Acquire);
            let (way, count, idle) = self.word();
            if count != told.count || way != Way::Speed(told.speed) || self.is_told_again(&told) {
                self.obey(&mut client, &profile, (way, count), &mut told);
            }
            if (idle >= HOME || halted) && told.speed == Speed::default() {
                // One without a home stays where it is.
                let _ = client.goto_home(&profile);
                if self.closes() {
                    return Ok(());
                }
            }
        }
    }

    /// Waits a little for the next word; what is to be done now, its number, and for how long nothing was said.
    fn word(&self) -> (Way, u64, Duration) {
        let word = lock(&self.desk.word);
        let waits = |word: &mut Word| word.done >= word.count;
        let waited = self.desk.bell.wait_timeout_while(word, LOOK, waits);
        let (word, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let idle = self.clock.elapsed().saturating_sub(word.said);
        let is_held = word.look.is_some_and(|look| self.looks.is_watched(look))
            && idle < HELD
            && !self.halted.load(Ordering::Acquire);
        let way = match &word.way {
            Some(Way::Speed(speed)) if is_held => Way::Speed(*speed),
            // Where it is sent, it arrives; that is said once.
            Some(way @ (Way::Preset(_) | Way::Home)) if word.done < word.count => way.clone(),
            _ => Way::Speed(Speed::default()),
        };
        (way, word.count, idle)
    }

    fn is_told_again(&self, told: &Told) -> bool {
        told.speed != Speed::default() && self.clock.elapsed().saturating_sub(told.at) >= TOLD
    }

    fn obey(&self, client: &mut Client<'_>, profile: &str, (way, count): (Way, u64), told: &mut Told) {
        let is_first = told.count == 0;
        let done = match &way {
            Way::Speed(speed) if *speed == Speed::default() => {
                // What nobody turned needs no stop.
                if is_first { Ok(()) } else { client.stop(profile) }
            }
            Way::Speed(speed) => client.turn(profile, *speed, HELD),
            Way::Preset(token) => client.goto_preset(profile, token),
            Way::Home => client.goto_home(profile),
        };
        let moves = told.speed != Speed::default();
        let speed = if let Way::Speed(speed) = way { speed } else { Speed::default() };
        match &done {
            // It may have missed the word to stop: it is said again, until it has heard it or has stopped by itself.
            Err(_) if moves && speed == Speed::default() && self.clock.elapsed() < told.at + HELD => {
                thread::sleep(LOOK);
                return;
            }
            _ => (told.count, told.speed, told.at) = (count, speed, self.clock.elapsed()),
        }
        let mut word = lock(&self.desk.word);
        (word.done, word.failed) = (count.max(word.done), done.err());
        drop(word);
        self.desk.bell.notify_all();
    }

    /// Whether nothing was said meanwhile; then nothing more is taken.
    fn closes(&self) -> bool {
        let mut word = lock(&self.desk.word);
        let nothing = word.done >= word.count;
        word.over = nothing;
        nothing
    }
}
