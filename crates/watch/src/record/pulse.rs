//! The pulse: one thread turns every camera, a few times a second, and those that somebody watches, or that send by UDP, more
//! often.
//!
//! Promises: between two beats the thread sleeps, so that many packets are read at one go; what is turned more often makes
//! nothing else dearer; no camera holds up another for longer than it takes to read what it sent.

use super::{
    CameraCounts, CameraId, CameraSettings, CameraState, Disk, Facts, Filled, Intake, Moment, RecorderConfig,
    Recording, Waiting,
    dialer::Dialer,
    line::{Desk, Line},
    recorder::{Counts, Order, Screens},
};
use crate::{live::Screen, rtsp::Target, segment::Buffers};
use liengia_kernel::{Clock, Entropy};
use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, PoisonError, mpsc},
    time::Duration,
};

/// What is read at one go, in bytes.
const ROOM: usize = 256 * 1024;
/// How many cameras are called on one beat at the most. All at once they would be met by a storm of answers, and their key
/// pictures, which most send every two seconds from the first on, would go on coming together.
const CALLS_A_BEAT: usize = 8;
/// Buffers that wait for the next fragment to begin: few, since one is needed only while another is written.
const SPARE: usize = 4;
/// Orders that are obeyed between two beats.
const ORDERS_A_BEAT: usize = 256;
/// What a crowd watches is turned in each of so many short beats: its pictures go out several at a time.
const CROWDED_BEATS: u64 = 3;
/// How long a sub-stream stays connected after the last who watched it left.
const LINGER: Duration = Duration::from_secs(10);

struct Camera {
    settings: CameraSettings,
    /// None while it is not recorded.
    main: Option<Line>,
    sub: Option<Sub>,
}

/// A sub-stream, and until when it is wanted.
struct Sub(Line, Duration);

impl Camera {
    fn is_hasty(&self) -> bool {
        let lines = self.main.iter().chain(self.sub.iter().map(|Sub(line, _)| line));
        lines.into_iter().any(|line| line.screen.is_watched() || line.is_hasty())
    }

    fn is_crowded(&self) -> bool {
        let lines = self.main.iter().chain(self.sub.iter().map(|Sub(line, _)| line));
        lines.into_iter().any(|line| line.screen.is_crowded())
    }

    fn step(&mut self, desk: &mut Desk, disks: &[Disk], now: Moment) {
        if let Some(line) = &mut self.main {
            line.step(desk, now);
            write_all(disks, &self.settings, line, &mut desk.out);
        }
        if let Some(Sub(line, wanted)) = &mut self.sub {
            if line.screen.is_watched() {
                *wanted = now.elapsed + LINGER;
            }
            if now.elapsed < *wanted {
                line.step(desk, now);
            } else if !line.is_idle() {
                line.hang_up(&mut desk.out);
            }
            // It is never recorded.
            desk.out.clear();
        }
    }

    fn count(&mut self, to: &mut CameraCounts) {
        let shown = self.sub.as_mut().filter(|Sub(line, _)| !line.is_idle()).map(|Sub(line, _)| line);
        let Some(line) = self.main.as_mut().or(shown) else {
            *to = CameraCounts { state: CameraState::Paused, ..CameraCounts::default() };
            return;
        };
        let counts = &line.counts;
        to.taken = line.intake.taken();
        (to.state, to.bytes, to.connections) = (counts.state, counts.bytes, counts.connections);
        to.certificate = counts.certificate;
        if to.trouble != counts.trouble {
            to.trouble.clone_from(&counts.trouble);
        }
        let facts = line.intake.facts();
        if to.facts.codec != facts.codec {
            to.facts.codec.clone_from(&facts.codec);
        }
        to.facts = Facts { codec: to.facts.codec.take(), ..*facts };
    }
}

/// What the thread works on.
pub(super) struct Pulse {
    config: RecorderConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    disks: Arc<[Disk]>,
    cameras: BTreeMap<CameraId, Camera>,
    /// Those that are turned between two beats, as of the last one.
    hasty: Vec<CameraId>,
    /// Short beats so far.
    beats: u64,
    counts: Counts,
    buffers: Buffers,
    desk: Desk,
}

impl Pulse {
    pub(super) fn new(
        config: RecorderConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        disks: Arc<[Disk]>,
        dialer: Dialer,
        counts: Counts,
    ) -> Self {
        let desk = Desk { dialer, next_ticket: 0, calls_left: 0, room: vec![0; ROOM], out: Vec::new() };
        let (cameras, hasty, buffers) = (BTreeMap::new(), Vec::new(), Buffers::new(SPARE));
        Self { config, clock, entropy, disks, cameras, hasty, beats: 0, counts, buffers, desk }
    }

    pub(super) fn run(&mut self, orders: &mpsc::Receiver<Order>) {
        let mut due = self.clock.elapsed() + self.config.beat;
        let mut soon = due;
        loop {
            let until = if self.hasty.is_empty() { due } else { due.min(soon) };
            if !self.wait(orders, until) {
                self.end();
                return;
            }
            let now = self.clock.elapsed();
            if now >= due {
                self.beat();
                due = due.max(now.saturating_sub(self.config.beat)) + self.config.beat;
            } else {
                self.turn_hasty();
            }
            soon = now + self.config.watched_beat;
        }
    }

