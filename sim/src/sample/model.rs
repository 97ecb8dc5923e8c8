//! What a sample is made of: plain values that say nothing of how a node keeps them.
//!
//! Names, phones, labels and notes are inside [`Pii`] here as everywhere, though nobody in a sample exists.

use super::gear::Device;
use liengia_kernel::{CommuneId, HouseholdId, PersonId, Pii, PlaceId, PointId, Position, TeamId};

/// What kind of land a commune lies in; it decides how its villages look and what they are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Rice fields beside a river and its dyke.
    Delta,
    /// Streets.
    Town,
    /// Fishing grounds.
    Coast,
    /// Islands.
    Island,
    /// Mountains, where minorities are many.
    Mountain,
    /// Along the border.
    Border,
}

/// A commune with everything in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// Its id, as a node's.
    pub id: CommuneId,
    /// Its land.
    pub setting: Setting,
    /// The places above it, from the top.
    pub above: Vec<Place>,
    /// The commune itself, then each village followed by its clusters: parents before children.
    pub places: Vec<Place>,
    /// Households and other members, team by team; the last few belong to no team yet.
    pub households: Vec<Household>,
    /// Fire teams.
    pub teams: Vec<Team>,
    /// Public firefighting points.
    pub points: Vec<Point>,
    /// People who work with the system at the commune.
    pub officials: Vec<Official>,
    /// Mediation teams.
    pub mediation: Vec<MediationTeam>,
    /// Grassroots security models.
    pub models: Vec<Model>,
    /// What a map draws beneath the register.
    pub map: Map,
}

impl Commune {
    /// Everybody, household by household.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.households.iter().flat_map(|household| &household.people)
    }

    /// Every device with its household.
    pub fn devices(&self) -> impl Iterator<Item = (&Household, &Device)> {
        self.households.iter().flat_map(|home| home.devices.iter().map(move |device| (home, device)))
    }

    /// The households of one team.
    pub fn members(&self, team: TeamId) -> impl Iterator<Item = &Household> {
        self.households.iter().filter(move |home| home.team == Some(team))
    }
}

/// How deep in the tree a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A province.
    Province,
    /// A district, where there is one.
    District,
    /// A commune, ward or special zone.
    Commune,
    /// A village.
    Village,
    /// Adjoining houses in a village: a lane, a hamlet, one side of a street.
    Cluster,
}

/// A place of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The place.
    pub id: PlaceId,
    /// The place it lies in.
    pub parent: Option<PlaceId>,
    /// How deep it is.
    pub kind: PlaceKind,
    /// For instance "Thôn Đình".
    pub name: String,
    /// Its middle.
    pub position: Position,
}

/// What a member of a team is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HouseholdKind {
    /// A home.
    Home,
    /// A school.
    School,
    /// An office of the commune.
    Agency,
    /// A company or workshop.
    Company,
    /// A boat on which people live.
    Boat,
    /// Rooms that are let.
    BoardingHouse,
}

/// A household, or another member of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Household {
    /// The household.
    pub id: HouseholdId,
    /// What it is.
    pub kind: HouseholdKind,
    /// What neighbours call it: "Nhà bà Lan, số 12, ngõ 3".
    pub label: Pii<String>,
    /// The cluster it stands in.
    pub place: PlaceId,
    /// Its team.
    pub team: Option<TeamId>,
    /// Where it stands.
    pub position: Position,
    /// How to find it; always there where the house has no number.
    pub how_to_find: Option<Pii<String>>,
    /// Storeys, stairs, second way out.
    pub floor_notes: Option<Pii<String>>,
    /// How many people are there by day, if that is more than `people` lists: pupils, workers.
    pub occupants: Option<u32>,
    /// Its people, the one it is called after first.
    pub people: Vec<Person>,
    /// Its bells, buttons and detectors.
    pub devices: Vec<Device>,
}

/// Of which sex a person's name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// A woman or girl.
    Woman,
    /// A man or boy.
    Man,
}

