//! The rules as sentences, on one small neighbourhood.

mod answering;
mod bells;
mod bounds;
mod cards;
mod closing;
mod drills;
mod ladder;
mod late;
mod pressing;
mod record;
mod restarting;
mod supervising;

use super::*;
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, Position, TeamId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// 10:00 in Hanoi, on a Wednesday.
const MORNING: i64 = 1_787_108_400;

fn id(kind: u8, one: u16, two: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[0] = kind;
    bytes[13..15].copy_from_slice(&one.to_be_bytes());
    bytes[15] = two;
    bytes
}
fn team(n: u16) -> TeamId {
    TeamId::from_bytes(id(1, n, 0))
}
/// Team 1 has homes 1 to 6, in a row, 15 m apart.
fn home(n: u16) -> HouseholdId {
    HouseholdId::from_bytes(id(2, n, 0))
}
fn person(home: u16, n: u8) -> PersonId {
    PersonId::from_bytes(id(3, home, n))
}
fn bell(home: u16) -> DeviceId {
    DeviceId::from_bytes(id(4, home, 1))
}
fn button(home: u16) -> DeviceId {
    DeviceId::from_bytes(id(4, home, 2))
}
fn detector(home: u16) -> DeviceId {
    DeviceId::from_bytes(id(4, home, 3))
}
fn alarm(n: u16) -> AlarmId {
    AlarmId::from_bytes(id(5, n, 0))
}
fn officer() -> By {
    By::desk(person(900, 0))
}
fn leader() -> By {
    By::neighbour(person(2, 0))
}
fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn every_skill() -> Trainings {
    Trainings::from_iter([
        Training::Extinguisher,
        Training::PeopleOut,
        Training::FirstAid,
        Training::Gate,
        Training::Power,
    ])
}

/// A home with a bell that has a second sound, a button, a detector, and two adults of whom the first
/// is trained for everything.
fn a_home(n: u16) -> HouseholdRoster {
    let device =
        |device, kind| DeviceRoster { device, kind, second_sound: true, last_heard: None, rang: None };
    let resident = |k, trained| PersonRoster {
        person: person(n, k),
        adult: true,
        trained,
        can_respond: true,
        tenant: k == 1,
    };
    HouseholdRoster {
        household: home(n),
        position: Position::new(16.0, 108.0 + f64::from(n) * 0.000_14).ok(),
        adjoining: Vec::new(),
        occupants: 0,
        people: vec![resident(0, every_skill()), resident(1, Trainings::default())],
        devices: vec![
            device(bell(n), DeviceKind::Bell),
            device(button(n), DeviceKind::Button),
            device(detector(n), DeviceKind::Detector),
        ],
    }
}

fn a_team(n: u16, homes: impl IntoIterator<Item = u16>) -> TeamRoster {
    TeamRoster {
        team: team(n),
        leader: None,
        deputy: None,
        adjacent: Vec::new(),
        households: homes.into_iter().map(a_home).collect(),
        ladder: LadderConfig::default(),
    }
}

/// Team 1 with homes 1 to 6, led from homes 2 and 3.
fn team_one() -> TeamRoster {
    TeamRoster { leader: Some(person(2, 0)), deputy: Some(person(3, 0)), ..a_team(1, 1..=6) }
}

/// The engine with its clocks, and all that it has said.
struct Alley {
    state: State,
    now: Moment,
    out: Vec<Output>,
    events: Vec<Event>,
}

impl Alley {
    /// Team 1 at ten in the morning, nobody at the desk.
    fn new() -> Self {
        Self::with([team_one()])
    }

    fn with(teams: impl IntoIterator<Item = TeamRoster>) -> Self {
        let now = Moment { wall: Timestamp::from_seconds(MORNING), steady: secs(1000) };
        let mut alley =
            Self { state: State::new(Settings::default()), now, out: Vec::new(), events: Vec::new() };
        for team in teams {
            alley.tell(Input::Team(team));
        }
        alley
    }

    /// Team 1, and team 2 (homes 11 to 13) next to it.
    fn of_two_teams() -> Self {
        let next = TeamRoster { adjacent: vec![team(1)], leader: Some(person(11, 0)), ..a_team(2, 11..=13) };
        Self::with([team_one(), next])
    }

    /// Handles an input; `out` is what came of it.
    fn tell(&mut self, input: Input) -> &mut Self {
        let out = step(&mut self.state, input, self.now);
        self.take(out);
        self
    }

    fn take(&mut self, out: Vec<Output>) {
        self.events.extend(out.iter().filter_map(|output| match output {
            Output::Record(event) => Some(event.clone()),
            _ => None,
        }));
        assert!(self.state.is_fold_of(&self.events), "the state is the fold of its record");
        self.out = out;
    }

    /// Lets time pass, ticking whenever something is due; `out` is all that came of it.
    fn pass(&mut self, span: Duration) -> &mut Self {
        let end = self.now.steady + span;
        let mut all = Vec::new();
        while let Some(due) = self.state.next_due().filter(|due| *due <= end) {
            self.advance(due.saturating_sub(self.now.steady));
            self.tell(Input::Tick);
            all.append(&mut self.out);
        }
        self.advance(end.saturating_sub(self.now.steady));
        self.out = all;
        self
    }

    fn advance(&mut self, span: Duration) {
        self.now.steady += span;
        self.now.wall = self.now.wall + span;
    }

