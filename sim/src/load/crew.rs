//! The measured clients: connected, beating, pressing, hearing.

use super::round::{Measured, Round};
use super::wiring::{TEAM, Wiring, Word};
use super::{Counts, Options, Report};
use crate::wire::{Crew, Gone, Hello, Io, Qos, Received};
use liengia_kernel::{AlarmId, Clock as _, SeededEntropy, SystemClock};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

const BEAT: u8 = 0;
const PRESS: u8 = 1;
const DEADLINE: u8 = 2;
const CONNECT: u8 = 3;
const ANSWER: u8 = 4;

/// How long a bell takes until its sound is on and it says so: a relay and a message.
const SOUNDS_AFTER: Duration = Duration::from_millis(10);

/// The first longest wait before a lost connection is tried again; each further one doubles up to the last.
const BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);
/// Long enough that heartbeats alone keep a connection alive at a low rate.
const KEEP_ALIVE: u16 = 180;

/// What the clients are asked.
pub(super) enum Order {
    /// One press after another.
    OneByOne {
        count: usize,
        gap: Duration,
        longest: Duration,
        /// How often each is sent.
        times: u8,
    },
    /// That many presses spread over a span.
    Storm {
        count: usize,
        within: Duration,
        longest: Duration,
    },
    Heartbeats(u32),
    Stop,
}

/// The clients.
pub(super) struct Callers<W> {
    wiring: W,
    options: Options,
    clock: SystemClock,
    entropy: SeededEntropy,
    report: Arc<Report>,
    counts: Counts,
    subscribed: Vec<bool>,
    backoff: Vec<Duration>,
    beats_per_second: u32,
    next_beat: Duration,
    beating: usize,
    /// Teams in the order in which they press; a team presses again only when all have.
    teams: Vec<usize>,
    next_team: usize,
    /// Presses by number, until their deadline: it stands in its timer in a client's place.
    deadlines: BTreeMap<usize, AlarmId>,
    pressed: usize,
    round: Option<Round>,
    left: usize,
    gap: Option<Duration>,
    longest: Duration,
    times: u8,
    open: BTreeSet<AlarmId>,
    /// What the bells that were told ring for, in the order in which they answer.
    sounding: VecDeque<AlarmId>,
    first_loss: Option<Duration>,
    first_back: Option<Duration>,
}

impl<W: Wiring> Callers<W> {
    pub(super) fn new(wiring: W, options: Options, report: Arc<Report>) -> Self {
        let clients = wiring.clients();
        let entropy = SeededEntropy::new(options.seed);
        let mut teams: Vec<usize> = (0..clients / TEAM).collect();
        for last in (1..teams.len()).rev() {
            let other = usize::try_from(entropy.below(u64::try_from(last + 1).unwrap_or(1))).unwrap_or(0);
            teams.swap(last, other);
        }
        let counts = Counts { clients, ..Counts::default() };
        report.count(counts);
        Self {
            wiring,
            clock: SystemClock::new(),
            entropy,
            report,
            counts,
            subscribed: vec![false; clients],
            backoff: vec![BACKOFF; clients],
            beats_per_second: options.heartbeats_per_second,
            options,
            next_beat: Duration::ZERO,
            beating: 0,
            teams,
            next_team: options.first_team,
            deadlines: BTreeMap::new(),
            pressed: 0,
            round: None,
            left: 0,
            gap: None,
            longest: Duration::ZERO,
            times: 1,
            open: BTreeSet::new(),
            sounding: VecDeque::new(),
            first_loss: None,
            first_back: None,
        }
    }

    pub(super) fn start(&self, io: &mut Io) {
        for client in 0..self.counts.clients {
            io.connect(client);
        }
        io.at(io.now(), 0, BEAT);
    }

    fn up_to(&self, longest: Duration) -> Duration {
        let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.entropy.below(micros.saturating_add(1)))
    }

    /// Sends the heartbeats that are due, one client after another.
    fn beat(&mut self, io: &mut Io) {
        let now = io.now();
        let Some(every) = Duration::from_secs(1).checked_div(self.beats_per_second) else {
            return io.at(now + Duration::from_millis(100), 0, BEAT);
        };
        // What was missed in a long turn is not made up for in a burst.
        self.next_beat = self.next_beat.max(now.saturating_sub(Duration::from_millis(50)));
        while self.next_beat <= now {
            self.next_beat += every;
            let client = self.beating;
            self.beating = (client + 1) % self.counts.clients;
            if self.subscribed[client] {
                let (topic, payload) = self.wiring.heartbeat(client);
                let sent = io.publish(client, Qos::AtMostOnce, &topic, payload.as_bytes());
                self.counts.heartbeats += u64::from(sent);
            }
        }
        io.at(self.next_beat, 0, BEAT);
    }

    fn press(&mut self, io: &mut Io) {
        let Some(round) = self.round.as_mut().filter(|_| self.left > 0) else { return };
        self.left -= 1;
        let team = self.teams[self.next_team % self.teams.len()];
        self.next_team += 1;
        let member = usize::try_from(self.entropy.below(TEAM as u64)).unwrap_or(0);
        let client = team * TEAM + member;
        let alarm = AlarmId::new(self.clock.now(), &self.entropy);
        let (topic, payload) = self.wiring.press(client, alarm);
        self.open.insert(alarm);
        self.pressed += 1;
        self.deadlines.insert(self.pressed, alarm);
        // From here to the socket there is only the making of the packet: the time is taken before it.
        let now = io.now();
        round.pressed(alarm, team, now);
        for _ in 0..self.times {
            io.publish(client, Qos::AtLeastOnce, &topic, payload.as_bytes());
        }
        io.at(now + self.longest, self.pressed, DEADLINE);
    }

    fn settle(&mut self, alarm: AlarmId, io: &mut Io) {
        if !self.open.remove(&alarm) {
            return;
        }
        let records = self.wiring.records();
        if let Some(round) = self.round.as_mut() {
            round.settle(alarm, records);
        }
        if self.left == 0 && self.open.is_empty() {
            if let Some(round) = self.round.take() {
                self.report.finish(round.measured());
            }
        } else if let Some(gap) = self.gap {
            // The bells of one alarm have answered before the next begins: where one burns at a time, they do not meet.
            // Some chance in the gap keeps presses from falling in step with the heartbeats.
            io.at(io.now() + SOUNDS_AFTER + gap / 2 + self.up_to(gap), 0, PRESS);
        }
    }

    /// A bell's sound is on. All take the same time, so that the first that was told is the first to answer.
    fn answer(&mut self, client: usize, io: &mut Io) {
        let Some(alarm) = self.sounding.pop_front() else { return };
        if let Some((topic, payload)) = self.wiring.answer(client, alarm) {
            io.publish(client, Qos::AtLeastOnce, &topic, payload.as_bytes());
        }
    }

    fn heard(&mut self, alarm: AlarmId, io: &mut Io) {
        let records = self.wiring.records();
        if self.round.as_ref().is_some_and(|round| round.is_done(alarm, records)) {
            self.settle(alarm, io);
        }
    }

    fn begin(&mut self, count: usize, gap: Option<Duration>, longest: Duration) {
        self.round = Some(Round::default());
        (self.left, self.gap, self.longest) = (count, gap, longest);
        if count == 0 {
            self.round = None;
            self.report.finish(Measured::default());
        }
    }
}