/// What a person trained for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skill {
    /// Using a portable extinguisher.
    Extinguisher,
    /// Getting people out.
    Evacuation,
    /// First aid.
    FirstAid,
    /// Opening the gate and guiding the truck.
    Gate,
    /// Cutting the power.
    Power,
}

impl Skill {
    /// As the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extinguisher => "extinguisher",
            Self::Evacuation => "evacuation",
            Self::FirstAid => "first_aid",
            Self::Gate => "gate",
            Self::Power => "power",
        }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The person.
    pub id: PersonId,
    /// Family, middle and given name.
    pub name: Pii<String>,
    /// Of which sex the name is.
    pub sex: Sex,
    /// The year of birth.
    pub born: u16,
    /// A phone number that nobody can have.
    pub phone: Option<Pii<String>>,
    /// Of age.
    pub adult: bool,
    /// What the person chose and trained for.
    pub trained: Vec<Skill>,
    /// Able to come when a neighbour's home burns.
    pub can_respond: bool,
    /// Lives there as a tenant.
    pub tenant: bool,
    /// The help this person needs to get out.
    pub help: Option<Help>,
}

/// Help that a person needs to get out.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// What responders must know.
    pub note: Pii<String>,
    /// The person wants the note kept. Where this is false a node never hears of the note.
    pub opted_in: bool,
}

/// A fire team.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// For instance "Tổ liên gia 7".
    pub name: String,
    /// The cluster it covers.
    pub place: PlaceId,
    /// Its households, as they stand along the lane.
    pub households: Vec<HouseholdId>,
    /// Who leads it.
    pub leader: PersonId,
    /// Who stands in, of another household.
    pub deputy: PersonId,
    /// Teams next to it; each names the other.
    pub adjacent: Vec<TeamId>,
}

/// A public firefighting point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The point.
    pub id: PointId,
    /// For instance "Điểm chữa cháy ngõ 3".
    pub name: String,
    /// The village it stands in.
    pub place: PlaceId,
    /// Where it stands.
    pub position: Position,
    /// What is in it.
    pub contents: Vec<(String, u16)>,
    /// How to get at it.
    pub access: String,
    /// Who keeps the key, if it is locked.
    pub keyholder: Option<PersonId>,
}

impl Point {
    /// The contents in one line: "2 bình bột 4 kg, 1 xà beng".
    pub fn contents_line(&self) -> String {
        let items: Vec<String> =
            self.contents.iter().map(|(what, count)| format!("{count} {what}")).collect();
        items.join(", ")
    }
}

/// What an official does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// On duty at the desk.
    DutyOfficer,
    /// Keeps the register.
    Clerk,
    /// Runs the node.
    Administrator,
    /// Compares communes.
    Analyst,
    /// Checks who looked at what.
    Auditor,
    /// Settles disputes; here, sees teams and fire points.
    Mediator,
}

/// Somebody who works with the system at the commune.
#[derive(Clone, Debug, PartialEq)]
pub struct Official {
    /// The person.
    pub id: PersonId,
    /// The name.
    pub name: Pii<String>,
    /// The work.
    pub duty: Duty,
}

/// A mediation team.
#[derive(Clone, Debug, PartialEq)]
pub struct MediationTeam {
    /// The village.
    pub place: PlaceId,
    /// For instance "Tổ hòa giải thôn Đình".
    pub name: String,
    /// At least three, at least one a woman; the first leads.
    pub mediators: Vec<(Pii<String>, Sex)>,
}

/// A grassroots security model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The place it was made for.
    pub place: PlaceId,
    /// What people call it.
    pub name: String,
}

/// What a map draws beneath the register. All of it is made up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The commune's outline, not closed.
    pub outline: Vec<Position>,
    /// Roads and lanes.
    pub roads: Vec<Road>,
    /// Rivers, as areas.
    pub water: Vec<Vec<Position>>,
    /// What people steer by: the communal house, a well, a market.
    pub landmarks: Vec<(String, Position)>,
}

/// A road or lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// Its width in metres.
    pub width: f64,
    /// Its middle line.
    pub line: Vec<Position>,
}
