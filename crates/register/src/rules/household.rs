//! Decisions about households and other members of teams.

use super::{RegisterError, current, note, title};
use crate::{
    event::{MemberKind, RegisterEvent},
    views::{Household, Team},
};
use liengia_journal::Commitment;
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position, TeamId};

/// The most people that a household or other member is said to have: more is a mistake in typing.
pub const MOST_OCCUPANTS: u32 = 5_000;

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
    /// How many people are usually there, 1 to [`MOST_OCCUPANTS`]; none where the people registered in it are all. A
    /// school has pupils whom nobody registers.
    pub occupants: Option<u32>,
}

impl HouseholdParticulars {
    /// The same, normalised; or what is wrong with it.
    pub fn checked(self) -> Result<Self, RegisterError> {
        let (least, most) = (1, MOST_OCCUPANTS);
        if self.occupants.is_some_and(|many| !(least..=most).contains(&many)) {
            return Err(RegisterError::OutOfRange { field: "occupants", least, most });
        }
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
    let HouseholdParticulars { member, place, occupants, .. } = *particulars;
    Ok(RegisterEvent::HouseholdAdded { household, member, place, team, occupants, details })
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
    let HouseholdParticulars { member, place, occupants, .. } = *particulars;
    Ok(RegisterEvent::HouseholdCorrected {
        household: known.household,
        member,
        place,
        occupants,
        details,
        reason,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn school(occupants: Option<u32>) -> HouseholdParticulars {
        HouseholdParticulars {
            member: MemberKind::School,
            place: PlaceId::from_bytes([1; 16]),
            label: Pii::new("Trường tiểu học số 1".into()),
            how_to_find: Pii::default(),
            floor_notes: Pii::default(),
            position: None,
            occupants,
        }
    }

    #[test]
    fn as_many_are_usually_there_as_may_be_and_no_member_has_nobody_or_a_town() {
        for occupants in [None, Some(1), Some(120), Some(MOST_OCCUPANTS)] {
            assert_eq!(school(occupants).checked().unwrap().occupants, occupants);
        }
        for occupants in [0, MOST_OCCUPANTS + 1, u32::MAX] {
            let refused = RegisterError::OutOfRange { field: "occupants", least: 1, most: 5_000 };
            assert_eq!(school(Some(occupants)).checked(), Err(refused), "{occupants}");
        }
    }
}
