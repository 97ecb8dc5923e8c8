//! What must hold, whatever fails. Worked out from the town and from what was seen, not from the engine's
//! own reckoning.

use crate::bell::Bell;
use crate::node::Node;
use crate::outbox::Pressed;
use crate::town::Town;
use crate::whom::{burning, clear, concerned, near};
use crate::world::SECOND;
use liengia_fire::engine::{
    AlarmSnapshot, BellCommand, CardChange, Event, Holder, Input, Message, Mode, Notice, Output, Phase,
    Recipient, Role, Said, Sound, Source, Training,
};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// A minute, and what a busy node may add.
const A_MINUTE: u64 = 66 * SECOND;
/// A command under way when an alarm is closed arrives within a minute and lasts five.
const QUIET_AFTER: u64 = 365 * SECOND;

pub struct Checks {
    seed: u64,
    pub drills: BTreeSet<AlarmId>,
    /// A home is moving, and the node knows half of it.
    pub between_two_rosters: bool,
    started: u64,
    /// When each bell was last told to ring for an alarm.
    rung: BTreeMap<(AlarmId, DeviceId), u64>,
    /// When each home next to a fire was last told to get out.
    told: BTreeMap<(AlarmId, HouseholdId), u64>,
    desk_told: BTreeMap<AlarmId, u64>,
    /// Since when each alarm has wanted a bell to ring, or a home to be told.
    wanted: BTreeMap<(AlarmId, DeviceId), u64>,
    endangered: BTreeMap<(AlarmId, HouseholdId), u64>,
    open_since: BTreeMap<AlarmId, u64>,
    /// Closed on the disk: since when.
    closed: BTreeMap<AlarmId, u64>,
    belongs: BTreeMap<AlarmId, AlarmId>,
    counted: BTreeMap<AlarmId, u32>,
    last_notice: u64,
}

