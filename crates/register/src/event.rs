//! What can happen to the register.
//!
//! Ids, closed words, numbers and commitments only: names, phones, addresses, notes and reasons are in the vault.

use liengia_access::PlaceKind;
use liengia_journal::{Commitment, Event};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, PlaceId, TeamId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// What kind of member of a team it is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemberKind {
    /// A family's home.
    Home,
    /// A school.
    School,
    /// An agency of the state.
    Agency,
    /// A company or shop.
    Company,
    /// A boat.
    Boat,
    /// A house whose rooms are let.
    BoardingHouse,
}

/// What a person was trained for, and so which role card they can be given.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    Display,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Training {
    /// Bring the extinguisher.
    Extinguisher,
    /// Get people out.
    PeopleOut,
    /// Open the gate and guide the truck.
    Gate,
    /// First aid.
    FirstAid,
    /// Cut the power.
    Power,
}

impl Training {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Extinguisher, Self::PeopleOut, Self::Gate, Self::FirstAid, Self::Power];
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the words of the glossary")]
pub enum RegisterEvent {
    /// A household or other member was added.
    HouseholdAdded {
        household: HouseholdId,
        member: MemberKind,
        place: PlaceId,
        team: Option<TeamId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occupants: Option<u32>,
        details: Commitment,
    },
    /// Its particulars were corrected.
    HouseholdCorrected {
        household: HouseholdId,
        member: MemberKind,
        place: PlaceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occupants: Option<u32>,
        details: Commitment,
        reason: Commitment,
    },
    /// It went from one team to another, or in or out of one.
    HouseholdMoved { household: HouseholdId, from: Option<TeamId>, to: Option<TeamId>, reason: Commitment },
    /// It is no longer here.
    HouseholdRemoved { household: HouseholdId, team: Option<TeamId>, reason: Commitment },
    /// A person was added to a household.
    PersonAdded {
        person: PersonId,
        household: HouseholdId,
        adult: bool,
        tenant: bool,
        can_respond: bool,
        trained: Vec<Training>,
        details: Commitment,
    },
    /// A person's particulars were corrected.
    PersonCorrected {
        person: PersonId,
        household: HouseholdId,
        adult: bool,
        tenant: bool,
        can_respond: bool,
        trained: Vec<Training>,
        details: Commitment,
        reason: Commitment,
    },
    /// A person's data was erased, at their wish or because they left.
    PersonErased { person: PersonId, household: HouseholdId, reason: Commitment },
    /// A note about the help a person needs to get out was written, changed, or taken back (`present` is false).
    HelpNoteWritten { person: PersonId, household: HouseholdId, present: bool, note: Commitment },
    /// Somebody was shown that note.
    HelpNoteRead { person: PersonId, household: HouseholdId, by: PersonId, alarm: Option<AlarmId> },
    /// A place of the tree was corrected. What changed stands in the entries of the tree that follow.
    PlaceCorrected {
        place: PlaceId,
        place_kind: PlaceKind,
        parent: Option<PlaceId>,
        name: String,
        reason: Commitment,
    },
    /// A team was formed.
    TeamFormed { team: TeamId, place: PlaceId, name: String },
    /// A team's name or village was corrected.
    TeamCorrected { team: TeamId, place: PlaceId, name: String, reason: Commitment },
    /// A team was dissolved; its households are in no team now.
    TeamDissolved { team: TeamId, reason: Commitment },
    /// The team's leader and deputy were named.
    LeadersNamed { team: TeamId, leader: Option<PersonId>, deputy: Option<PersonId>, reason: Commitment },
    /// The teams next to this one were named; each is next to the other.
    NeighboursNamed { team: TeamId, added: Vec<TeamId>, removed: Vec<TeamId>, reason: Commitment },
}

impl RegisterEvent {
    /// The subject under which it is kept who was shown a person's help note. A subject of its own: to be read is no
    /// change, and must not make a correction of the person come too late.
    pub fn reads_of(person: PersonId) -> String {
        format!("help:{person}")
    }
}

impl Event for RegisterEvent {
    const SLICE: &'static str = "register";

    fn kind(&self) -> &'static str {
        self.into()
    }

    fn subject(&self) -> String {
        match self {
            Self::HouseholdAdded { household, .. }
            | Self::HouseholdCorrected { household, .. }
            | Self::HouseholdMoved { household, .. }
            | Self::HouseholdRemoved { household, .. } => household.to_string(),
            Self::PersonAdded { person, .. }
            | Self::PersonCorrected { person, .. }
            | Self::PersonErased { person, .. }
            | Self::HelpNoteWritten { person, .. } => person.to_string(),
            Self::HelpNoteRead { person, .. } => Self::reads_of(*person),
            Self::PlaceCorrected { place, .. } => place.to_string(),
            Self::TeamFormed { team, .. }
            | Self::TeamCorrected { team, .. }
            | Self::TeamDissolved { team, .. }
            | Self::LeadersNamed { team, .. }
            | Self::NeighboursNamed { team, .. } => team.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_in_the_entry_is_the_kind_in_its_body() {
        let event = RegisterEvent::TeamFormed {
            team: TeamId::from_bytes([1; 16]),
            place: PlaceId::from_bytes([2; 16]),
            name: "Tổ liên gia 7".into(),
        };
        let body = serde_json::to_value(&event).unwrap();
        assert_eq!(body["kind"], event.kind());
    }

    #[test]
    fn a_household_of_which_nobody_said_how_many_are_there_is_written_and_read_as_before() {
        let event = RegisterEvent::HouseholdAdded {
            household: HouseholdId::from_bytes([1; 16]),
            member: MemberKind::Home,
            place: PlaceId::from_bytes([2; 16]),
            team: None,
            occupants: None,
            details: Commitment([0; 32]),
        };
        let body = serde_json::to_value(&event).unwrap();
        assert_eq!(body.get("occupants"), None, "{body}");
        assert_eq!(serde_json::from_value::<RegisterEvent>(body).unwrap(), event);
    }
}
