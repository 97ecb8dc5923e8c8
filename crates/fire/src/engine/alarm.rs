//! One open alarm or running drill, as its events say it. No timers, no devices, nothing of the roster.

use super::event::Event;
use super::terms::{By, CardState, Holder, Mode, Phase, PressFacts, Role, Rung, Said, Saw, Scope, Source};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, TeamId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// An open alarm or running drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alarm {
    pub mode: Mode,
    pub phase: Phase,
    pub scope: Scope,
    /// Further teams that it turned out to reach, where at first only bells told of it.
    pub also: BTreeSet<TeamId>,
    pub source: Source,
    pub raised_at: Timestamp,
    /// When the ladder began: when it was raised, or when a home's own warning became the team's.
    pub ladder_since: Timestamp,
    /// The person who pressed first.
    pub by: Option<PersonId>,
    pub late: bool,
    /// The home that was named first.
    pub origin: Option<HouseholdId>,
    /// Every press that was counted, the first included. An id that only a bell reported has source `Bell`.
    pub presses: BTreeMap<AlarmId, PressFacts>,
    pub burning: BTreeSet<HouseholdId>,
    pub homes: BTreeMap<HouseholdId, Home>,
    /// How often who said of a home that so many are out.
    pub counted: BTreeMap<(HouseholdId, PersonId), u8>,
    pub voices: BTreeMap<Voice, Voiced>,
    pub cards: BTreeMap<(Role, Holder), Card>,
    pub emergency: Option<(By, Timestamp)>,
    pub looked: BTreeMap<PersonId, Look>,
    pub claimed_false: Option<(By, Timestamp)>,
    pub rungs: BTreeMap<Rung, Timestamp>,
    /// How often somebody asked for more: each time that many more people are wanted again.
    pub escalations: u16,
    pub linked: BTreeSet<AlarmId>,
    pub resting: bool,
}

/// What somebody saw on site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub saw: Saw,
    /// The desk was told it; they did not say it on a phone of their own.
    pub told: bool,
    /// How often it was said, changes and all.
    pub times: u8,
}

impl Look {
    /// Somebody said with their own hand that they see fire.
    pub fn is_a_witness_of_fire(self) -> bool {
        !self.told && self.saw == Saw::Fire
    }
}

/// What is known of one home in one alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Home {
    pub rang_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub out: Option<Out>,
}

/// "All out", as somebody said it of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Out {
    /// How many stand outside.
    pub count: u16,
    /// How many are known to be elsewhere.
    pub away: u16,
    /// Who says so.
    pub by: By,
    /// When.
    pub at: Timestamp,
}

/// Who answers: a person, or a home whose phone is nobody's in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    Person(PersonId),
    Household(HouseholdId),
}

/// The answer that stands for one voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Voiced {
    pub household: HouseholdId,
    pub said: Said,
    pub at: Timestamp,
    pub said_at: Option<Timestamp>,
    /// How often they answered, changes and all.
    pub times: u8,
}

/// A role card with one holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub state: CardState,
    pub at: Timestamp,
    /// How often it was offered to this holder.
    pub offers: u16,
    /// How often they took or declined it.
    pub answers: u8,
}

impl Alarm {
    /// The alarm that a first press raises.
    pub fn raised(at: Timestamp, scope: Scope, own_home: bool, press: &PressFacts) -> Self {
        let phase = if own_home { Phase::OwnHomeWarning } else { Phase::Ringing };
        let mut alarm = Self::new(at, Mode::Live, phase, scope, press.source);
        alarm.by = press.by;
        alarm.late = press.late;
        alarm.origin = press.household;
        alarm.burning.extend(press.household);
        alarm.presses.insert(press.press, press.clone());
        alarm
    }

    /// A drill that begins.
    pub fn drill(at: Timestamp, scope: Scope) -> Self {
        Self::new(at, Mode::Drill, Phase::Ringing, scope, Source::Desk)
    }

    fn new(at: Timestamp, mode: Mode, phase: Phase, scope: Scope, source: Source) -> Self {
        Self {
            mode,
            phase,
            scope,
            also: BTreeSet::new(),
            source,
            raised_at: at,
            ladder_since: at,
            by: None,
            late: false,
            origin: None,
            presses: BTreeMap::new(),
            burning: BTreeSet::new(),
            homes: BTreeMap::new(),
            counted: BTreeMap::new(),
            voices: BTreeMap::new(),
            cards: BTreeMap::new(),
            emergency: None,
            looked: BTreeMap::new(),
            claimed_false: None,
            rungs: BTreeMap::new(),
            escalations: 0,
            linked: BTreeSet::new(),
            resting: false,
        }
    }