impl Checks {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drills: BTreeSet::new(),
            between_two_rosters: false,
            started: 0,
            rung: BTreeMap::new(),
            told: BTreeMap::new(),
            desk_told: BTreeMap::new(),
            wanted: BTreeMap::new(),
            endangered: BTreeMap::new(),
            open_since: BTreeMap::new(),
            closed: BTreeMap::new(),
            belongs: BTreeMap::new(),
            counted: BTreeMap::new(),
            last_notice: 0,
        }
    }

    fn hold(&self, holds: bool, now: u64, what: impl FnOnce() -> String) {
        assert!(
            holds,
            "seed {} after {} s: {} (again: NEIGHBOURHOOD_SEED={})",
            self.seed,
            now / SECOND,
            what(),
            self.seed
        );
    }

    fn mode(&self, alarm: AlarmId) -> Mode {
        if self.drills.contains(&alarm) { Mode::Drill } else { Mode::Live }
    }

    pub fn restarted(&mut self, node: &Node, now: u64) {
        self.started = now;
        (self.wanted, self.endangered, self.open_since) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        self.one_alarm_per_team(node, now);
    }

    /// The state is the fold of the record, when all of it is written.
    pub fn fold(&self, node: &Node) {
        assert!(
            node.state.is_fold_of(&node.disk),
            "seed {}: the state is not the fold of its record",
            self.seed
        );
    }

    /// Looks at everything that the engine wants done, as it says it.
    pub fn outputs(&mut self, node: &Node, town: &Town, out: &[Output], now: u64, told: &Input) {
        let first_word =
            out.iter().position(|output| !matches!(output, Output::Bell(_))).unwrap_or(out.len());
        let bells_first = !out[first_word..].iter().any(|output| matches!(output, Output::Bell(_)));
        self.hold(bells_first, now, || format!("something was said before a bell rang: {told:?}"));
        for output in out {
            match output {
                Output::Bell(command) => self.bell(node, town, command, now),
                Output::Notify(notice) => self.notice(notice, now),
                Output::Card(card) => {
                    let mode = self.mode(card.alarm);
                    self.hold(card.mode == mode, now, || format!("a card of the wrong mode: {card:?}"));
                    if let (CardChange::Offered, Holder::Person(person)) = (card.change, card.holder) {
                        self.offer(node, town, card.alarm, card.role, person, now);
                    }
                    let no_call = mode == Mode::Live || card.role != Role::Call114;
                    self.hold(no_call, now, || "a drill asks to call 114".to_owned());
                }
                Output::Receipt(receipt) if receipt.recorded => {
                    let is = node.recorded.contains(&receipt.press);
                    self.hold(is, now, || format!("said to be recorded and is not: {receipt:?}"));
                }
                _ => {}
            }
        }
        self.live_and_drill_apart(node, town, now);
    }

    fn bell(&mut self, node: &Node, town: &Town, command: &BellCommand, now: u64) {
        if let BellCommand::Stop { device, alarm } = command {
            return self.stop(node, *device, *alarm, now);
        }
        let BellCommand::Ring { device, alarm, sound, .. } = command else { return };
        self.rung.insert((*alarm, *device), now);
        let drill = self.mode(*alarm) == Mode::Drill;
        self.hold((*sound == Sound::Drill) == drill, now, || format!("the wrong sound: {command:?}"));
        let home = town.home_of_device(*device);
        let second = town.bells_of(home).any(|bell| bell.device == *device && bell.second_sound);
        self.hold(!drill || second, now, || format!("a drill on a bell without a second sound: {command:?}"));
        if *sound == Sound::OwnHome {
            let shown = node.state.snapshot(*alarm, node.moment(now));
            let own = shown.is_none_or(|shown| burning(&shown).contains(&home));
            self.hold(own, now, || format!("a detector's own warning in another home: {command:?}"));
        }
    }

    /// While nobody knows where it burns, no bell that rings for it is stopped, unless it rings for the same
    /// alarm by its other id.
    fn stop(&self, node: &Node, device: DeviceId, id: AlarmId, now: u64) {
        let shown = node.state.alarm_of(id).and_then(|alarm| node.state.snapshot(alarm, node.moment(now)));
        let Some(shown) = shown.filter(|shown| shown.phase == Phase::Ringing && !shown.bells_rest) else {
            return;
        };
        let unknown = shown.presses.iter().any(|press| press.press == id && press.source == Source::Bell);
        let rings = id != shown.alarm && self.rung.contains_key(&(shown.alarm, device));
        let fair = !unknown || rings || self.between_two_rosters;
        self.hold(fair, now, || format!("{device} is stopped although {id} may burn there"));
    }

    fn notice(&mut self, notice: &Notice, now: u64) {
        self.phone(notice);
        self.last_notice = now;
        if notice.to == Recipient::Desk {
            self.desk_told.insert(notice.alarm, now);
        }
        if let (Recipient::Household(home), Message::GetOut) = (notice.to, notice.message) {
            self.told.insert((notice.alarm, home), now);
        }
    }

    /// Live is never shown as drill or the other way round.
    pub fn phone(&self, notice: &Notice) {
        use Message::{DrillAnnounced, DrillCancelled, DrillEnded, DrillStarted};
        let of_drill = matches!(notice.message, DrillAnnounced | DrillCancelled | DrillEnded | DrillStarted);
        let mode = self.mode(notice.alarm);
        let apart = notice.mode == mode && of_drill == (mode == Mode::Drill);
        self.hold(apart, self.last_notice, || format!("live and drill confused: {notice:?}"));
    }

    /// Nobody untrained, no child, and nobody whose own home is in danger is sent.
    fn offer(&self, node: &Node, town: &Town, alarm: AlarmId, role: Role, person: PersonId, now: u64) {
        let skill = match role {
            Role::Call114 => return,
            Role::PeopleOut => Training::PeopleOut,
            Role::Extinguisher => Training::Extinguisher,
            Role::FirstAid => Training::FirstAid,
            Role::Gate => Training::Gate,
            Role::Power => Training::Power,
        };
        let Some((home, known)) = town.person(person) else { panic!("a card for a stranger") };
        let able = known.adult && known.can_respond && known.trained.contains(skill);
        self.hold(able, now, || format!("{role:?} for someone who did not choose or train for it"));
        if let Some(shown) = node.state.snapshot(alarm, node.moment(now)) {
            let danger = near(town, &shown).contains(&home) && !clear(town, &shown, home);
            let danger = danger && !self.between_two_rosters;
            self.hold(!danger, now, || format!("{role:?} for someone whose own home is in danger"));
        }
    }

    fn live_and_drill_apart(&self, node: &Node, town: &Town, now: u64) {
        for alarm in node.state.open().filter(|alarm| self.drills.contains(alarm)) {
            let Some(team) = node.state.snapshot(alarm, node.moment(now)).and_then(|shown| shown.team) else {
                continue;
            };
            let mut teams = town.next_to(team);
            teams.insert(team);
            let live = teams
                .iter()
                .any(|team| node.state.live_at(liengia_fire::engine::Scope::Team(*team)).is_some());
            self.hold(!live, now, || "a drill runs beside a live alarm".to_owned());
        }
    }

    fn one_alarm_per_team(&self, node: &Node, now: u64) {
        let mut seen = BTreeSet::new();
        for alarm in node.state.open() {
            // An alarm that bells told of, and that turned out to reach this team, stands beside its own.
            let shown = node.state.snapshot(alarm, node.moment(now));
            if let Some(shown) = shown.filter(|shown| shown.also.is_empty()) {
                let once = seen.insert((shown.team, shown.mode));
                self.hold(once, now, || format!("two alarms in one team: {alarm}"));
            }
        }
    }

    /// Looks at what is open, every five seconds.
    pub fn always(&mut self, node: &Node, town: &Town, outbox: &BTreeMap<AlarmId, Pressed>, now: u64) {
        self.one_alarm_per_team(node, now);
        let (mut wanted, mut endangered, mut open) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for alarm in node.state.open() {
            let Some(shown) = node.state.snapshot(alarm, node.moment(now)) else {
                panic!("seed {}: an open alarm that cannot be shown", self.seed);
            };
            self.hold(shown.mode == self.mode(alarm), now, || format!("the wrong mode: {alarm}"));
            self.hold(!self.closed.contains_key(&alarm), now, || format!("closed and open again: {alarm}"));
            if shown.mode == Mode::Drill || shown.phase == Phase::OwnHomeWarning {
                continue;
            }
            open.insert(alarm);
            self.rest_is_earned(town, &shown, now);
            for home in near(town, &shown).into_iter().filter(|home| !clear(town, &shown, *home)) {
                endangered.insert((alarm, home));
            }
            for home in concerned(town, &shown).iter().filter(|_| !shown.bells_rest) {
                wanted.extend(town.bells_of(*home).map(|bell| (alarm, bell.device)));
            }
            self.presses_burn(&shown, outbox, now);
        }
        remember(&mut self.wanted, &wanted, now);
        remember(&mut self.endangered, &endangered, now);
        remember(&mut self.open_since, &open, now);
        self.nothing_is_silent(now);
    }

    /// Every bell that should ring was told within the last minute, every home in danger and the desk, too.
    fn nothing_is_silent(&self, now: u64) {
        let lately = |told: Option<&u64>, since: u64| {
            now - since < A_MINUTE || told.is_some_and(|at| now - at < A_MINUTE)
        };
        for (key, since) in &self.wanted {
            self.hold(lately(self.rung.get(key), *since), now, || {
                format!("a bell is left without a ring: {key:?}")
            });
        }
        for (key, since) in &self.endangered {
            self.hold(lately(self.told.get(key), *since), now, || {
                format!("a home in danger is not told: {key:?}")
            });
        }
        for (alarm, since) in &self.open_since {
            self.hold(lately(self.desk_told.get(alarm), *since), now, || {
                format!("the desk is not told: {alarm}")
            });
        }
    }

    /// Bells rest only when everybody near is out and enough are coming.
    fn rest_is_earned(&self, town: &Town, shown: &AlarmSnapshot, now: u64) {
        if shown.bells_rest {
            let near = near(town, shown);
            let out = !near.is_empty() && near.iter().all(|home| clear(town, shown, *home));
            let danger = |home| near.contains(home) && !clear(town, shown, *home);
            let coming =
                shown.voices.iter().filter(|voice| matches!(voice.said, Said::Coming | Said::Arrived));
            let coming = coming.filter(|voice| !danger(&voice.household)).count();
            let wanted = shown.team.map_or(3, |team| town.teams[&team].ladder.enough);
            let earned = out && coming >= usize::from(wanted);
            self.hold(earned, now, || format!("bells rest too early: {}", shown.alarm));
        }
    }

    /// Where somebody pressed, it burns.
    fn presses_burn(&self, shown: &AlarmSnapshot, outbox: &BTreeMap<AlarmId, Pressed>, now: u64) {
        for press in shown.presses.iter().filter(|press| press.source != Source::Bell) {
            if let (Some(_), Some(home)) = (outbox.get(&press.press), press.household) {
                let burns = burning(shown).contains(&home);
                self.hold(burns, now, || format!("a pressed home that does not burn: {home}"));
            }
        }
    }

    /// Looks at what reached the disk: every press is counted once.
    pub fn written(&mut self, events: &[Event], now: u64) {
        for event in events {
            let counted = match event {
                Event::Raised { press, alarm, .. } | Event::Joined { press, alarm, .. } => {
                    self.belongs.insert(press.press, *alarm);
                    Some(press.press)
                }
                Event::AliasAdopted { press, alarm, .. } => {
                    self.belongs.insert(*press, *alarm);
                    None
                }
                Event::Closed { alarm, .. } | Event::CancelledAtHome { alarm, .. } => {
                    let presses = self.belongs.iter().filter(|(_, of)| *of == alarm).map(|(press, _)| *press);
                    let ids: Vec<AlarmId> = presses.chain([*alarm]).collect();
                    self.closed.extend(ids.into_iter().map(|id| (id, now)));
                    None
                }
                _ => None,
            };
            if let Some(press) = counted {
                let count = self.counted.entry(press).or_default();
                *count += 1;
                let once = *count == 1;
                self.hold(once, now, || format!("a press counted twice: {press}"));
            }
        }
    }

    /// Nothing rings after its close and the expiry of the last command.
    pub fn bells(&self, bells: &BTreeMap<DeviceId, Bell>, now: u64) {
        for bell in bells.values() {
            for (alarm, sound) in bell.rings_for(now) {
                let over = self.closed.get(&alarm).is_some_and(|at| now - at > QUIET_AFTER);
                self.hold(!over, now, || format!("a bell rings {sound:?} for a closed alarm {alarm}"));
            }
        }
    }

    /// After everything healed: every home of an open alarm rings.
    pub fn everything_rings(&self, node: &Node, town: &Town, bells: &BTreeMap<DeviceId, Bell>, now: u64) {
        for alarm in node.state.open() {
            let shown = node.state.snapshot(alarm, node.moment(now)).expect("open");
            if shown.mode == Mode::Drill || shown.bells_rest {
                continue;
            }
            self.hold(shown.phase == Phase::Ringing, now, || format!("still a home's own warning: {alarm}"));
            for home in concerned(town, &shown) {
                for bell in town.bells_of(home) {
                    let rings = bells[&bell.device].sounds(now) == Some(Sound::Live);
                    self.hold(rings, now, || format!("a home is left without a ring: {home}"));
                }
            }
        }
    }

    /// After everything healed: no press was lost, and every source knows that.
    pub fn every_press_is_recorded(&self, node: &Node, outbox: &BTreeMap<AlarmId, Pressed>) {
        for (press, pressed) in outbox {
            let safe = pressed.recorded && node.recorded.contains(press);
            self.hold(safe, 0, || format!("a press is lost: {:?}", pressed.press));
        }
    }

    /// After everything was closed: silence, and the state is the fold of the record.
    pub fn everything_is_quiet(&self, node: &Node, bells: &BTreeMap<DeviceId, Bell>, now: u64) {
        self.hold(node.state.open().next().is_none(), now, || "something is still open".to_owned());
        self.hold(now - self.last_notice > 300 * SECOND, now, || "people are still told".to_owned());
        for bell in bells.values() {
            self.hold(bell.sounds(now).is_none(), now, || format!("{} still rings", bell.device));
        }
        if !node.dropped {
            self.fold(node);
        }
    }
}

/// Keeps since when each of these has held; what holds no longer is forgotten.
fn remember<K: Ord + Copy>(since: &mut BTreeMap<K, u64>, now_holds: &BTreeSet<K>, now: u64) {
    since.retain(|key, _| now_holds.contains(key));
    for key in now_holds {
        since.entry(*key).or_insert(now);
    }
}
