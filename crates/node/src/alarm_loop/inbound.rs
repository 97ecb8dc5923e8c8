//! What devices say, told to the engine.

use super::timing::Timing;
use liengia_fire::{
    engine::{self, Input},
    live::{Alarms, Directory, Rest},
};
use liengia_kernel::{AlarmId, Clock, DeviceId, Entropy, HouseholdId};
use liengia_signal::mqtt::{Cause, Heard, Heartbeat, Inbound, Inbox, Press, Ringing, Sound};
use std::{
    sync::{Arc, PoisonError, RwLock},
    thread,
};

/// Listens to devices.
pub struct Listener {
    /// The engine.
    pub alarms: Alarms,
    /// Who is who, in memory.
    pub directory: Arc<RwLock<Directory>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids for presses that have none.
    pub entropy: Arc<dyn Entropy>,
    /// What is measured.
    pub timing: Arc<Timing>,
}

impl Listener {
    /// Tells the engine everything that devices say, until the broker has stopped.
    pub async fn listen(self, mut inbox: Inbox) {
        while let Some(inbound) = inbox.next().await {
            let Some(rest) = self.hear(&inbound) else { continue };
            if rest.rang && inbox.is_empty() {
                // What carries a ring on may run on this very machine, as a Zigbee bridge does: it has its turn first.
                thread::yield_now();
            }
            self.alarms.see_to_the_rest(&rest);
        }
    }

    fn hear(&self, inbound: &Inbound) -> Option<Rest> {
        let household = || {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            directory.devices.get(&inbound.device).map(|device| device.household)
        };
        let own = || {
            let home = household()?;
            self.alarms.look(|state| state.ringing_at(home).next()).map(|alarm| (alarm, home))
        };
        let new_id = || AlarmId::new(self.clock.now(), &*self.entropy);
        let input = told(inbound, own, household, new_id)?;
        match &input {
            Input::Press(press) => self.timing.pressed(press.alarm),
            Input::BellRang { .. } => self.timing.confirmed(),
            _ => {}
        }
        Some(self.alarms.hear(input))
    }
}

/// The engine's word for what a device said. `own` finds the alarm that rings in the device's home; a simple device
/// makes no ids, and gets `new_id`.
fn told(
    inbound: &Inbound,
    own: impl Fn() -> Option<(AlarmId, HouseholdId)>,
    household: impl Fn() -> Option<HouseholdId>,
    new_id: impl Fn() -> AlarmId,
) -> Option<Input> {
    let device = inbound.device;
    Some(match &inbound.heard {
        Heard::Press(press) => Input::Press(pressed(device, household(), press, new_id)),
        Heard::Cancel { alarm } => {
            let (alarm, household) = match alarm {
                Some(alarm) => (*alarm, household()?),
                None => own()?,
            };
            Input::CancelAtHome { alarm, household, by: None }
        }
        Heard::Heartbeat(heartbeat) => Input::Heartbeat(beat(device, heartbeat)),
        Heard::Rang(Ringing { alarm, sound }) => {
            Input::BellRang { device, alarm: *alarm, sound: heard_as(*sound) }
        }
        Heard::Arrived => Input::Heartbeat(beat(device, &Heartbeat::default())),
        Heard::Left { .. } => Input::LinkLost(device),
    })
}

fn pressed(
    device: DeviceId,
    household: Option<HouseholdId>,
    press: &Press,
    new_id: impl Fn() -> AlarmId,
) -> engine::Press {
    engine::Press {
        alarm: press.alarm.unwrap_or_else(new_id),
        source: match press.cause {
            Cause::Button => engine::Source::Button,
            Cause::Detector => engine::Source::Detector,
        },
        device: Some(device),
        by: None,
        household,
        team: None,
        pressed_at: press.pressed_at,
        held: press.held,
    }
}

fn beat(device: DeviceId, heartbeat: &Heartbeat) -> engine::Heartbeat {
    let reported =
        |ringing: &Ringing| engine::Reported { alarm: ringing.alarm, sound: heard_as(ringing.sound) };
    engine::Heartbeat {
        device,
        ringing: heartbeat.ringing.as_ref().map(|ringing| ringing.iter().map(reported).collect()),
        battery_percent: heartbeat.battery_percent,
        signal_percent: heartbeat.signal_percent,
        tamper: heartbeat.tamper,
    }
}

fn heard_as(sound: Sound) -> engine::Sound {
    match sound {
        Sound::Live => engine::Sound::Live,
        Sound::OwnHome => engine::Sound::OwnHome,
        Sound::Drill => engine::Sound::Drill,
        Sound::Test => engine::Sound::Test,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::Timestamp;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);
    const ALARM: AlarmId = AlarmId::from_bytes([2; 16]);
    const HOME: HouseholdId = HouseholdId::from_bytes([3; 16]);

    fn heard(heard: Heard) -> Option<Input> {
        let inbound = Inbound { at: Timestamp::from_seconds(1), device: DEVICE, heard };
        told(&inbound, || None, || Some(HOME), || ALARM)
    }

    #[test]
    fn a_simple_button_gets_an_id_and_a_clever_one_keeps_its_own() {
        let own = AlarmId::from_bytes([9; 16]);
        let clever = Press { alarm: Some(own), ..Press::plain(Cause::Button) };
        for (press, wanted) in [(Press::plain(Cause::Detector), ALARM), (clever, own)] {
            let Some(Input::Press(told)) = heard(Heard::Press(press)) else { panic!("no press") };
            assert_eq!((told.alarm, told.device), (wanted, Some(DEVICE)));
        }
    }

    #[test]
    fn what_a_sign_of_life_does_not_say_is_not_made_up() {
        let opened = liengia_signal::mqtt::Heartbeat { tamper: Some(true), ..Default::default() };
        for (said, tamper) in [(Heard::Heartbeat(opened), Some(true)), (Heard::Arrived, None)] {
            let Some(Input::Heartbeat(told)) = heard(said) else { panic!("no sign of life") };
            assert_eq!((told.tamper, told.ringing, told.battery_percent), (tamper, None, None));
        }
    }

    #[test]
    fn a_cancel_without_an_alarm_in_its_home_is_nothing() {
        assert_eq!(heard(Heard::Cancel { alarm: None }), None);
        let cancel = heard(Heard::Cancel { alarm: Some(ALARM) });
        assert_eq!(cancel, Some(Input::CancelAtHome { alarm: ALARM, household: HOME, by: None }));
    }
}
