//! Bells: told until they confirm, renewed while the alarm is open, told again when they come back.
//!
//! Promises: a bell that should ring is told again and again, for as long as it should; a bell that
//! should not is told to stop whenever it says that it rings. Never waits for one bell before another.

use super::event::Event;
use super::input::{Heartbeat, Reported};
use super::output::BellCommand;
use super::running::Told;
use super::state::State;
use super::terms::{Mode, Phase, Rung, Scope, Sound, Source, TeamReason};
use super::timers::Timer;
use super::turn::Turn;
use super::{accounting, alarms::Known, limits, refusal::Refusal};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, TeamId};
use std::collections::BTreeSet;
use std::time::Duration;

/// The homes that an alarm concerns, whether or not their bells rest: the warned home alone, or the
/// team, the burning homes and those next to them, and adjacent teams where the ladder reached them.
pub(super) fn concerned(state: &State, id: AlarmId) -> BTreeSet<HouseholdId> {
    let Some(alarm) = state.alarms.open.get(&id) else { return BTreeSet::new() };
    if alarm.phase == Phase::OwnHomeWarning {
        return alarm.burning.clone();
    }
    let mut homes = alarm.burning.clone();
    homes.extend(alarm.scope.home());
    for burning in &alarm.burning {
        // Where its whole team rings, only who is of another has to be looked for.
        let team = state.roster.team_of(*burning);
        homes.extend(match team.filter(|own| alarm.teams().any(|team| team == *own)) {
            Some(_) => state.roster.homes_next_door(*burning),
            None => state.roster.homes_next_to(*burning),
        });
    }
    homes.extend(alarm.teams().flat_map(|team| state.roster.homes_of(team)));
    let wider =
        alarm.rungs.contains_key(&Rung::Wider) && state.roster.ladder(alarm.scope).ring_adjacent_bells;
    if wider && alarm.mode == Mode::Live {
        for next in alarm.teams().flat_map(|team| state.roster.teams_next_to(team)) {
            homes.extend(state.roster.homes_of(next));
        }
    }
    homes
}

