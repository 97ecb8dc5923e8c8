//! What the broker's handle, its listeners and its sessions hold together.

use super::{
    conn::{Conn, Sent},
    counts::count,
    directory::{Directory, Speaker},
    lanes::Lanes,
    meter::Meters,
    setting::Setting,
    standing::Standing,
    strangers::Strangers,
};
use crate::mqtt::{
    gate::Gate,
    message::{Command, Heard, Inbound},
    profile::{Letter, Writer},
    wire::reason,
};
use liengia_kernel::{Clock, DeviceId, Entropy};
use rustls::ServerConfig;
use std::{
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicU64},
    time::Duration,
};
use tokio::sync::mpsc;

/// What became of a command, in devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Sent to at least one connection that listens.
    pub sent: usize,
    /// No connection, or none that listens. A ring holds: it is told when the device comes and listens.
    pub absent: usize,
    /// The device has no word for it: a drill for a siren with one sound.
    pub silent: usize,
    /// The device does not take in what it was sent.
    pub full: usize,
}

pub(super) struct Shared {
    pub(super) setting: Arc<Setting>,
    pub(super) gate: Arc<dyn Gate>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) directory: Directory,
    pub(super) standing: Standing,
    pub(super) meters: Meters,
    /// How often a client's connections were ended from here.
    pub(super) endings: AtomicU64,
    pub(super) strangers: Arc<Strangers>,
    pub(super) certificate: RwLock<Option<Arc<ServerConfig>>>,
    /// The lanes, and a token that every session holds; both gone once the broker stops.
    pub(super) open: Mutex<Option<(Lanes, mpsc::Sender<()>)>>,
}

impl Shared {
    /// The lanes and a session's token, unless the broker is stopping.
    pub(super) fn open(&self) -> Option<(Lanes, mpsc::Sender<()>)> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A name for a connection that brought none. It says nothing of this machine, and nobody has it by chance.
    pub(super) fn new_name(&self) -> String {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        format!("unnamed-{:032x}", u128::from_be_bytes(bytes))
    }

    /// A word of a device, as of now.
    pub(super) fn inbound(&self, device: DeviceId, heard: Heard) -> Inbound {
        Inbound { at: self.clock.now(), device, heard }
    }

    /// Tells devices the same, noting what holds. All that must be looked up is looked up first: from the first that is
    /// written to until the last there is nothing but writing.
    pub(super) fn tell(&self, devices: impl IntoIterator<Item = DeviceId>, command: &Command) -> Told {
        let now = self.setting.now();
        let until = expiry(command, now);
        let mut writer = Writer::new(command);
        let noted = self.standing.note_all(devices, command, now);
        self.directory.look(noted, |all| {
            let mut letters = Vec::with_capacity(all.len());
            for (speakers, rings_on) in &all {
                letters.extend(speakers.iter().map(|speaker| letter(speaker, &mut writer, *rings_on)));
            }
            let mut letters = letters.into_iter();
            let mut told = Told::default();
            for (speakers, _) in all {
                let (mut sent, mut silent, mut full) = (false, false, false);
                for (speaker, letter) in speakers.iter().zip(letters.by_ref()) {
                    match letter.map(|letter| self.send(&speaker.conn, &letter, until)) {
                        Some(Sent::Yes) => sent = true,
                        Some(Sent::Full) => full = true,
                        Some(Sent::NotWanted) => {}
                        None => silent = true,
                    }
                }
                match (sent, full, silent) {
                    (true, ..) => told.sent += 1,
                    (_, true, _) => told.full += 1,
                    (.., true) => told.silent += 1,
                    _ => told.absent += 1,
                }
            }
            told
        })
    }

    fn send(&self, conn: &Arc<Conn>, letter: &Letter, until: Option<Duration>) -> Sent {
        let sent = conn.send(letter, until);
        match sent {
            Sent::Yes => count(&self.setting.counters.sent),
            Sent::Full => count(&self.setting.counters.send_full),
            Sent::NotWanted => {}
        }
        sent
    }

    /// Tells a connection that just subscribed what still holds for its devices.
    pub(super) fn remind(&self, conn: &Arc<Conn>) {
        let Some(identity) = conn.identity() else { return };
        let now = self.setting.now();
        for served in &identity.pass.devices {
            for command in self.standing.commands(served.device, now) {
                if let Some(letter) = Writer::new(&command).letter(served, identity.pass.client) {
                    self.send(conn, &letter, expiry(&command, now));
                }
            }
        }
    }

    /// Cuts off who was silent too long or does not take in what it is sent, and forgets what no longer holds.
    pub(super) fn sweep(&self) {
        let now = self.setting.now();
        let counters = &self.setting.counters;
        self.directory.each(|conn| {
            let silence = conn.identity().map_or(Duration::MAX, |identity| identity.silence);
            if conn.is_closed() {
                return;
            }
            if conn.silent_for(now) > silence {
                count(&counters.keep_alive_lost);
                conn.say_goodbye(reason::KEEP_ALIVE);
            } else if conn.waits_for(now) > self.setting.limits.stuck {
                count(&counters.stuck);
                conn.close();
            }
        });
        self.standing.prune(now);
        self.meters.prune(now);
    }
}

/// When a command expires, since the broker's start.
fn expiry(command: &Command, now: Duration) -> Option<Duration> {
    match command {
        Command::Ring { lasts, .. } => Some(now + *lasts),
        _ => None,
    }
}

/// A command for a device in its own words; none if it has no word for it.
fn letter(speaker: &Speaker, writer: &mut Writer<'_>, rings_on: bool) -> Option<Letter> {
    let served = speaker.served.as_ref()?;
    if rings_on && writer.quietens_all(served) {
        return None; // It has one sound for all alarms, and another alarm still rings.
    }
    writer.letter(served, speaker.client)
}
