//! What the answers hold. Personal data stands in them by name, and only where the caller may read it.

use crate::{
    event::{MemberKind, Training},
    rules::{Warning, size_warning},
    views::{Household, Person, Team},
};
use liengia_access::{Action, Caller, Target};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, Position, TeamId, Timestamp, shown};
use serde::Serialize;

/// A place, a team or anything else with a name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlaceRef {
    /// Its id.
    pub id: PlaceId,
    /// What people call it.
    pub name: String,
}

/// A team with its name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TeamRef {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
}

/// A household in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdListed {
    /// Its id.
    pub id: HouseholdId,
    /// Send it back with a correction.
    pub version: u64,
    /// What kind of member of a team it is.
    pub kind: MemberKind,
    /// What neighbours call it.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// The village or cluster it is in.
    pub place: PlaceRef,
    /// Its team.
    pub team: Option<TeamRef>,
    /// How many people are registered in it.
    pub people_count: u64,
    /// How many people are usually there, those included whom nobody registered; null where nobody said so.
    pub occupants: Option<u32>,
}

impl HouseholdListed {
    /// The household, with the name of its place.
    pub fn new(home: Household, place: String) -> Self {
        let team = home.team.zip(home.team_name).map(|(id, name)| TeamRef { id, name });
        Self {
            id: home.household,
            version: home.version,
            kind: home.member,
            label: home.label,
            place: PlaceRef { id: home.place, name: place },
            team,
            people_count: home.people,
            occupants: home.occupants,
        }
    }
}

/// A household by itself.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdShown {
    /// As in a list.
    #[serde(flatten)]
    pub listed: HouseholdListed,
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub position: Option<Pii<Position>>,
    /// How to find it where there is no number.
    #[serde(serialize_with = "shown")]
    pub how_to_find: Pii<String>,
    /// What a responder must know about floors, doors, gas; empty for who only looks records up.
    #[serde(serialize_with = "shown")]
    pub floor_notes: Pii<String>,
}

impl HouseholdShown {
    /// The household, with the name of its place, as this caller may know it.
    pub fn to(caller: &Caller, home: Household, place: String) -> Self {
        let (position, how_to_find) = (home.position.clone(), home.how_to_find.clone());
        let told = caller.may(Action::ReadFloors, Target::household(home.household));
        let floor_notes = if told { home.floor_notes.clone() } else { Pii::default() };
        Self { listed: HouseholdListed::new(home, place), position, how_to_find, floor_notes }
    }
}

/// A person of a household.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PersonShown {
    /// Their id.
    pub id: PersonId,
    /// Send it back with a correction.
    pub version: u64,
    /// Where they live.
    pub household: HouseholdId,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// Their phone number, or empty.
    #[serde(serialize_with = "shown")]
    pub phone: Pii<String>,
    /// Their day of birth, if they gave it.
    #[serde(serialize_with = "shown")]
    pub born: Option<Pii<Timestamp>>,
    /// Whether they are an adult.
    pub adult: bool,
    /// Whether they rent.
    pub tenant: bool,
    /// Whether they chose to help in an alarm.
    pub can_respond: bool,
    /// What they were trained for.
    pub trained: Vec<Training>,
    /// Whether there is a note about the help they need to get out; null for who would not be shown it in an alarm
    /// either.
    pub help: Option<bool>,
}

impl PersonShown {
    /// The person, as this caller may know them.
    pub fn to(caller: &Caller, person: Person) -> Self {
        let home = Target::household(person.household);
        let helps = caller.may(Action::ReadHelp, home);
        Self {
            id: person.person,
            version: person.version,
            household: person.household,
            name: person.name,
            phone: person.phone,
            born: person.born,
            adult: person.adult,
            tenant: person.tenant,
            can_respond: person.can_respond,
            trained: person.trained,
            help: helps.then_some(person.help),
        }
    }
}

/// A household with its people.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdWhole {
    /// The household.
    #[serde(flatten)]
    pub household: HouseholdShown,
    /// Its people.
    pub people: Vec<PersonShown>,
}

/// A person who leads.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LeaderRef {
    /// Their id.
    pub id: PersonId,
    /// Their name; null for who reads figures of teams alone.
    #[serde(serialize_with = "shown")]
    pub name: Option<Pii<String>>,
}

/// A team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TeamShown {
    /// Its id.
    pub id: TeamId,
    /// Send it back with a correction.
    pub version: u64,
    /// What people call it.
    pub name: String,
    /// The village it is in.
    pub place: PlaceRef,
    /// Who leads it.
    pub leader: Option<LeaderRef>,
    /// Who stands in for the leader.
    pub deputy: Option<LeaderRef>,
    /// How many households it has.
    pub households_count: u64,
    /// The teams next to it.
    pub adjacent: Vec<TeamId>,
    /// Whether it was dissolved.
    pub dissolved: bool,
    /// What is unusual about it.
    pub warnings: Vec<Warning>,
}

impl TeamShown {
    /// The team, with the names that belong to it.
    pub fn new(team: Team, place: String, name: impl Fn(PersonId) -> Option<Pii<String>>) -> Self {
        let leader = |person: PersonId| LeaderRef { id: person, name: name(person) };
        Self {
            id: team.team,
            version: team.version,
            name: team.name,
            place: PlaceRef { id: team.place, name: place },
            leader: team.leader.map(leader),
            deputy: team.deputy.map(leader),
            households_count: team.households,
            adjacent: team.neighbours,
            dissolved: team.dissolved,
            warnings: size_warning(team.households).into_iter().collect(),
        }
    }
}
