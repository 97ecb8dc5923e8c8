//! What the engine wants done, done: bells and receipts by the broker, screens by the hub, people by the postman.

use super::{
    postman::{Letter, Postman},
    timing::Timing,
};
use liengia_fire::{
    engine::{self, BellCommand, Channel, Output},
    live::{Hub, News, Reach},
};
use liengia_kernel::DeviceId;
use liengia_signal::mqtt::{Broker, Command, Outcome, Sound};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The way from the engine to everybody.
pub struct Bells {
    /// Set once the broker listens.
    broker: OnceLock<Broker>,
    /// What bells are told before that: after a restart what burned rings on, and the engine knows of it first.
    early: Mutex<Vec<BellCommand>>,
    /// Open phones and desks.
    pub hub: Hub,
    /// Pushes, texts and calls.
    pub postman: Postman,
    /// What is measured.
    pub timing: Arc<Timing>,
}

impl Reach for Bells {
    fn ring(&self, commands: &[BellCommand]) {
        if let Some(broker) = self.broker.get() {
            return self.tell(broker, commands);
        }
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        match self.broker.get() {
            Some(broker) => self.tell(broker, commands),
            None if early.len() < MAX_EARLY => early.extend_from_slice(commands),
            None => {}
        }
    }

    fn carry_out(&self, output: &Output) {
        match output {
            Output::Receipt(receipt) => self.acknowledge(receipt),
            Output::Notify(notice) if notice.channel == Channel::Stream => {
                self.hub.publish(News::Notice(notice.clone()));
            }
            Output::Notify(notice) => self.postman.take(Letter::Notice(notice.clone())),
            Output::Card(card) => {
                self.postman.take(Letter::Card(card.clone()));
                self.hub.publish(News::Card(card.alarm));
            }
            Output::AskStillBurning(question) => self.hub.publish(News::Question(*question)),
            Output::Board(board) => self.hub.publish(News::Board(*board)),
            Output::Health(health) => self.hub.publish(News::Health(*health)),
            Output::Bell(_) | Output::Record(_) | Output::Refused(_) => {}
        }
    }
}

/// Most commands that are kept for the broker; bells beyond are told by the engine when they do not confirm.
const MAX_EARLY: usize = 100_000;

impl Bells {
    /// The way to everybody, before the broker listens.
    pub fn new(hub: Hub, postman: Postman, timing: Arc<Timing>) -> Self {
        Self { broker: OnceLock::new(), early: Mutex::default(), hub, postman, timing }
    }

    /// The broker listens: it is told what bells were told until now.
    pub fn open(&self, broker: &Broker) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        self.tell(broker, &std::mem::take(&mut *early));
        // Set once, here.
        let _ = self.broker.set(broker.clone());
    }

    /// Bells that are told the same are told together.
    fn tell(&self, broker: &Broker, commands: &[BellCommand]) {
        for same in commands.chunk_by(|one, next| spoken(one).1 == spoken(next).1) {
            let command = spoken(&same[0]).1;
            broker.tell_all(same.iter().map(|one| spoken(one).0), &command);
            if matches!(command, Command::Ring { .. }) {
                self.timing.told(same.len());
            }
        }
    }

    fn acknowledge(&self, receipt: &engine::Receipt) {
        if receipt.recorded {
            self.timing.recorded(receipt.press);
        }
        let (Some(broker), Some(device)) = (self.broker.get(), receipt.device) else { return };
        let engine::Receipt { press, alarm, recorded, .. } = *receipt;
        broker.tell(device, &Command::Ack { press, alarm, outcome: became(receipt.outcome), recorded });
    }
}

/// Which bell is told, and the broker's word for what.
fn spoken(command: &BellCommand) -> (DeviceId, Command) {
    match *command {
        BellCommand::Ring { device, alarm, sound, lasts, origin, .. } => {
            (device, Command::Ring { alarm, sound: sounding(sound), lasts, origin })
        }
        BellCommand::Stop { device, alarm } => (device, Command::Quiet { alarm }),
    }
}

/// The broker's word for a sound.
pub(super) fn sounding(sound: engine::Sound) -> Sound {
    match sound {
        engine::Sound::Live => Sound::Live,
        engine::Sound::OwnHome => Sound::OwnHome,
        engine::Sound::Drill => Sound::Drill,
        engine::Sound::Test => Sound::Test,
    }
}

fn became(outcome: engine::Outcome) -> Outcome {
    match outcome {
        engine::Outcome::Raised => Outcome::Raised,
        engine::Outcome::Joined => Outcome::Joined,
        engine::Outcome::Repeated => Outcome::Repeated,
        engine::Outcome::Asked => Outcome::Asked,
        engine::Outcome::Closed => Outcome::Closed,
        engine::Outcome::Limited => Outcome::Limited,
    }
}
