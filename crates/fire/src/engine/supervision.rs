//! Whether devices are there: late after 100 s of silence, at fault after 180 s, and never healthy
//! before they were heard. Beside it, whether anybody has heard a bell ringing lately: a heartbeat is
//! not a sound.

use super::event::Event;
use super::input::Heartbeat;
use super::limits;
use super::output::Output;
use super::refusal::Refusal;
use super::roster::{DeviceKind, DeviceRoster};
use super::state::State;
use super::timers::Timer;
use super::turn::Turn;
use liengia_kernel::{DeviceId, HouseholdId, PersonId, TeamId, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// Whether a device is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceState)]
pub enum Link {
    /// Heard lately.
    Ok,
    /// Silent for 100 s, or its connection broke.
    Late,
    /// Silent for 180 s.
    Fault,
    /// Never heard: not healthy.
    NeverSeen,
}

/// Whether somebody heard a bell ringing lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RangState)]
pub enum Rang {
    /// Within 35 days.
    Ok,
    /// Longer ago, or somebody listened and heard nothing.
    Due,
    /// Nobody ever.
    Never,
}

/// A device's health, as its home, the leader and the desk may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceHealth {
    /// The device.
    pub device: DeviceId,
    /// Its home.
    pub household: HouseholdId,
    /// Its team.
    pub team: Option<TeamId>,
    /// What it is.
    pub kind: DeviceKind,
    /// Whether it is there.
    pub link: Link,
    /// When it was heard last.
    pub last_heard_at: Option<Timestamp>,
    /// Its charge.
    pub battery_percent: Option<u8>,
    /// Its charge is low.
    pub battery_low: bool,
    /// It was opened or taken off.
    pub tamper: bool,
    /// When somebody last heard it ringing.
    pub rang_at: Option<Timestamp>,
    /// Whether that is lately; `None` for what does not ring.
    pub rang: Option<Rang>,
}

/// What is remembered of a device.
#[derive(Clone, Debug)]
pub(super) struct Device {
    household: HouseholdId,
    kind: DeviceKind,
    heard: Option<Duration>,
    last_heard_at: Option<Timestamp>,
    link: Link,
    battery_percent: Option<u8>,
    battery_low: bool,
    tamper: bool,
    rang_at: Option<Timestamp>,
    unheard: bool,
}

impl Device {
    fn rang(&self, now: Timestamp) -> Option<Rang> {
        self.kind.rings().then(|| match self.rang_at {
            _ if self.unheard => Rang::Due,
            None => Rang::Never,
            Some(at) if now.since(at) >= limits::RANG_DUE => Rang::Due,
            Some(_) => Rang::Ok,
        })
    }
}

impl State {
    /// A device's health.
    pub fn device_health(&self, device: DeviceId, now: Timestamp) -> Option<DeviceHealth> {
        let known = self.devices.get(&device)?;
        Some(DeviceHealth {
            device,
            household: known.household,
            team: self.roster.team_of(known.household),
            kind: known.kind,
            link: known.link,
            last_heard_at: known.last_heard_at,
            battery_percent: known.battery_percent,
            battery_low: known.battery_low,
            tamper: known.tamper,
            rang_at: known.rang_at,
            rang: known.rang(now),
        })
    }

    /// Whether no bell of a home is there to ring. A phone never counts as a night alarm. Lists of
    /// silent homes are for the leader and the desk only.
    pub fn is_silent(&self, household: HouseholdId) -> bool {
        let bells = self.roster.devices_of(household).iter().filter(|device| device.kind.rings());
        let links = bells.filter_map(|device| self.devices.get(&device.device)).map(|device| device.link);
        !links.into_iter().any(|link| matches!(link, Link::Ok | Link::Late))
    }
}

