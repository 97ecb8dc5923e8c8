//! The pulse: one thread turns every camera, a few times a second.
//!
//! Promises: between two beats the thread sleeps, so that many packets are read at one go; a camera whose connection ends
//! is called again, ever less often up to once in a while; no camera holds up another for longer than it takes to read
//! what it sent.

use super::{
    CameraId, Disk, Filled, Waiting,
    connection::{Connection, Ended},
    dialer::{Call, Dialer},
    intake::{Intake, Moment, Taken},
};
use crate::{
    rtsp::{Session, Target},
    segment::Buffers,
};
use liengia_kernel::{Clock, Entropy};
use std::{
    collections::BTreeMap,
    io, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// The first pause after a connection ended; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause where trying again does harm, and somebody must change something first.
const PAUSE_FOR_PEOPLE: Duration = Duration::from_mins(30);
/// A connection that held this long begins with the first pause again.
const GOOD: Duration = Duration::from_secs(30);
/// What is read at one go, in bytes.
const ROOM: usize = 256 * 1024;
/// How many cameras are called on one beat at the most. All at once they would be met by a storm of answers, and their key
/// pictures, which most send every two seconds from the first on, would go on coming together.
const CALLS_A_BEAT: usize = 8;
/// Buffers that wait for the next fragment to begin: few, since one is needed only while another is written.
const SPARE: usize = 4;
/// How long a call may be without an answer.
const UNANSWERED: Duration = Duration::from_mins(2);
/// Orders that may wait.
const ORDERS: usize = 1024;
/// Orders that are obeyed between two beats.
const ORDERS_A_BEAT: usize = 256;

/// How the recorder works.
#[derive(Clone, Debug)]
pub struct RecorderConfig {
    /// A folder on each disk.
    pub disks: Vec<PathBuf>,
    /// Between two beats.
    pub beat: Duration,
    /// About how long a file is.
    pub file_length: Duration,
}

/// A camera to be recorded.
#[derive(Clone, Debug)]
pub struct CameraSettings {
    /// Its id.
    pub camera: CameraId,
    /// Where it is.
    pub target: Target,
    /// On which disk, by its place in [`RecorderConfig::disks`].
    pub disk: usize,
}

/// What is known of a camera.
#[derive(Clone, Debug, Default)]
pub struct CameraCounts {
    /// What was taken.
    pub taken: Taken,
    /// Bytes that came.
    pub bytes: u64,
    /// How often it was connected.
    pub connections: u64,
    /// Why it is not connected now, or was not last.
    pub trouble: Option<String>,
}

enum Order {
    Put(Box<CameraSettings>),
    Remove(CameraId),
}

/// Records; dropped, it closes what is open and ends.
pub struct Recorder {
    orders: Option<mpsc::SyncSender<Order>>,
    counts: Arc<Mutex<BTreeMap<CameraId, CameraCounts>>>,
    disks: Arc<[Disk]>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Recorder {
    /// Starts it, with no camera.
    pub fn start(
        config: &RecorderConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> io::Result<Self> {
        let disks: Arc<[Disk]> = config
            .disks
            .iter()
            .map(|path| Disk::start(path, clock.clone()))
            .collect::<io::Result<Vec<_>>>()?
            .into();
        let (orders, waiting) = mpsc::sync_channel(ORDERS);
        let counts = Arc::new(Mutex::default());
        let mut pulse = Pulse {
            config: config.clone(),
            clock,
            entropy,
            disks: disks.clone(),
            dialer: Dialer::start()?,
            cameras: BTreeMap::new(),
            counts: Arc::clone(&counts),
            buffers: Buffers::new(SPARE),
            room: vec![0; ROOM],
            out: Vec::new(),
            next_ticket: 0,
        };
        let thread = thread::Builder::new().name("pulse".into()).spawn(move || pulse.run(&waiting))?;
        Ok(Self { orders: Some(orders), counts, disks, thread: Some(thread) })
    }

    /// Records a camera from now on, or with other settings; false if there is no such disk, or too much waits.
    pub fn put(&self, settings: CameraSettings) -> bool {
        settings.disk < self.disks.len() && self.order(Order::Put(Box::new(settings)))
    }

    /// Records a camera no longer.
    pub fn remove(&self, camera: CameraId) -> bool {
        self.order(Order::Remove(camera))
    }

    fn order(&self, order: Order) -> bool {
        self.orders.as_ref().is_some_and(|orders| orders.try_send(order).is_ok())
    }

    /// Whether it works.
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// What is known of each camera.
    pub fn counts(&self) -> BTreeMap<CameraId, CameraCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The disks.
    pub fn disks(&self) -> &[Disk] {
        &self.disks
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum State {
    /// Until then nothing is tried.
    Away(Duration),
    /// Somebody calls it since then; the answer bears this ticket.
    Called(u64, Duration),
    /// It is connected, since then.
    Live(Box<Connection>, Duration),
}

struct Camera {
    settings: CameraSettings,
    intake: Intake,
    state: State,
    pause: Duration,
    counts: CameraCounts,
}

impl Camera {
    /// The connection is over, or there was none.
    fn away(&mut self, now: Duration, why: &Ended, out: &mut Vec<Filled>) {
        let mut good = false;
        if let State::Live(connection, since) = mem::replace(&mut self.state, State::Away(now)) {
            connection.end();
            good = now.saturating_sub(since) >= GOOD;
        }
        self.intake.end(out);
        self.counts.trouble = Some(why.to_string());
        let pause = if good { FIRST_PAUSE } else { self.pause };
        self.pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        self.state = State::Away(now + if why.is_for_people() { PAUSE_FOR_PEOPLE } else { pause });
    }

    /// Reads what is there; why the connection is over, if it is.
    fn turn(&mut self, room: &mut [u8], now: Moment, out: &mut Vec<Filled>) -> Result<(), Ended> {
        let State::Live(connection, _) = &mut self.state else { return Ok(()) };
        let intake = &mut self.intake;
        let turned = catch_unwind(AssertUnwindSafe(|| {
            connection.turn(room, now.elapsed, &mut |heard| intake.hear(heard, now, out))
        }));
        self.counts.bytes += turned.unwrap_or(Err(Ended::Failed))? as u64;
        self.intake.stuck(now).map_or(Ok(()), |stuck| Err(stuck.into()))
    }
}

struct Pulse {
    config: RecorderConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    disks: Arc<[Disk]>,
    dialer: Dialer,
    cameras: BTreeMap<CameraId, Camera>,
    counts: Arc<Mutex<BTreeMap<CameraId, CameraCounts>>>,
    buffers: Buffers,
    room: Vec<u8>,
    out: Vec<Filled>,
    next_ticket: u64,
}

impl Pulse {
    fn run(&mut self, orders: &mpsc::Receiver<Order>) {
        let mut due = self.clock.elapsed();
        loop {
            due = due.max(self.clock.elapsed().saturating_sub(self.config.beat)) + self.config.beat;
            for _ in 0..ORDERS_A_BEAT {
                match orders.recv_timeout(due.saturating_sub(self.clock.elapsed())) {
                    Ok(order) => self.obey(order),
                    Err(mpsc::RecvTimeoutError::Timeout) => break,
                    Err(mpsc::RecvTimeoutError::Disconnected) => {
                        self.end();
                        return;
                    }
                }
            }
            self.beat();
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Put(settings) => {
                let id = settings.camera;
                self.take_out(id);
                let intake = Intake::new(self.buffers.clone(), self.config.file_length, Waiting::default());
                let camera = Camera {
                    settings: *settings,
                    intake,
                    state: State::Away(Duration::ZERO),
                    pause: FIRST_PAUSE,
                    counts: CameraCounts::default(),
                };
                self.cameras.insert(id, camera);
            }
            Order::Remove(id) => {
                self.take_out(id);
                self.counts.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            }
        }
    }

    fn take_out(&mut self, id: CameraId) {
        let Some(mut camera) = self.cameras.remove(&id) else { return };
        if let State::Live(connection, _) = mem::replace(&mut camera.state, State::Away(Duration::ZERO)) {
            connection.end();
        }
        camera.intake.end(&mut self.out);
        write_all(&self.disks, &mut camera, &mut self.out);
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
        while let Some(answer) = self.dialer.answer() {
            self.answered(answer.ticket, answer.socket);
        }
        let mut calls = 0;
        for camera in self.cameras.values_mut() {
            // Each at its own moment: a beat may be long.
            let now = Moment { elapsed: self.clock.elapsed(), wall_us: self.clock.now().as_micros() };
            match camera.state {
                State::Away(until) if until <= now.elapsed && calls < CALLS_A_BEAT => {
                    calls += 1;
                    let Target { host, port, secure, .. } = &camera.settings.target;
                    let call = Call { ticket: self.next_ticket, host: host.clone(), port: *port };
                    if *secure {
                        camera.away(now.elapsed, &Ended::Tls, &mut self.out);
                    } else if self.dialer.call(call) {
                        camera.state = State::Called(self.next_ticket, now.elapsed);
                        self.next_ticket += 1;
                    }
                }
                State::Called(_, since) if now.elapsed.saturating_sub(since) > UNANSWERED => {
                    camera.away(now.elapsed, &io::Error::from(io::ErrorKind::TimedOut).into(), &mut self.out);
                }
                State::Away(_) | State::Called(..) => {}
                State::Live(..) => {
                    if let Err(ended) = camera.turn(&mut self.room, now, &mut self.out) {
                        camera.away(now.elapsed, &ended, &mut self.out);
                    }
                    write_all(&self.disks, camera, &mut self.out);
                }
            }
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, camera) in &self.cameras {
            camera_counts(counts.entry(*id).or_default(), camera);
        }
    }

    fn answered(&mut self, ticket: u64, socket: io::Result<std::net::TcpStream>) {
        let now = self.clock.elapsed();
        let waits = |camera: &&mut Camera| matches!(camera.state, State::Called(its, _) if its == ticket);
        let Some(camera) = self.cameras.values_mut().find(waits) else { return };
        let mut cnonce = [0; 8];
        self.entropy.fill(&mut cnonce);
        let session = Session::new(camera.settings.target.clone(), u64::from_le_bytes(cnonce));
        match socket.and_then(|socket| Connection::new(socket, session)) {
            Ok(connection) => {
                camera.counts.connections += 1;
                camera.state = State::Live(Box::new(connection), now);
            }
            Err(error) => camera.away(now, &error.into(), &mut self.out),
        }
    }
}

fn write_all(disks: &[Disk], camera: &mut Camera, out: &mut Vec<Filled>) {
    for filled in out.drain(..) {
        if !disks.get(camera.settings.disk).is_some_and(|disk| disk.write(camera.settings.camera, filled)) {
            camera.intake.missed();
        }
    }
}

fn camera_counts(to: &mut CameraCounts, camera: &Camera) {
    to.taken = camera.intake.taken();
    (to.bytes, to.connections) = (camera.counts.bytes, camera.counts.connections);
    if to.trouble != camera.counts.trouble {
        to.trouble.clone_from(&camera.counts.trouble);
    }
}
