//! Decisions about households and other members of teams.

use super::{RegisterError, current, note, title};
use crate::{
    event::{MemberKind, RegisterEvent},
    views::{Household, Team},
};
use liengia_journal::Commitment;
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position, TeamId};

/// What is written down about a household.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseholdParticulars {
    /// What kind of member it is.
    pub member: MemberKind,
    /// The village or cluster it is in.
    pub place: PlaceId,
    /// What neighbours call it, with its number if it has one: "Nhà bà Lan, số 12".
    pub label: Pii<String>,
    /// How to find it where there is no number.
    pub how_to_find: Pii<String>,
    /// What a responder must know about floors, doors, gas, dogs.
    pub floor_notes: Pii<String>,
    /// Where it is on the map.
    pub position: Option<Pii<Position>>,
}

impl HouseholdParticulars {
    /// The same, normalised; or what is wrong with it.
    pub fn checked(self) -> Result<Self, RegisterError> {
        Ok(Self {
            label: Pii::new(title("label", self.label.expose())?),
            how_to_find: Pii::new(note("how_to_find", self.how_to_find.expose())?),
            floor_notes: Pii::new(note("floor_notes", self.floor_notes.expose())?),
            ..self
        })
    }

    /// The bytes that an entry commits to.
    pub fn committed(&self) -> Vec<u8> {
        let position = self.position.as_ref().map(Pii::expose);
        let place =
            position.map_or(String::new(), |position| format!("{},{}", position.lat(), position.lon()));
        [self.label.expose(), self.how_to_find.expose(), self.floor_notes.expose(), &place]
            .map(String::as_str)
            .join("\n")
            .into_bytes()
    }
}

/// A new household, in a team if one is given.
pub fn add_household(
    household: HouseholdId,
    particulars: &HouseholdParticulars,
    team: Option<&Team>,
    details: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    let team = team.map(Team::standing).transpose()?;
    let (member, place) = (particulars.member, particulars.place);
    Ok(RegisterEvent::HouseholdAdded { household, member, place, team, details })
}

/// Corrected particulars.
pub fn correct_household(
    known: &Household,
    read: u64,
    particulars: &HouseholdParticulars,
    details: Commitment,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    let (household, member, place) = (known.household, particulars.member, particulars.place);
    Ok(RegisterEvent::HouseholdCorrected { household, member, place, details, reason })
}

/// From its team to another, or into or out of one. History stays: the entry names both teams.
pub fn move_household(
    known: &Household,
    read: u64,
    to: Option<&Team>,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    let to: Option<TeamId> = to.map(Team::standing).transpose()?;
    if to == known.team {
        return Err(RegisterError::AlreadyThere);
    }
    Ok(RegisterEvent::HouseholdMoved { household: known.household, from: known.team, to, reason })
}

/// No longer here; only once nobody is registered in it.
pub fn remove_household(
    known: &Household,
    read: u64,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    match known.people {
        0 => Ok(RegisterEvent::HouseholdRemoved { household: known.household, team: known.team, reason }),
        count => Err(RegisterError::NotEmpty { count }),
    }
}
