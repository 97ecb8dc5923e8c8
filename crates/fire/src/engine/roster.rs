//! Who stands where: the part of the register that the alarm needs, by id alone.
//!
//! The roster is given by inputs and is not part of the record; after a restart it is given again.

use super::limits;
use liengia_kernel::{DeviceId, HouseholdId, PersonId, Position, TeamId, Timestamp};
pub use liengia_register::event::Training;
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};

/// A whole team; sending it again replaces it.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamRoster {
    /// The team.
    pub team: TeamId,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who stands in for the leader.
    pub deputy: Option<PersonId>,
    /// Teams next to it. Saying so on one side is enough.
    pub adjacent: Vec<TeamId>,
    /// Its households and other members.
    pub households: Vec<HouseholdRoster>,
    /// Its ladder.
    pub ladder: LadderConfig,
}

/// A household, school, company, boat: one member of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdRoster {
    /// The household.
    pub household: HouseholdId,
    /// Where it stands.
    pub position: Option<Position>,
    /// Homes next to it, of this team or another. Saying so on one side is enough; where nobody says, homes within
    /// [`limits::ADJOINING_METRES`] count as next to it, and those of its team where one has no position.
    pub adjoining: Vec<HouseholdId>,
    /// How many people are usually there, if that is more than `people` lists (a school, for instance).
    pub occupants: u16,
    /// Its people.
    pub people: Vec<PersonRoster>,
    /// Its bells, buttons and detectors.
    pub devices: Vec<DeviceRoster>,
}

impl HouseholdRoster {
    /// How many people must be out before the home is clear.
    pub fn registered(&self) -> u16 {
        self.occupants.max(u16::try_from(self.people.len()).unwrap_or(u16::MAX))
    }
}

/// One person of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRoster {
    /// The person.
    pub person: PersonId,
    /// Of age: children are warned and never sent.
    pub adult: bool,
    /// What the person chose to do in a fire and trained for.
    pub trained: Trainings,
    /// Able to come.
    pub can_respond: bool,
    /// Lives there as a tenant. The engine treats tenants as everybody else.
    pub tenant: bool,
}

/// A set of trainings, in one byte: a province holds tens of thousands of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trainings(u8);

impl Trainings {
    const fn bit(training: Training) -> u8 {
        1 << training as u8
    }

    /// Whether this one is among them.
    pub const fn contains(self, training: Training) -> bool {
        self.0 & Self::bit(training) != 0
    }

    /// Each of them, in the order in which they are declared.
    pub fn iter(self) -> impl Iterator<Item = Training> {
        Training::ALL.into_iter().filter(move |training| self.contains(*training))
    }
}

impl FromIterator<Training> for Trainings {
    fn from_iter<I: IntoIterator<Item = Training>>(trainings: I) -> Self {
        Self(trainings.into_iter().fold(0, |bits, training| bits | Self::bit(training)))
    }
}

impl fmt::Debug for Trainings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// One device of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRoster {
    /// The device.
    pub device: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// It has a second sound, so that a drill cannot be taken for a fire.
    pub second_sound: bool,
    /// When it was last heard before this process began.
    pub last_heard: Option<Timestamp>,
    /// When somebody last heard it ringing.
    pub rang: Option<Timestamp>,
}

/// What a device is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = Kind)]
pub enum DeviceKind {
    /// Rings.
    Bell,
    /// Is pressed.
    Button,
    /// Smells smoke or feels heat.
    Detector,
    /// Rings, and is pressed or smells smoke.
    Combined,
}

impl DeviceKind {
    /// Those that can ring.
    pub const RINGING: [Self; 2] = [Self::Bell, Self::Combined];

    /// It can ring.
    pub fn rings(self) -> bool {
        Self::RINGING.contains(&self)
    }
}

/// A team's ladder: when which rung is taken, counted from the moment the team rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderConfig {
    /// Two-way SMS and voice calls to the people of the team.
    pub hook: Duration,
    /// The leader and the deputy, and the on-call phone if the desk is silent.
    pub leaders: Duration,
    /// Adjacent teams, the village security team and the next post.
    pub wider: Duration,
    /// Every rung taken is repeated this often.
    pub repeat: Duration,
    /// How long a lone detector warns its own home before the team.
    pub own_home: Duration,
    /// How many people coming are enough to stop recruiting.
    pub enough: u16,
    /// The bells of adjacent teams ring, too, once the widest rung is taken.
    pub ring_adjacent_bells: bool,
}

impl Default for LadderConfig {
    fn default() -> Self {
        Self {
            hook: Duration::from_secs(15),
            leaders: Duration::from_secs(30),
            wider: Duration::from_mins(1),
            repeat: Duration::from_mins(1),
            own_home: Duration::from_secs(30),
            enough: 3,
            ring_adjacent_bells: false,
        }
    }
}

impl LadderConfig {
    /// The same within what is safe: the repeat 10 to 60 s, the rungs in order and none later than
    /// ten minutes, the detector's own home at most 60 s, and at least one person wanted.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let minute = Duration::from_mins(1);
        self.repeat = self.repeat.clamp(Duration::from_secs(10), minute);
        self.hook = self.hook.min(2 * minute);
        self.leaders = self.leaders.clamp(self.hook, 5 * minute);
        self.wider = self.wider.clamp(self.leaders, 10 * minute);
        self.own_home = self.own_home.min(minute);
        self.enough = self.enough.clamp(1, 50);
        self
    }
}

/// What is too large in a roster, and how large it may be.
pub(super) type Oversized = (&'static str, usize);

/// A home without what is too much in it: the bells are the last to go, for somebody lives there.
pub(super) fn bounded(home: &mut HouseholdRoster) -> Option<Oversized> {
    home.devices.sort_by_key(|device| !device.kind.rings());
    let too_much = [
        cut(&mut home.people, "people", limits::PEOPLE),
        cut(&mut home.devices, "devices", limits::DEVICES),
        cut(&mut home.adjoining, "adjoining homes", limits::NEIGHBOURS),
    ];
    too_much.into_iter().flatten().next()
}

/// The same for a team, and for each of its homes.
pub(super) fn team_bounded(team: &mut TeamRoster) -> Option<Oversized> {
    let homes = cut(&mut team.households, "households", limits::HOUSEHOLDS);
    let adjacent = cut(&mut team.adjacent, "adjacent teams", limits::NEIGHBOURS);
    let inside = team.households.iter_mut().filter_map(bounded).last();
    homes.or(adjacent).or(inside)
}

fn cut<T>(all: &mut Vec<T>, what: &'static str, limit: usize) -> Option<Oversized> {
    let too_many = all.len() > limit;
    all.truncate(limit);
    too_many.then_some((what, limit))
}