    /// The process dies and begins anew from what was recorded; the steady clock begins anew, too.
    fn restart(&mut self, teams: impl IntoIterator<Item = TeamRoster>, down: Duration) -> &mut Self {
        self.state = State::new(Settings::default());
        self.now = Moment { wall: self.now.wall + down, steady: secs(1) };
        let events = self.events.clone();
        for team in teams {
            let _ = step(&mut self.state, Input::Team(team), self.now);
        }
        let out = self.state.adopt(events, self.now);
        self.take(out);
        self
    }

    fn press(&mut self, n: u16, home: u16) -> &mut Self {
        self.tell(Input::Press(by_button(n, home)))
    }

    /// Everybody of these homes is out.
    fn all_out(&mut self, n: u16, homes: &[u16]) -> &mut Self {
        for n_home in homes {
            let household = home(*n_home);
            self.tell(Input::AllOut { alarm: alarm(n), household, count: None, away: 0, by: leader() });
        }
        self
    }

    fn say(&mut self, n: u16, who: PersonId, said: Said) -> &mut Self {
        self.tell(Input::Answer(Answer {
            alarm: alarm(n),
            person: Some(who),
            household: None,
            word: Word::Said(said),
            said_at: None,
        }))
    }

    fn heartbeat(&mut self, device: DeviceId, ringing: &[(u16, Sound)]) -> &mut Self {
        let ringing = ringing.iter().map(|(n, sound)| Reported { alarm: alarm(*n), sound: *sound }).collect();
        self.tell(Input::Heartbeat(Heartbeat {
            device,
            ringing: Some(ringing),
            battery_percent: None,
            signal_percent: None,
            tamper: None,
        }))
    }

    fn shown(&self, n: u16) -> AlarmSnapshot {
        self.state.snapshot(alarm(n), self.now).expect("the alarm is open")
    }

    fn home_shown(&self, n: u16, of: u16) -> HomeSnapshot {
        self.shown(n).households.into_iter().find(|shown| shown.household == home(of)).expect("a home of it")
    }

    /// The bells told to ring in `out`, and how.
    fn rung(&self) -> BTreeMap<DeviceId, Sound> {
        let ring = |output: &Output| match output {
            Output::Bell(BellCommand::Ring { device, sound, .. }) => Some((*device, *sound)),
            _ => None,
        };
        self.out.iter().filter_map(ring).collect()
    }

    fn stopped(&self) -> BTreeSet<DeviceId> {
        let stop = |output: &Output| match output {
            Output::Bell(BellCommand::Stop { device, .. }) => Some(*device),
            _ => None,
        };
        self.out.iter().filter_map(stop).collect()
    }

    fn notices(&self) -> Vec<&Notice> {
        let mut notices = Vec::new();
        for output in &self.out {
            if let Output::Notify(notice) = output {
                notices.push(notice);
            }
        }
        notices
    }

    fn told(&self, to: Recipient, channel: Channel) -> Vec<Message> {
        let notices = self.notices().into_iter();
        notices
            .filter(|notice| notice.to == to && notice.channel == channel)
            .map(|notice| notice.message)
            .collect()
    }

    fn refused(&self) -> Option<&Refusal> {
        self.out
            .iter()
            .find_map(|output| if let Output::Refused(refusal) = output { Some(refusal) } else { None })
    }

    fn receipts(&self) -> Vec<Receipt> {
        let receipt =
            |output: &Output| if let Output::Receipt(receipt) = output { Some(*receipt) } else { None };
        self.out.iter().filter_map(receipt).collect()
    }

    fn outcome(&self) -> Outcome {
        self.receipts().last().expect("a receipt").outcome
    }

    /// The cards offered in `out`.
    fn offered(&self) -> Vec<(Role, Holder)> {
        let card = |output: &Output| match output {
            Output::Card(CardNotice { role, holder, change: CardChange::Offered, .. }) => {
                Some((*role, *holder))
            }
            _ => None,
        };
        self.out.iter().filter_map(card).collect()
    }

    fn count(&self, test: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| test(event)).count()
    }
}

/// A press whose source knows nothing of time.
fn by_button(n: u16, home: u16) -> Press {
    Press {
        alarm: alarm(n),
        source: Source::Button,
        device: Some(button(home)),
        by: None,
        household: None,
        team: None,
        pressed_at: None,
        held: None,
    }
}
fn by_detector(n: u16, home: u16) -> Press {
    Press { source: Source::Detector, device: Some(detector(home)), ..by_button(n, home) }
}
fn by_phone(n: u16, at: u16, held: Duration) -> Press {
    Press {
        source: Source::Phone,
        device: None,
        by: Some(person(at, 0)),
        household: Some(home(at)),
        held: Some(held),
        ..by_button(n, at)
    }
}

/// Closing as it should be: the officer closes, the leader looked, and there is a reason.
fn proper_close(n: u16) -> Input {
    let (looked_by, reason) = (Some(person(2, 0)), Some(CloseReason::NoFire));
    Input::Close(Close { alarm: alarm(n), by: officer(), looked_by, reason })
}
fn the_leader_sees_no_fire(n: u16) -> Input {
    Input::Looked { alarm: alarm(n), by: person(2, 0), saw: Saw::NoFire, told_to: None }
}
fn bells_of(homes: impl IntoIterator<Item = u16>) -> BTreeSet<DeviceId> {
    homes.into_iter().map(bell).collect()
}
fn keys(rung: &BTreeMap<DeviceId, Sound>) -> BTreeSet<DeviceId> {
    rung.keys().copied().collect()
}
