//! The phone's first screen in one answer.

use super::alarm::Alarm;
use crate::settings::Push;
use liengia_access::Role;
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, Pii, TeamId, Timestamp, shown};
use liengia_register::event::Training;
use serde::Serialize;

/// The phone's first screen.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HomeView {
    /// Who asks.
    pub me: Me,
    /// Their household.
    pub household: Option<HomeHousehold>,
    /// Its team.
    pub team: Option<HomeTeam>,
    /// Whether they are reached.
    pub connection: Connection,
    /// Open alarms and drills, theirs and next door.
    pub alarms: Vec<Alarm>,
    /// The team's next drill.
    pub drill_next: Option<DrillRef>,
    /// A ring test of their bell of which nobody has said yet whether it was heard.
    pub ring_test: Option<RingTestRef>,
    /// The number that every alarm screen shows.
    pub emergency_number: String,
    /// By how many hours the place's clocks are ahead of UTC.
    pub utc_offset_hours: i8,
    /// How often the node says that it is there.
    pub node_heartbeat_s: u64,
}

/// Who asks.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// Their roles on this phone.
    pub roles: Vec<HomeRole>,
    /// What they were trained for.
    pub trained: Vec<Training>,
}

/// A role, and where it is held.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HomeRole {
    /// Which.
    pub role: Role,
    /// Where.
    pub scope: HomeScope,
}

/// Where a role is held.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HomeScope {
    /// `household`, `team` or the kind of place.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
}

/// The household of the one who asks.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HomeHousehold {
    /// Its id.
    pub id: HouseholdId,
    /// What neighbours call it.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// How many people are registered in it.
    pub people_count: u64,
    /// How many people are usually there, those included whom nobody registered; null where nobody said so.
    pub occupants: Option<u16>,
    /// Its version.
    pub version: u64,
}

/// Their team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HomeTeam {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// The leader's name.
    #[serde(serialize_with = "shown")]
    pub leader: Option<Pii<String>>,
    /// The deputy's name.
    #[serde(serialize_with = "shown")]
    pub deputy: Option<Pii<String>>,
    /// Its households.
    pub members: Vec<TeamMemberHome>,
}

/// A household of the team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TeamMemberHome {
    /// Its id.
    pub household: HouseholdId,
    /// What neighbours call it.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// Its people.
    pub people: Vec<TeamMemberPerson>,
    /// No bell of it is there to ring: for the leader and the deputy only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub silent: Option<bool>,
}

/// A person of the team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TeamMemberPerson {
    /// Their id.
    pub person: PersonId,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub name: Pii<String>,
    /// What they are in the team.
    pub roles: Vec<Role>,
}

/// Whether the one who asks is reached.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Connection {
    /// The home's bell.
    pub siren: Siren,
    /// Whether the app is open and connected.
    pub phone: bool,
    /// Whether the closed app is woken.
    pub push: Push,
    /// When somebody last heard the bell ringing.
    pub last_heard_ringing_at: Option<Timestamp>,
}

/// Whether a home's bell is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Siren {
    /// At least one is.
    Ok,
    /// The best of them is late.
    Late,
    /// None is.
    Fault,
    /// There is none.
    None,
}

/// The next drill.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DrillRef {
    /// Its id.
    pub id: AlarmId,
    /// When.
    pub at: Timestamp,
    /// What was announced of it.
    #[serde(serialize_with = "shown")]
    pub text: Option<Pii<String>>,
}

/// A ring test that waits for "did you hear it?".
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct RingTestRef {
    /// The bell.
    pub device: DeviceId,
    /// When it rang.
    pub started_at: Timestamp,
}