    /// Applies an event that changes this alarm and nothing else.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Joined { press, .. } => self.join(press),
            Event::WentToTeam { at, .. } => {
                self.phase = Phase::Ringing;
                self.ladder_since = *at;
            }
            Event::RungTaken { rung, at, .. } => {
                self.rungs.entry(*rung).or_insert(*at);
            }
            Event::Rang { household, at, .. } => {
                self.home(*household).rang_at.get_or_insert(*at);
            }
            Event::Delivered { household, at, .. } => {
                self.home(*household).delivered_at.get_or_insert(*at);
            }
            Event::Seen { household, at, .. } => {
                self.home(*household).seen_at.get_or_insert(*at);
            }
            Event::AllOut { household, count, away, by, at, .. } => {
                self.home(*household).out = Some(Out { count: *count, away: *away, by: *by, at: *at });
                let times = self.counted.entry((*household, by.person)).or_default();
                *times = times.saturating_add(1);
            }
            Event::Answered { at, household, person, said, said_at, .. } => {
                let voice = person.map_or(Voice::Household(*household), Voice::Person);
                let times = self.voices.get(&voice).map_or(0, |before| before.times).saturating_add(1);
                let (household, said, at, said_at) = (*household, *said, *at, *said_at);
                self.voices.insert(voice, Voiced { household, said, at, said_at, times });
                if let (Said::Arrived, Some(person)) = (said, person) {
                    self.arrive(*person, at);
                }
            }
            Event::EmergencyCalled { by, at, .. } => {
                self.emergency.get_or_insert((*by, *at));
            }
            Event::Looked { by, saw, told_to, .. } => {
                let times = self.looked.get(by).map_or(0, |before| before.times).saturating_add(1);
                self.looked.insert(*by, Look { saw: *saw, told: told_to.is_some(), times });
            }
            Event::FalseAlarmClaimed { by, at, .. } => {
                self.claimed_false.get_or_insert((*by, *at));
            }
            Event::Escalated { .. } => self.escalations = self.escalations.saturating_add(1),
            Event::BellsRested { .. } => self.resting = true,
            Event::BellsResumed { .. } => self.resting = false,
            _ => self.evolve_card(event),
        }
    }

    fn evolve_card(&mut self, event: &Event) {
        let (role, holder, state, at) = match event {
            Event::CardOffered { role, to, at, .. } => (*role, *to, CardState::Offered, *at),
            Event::CardAccepted { role, by, at, .. } => (*role, *by, CardState::Accepted, *at),
            Event::CardDeclined { role, by, at, .. } => (*role, *by, CardState::Declined, *at),
            Event::CardMovedOn { role, from, at, .. } => (*role, *from, CardState::MovedOn, *at),
            Event::CardWithdrawn { role, from, at, .. } => (*role, *from, CardState::Withdrawn, *at),
            _ => return,
        };
        let card = self.cards.entry((role, holder)).or_insert(Card { state, at, offers: 0, answers: 0 });
        card.state = state;
        card.at = at;
        card.offers = card.offers.saturating_add(u16::from(state == CardState::Offered));
        let answered = matches!(state, CardState::Accepted | CardState::Declined);
        card.answers = card.answers.saturating_add(u8::from(answered));
    }

    fn join(&mut self, press: &PressFacts) {
        self.burning.extend(press.household);
        // A hand that presses there says that not all are out. A detector smells what is known to burn.
        if let Some(home) = press.household.filter(|_| press.source != Source::Detector || press.late)
            && let Some(known) = self.homes.get_mut(&home)
        {
            known.out = None;
        }
        self.origin = self.origin.or(press.household);
        if self.source == Source::Bell {
            self.source = press.source;
            self.by = press.by;
        }
        self.presses.insert(press.press, press.clone());
    }

    fn arrive(&mut self, person: PersonId, at: Timestamp) {
        for ((_, holder), card) in &mut self.cards {
            if *holder == Holder::Person(person) && card.state == CardState::Accepted {
                card.state = CardState::Arrived;
                card.at = at;
            }
        }
    }

    /// The teams that it rings as its own, the one it stands on first.
    pub fn teams(&self) -> impl Iterator<Item = TeamId> + '_ {
        self.scope.team().into_iter().chain(self.also.iter().copied())
    }

    /// It reaches a further team; `stands_there`, that is where it burns.
    pub fn reach(&mut self, team: TeamId, stands_there: bool) {
        if self.scope.team() == Some(team) {
            return;
        }
        if stands_there {
            self.also.remove(&team);
            self.also.extend(self.scope.team());
            self.scope = Scope::Team(team);
        } else {
            self.also.insert(team);
        }
    }

    fn home(&mut self, household: HouseholdId) -> &mut Home {
        self.homes.entry(household).or_default()
    }

    /// Whether this person holds or is offered a card other than "call 114".
    pub fn busy(&self, person: PersonId) -> bool {
        self.cards.iter().any(|((role, holder), card)| {
            *role != Role::Call114 && *holder == Holder::Person(person) && card.state.is_held()
        })
    }

    /// The answer that stands for a person.
    pub fn said(&self, person: PersonId) -> Option<Said> {
        self.voices.get(&Voice::Person(person)).map(|voiced| voiced.said)
    }
}

impl CardState {
    /// The card is with its holder, so nobody else is asked.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted | Self::Arrived)
    }
}
