//! What people and chance do. Everything that somebody says goes over the network like all else.

use crate::outbox::Pressed;
use crate::town::{alarm_id, officer, team};
use crate::world::{Chance, Happening, SECOND, World};
use liengia_fire::engine::{
    Answer, By, CardChange, CardNotice, Channel, Close, CloseReason, DrillOrder, Holder, Input, Message,
    Mode, Notice, Press, Question, Recipient, Role, Said, Saw, Sound, Source, Word,
};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId};

impl World {
    pub fn chance(&mut self, chance: Chance) {
        if !self.wild {
            return;
        }
        let again = match chance {
            Chance::Press => {
                self.somebody_presses();
                (20 + self.rng.below(400)) * self.calm
            }
            Chance::Crash => {
                self.crash();
                60 + self.rng.below(1_200)
            }
            Chance::Nonsense => {
                self.nonsense();
                100 + self.rng.below(2_000)
            }
            Chance::DiskFails => {
                self.node.disk_works = false;
                self.after((5 + self.rng.below(400)) * SECOND, Happening::DiskBack);
                if self.rng.below(3) == 0 {
                    // Disk and power often fail together, and somebody presses between.
                    self.somebody_presses();
                    self.after((1 + self.rng.below(40)) * SECOND, Happening::Chance(Chance::Crash));
                }
                200 + self.rng.below(1_500)
            }
            Chance::BellFails => {
                self.bell_fails();
                10 + self.rng.below(120)
            }
            Chance::WallJumps => {
                let days = [1, 30, 600, 86_400][self.pick(4)];
                let back = if self.rng.below(2) == 0 { -1 } else { 1 };
                self.node.skew = back * i64::try_from(self.rng.below(days * SECOND)).expect("small");
                self.tally.add("wall clock jumps", 1);
                300 + self.rng.below(2_000)
            }
            Chance::DeskChanges => {
                let attended = self.rng.below(2) == 0;
                self.tell(Input::Desk { attended });
                100 + self.rng.below(900)
            }
            Chance::HomeMoves => {
                self.home_moves();
                1_000 + self.rng.below(3_000)
            }
        };
        self.after(again * SECOND, Happening::Chance(chance));
    }

    fn pick(&self, of: u64) -> usize {
        usize::try_from(self.rng.below(of)).expect("small")
    }

    fn crash(&mut self) {
        if self.node.up {
            if !self.node.dropped && self.node.waiting.is_empty() {
                self.checks.fold(&self.node);
            }
            let lost = self.node.crash();
            self.tally.add("crashes", 1);
            if lost > 0 {
                self.tally.add("events lost in a crash", 1);
            }
            if self.node.dropped {
                self.tally.add("events lost from a full queue", 1);
            }
            self.after((1 + self.rng.below(90)) * SECOND, Happening::Restart);
        }
    }

    /// What makes no sense comes, too: ids that nobody knows, a drill's id pressed, a stranger's answer.
    fn nonsense(&mut self) {
        let alarm = alarm_id(&self.rng);
        let device = *self.bells.keys().nth(self.pick(self.bells.len() as u64)).expect("a bell");
        let drill = *self.checks.drills.first().expect("a drill");
        let input = match self.rng.below(5) {
            0 => Input::BellRang { device, alarm, sound: Sound::Live },
            1 => Input::BellRang { device, alarm, sound: Sound::Drill },
            2 => Input::Press(Press { alarm: drill, ..self.a_press(self.town.home_of_device(device)) }),
            3 => Input::EmergencyCalled { alarm: drill, by: By::neighbour(officer()) },
            _ => Input::Escalate { alarm, by: By::neighbour(officer()) },
        };
        self.say(input);
    }

    fn bell_fails(&mut self) {
        let at = self.pick(self.bells.len() as u64);
        let power = self.rng.below(2) == 0;
        let back = (1 + self.rng.below(400)) * SECOND;
        let Some(bell) = self.bells.values_mut().nth(at) else { return };
        let device = bell.device;
        if power {
            bell.lose_power();
        } else {
            bell.link = false;
        }
        self.after(back, Happening::BellBack(device));
        self.after(back.min(90 * SECOND), Happening::ToNode(Input::LinkLost(device)));
    }