impl Turn<'_> {
    pub fn home_of_device(&self, device: DeviceId) -> Option<HouseholdId> {
        self.state.devices.get(&device).map(|device| device.household)
    }

    /// The devices of a team as the roster stands.
    pub fn team_devices(&self, team: TeamId) -> BTreeSet<DeviceId> {
        self.devices_at(self.state.roster.homes_of(team))
    }

    /// The devices of these homes.
    pub fn devices_at(&self, homes: impl IntoIterator<Item = HouseholdId>) -> BTreeSet<DeviceId> {
        let devices = homes.into_iter().flat_map(|home| self.state.roster.devices_of(home));
        devices.map(|device| device.device).collect()
    }

    /// Takes up the devices of these homes after the roster changed; `before` are those that were there.
    pub fn put_devices(&mut self, homes: &[HouseholdId], before: &BTreeSet<DeviceId>) {
        let roster = &self.state.roster;
        let homes = homes.iter().copied();
        let devices: Vec<(HouseholdId, DeviceRoster)> = homes
            .flat_map(|home| roster.devices_of(home).iter().map(move |device| (home, device.clone())))
            .collect();
        for (household, device) in &devices {
            self.put_device(*household, device);
        }
        let now: BTreeSet<DeviceId> = devices.iter().map(|(_, device)| device.device).collect();
        for gone in before.difference(&now) {
            let home = self.home_of_device(*gone);
            let moved = home.is_some_and(|home| {
                self.state.roster.devices_of(home).iter().any(|device| device.device == *gone)
            });
            if !moved {
                self.state.devices.remove(gone);
                self.state.timers.disarm(Timer::Silent(*gone));
                self.state.timers.disarm(Timer::RingTest(*gone));
            }
        }
    }

    fn put_device(&mut self, household: HouseholdId, roster: &DeviceRoster) {
        let id = roster.device;
        if let Some(known) = self.state.devices.get_mut(&id) {
            known.household = household;
            known.kind = roster.kind;
            known.rang_at = known.rang_at.max(roster.rang);
        } else {
            let recent = |at| self.now.wall.since(at) <= limits::HEARD_BEFORE_START;
            let (link, heard) = match roster.last_heard {
                None => (Link::NeverSeen, None),
                // Heard shortly before this process began: it has as long as any other to be heard again.
                Some(at) if recent(at) => (Link::Ok, Some(self.now.steady)),
                Some(_) => (Link::Fault, None),
            };
            let device = Device {
                household,
                kind: roster.kind,
                heard,
                last_heard_at: roster.last_heard,
                link,
                battery_percent: None,
                battery_low: false,
                tamper: false,
                rang_at: roster.rang,
                unheard: false,
            };
            self.state.devices.insert(id, device);
            if heard.is_some() {
                self.state.timers.arm(Timer::Silent(id), self.ahead(limits::LATE_AFTER));
            }
        }
        self.arm_ring_test(id);
    }

    /// Notes that a device was heard; false if the roster does not know it.
    pub fn heard_from(&mut self, id: DeviceId) -> bool {
        let (steady, wall) = (self.now.steady, self.now.wall);
        let Some(device) = self.state.devices.get_mut(&id) else { return false };
        device.heard = Some(steady);
        device.last_heard_at = Some(wall);
        let before = std::mem::replace(&mut device.link, Link::Ok);
        match before {
            Link::Ok => return true,
            Link::Late => {}
            Link::Fault => self.record(Event::DeviceBack { device: id, at: wall }),
            Link::NeverSeen => self.record(Event::DeviceFirstHeard { device: id, at: wall }),
        }
        if !self.state.timers.is_armed(Timer::Silent(id)) {
            self.state.timers.arm(Timer::Silent(id), self.ahead(limits::LATE_AFTER));
        }
        self.show_health(id);
        true
    }

    /// Looks whether a device has been heard meanwhile; heartbeats themselves move no timer.
    pub fn silent(&mut self, id: DeviceId) {
        let now = self.now.steady;
        let Some(device) = self.state.devices.get_mut(&id) else { return };
        let Some(heard) = device.heard else { return };
        let silence = now.saturating_sub(heard);
        let before = device.link;
        let next = match silence {
            _ if silence >= limits::FAULT_AFTER => {
                device.link = Link::Fault;
                None
            }
            _ if silence >= limits::LATE_AFTER => {
                device.link = Link::Late;
                Some(limits::FAULT_AFTER)
            }
            // A connection that broke is known to be late before its 100 s are over.
            _ if before == Link::Late => Some(limits::FAULT_AFTER),
            _ => Some(limits::LATE_AFTER),
        };
        let (link, last_heard) = (device.link, device.last_heard_at);
        if let Some(next) = next {
            self.state.timers.arm(Timer::Silent(id), heard + next);
        }
        if link == before {
            return;
        }
        if link == Link::Fault {
            self.record(Event::DeviceFault { device: id, at: self.now.wall, last_heard });
        }
        self.show_health(id);
    }

    pub fn link_lost(&mut self, id: DeviceId) {
        match self.state.devices.get_mut(&id) {
            None => self.refuse(Refusal::UnknownDevice { device: id }),
            Some(device) if device.link == Link::Ok => {
                device.link = Link::Late;
                self.show_health(id);
            }
            Some(_) => {}
        }
    }

    /// Takes up what a heartbeat says of the device's condition.
    pub fn condition(&mut self, heartbeat: &Heartbeat) {
        let (id, at) = (heartbeat.device, self.now.wall);
        let Some(device) = self.state.devices.get_mut(&id) else { return };
        let (was_low, was_tampered) = (device.battery_low, device.tamper);
        device.tamper = heartbeat.tamper.unwrap_or(was_tampered);
        let tamper = device.tamper;
        device.battery_percent = heartbeat.battery_percent.or(device.battery_percent);
        device.battery_low = match device.battery_percent {
            Some(percent) if percent <= limits::BATTERY_LOW_PERCENT => true,
            Some(percent) if percent >= limits::BATTERY_WELL_PERCENT => false,
            _ => was_low,
        };
        let (low, percent) = (device.battery_low, device.battery_percent.unwrap_or(0));
        if low && !was_low {
            self.record(Event::BatteryLow { device: id, at, percent });
        }
        if tamper && !was_tampered {
            self.record(Event::DeviceTampered { device: id, at });
        }
        if (low, tamper) != (was_low, was_tampered) {
            self.show_health(id);
        }
    }

    /// Somebody listened to a bell.
    pub fn bell_heard(&mut self, id: DeviceId, by: PersonId, heard: bool) {
        let at = self.now.wall;
        let Some(device) = self.state.devices.get_mut(&id) else {
            return self.refuse(Refusal::UnknownDevice { device: id });
        };
        device.unheard = !heard;
        if heard {
            device.rang_at = Some(at);
        }
        self.record(Event::BellHeard { device: id, at, heard, by });
        self.arm_ring_test(id);
        self.show_health(id);
    }

    fn arm_ring_test(&mut self, id: DeviceId) {
        let Some(device) = self.state.devices.get(&id) else { return };
        if let (Some(Rang::Ok), Some(rang_at)) = (device.rang(self.now.wall), device.rang_at) {
            let left = limits::RANG_DUE.saturating_sub(self.now.wall.since(rang_at));
            self.state.timers.arm(Timer::RingTest(id), self.ahead(left));
        }
    }

    pub fn ring_test_is_due(&mut self, id: DeviceId) {
        self.arm_ring_test(id);
        self.show_health(id);
    }

    fn show_health(&mut self, id: DeviceId) {
        if let Some(health) = self.state.device_health(id, self.now.wall) {
            self.emit(Output::Health(health));
        }
    }
}