impl<W: Wiring> Crew for Callers<W> {
    type Order = Order;

    fn hello(&self, client: usize) -> Hello {
        let identity = self.wiring.identity(client);
        Hello {
            version: self.options.version,
            client_id: identity.client_id,
            username: identity.username,
            password: identity.password,
            keep_alive: KEEP_ALIVE,
            will: None,
        }
    }

    fn opened(&mut self, client: usize, io: &mut Io) {
        self.counts.connections += 1;
        if self.first_loss.is_some() && self.first_back.is_none() {
            self.first_back = Some(io.now());
        }
        io.subscribe(client, &self.wiring.subscriptions(client));
    }

    fn subscribed(&mut self, client: usize, refused: usize, io: &mut Io) {
        self.counts.subscriptions_refused += refused;
        if !self.subscribed[client] {
            self.subscribed[client] = true;
            self.counts.subscribed += 1;
        }
        self.backoff[client] = BACKOFF;
        if self.counts.subscribed == self.counts.clients {
            let now = io.now();
            if self.counts.all_connected.is_none() {
                self.counts.all_connected = Some(now);
            }
            if let Some(lost) = self.first_loss.take() {
                let back = self.first_back.take().unwrap_or(lost);
                self.counts.all_back = Some((now.saturating_sub(lost), now.saturating_sub(back)));
            }
        }
    }

    fn received(&mut self, client: usize, message: &Received<'_>, io: &mut Io) {
        match self.wiring.word(message.topic, message.payload) {
            Word::Ring(alarm) => {
                if let Some(round) = self.round.as_mut() {
                    round.rang(alarm, client, message.at);
                }
                self.sounding.push_back(alarm);
                io.at(message.at + SOUNDS_AFTER, client, ANSWER);
                self.heard(alarm, io);
            }
            Word::Recorded(alarm) => {
                if let Some(round) = self.round.as_mut() {
                    round.recorded(alarm, message.at);
                }
                self.heard(alarm, io);
            }
            Word::Other => {}
        }
    }

    fn acknowledged(&mut self, _client: usize) {}

    fn closed(&mut self, client: usize, why: Gone, io: &mut Io) {
        if std::mem::take(&mut self.subscribed[client]) {
            self.counts.subscribed -= 1;
            if self.counts.all_connected.is_some() && self.first_loss.is_none() {
                self.first_loss = Some(io.now());
                self.counts.all_back = None;
            }
        }
        if why == Gone::ByChoice {
            return;
        }
        self.counts.losses += 1;
        self.counts.refused += usize::from(matches!(why, Gone::Refused(_)));
        let longest = self.backoff[client];
        self.backoff[client] = (longest * 2).min(LONGEST_BACKOFF);
        let at = io.now() + self.up_to(longest);
        io.at(at, client, CONNECT);
    }

    fn due(&mut self, client: usize, what: u8, io: &mut Io) {
        match what {
            BEAT => self.beat(io),
            PRESS => self.press(io),
            CONNECT => io.connect(client),
            ANSWER => self.answer(client, io),
            DEADLINE => {
                if let Some(alarm) = self.deadlines.remove(&client) {
                    self.settle(alarm, io);
                }
            }
            _ => {}
        }
    }

    fn order(&mut self, order: Order, io: &mut Io) {
        match order {
            Order::OneByOne { count, gap, longest, times } => {
                self.times = times;
                self.begin(count, Some(gap), longest);
                self.press(io);
            }
            Order::Storm { count, within, longest } => {
                self.times = 1;
                self.begin(count, None, longest);
                let now = io.now();
                for _ in 0..count {
                    let at = now + self.up_to(within);
                    io.at(at, 0, PRESS);
                }
            }
            Order::Heartbeats(per_second) => self.beats_per_second = per_second,
            Order::Stop => {
                for client in 0..self.counts.clients {
                    io.close(client, true);
                }
                io.stop();
            }
        }
    }

    fn turned(&mut self, _io: &mut Io) {
        self.report.count(self.counts);
    }
}