    pub fn bell_back(&mut self, device: DeviceId) {
        if let Some(bell) = self.bells.get_mut(&device) {
            (bell.link, bell.power) = (true, true);
        }
        self.say_alive(device);
    }

    fn home_moves(&mut self) {
        if self.node.up {
            let [first, second] = self.town.move_a_home(&self.rng);
            // Between the two words the node knows less than the town: who gains a home should be told first.
            for (team, between) in [(first, true), (second, false)] {
                self.checks.between_two_rosters = between;
                let roster = self.town.roster(team);
                self.tell(Input::Team(roster));
            }
            self.tally.add("homes moved", 1);
        }
    }

    fn somebody_presses(&mut self) {
        let homes: Vec<HouseholdId> = self.town.homes().map(|home| home.household).collect();
        let home = homes[self.pick(homes.len() as u64)];
        let presses = 1 + self.rng.below(3) / 2;
        for _ in 0..presses {
            let press = self.a_press(home);
            let alarm = press.alarm;
            let wait = if press.source == Source::Phone && self.rng.below(3) == 0 {
                self.rng.below(900) * SECOND
            } else {
                0
            };
            if press.source == Source::Detector && self.rng.below(3) == 0 {
                let by = None;
                let cancel = Input::CancelAtHome { alarm, household: home, by };
                self.after((3 + self.rng.below(30)) * SECOND, Happening::Say(cancel));
            }
            self.outbox.insert(alarm, Pressed::new(press, self.now, self.now + wait));
            self.after(wait, Happening::Send(alarm));
        }
    }

    fn a_press(&self, household: HouseholdId) -> Press {
        use liengia_fire::engine::DeviceKind::{Button, Detector};
        let home = self.town.home(household);
        let device =
            |kind| home.devices.iter().find(|device| device.kind == kind).map(|device| device.device);
        let (source, device) = match self.rng.below(10) {
            0..=3 => (Source::Button, device(Button)),
            4..=6 if device(Detector).is_some() => (Source::Detector, device(Detector)),
            4..=8 => (Source::Phone, None),
            _ => (Source::Desk, None),
        };
        let by = (source == Source::Phone).then(|| home.people[0].person);
        let alarm = alarm_id(&self.rng);
        let household = (device.is_none()).then_some(household);
        Press { alarm, source, device, by, household, team: None, pressed_at: None, held: None }
    }

    /// A source sends what it holds until it is told that it is recorded.
    pub fn send_press(&mut self, press: AlarmId) {
        let now = self.now;
        let Some(pressed) = self.outbox.get_mut(&press).filter(|pressed| !pressed.recorded) else { return };
        if pressed.offline_until > now {
            let wait = pressed.offline_until - now;
            return self.after(wait, Happening::Send(press));
        }
        let (message, again) = pressed.send(now);
        self.after(again, Happening::Send(press));
        self.post(Happening::ToNode(Input::Press(message)));
    }

    pub fn say(&mut self, input: Input) {
        if self.wild {
            self.post(Happening::ToNode(input));
        }
    }

    fn later(&mut self, least: u64, most: u64, input: Input) {
        let wait = (least + self.rng.below(most - least)) * SECOND;
        self.after(wait, Happening::Say(input));
    }

    pub fn phone_rings(&mut self, notice: &Notice) {
        self.checks.phone(notice);
        if !self.wild {
            return;
        }
        match notice.to {
            Recipient::Household(home) if notice.channel == Channel::Push => self.home_rings(notice, home),
            Recipient::Person(person) if notice.channel != Channel::Stream => {
                self.person_answers(notice.alarm, person);
            }
            Recipient::Desk if notice.mode == Mode::Live => self.desk_reacts(notice),
            _ => {}
        }
    }