impl Turn<'_> {
    pub fn concerned(&self, alarm: AlarmId) -> BTreeSet<HouseholdId> {
        concerned(self.state, alarm)
    }

    /// Brings the bells in line with the alarm: new ones ring, those that left stop.
    pub fn refresh(&mut self, alarm: AlarmId) {
        self.ring_teams(alarm);
        let Some(open) = self.alarm(alarm) else { return };
        let (mode, resting) = (open.mode, open.resting);
        let homes = if resting { BTreeSet::new() } else { self.concerned(alarm) };
        let roster = &self.state.roster;
        let wanted: BTreeSet<DeviceId> = homes.iter().flat_map(|home| roster.bells_of(*home, mode)).collect();
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        let before = std::mem::replace(&mut running.homes, homes.clone());
        let left: Vec<DeviceId> =
            running.bells.keys().filter(|bell| !wanted.contains(bell)).copied().collect();
        running.bells.retain(|bell, _| wanted.contains(bell));
        self.ring_new(alarm, wanted.into_iter().collect());
        // Whatever can wait for the bells comes after them.
        self.bells(left.into_iter().map(|device| BellCommand::Stop { device, alarm }).collect());
        for home in before.difference(&homes) {
            self.forget_ringing(*home, alarm);
        }
        for home in homes.difference(&before) {
            self.state.ringing_at.entry(*home).or_default().insert(alarm);
        }
        let near = self.alarm(alarm).map(|open| accounting::near(&self.state.roster, open));
        if let Some(running) = self.state.running.get_mut(&alarm) {
            running.near = near.unwrap_or_default();
        }
        if mode == Mode::Live {
            self.end_drills_at(homes.difference(&before));
        }
        self.arm_bells(alarm);
    }

    /// Rings the bells of the alarm's teams. They need no looking up of homes, and come before everything else.
    pub fn ring_teams(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        if open.phase == Phase::Ringing && !open.resting {
            let bells = open.teams().flat_map(|team| self.state.roster.bells_of_team(team, open.mode));
            let bells = bells.collect();
            self.ring_new(alarm, bells);
        }
    }

    /// Rings the homes next door to the one that burns, whichever team they are of.
    pub fn ring_next_door(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        let roster = &self.state.roster;
        let homes = open.origin.map(|home| roster.homes_next_door(home)).unwrap_or_default();
        let bells = homes.iter().flat_map(|home| roster.bells_of(*home, open.mode)).collect();
        self.ring_new(alarm, bells);
    }

    /// Tells those to ring that were not told before.
    fn ring_new(&mut self, alarm: AlarmId, mut bells: Vec<DeviceId>) {
        let Some(running) = self.state.running.get(&alarm) else { return };
        bells.retain(|device| !running.bells.contains_key(device));
        self.ring(alarm, &bells);
    }

    pub fn forget_ringing(&mut self, home: HouseholdId, alarm: AlarmId) {
        if let Some(ringing) = self.state.ringing_at.get_mut(&home) {
            ringing.remove(&alarm);
            if ringing.is_empty() {
                self.state.ringing_at.remove(&home);
            }
        }
    }

    fn sound(&self, alarm: AlarmId) -> Option<Sound> {
        self.alarm(alarm).map(|open| match (open.mode, open.phase) {
            (Mode::Drill, _) => Sound::Drill,
            (Mode::Live, Phase::OwnHomeWarning) => Sound::OwnHome,
            (Mode::Live, Phase::Ringing) => Sound::Live,
        })
    }

    /// Tells these bells to ring, now.
    fn ring(&mut self, alarm: AlarmId, bells: &[DeviceId]) {
        let (Some(sound), Some(open)) = (self.sound(alarm), self.alarm(alarm)) else { return };
        let (origin, at, lasts) = (open.origin, self.now.steady, limits::BELL_LASTS);
        let until = self.now.wall + lasts;
        let ring =
            |device: &DeviceId| BellCommand::Ring { device: *device, alarm, sound, lasts, until, origin };
        self.bells(bells.iter().map(ring).collect());
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        for device in bells {
            running.bells.entry(*device).or_insert(Told { at, confirmed: false }).at = at;
        }
    }

    /// Tells every bell of an alarm anew, as if none had confirmed.
    pub fn ring_anew(&mut self, alarm: AlarmId) {
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        running.retries = 0;
        for told in running.bells.values_mut() {
            told.confirmed = false;
        }
        let bells: Vec<DeviceId> = running.bells.keys().copied().collect();
        self.ring(alarm, &bells);
        self.arm_bells(alarm);
    }

    pub fn tell_bells_again(&mut self, alarm: AlarmId) {
        let now = self.now.steady;
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        let retries = running.retries;
        let due: Vec<(DeviceId, bool)> = running
            .bells
            .iter()
            .filter(|(_, told)| told.at + patience(told.confirmed, retries) <= now)
            .map(|(device, told)| (*device, told.confirmed))
            .collect();
        if due.iter().any(|(_, confirmed)| !confirmed) {
            running.retries = retries.saturating_add(1);
        }
        self.state.counts.told_again += due.iter().map(|(_, confirmed)| u64::from(!confirmed)).sum::<u64>();
        let bells: Vec<DeviceId> = due.into_iter().map(|(device, _)| device).collect();
        self.ring(alarm, &bells);
        self.arm_bells(alarm);
    }

    fn arm_bells(&mut self, alarm: AlarmId) {
        let Some(running) = self.state.running.get(&alarm) else { return };
        let due =
            running.bells.values().map(|told| told.at + patience(told.confirmed, running.retries)).min();
        match due {
            Some(due) => self.state.timers.arm(Timer::Bells(alarm), due),
            None => self.state.timers.disarm(Timer::Bells(alarm)),
        }
    }

    pub fn bell_rang(&mut self, device: DeviceId, alarm: AlarmId, sound: Sound) {
        if !self.heard_from(device) {
            return self.refuse(Refusal::UnknownDevice { device });
        }
        self.reported(device, Reported { alarm, sound });
    }

    pub fn heartbeat(&mut self, heartbeat: &Heartbeat) {
        let device = heartbeat.device;
        if !self.heard_from(device) {
            return self.refuse(Refusal::UnknownDevice { device });
        }
        self.condition(heartbeat);
        let Some(ringing) = &heartbeat.ringing else { return };
        for reported in ringing.iter().take(limits::REPORTED) {
            self.reported(device, *reported);
        }
        self.ring_what_is_missing(device, ringing);
    }

    /// A bell that should ring and says that it does not is told again.
    fn ring_what_is_missing(&mut self, device: DeviceId, ringing: &[Reported]) {
        let Some(home) = self.home_of_device(device) else { return };
        let wanted: Vec<AlarmId> = self.state.ringing_at(home).collect();
        for alarm in wanted {
            let Some(running) = self.state.running.get_mut(&alarm) else { continue };
            let Some(told) = running.bells.get_mut(&device) else { continue };
            let rings = ringing.iter().any(|reported| reported.alarm == alarm);
            // A heartbeat may have been under way when the bell was told: wait as for a confirmation.
            if !rings && told.at + limits::BELL_RETRY <= self.now.steady {
                told.confirmed = false;
                self.state.counts.told_again += 1;
                self.ring(alarm, &[device]);
                self.arm_bells(alarm);
            }
        }
    }

    /// A bell says that it rings for an alarm.
    fn reported(&mut self, device: DeviceId, reported: Reported) {
        if reported.sound == Sound::Test {
            return;
        }
        match self.state.alarms.known(reported.alarm) {
            Known::Open(alarm) => self.confirmed(device, alarm, reported),
            Known::Drill => self.confirmed(device, reported.alarm, reported),
            Known::New if reported.sound != Sound::Drill => self.adopt_from_bell(device, reported),
            // What rings cannot be an old press: somebody heard it fresh before a restart.
            Known::Late if reported.sound != Sound::Drill => self.still_burning(reported.alarm, true, None),
            Known::New | Known::Late | Known::Announced | Known::Over(_) => {
                self.bell(BellCommand::Stop { device, alarm: reported.alarm });
            }
        }
    }

    fn confirmed(&mut self, device: DeviceId, alarm: AlarmId, reported: Reported) {
        self.reach_team_of_bell(device, alarm, reported);
        let told = self.state.running.get_mut(&alarm).and_then(|running| running.bells.get_mut(&device));
        let Some(told) = told else {
            if self.may_ring_alone(device, alarm, reported) {
                return;
            }
            // It rests, or this bell is none of its bells.
            return self.bell(BellCommand::Stop { device, alarm: reported.alarm });
        };
        let told = *told;
        if Some(reported.sound) != self.sound(alarm) {
            return self.wrong_sound(device, alarm, reported.sound, told);
        }
        if reported.alarm != alarm {
            // Another id of the same alarm: it may go once the bell confirmed the alarm itself.
            if told.confirmed {
                self.bell(BellCommand::Stop { device, alarm: reported.alarm });
            }
            return;
        }
        if let Some(told) =
            self.state.running.get_mut(&alarm).and_then(|running| running.bells.get_mut(&device))
        {
            told.confirmed = true;
        }
        self.arm_bells(alarm);
        let Some(household) = self.home_of_device(device) else { return };
        let Some(open) = self.alarm(alarm) else { return };
        if open.homes.get(&household).is_none_or(|home| home.rang_at.is_none()) {
            self.record(Event::Rang { alarm, at: self.now.wall, household, device });
            self.mark(alarm);
        }
    }

    /// While only bells have told of an id, nobody knows whose it is: a bell of another team that rings for it
    /// rings rightly, and its team with it.
    fn reach_team_of_bell(&mut self, device: DeviceId, alarm: AlarmId, reported: Reported) {
        let Some((_, running)) = self.both(alarm) else { return };
        let stranger = self.bell_knows(alarm, reported) && !running.bells.contains_key(&device);
        let home = self.home_of_device(device).filter(|_| stranger);
        if let Some(team) = home.and_then(|home| self.state.roster.team_of(home)) {
            self.go_to_team(alarm, TeamReason::Bell);
            self.reach(alarm, team, false);
            self.settle(alarm);
        }
    }

    /// Whether only bells have told of this id until now, so that a bell that rings for it knows more than the engine.
    fn bell_knows(&self, alarm: AlarmId, reported: Reported) -> bool {
        self.alarm(alarm).is_some_and(|open| {
            let press = open.presses.get(&reported.alarm);
            let only_bells = press.is_some_and(|press| press.source == Source::Bell);
            only_bells && reported.sound == Sound::Live && !open.resting
        })
    }

    /// A home in no team that rings for such an id stands next to the fire, most likely: its bell is left alone.
    fn may_ring_alone(&self, device: DeviceId, alarm: AlarmId, reported: Reported) -> bool {
        let home = self.home_of_device(device);
        self.bell_knows(alarm, reported) && home.is_some_and(|home| self.state.roster.team_of(home).is_none())
    }

    /// The alarm rings in a further team, as in its own.
    pub fn reach(&mut self, alarm: AlarmId, team: TeamId, stands_there: bool) {
        let Some(open) = self.alarm(alarm) else { return };
        if open.mode == Mode::Drill || (open.scope.team() == Some(team)) {
            return;
        }
        if !open.also.contains(&team) || stands_there {
            self.record(Event::Reached { alarm, at: self.now.wall, team, stands_there });
            self.refresh(alarm);
            self.team_rung_now(alarm);
            // An alarm that the team has of its own stays beside it, and both are shown together.
            let own = self.state.alarms.live.get(&Scope::Team(team)).copied();
            if let Some(with) = own.filter(|own| *own != alarm) {
                self.record(Event::Linked { alarm, at: self.now.wall, with });
            }
            self.link(alarm);
        }
    }

    /// A bell rings for the alarm, and not as it should.
    fn wrong_sound(&mut self, device: DeviceId, alarm: AlarmId, sound: Sound, told: Told) {
        if sound == Sound::Live && self.sound(alarm) == Some(Sound::OwnHome) {
            // It had become the team's alarm before a crash that lost the record of it.
            self.go_to_team(alarm, TeamReason::Bell);
            return self.settle(alarm);
        }
        if told.at + limits::BELL_RETRY > self.now.steady {
            return;
        }
        if (sound == Sound::Drill) != (self.sound(alarm) == Some(Sound::Drill)) {
            self.record(Event::WrongSound { alarm, at: self.now.wall, device, sound });
        }
        self.state.counts.told_again += 1;
        self.ring(alarm, &[device]);
    }

    /// A bell rings the team's alarm or a home's warning, and nobody knows of it: the press was lost
    /// with a crash before it could be written. It rings on.
    fn adopt_from_bell(&mut self, device: DeviceId, reported: Reported) {
        let Some(home) = self.home_of_device(device) else { return };
        let stands_on = self.state.roster.team_of(home).map_or(Scope::Home(home), Scope::Team);
        let (at, press) = (self.now.wall, reported.alarm);
        self.state.counts.adopted += 1;
        if let Some(alarm) = self.state.alarms.live.get(&stands_on).copied() {
            let Some(open) = self.alarm(alarm) else { return };
            if open.presses.values().filter(|press| press.device == Some(device)).count()
                >= limits::ALIASES_PER_HOME
            {
                self.state.counts.limited += 1;
                return;
            }
            self.record(Event::AliasAdopted { alarm, at, press, device });
            if reported.sound == Sound::Live {
                self.go_to_team(alarm, TeamReason::Bell);
            }
            return self.settle(alarm);
        }
        let own_home = (reported.sound == Sound::OwnHome).then_some(home);
        self.record(Event::Adopted { alarm: press, at, stands_on, device, own_home });
        self.state.unrecorded.insert(press);
        self.begin(press);
    }
}

/// How long a bell has before it is told again.
fn patience(confirmed: bool, retries: u32) -> Duration {
    if confirmed {
        return limits::BELL_RENEW;
    }
    limits::BELL_RETRY.saturating_mul(1 << retries.min(10)).min(limits::BELL_RENEW)
}
