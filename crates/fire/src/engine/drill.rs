//! Drills: by day, announced a day before, never near a live alarm, and never to be taken for one.
//!
//! A drill is one team's. It has its own sound, which bells without a second sound do not have, so
//! they stay silent; it climbs no ladder and nobody calls 114. Anything live ends it at once.

use super::alarms::{Announced, Known};
use super::event::Event;
use super::limits;
use super::output::{BellCommand, Channel, Message, Recipient};
use super::refusal::{NotNow, Refusal};
use super::terms::{By, DrillEnd, DrillOff, Mode, Scope, Sound};
use super::timers::Timer;
use super::turn::Turn;
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, TeamId, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

impl Turn<'_> {
    pub fn announce_drill(
        &mut self,
        drill: AlarmId,
        team: TeamId,
        starts_at: Timestamp,
        by_itself: bool,
        by: By,
    ) {
        if let Err(refusal) = self.may_announce(drill, team, starts_at) {
            return self.refuse(refusal);
        }
        self.record(Event::DrillAnnounced { drill, at: self.now.wall, team, starts_at, by_itself, by });
        self.await_drill(drill);
        self.tell_team(drill, team, Message::DrillAnnounced);
        self.mark(drill);
    }

    fn may_announce(&self, drill: AlarmId, team: TeamId, starts_at: Timestamp) -> Result<(), Refusal> {
        if self.state.alarms.known(drill) != Known::New {
            return Err(Refusal::DrillExists);
        }
        if !self.state.roster.teams.contains_key(&team) {
            return Err(Refusal::UnknownTeam);
        }
        if self.state.alarms.announced.len() >= limits::DRILLS {
            return Err(Refusal::Full { what: "announced drills", limit: limits::DRILLS });
        }
        let why = if starts_at < self.now.wall + limits::DRILL_NOTICE {
            NotNow::TooSoon
        } else if starts_at > self.now.wall + limits::DRILL_AHEAD {
            NotNow::TooFar
        } else if !self.is_day(starts_at) {
            NotNow::Night
        } else {
            return Ok(());
        };
        Err(Refusal::NotNow { why })
    }

    fn is_day(&self, at: Timestamp) -> bool {
        let hour = at.at_offset(self.state.settings.utc_offset_hours).hour();
        (limits::DAY_BEGINS_HOUR..limits::DAY_ENDS_HOUR).contains(&hour)
    }

    /// How long it is until the evening, when drills end.
    fn day_left(&self, at: Timestamp) -> Duration {
        if !self.is_day(at) {
            return Duration::ZERO;
        }
        let local = at.at_offset(self.state.settings.utc_offset_hours);
        let left = (i64::from(limits::DAY_ENDS_HOUR) - i64::from(local.hour())) * 3600
            - i64::from(local.minute()) * 60
            - i64::from(local.second());
        Duration::from_secs(u64::try_from(left).unwrap_or(0))
    }

    /// Waits for an announced drill's time.
    pub fn await_drill(&mut self, drill: AlarmId) {
        if let Some(announced) = self.state.alarms.announced.get(&drill) {
            let due = self.ahead(announced.starts_at.since(self.now.wall));
            self.state.timers.arm(Timer::DrillBegins(drill), due);
        }
    }

    /// The time of an announced drill came, or the time to start it by hand is over.
    pub fn drill_is_due(&mut self, drill: AlarmId) {
        let Some(Announced { starts_at, by_itself, .. }) = self.state.alarms.announced.get(&drill).copied()
        else {
            return;
        };
        let late = self.now.wall.since(starts_at);
        if self.now.wall < starts_at {
            // The wall clock was set back meanwhile.
            return self.await_drill(drill);
        }
        if late >= limits::DRILL_WAITS {
            return self.call_off(drill, DrillOff::NotStarted, None);
        }
        if !by_itself {
            self.state
                .timers
                .arm(Timer::DrillBegins(drill), self.ahead(limits::DRILL_WAITS.saturating_sub(late)));
            return self.mark(drill);
        }
        match self.may_start(drill) {
            Ok(team) => self.run_drill(drill, team, None),
            Err(Refusal::NotNow { why: NotNow::LiveAlarmNear }) => {
                self.call_off(drill, DrillOff::LiveAlarm, None);
            }
            Err(_) => self.call_off(drill, DrillOff::NotStarted, None),
        }
    }

    pub fn start_drill(&mut self, drill: AlarmId, by: Option<By>) {
        match self.may_start(drill) {
            Ok(team) => self.run_drill(drill, team, by),
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn may_start(&self, drill: AlarmId) -> Result<TeamId, Refusal> {
        let Some(announced) = self.state.alarms.announced.get(&drill) else {
            return Err(self.resolve(drill).err().unwrap_or(Refusal::DrillExists));
        };
        let team = announced.team;
        let why = if self.now.wall < announced.starts_at {
            NotNow::BeforeItsTime
        } else if !self.is_day(self.now.wall) {
            NotNow::Night
        } else if self.live_near(team) {
            NotNow::LiveAlarmNear
        } else if self.state.alarms.drills.contains_key(&team) {
            NotNow::DrillRunning
        } else {
            return Ok(team);
        };
        Err(Refusal::NotNow { why })
    }

    /// Whether a live alarm is open or asked about in a team, next to it or in one of its homes, or was
    /// until lately.
    fn live_near(&self, team: TeamId) -> bool {
        let alarms = &self.state.alarms;
        let mut teams = self.state.roster.teams_next_to(team);
        teams.insert(team);
        let lately = |team: &TeamId| {
            let quiet = alarms.quiet_since.get(team);
            quiet.is_some_and(|since| self.now.wall.since(*since) < limits::DRILL_AFTER_LIVE)
        };
        let live = |alarm: AlarmId| alarms.open.get(&alarm).is_some_and(|open| open.mode == Mode::Live);
        teams.iter().any(|team| alarms.live.contains_key(&Scope::Team(*team)) || lately(team))
            || alarms.late.values().any(|late| late.team.is_some_and(|team| teams.contains(&team)))
            || self.state.roster.homes_of(team).any(|home| self.state.ringing_at(home).any(live))
    }

    fn run_drill(&mut self, drill: AlarmId, team: TeamId, by: Option<By>) {
        self.state.timers.disarm(Timer::DrillBegins(drill));
        self.record(Event::DrillStarted { drill, at: self.now.wall, team, by });
        self.begin(drill);
        self.await_drill_end(drill);
    }

    /// Ends a running drill in time, and by the evening at the latest.
    pub fn await_drill_end(&mut self, drill: AlarmId) {
        let Some(open) = self.alarm(drill) else { return };
        let left = limits::DRILL_LASTS.saturating_sub(self.now.wall.since(open.raised_at));
        let due = self.ahead(left.min(self.day_left(self.now.wall)));
        self.state.timers.arm(Timer::DrillEnds(drill), due);
    }

    pub fn drill_time_is_over(&mut self, drill: AlarmId) {
        self.end_drill(drill, DrillEnd::TimeOver, None);
    }

    pub fn end_drill_by_hand(&mut self, drill: AlarmId, by: By) {
        match self.state.alarms.known(drill) {
            Known::Drill => self.end_drill(drill, DrillEnd::ByHand, Some(by)),
            Known::Announced => self.call_off(drill, DrillOff::ByHand, Some(by)),
            _ => {
                let alarm = drill;
                self.refuse(self.resolve(drill).err().unwrap_or(Refusal::UnknownAlarm { alarm }));
            }
        }
    }

    fn end_drill(&mut self, drill: AlarmId, why: DrillEnd, by: Option<By>) {
        let concerned = self.concerned(drill);
        self.record(Event::DrillEnded { drill, at: self.now.wall, why, by });
        self.over(drill, &concerned, Message::DrillEnded);
    }

    /// A live alarm reached these homes: their teams' drills end.
    pub fn end_drills_at<'h>(&mut self, homes: impl Iterator<Item = &'h HouseholdId>) {
        let teams: BTreeSet<TeamId> = homes.filter_map(|home| self.state.roster.team_of(*home)).collect();
        for team in teams {
            self.end_drill_of(team);
        }
    }

    /// A live alarm is here or next door: this team's drill ends.
    pub fn end_drill_of(&mut self, team: TeamId) {
        if let Some(drill) = self.state.alarms.drills.get(&team).copied() {
            self.end_drill(drill, DrillEnd::LiveAlarm, None);
        }
    }

    pub fn cancel_drill(&mut self, drill: AlarmId, by: By) {
        self.end_drill_by_hand(drill, by);
    }

    fn call_off(&mut self, drill: AlarmId, why: DrillOff, by: Option<By>) {
        let Some(announced) = self.state.alarms.announced.get(&drill).copied() else { return };
        self.state.timers.disarm(Timer::DrillBegins(drill));
        let team = announced.team;
        self.record(Event::DrillCancelled { drill, at: self.now.wall, team, why, by });
        self.tell_team(drill, team, Message::DrillCancelled);
        self.mark(drill);
    }

    fn tell_team(&mut self, drill: AlarmId, team: TeamId, message: Message) {
        for channel in [Channel::Stream, Channel::Push] {
            self.tell(drill, Mode::Drill, Recipient::Team(team), channel, message);
        }
        self.tell(drill, Mode::Drill, Recipient::Desk, Channel::Stream, message);
    }

    /// A team goes: so do its drills.
    pub fn drills_leave_with(&mut self, team: TeamId) {
        if let Some(drill) = self.state.alarms.drills.get(&team).copied() {
            self.end_drill(drill, DrillEnd::ByHand, None);
        }
        let announced = self.state.alarms.announced.iter();
        let gone: Vec<AlarmId> =
            announced.filter(|(_, drill)| drill.team == team).map(|(drill, _)| *drill).collect();
        for drill in gone {
            self.call_off(drill, DrillOff::ByHand, None);
        }
    }

    /// Sounds every bell of a team, or of one of its homes, for a moment, so that people can say what they hear.
    pub fn ring_test(&mut self, test: AlarmId, team: TeamId, only: Option<HouseholdId>, by: By) {
        if !self.state.roster.teams.contains_key(&team) {
            return self.refuse(Refusal::UnknownTeam);
        }
        let why = if !self.is_day(self.now.wall) {
            NotNow::Night
        } else if self.live_near(team) {
            NotNow::LiveAlarmNear
        } else if self.state.alarms.drills.contains_key(&team) {
            NotNow::DrillRunning
        } else if only.is_some_and(|home| self.tested_lately(home)) {
            NotNow::TestedLately
        } else {
            return self.sound_test(test, team, only, by);
        };
        self.refuse(Refusal::NotNow { why });
    }

    /// Whether the bells of this home were tested within the minute; if not, they are now.
    fn tested_lately(&mut self, home: HouseholdId) -> bool {
        let now = self.now.steady;
        self.state.tested.retain(|_, at| now < at.saturating_add(limits::TESTED_LATELY));
        let lately = self.state.tested.contains_key(&home);
        self.state.tested.entry(home).or_insert(now);
        lately
    }

    fn sound_test(&mut self, test: AlarmId, team: TeamId, household: Option<HouseholdId>, by: By) {
        let roster = &self.state.roster;
        let homes = roster.homes_of(team).filter(|home| household.is_none_or(|only| only == *home));
        let devices = homes.flat_map(|home| roster.devices_of(home));
        let bells: Vec<DeviceId> =
            devices.filter(|device| device.kind.rings()).map(|device| device.device).collect();
        let (sound, lasts) = (Sound::Test, limits::BELL_TEST);
        for device in &bells {
            let until = self.now.wall + limits::BELL_TEST;
            self.bell(BellCommand::Ring { device: *device, alarm: test, sound, lasts, until, origin: None });
        }
        let bells = u16::try_from(bells.len()).unwrap_or(u16::MAX);
        self.record(Event::RingTested { team, at: self.now.wall, test, bells, by, household });
    }
}