    fn home_rings(&mut self, notice: &Notice, household: HouseholdId) {
        let alarm = notice.alarm;
        let answer = |word| {
            Input::Answer(Answer { alarm, person: None, household: Some(household), word, said_at: None })
        };
        self.post(Happening::ToNode(answer(Word::Delivered)));
        if self.rng.below(2) == 0 {
            self.later(1, 40, answer(Word::Seen));
        }
        let people: Vec<PersonId> =
            self.town.home(household).people.iter().map(|known| known.person).collect();
        let who = people[self.pick(people.len() as u64)];
        match self.rng.below(6) {
            0 => self.person_answers(alarm, who),
            1 => {
                let count = u16::try_from(people.len()).expect("few");
                let count = if self.rng.below(4) == 0 { Some(count - 1) } else { Some(count) };
                let by = By::neighbour(who);
                self.later(10, 200, Input::AllOut { alarm, household, count, away: 0, by });
            }
            2 if self.rng.below(6) == 0 => {
                self.later(5, 60, Input::FalseAlarm { alarm, by: By::neighbour(who) });
            }
            3 => self.later(5, 60, Input::EmergencyCalled { alarm, by: By::neighbour(who) }),
            _ => {}
        }
        if self.rng.below(12) == 0 {
            let bell = self.town.bells_of(household).next().map(|bell| bell.device);
            let yes = self.rng.below(3) > 0;
            if let Some(device) = bell {
                self.later(1, 60, Input::Heard { device, by: who, yes });
            }
        }
    }

    fn person_answers(&mut self, alarm: AlarmId, person: PersonId) {
        let said = [Said::Coming, Said::Coming, Said::Cannot, Said::Safe, Said::Arrived][self.pick(5)];
        let (word, household, said_at) = (Word::Said(said), None, None);
        self.later(2, 90, Input::Answer(Answer { alarm, person: Some(person), household, word, said_at }));
    }

    pub fn card(&mut self, card: &CardNotice) {
        let (CardChange::Offered, Holder::Person(person)) = (card.change, card.holder) else { return };
        let role = (self.rng.below(2) == 0 && card.role != Role::Call114).then_some(card.role);
        let accept = self.rng.below(3) > 0;
        if self.rng.below(3) > 0 {
            self.later(1, 40, Input::Card { alarm: card.alarm, person, role, accept });
        }
    }

    /// The desk sends somebody to look, and closes when the time has come.
    fn desk_reacts(&mut self, notice: &Notice) {
        let alarm = notice.alarm;
        match notice.message {
            Message::Help | Message::FalseAlarmClaimed if self.rng.below(3) == 0 => {
                self.after((30 + self.rng.below(600)) * SECOND, Happening::TryClose(alarm));
            }
            Message::Help if self.rng.below(20) == 0 => {
                self.later(5, 90, Input::Escalate { alarm, by: By::desk(officer()) });
            }
            Message::LatePress => {
                let yes = self.rng.below(3) == 0;
                self.later(5, 200, Input::StillBurning { press: alarm, yes, by: Some(By::desk(officer())) });
            }
            _ => {}
        }
    }

    pub fn asked(&mut self, question: Question) {
        if self.wild && self.rng.below(2) == 0 {
            let yes = self.rng.below(2) == 0;
            self.later(2, 50, Input::StillBurning { press: question.press, yes, by: None });
        }
    }

    pub fn try_close(&mut self, alarm: AlarmId) {
        if self.wild {
            let mode = if self.checks.drills.contains(&alarm) { Mode::Drill } else { Mode::Live };
            for input in self.closing(alarm, mode) {
                self.say(input);
            }
        }
    }

    pub fn close_properly(&mut self, alarm: AlarmId, mode: Mode) {
        for input in self.closing(alarm, mode) {
            self.tell(input);
        }
    }

    fn closing(&self, alarm: AlarmId, mode: Mode) -> Vec<Input> {
        let by = By::desk(officer());
        if mode == Mode::Drill {
            return vec![Input::Drill(DrillOrder::End { drill: alarm, by })];
        }
        let n = team(1 + u8::try_from(self.rng.below(3)).expect("small"));
        let looker = self.town.teams[&n].households[0].people[0].person;
        let (looked_by, reason) = (Some(looker), Some(CloseReason::Other));
        let saw = if self.rng.below(2) == 0 { Saw::Fire } else { Saw::NoFire };
        vec![
            Input::Looked { alarm, by: looker, saw, told_to: None },
            Input::Close(Close { alarm, by, looked_by, reason }),
        ]
    }
}
