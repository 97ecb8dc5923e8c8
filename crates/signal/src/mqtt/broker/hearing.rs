//! From a device's message to words for the node: what it means, whether there is room for it, and which lane it takes.

use super::{counts::count, shared::Shared};
use crate::mqtt::{
    gate::{Pass, Served},
    message::{Heard, Heartbeat, Inbound},
    profile::{self, BridgeWord, Said, Words},
    topic,
};
use liengia_kernel::DeviceId;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// What one connection's messages are heard with.
pub(super) struct Hearing {
    pass: Arc<Pass>,
    /// Devices behind a bridge that it says are there.
    available: BTreeSet<DeviceId>,
}

/// What was heard in one message.
#[derive(Default)]
pub(super) struct Heed {
    /// For the lane of presses.
    pub(super) urgent: Vec<Inbound>,
    /// For the lane of signs of life.
    pub(super) ordinary: Vec<Inbound>,
    /// The device says too much.
    pub(super) too_much: bool,
}

impl Hearing {
    pub(super) fn new(pass: Arc<Pass>) -> Self {
        Self { pass, available: BTreeSet::new() }
    }

    /// Hears a message. A last will never raises an alarm: a device that lost its power is not a hand on a button.
    pub(super) fn message(&mut self, shared: &Shared, topic: &str, payload: &[u8], will: bool) -> Heed {
        count(&shared.setting.counters.messages);
        let pass = self.pass.clone();
        let Some((served, below)) = pass.device_at(topic) else {
            return self.bridge(shared, topic, payload);
        };
        let words = profile::read(served, below, payload);
        if let Some(flaw) = words.flaw {
            count(&shared.setting.counters.unreadable);
            tracing::debug!(device = %served.device, %flaw, "a message could not be read in full");
        }
        let mut heed = Heed::default();
        let now = shared.setting.now();
        if !will && !has_room(shared, served.device, &words, now) {
            heed.too_much = true;
            count(&shared.setting.counters.limited);
            return heed;
        }
        self.words(shared, served, words, will, &mut heed);
        heed
    }

    fn words(&mut self, shared: &Shared, served: &Served, words: Words, will: bool, heed: &mut Heed) {
        let (now, limits) = (shared.setting.now(), shared.setting.limits);
        let device = served.device;
        let sounding = words.said.iter().find_map(|said| match said {
            Said::Sounding(on) => Some(*on),
            _ => None,
        });
        for said in words.said {
            match said {
                Said::Press(_) | Said::Cancel(_) if will => {}
                Said::Press(press) => {
                    if shared.meters.of(device, |meter| meter.press(&press, now, &limits)) {
                        heed.urgent.push(shared.inbound(device, Heard::Press(press)));
                    } else {
                        heed.too_much = true;
                        count(&shared.setting.counters.limited_presses);
                    }
                }
                Said::Cancel(alarm) => {
                    if shared.meters.of(device, |meter| meter.cancel(now, &limits)) {
                        heed.urgent.push(shared.inbound(device, Heard::Cancel { alarm }));
                    } else {
                        heed.too_much = true;
                        count(&shared.setting.counters.limited);
                    }
                }
                Said::Alive(beat) => {
                    if served.profile.is_bridged() {
                        self.available.insert(device);
                    }
                    let beat = with_ringing(shared, device, beat, sounding);
                    heed.ordinary.push(shared.inbound(device, Heard::Heartbeat(beat)));
                }
                Said::Rang(ringing) => heed.ordinary.push(shared.inbound(device, Heard::Rang(ringing))),
                Said::Sounding(true) => {
                    let rings = shared.standing.ringing(device, now);
                    let rang = rings.into_iter().map(|one| shared.inbound(device, Heard::Rang(one)));
                    heed.ordinary.extend(rang);
                }
                Said::Sounding(false) => {}
                Said::Gone => self.gone(shared, served, heed),
            }
        }
    }

    /// A direct device's connection tells that it is gone; behind a bridge only the bridge can.
    fn gone(&mut self, shared: &Shared, served: &Served, heed: &mut Heed) {
        if served.profile.is_bridged() {
            self.available.remove(&served.device);
            heed.ordinary.push(shared.inbound(served.device, Heard::Left { cleanly: false }));
        }
    }

    fn bridge(&mut self, shared: &Shared, name: &str, payload: &[u8]) -> Heed {
        let mut heed = Heed::default();
        let below =
            topic::owner(name).filter(|(owner, _)| *owner == self.pass.client).map(|(_, below)| below);
        let word = match below {
            Some(below) if self.pass.is_bridge() => profile::bridge(below, payload),
            _ => BridgeWord::Other,
        };
        match word {
            BridgeWord::Other => {}
            BridgeWord::Pulse => {
                let now = shared.setting.now();
                let limits = &shared.setting.limits;
                if !shared.meters.of(self.pass.client, |meter| meter.message(now, limits)) {
                    heed.too_much = true;
                    count(&shared.setting.counters.limited);
                    return heed;
                }
                let alive = self.available.iter();
                heed.ordinary.extend(
                    alive.map(|device| shared.inbound(*device, Heard::Heartbeat(Heartbeat::default()))),
                );
            }
            BridgeWord::Gone => heed.ordinary = self.all_gone(shared),
        }
        heed
    }

    /// The bridge is gone, and with it every device behind it.
    fn all_gone(&mut self, shared: &Shared) -> Vec<Inbound> {
        self.available.clear();
        let behind = self.pass.devices.iter().filter(|served| served.profile.is_bridged());
        behind.map(|served| shared.inbound(served.device, Heard::Left { cleanly: false })).collect()
    }
}

/// A message without a press takes from the device's ordinary room. One with a press has room of its own.
fn has_room(shared: &Shared, device: DeviceId, words: &Words, now: Duration) -> bool {
    let urgent = words.said.iter().any(|said| matches!(said, Said::Press(_) | Said::Cancel(_)));
    urgent || shared.meters.of(device, |meter| meter.message(now, &shared.setting.limits))
}

/// A siren that only tells on or off rings for what it was told to.
fn with_ringing(shared: &Shared, device: DeviceId, mut beat: Heartbeat, sounding: Option<bool>) -> Heartbeat {
    match sounding {
        Some(true) => beat.ringing = Some(shared.standing.ringing(device, shared.setting.now())),
        Some(false) => beat.ringing = Some(Vec::new()),
        None => {}
    }
    beat
}
