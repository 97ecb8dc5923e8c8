//! A bell as it hangs on a wall: it keeps its commands, counts their time itself, and says what it rings for.

use liengia_fire::engine::{BellCommand, Heartbeat, Reported, Sound, limits};
use liengia_kernel::{AlarmId, DeviceId};
use std::collections::BTreeMap;

pub struct Bell {
    pub device: DeviceId,
    pub link: bool,
    pub power: bool,
    /// Its kind says in its heartbeats what it rings for; others only confirm, or not even that.
    pub tells: bool,
    commands: BTreeMap<AlarmId, (Sound, u64)>,
}

impl Bell {
    pub fn new(device: DeviceId, tells: bool) -> Self {
        Self { device, link: true, power: true, tells, commands: BTreeMap::new() }
    }

    pub fn is_reachable(&self) -> bool {
        self.link && self.power
    }

    pub fn lose_power(&mut self) {
        self.power = false;
        self.commands.clear();
    }

    /// Takes a command; what it confirms, if it confirms.
    pub fn take(&mut self, command: &BellCommand, now: u64) -> Option<(AlarmId, Sound)> {
        match command {
            BellCommand::Stop { alarm, .. } => {
                self.commands.remove(alarm);
                None
            }
            BellCommand::Ring { sound: Sound::Test, .. } => None,
            BellCommand::Ring { alarm, sound, lasts, .. } => {
                let until = now + u64::try_from(lasts.as_millis()).expect("short");
                if !self.tells {
                    // A simple relay does one thing at a time: a fire drowns everything else.
                    let live = self.sounds(now).is_some_and(|sound| sound == Sound::Live);
                    if live && *sound != Sound::Live {
                        return None;
                    }
                    self.commands.clear();
                }
                self.commands.insert(*alarm, (*sound, until));
                Some((*alarm, *sound))
            }
        }
    }

    /// What it rings for at this moment.
    pub fn rings_for(&self, now: u64) -> impl Iterator<Item = (AlarmId, Sound)> + '_ {
        self.commands
            .iter()
            .filter(move |(_, (_, until))| *until > now)
            .map(|(alarm, (sound, _))| (*alarm, *sound))
    }

    /// What one hears: live drowns drill.
    pub fn sounds(&self, now: u64) -> Option<Sound> {
        self.rings_for(now).map(|(_, sound)| sound).min()
    }

    pub fn heartbeat(&self, now: u64) -> Heartbeat {
        let ringing = self.rings_for(now).take(limits::REPORTED);
        let ringing = ringing.map(|(alarm, sound)| Reported { alarm, sound }).collect();
        Heartbeat {
            device: self.device,
            ringing: self.tells.then_some(ringing),
            battery_percent: Some(80),
            signal_percent: None,
            tamper: None,
        }
    }
}