    /// Obeys until then, or until somebody begins to watch; false if nobody gives orders any more.
    fn wait(&mut self, orders: &mpsc::Receiver<Order>, until: Duration) -> bool {
        for _ in 0..ORDERS_A_BEAT {
            match orders.recv_timeout(until.saturating_sub(self.clock.elapsed())) {
                Ok(Order::Put(settings, screens)) => self.put(*settings, screens),
                Ok(Order::Remove(id)) => {
                    self.take_out(id);
                    self.counts.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                }
                Ok(Order::Look(id)) => {
                    if !self.hasty.contains(&id) {
                        self.hasty.push(id);
                    }
                    break;
                }
                Err(mpsc::RecvTimeoutError::Timeout) => break,
                Err(mpsc::RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }

    fn put(&mut self, settings: CameraSettings, screens: Screens) {
        let id = settings.camera;
        let before = self.cameras.get(&id).map(|camera| &camera.settings);
        if before == Some(&settings) {
            return;
        }
        let same_main = before
            .is_some_and(|before| *before == CameraSettings { sub: before.sub.clone(), ..settings.clone() });
        if !same_main {
            self.take_out(id);
        }
        let main = (settings.recording == Recording::Always).then(|| settings.target.clone());
        let sub = match settings.recording {
            Recording::Always => settings.sub.clone(),
            Recording::WhenWatched => Some(settings.sub.clone().unwrap_or_else(|| settings.target.clone())),
            Recording::Off => None,
        };
        let sub = sub.map(|target| Sub(self.line(target, &settings, screens.sub), Duration::ZERO));
        if let Some(camera) = self.cameras.get_mut(&id) {
            if let Some(Sub(mut line, _)) = mem::replace(&mut camera.sub, sub) {
                line.hang_up(&mut self.desk.out);
                self.desk.out.clear();
            }
            camera.settings = settings;
            return;
        }
        let main = main.map(|target| self.line(target, &settings, screens.main));
        self.cameras.insert(id, Camera { settings, main, sub });
    }

    fn line(&self, target: Target, settings: &CameraSettings, screen: Arc<Screen>) -> Line {
        let intake = Intake::new(self.buffers.clone(), self.config.file_length, Waiting::default());
        let intake = intake.staggered(settings.camera);
        Line::new(Target { sound: settings.sound, ..target }, settings.certificate, intake, screen)
    }

    fn take_out(&mut self, id: CameraId) {
        let Some(mut camera) = self.cameras.remove(&id) else { return };
        if let Some(line) = &mut camera.main {
            line.hang_up(&mut self.desk.out);
            write_all(&self.disks, &camera.settings, line, &mut self.desk.out);
        }
        if let Some(Sub(line, _)) = &mut camera.sub {
            line.hang_up(&mut self.desk.out);
            self.desk.out.clear();
        }
        if let Some(disk) = self.disks.get(camera.settings.disk) {
            // If it is not heard, a file stays open longer.
            disk.end(id);
        }
    }

    fn end(&mut self) {
        while let Some((id, _)) = self.cameras.first_key_value() {
            let id = *id;
            self.take_out(id);
        }
    }

    fn beat(&mut self) {
        self.answer();
        self.desk.calls_left = CALLS_A_BEAT;
        self.hasty.clear();
        for (id, camera) in &mut self.cameras {
            // Each at its own moment: a beat may be long.
            camera.step(&mut self.desk, &self.disks, moment(&*self.clock));
            if camera.is_hasty() {
                self.hasty.push(*id);
            }
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, camera) in &mut self.cameras {
            camera.count(counts.entry(*id).or_default());
        }
    }

    /// Turns only what cannot wait for the next beat.
    fn turn_hasty(&mut self) {
        self.answer();
        self.desk.calls_left = CALLS_A_BEAT;
        self.beats += 1;
        let crowds_too = self.beats.is_multiple_of(CROWDED_BEATS);
        for id in &self.hasty {
            if let Some(camera) = self.cameras.get_mut(id).filter(|camera| crowds_too || !camera.is_crowded())
            {
                camera.step(&mut self.desk, &self.disks, moment(&*self.clock));
            }
        }
    }

    /// Gives the calls that were answered to whom they are for.
    fn answer(&mut self) {
        while let Some(answer) = self.desk.dialer.answer() {
            let now = self.clock.elapsed();
            let lines = self.cameras.values_mut().flat_map(|camera| {
                camera.main.iter_mut().chain(camera.sub.iter_mut().map(|Sub(line, _)| line))
            });
            let Some(line) = lines.into_iter().find(|line| line.waits_for(answer.ticket)) else { continue };
            let mut cnonce = [0; 8];
            self.entropy.fill(&mut cnonce);
            line.answered(answer.socket, u64::from_le_bytes(cnonce), now, &mut self.desk.out);
            // One that could not be connected to has nothing to be written.
            self.desk.out.clear();
        }
    }
}

fn moment(clock: &dyn Clock) -> Moment {
    Moment { elapsed: clock.elapsed(), wall_us: clock.now().as_micros() }
}

fn write_all(disks: &[Disk], settings: &CameraSettings, line: &mut Line, out: &mut Vec<Filled>) {
    for filled in out.drain(..) {
        if !disks.get(settings.disk).is_some_and(|disk| disk.write(settings.camera, filled)) {
            line.intake.missed();
        }
    }
}
