//! Decisions about teams.

use super::{RegisterError, current, title};
use crate::{
    event::RegisterEvent,
    views::{Person, Team},
};
use liengia_journal::Commitment;
use liengia_kernel::{PlaceId, TeamId};
use serde::Serialize;
use std::collections::BTreeSet;

/// The size that the programme asks of a team, in households. It warns and does not refuse.
const USUAL_SIZE: std::ops::RangeInclusive<u64> = 5..=15;

/// Most teams that a team can be next to.
const MAX_NEIGHBOURS: usize = 24;

/// Something unusual that the user should see and may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// Fewer households than a team has.
    TooFew {
        /// How many there are.
        count: u64,
    },
    /// More households than a team has.
    TooMany {
        /// How many there are.
        count: u64,
    },
}

/// What is unusual about a team of this many households.
pub fn size_warning(count: u64) -> Option<Warning> {
    if USUAL_SIZE.contains(&count) {
        None
    } else if count < *USUAL_SIZE.start() {
        Some(Warning::TooFew { count })
    } else {
        Some(Warning::TooMany { count })
    }
}

/// A new team, still without households.
pub fn form_team(team: TeamId, place: PlaceId, name: &str) -> Result<RegisterEvent, RegisterError> {
    Ok(RegisterEvent::TeamFormed { team, place, name: title("name", name)? })
}

/// A corrected name or village.
pub fn correct_team(
    known: &Team,
    read: u64,
    place: PlaceId,
    name: &str,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    Ok(RegisterEvent::TeamCorrected { team: known.standing()?, place, name: title("name", name)?, reason })
}

/// Dissolved; its households are in no team then.
pub fn dissolve_team(known: &Team, read: u64, reason: Commitment) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    Ok(RegisterEvent::TeamDissolved { team: known.standing()?, reason })
}

/// Who leads. Each must be an adult of one of the team's households; `None` leaves the place empty.
pub fn name_leaders(
    known: &Team,
    read: u64,
    leader: Option<&Person>,
    deputy: Option<&Person>,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    let team = known.standing()?;
    for person in [leader, deputy].into_iter().flatten() {
        if !person.adult || person.team != Some(team) {
            return Err(RegisterError::NotOfTheTeam);
        }
    }
    let (leader, deputy) = (leader.map(|person| person.person), deputy.map(|person| person.person));
    if leader.is_some() && leader == deputy {
        return Err(RegisterError::SamePerson);
    }
    Ok(RegisterEvent::LeadersNamed { team, leader, deputy, reason })
}

/// Which teams are next to this one: what changes against what is known.
pub fn name_neighbours(
    known: &Team,
    read: u64,
    wanted: &[TeamId],
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    let team = known.standing()?;
    let wanted: BTreeSet<TeamId> = wanted.iter().copied().collect();
    if wanted.contains(&team) {
        return Err(RegisterError::OwnNeighbour);
    }
    if wanted.len() > MAX_NEIGHBOURS {
        return Err(RegisterError::TooMany { what: "neighbours", most: MAX_NEIGHBOURS });
    }
    let now: BTreeSet<TeamId> = known.neighbours.iter().copied().collect();
    let added = wanted.difference(&now).copied().collect();
    let removed = now.difference(&wanted).copied().collect();
    Ok(RegisterEvent::NeighboursNamed { team, added, removed, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_journal::Salt;
    use liengia_kernel::{HouseholdId, PersonId};

    const NO_REASON: Salt = Salt([0; 16]);

    fn team() -> Team {
        Team {
            team: TeamId::from_bytes([7; 16]),
            place: PlaceId::from_bytes([1; 16]),
            name: "Tổ 7".into(),
            leader: None,
            deputy: None,
            households: 6,
            neighbours: vec![TeamId::from_bytes([8; 16])],
            dissolved: false,
            version: 3,
        }
    }

    fn person(byte: u8) -> Person {
        Person {
            person: PersonId::from_bytes([byte; 16]),
            household: HouseholdId::from_bytes([9; 16]),
            team: Some(team().team),
            name: liengia_kernel::Pii::default(),
            phone: liengia_kernel::Pii::default(),
            born: None,
            adult: true,
            tenant: false,
            can_respond: true,
            trained: Vec::new(),
            help: false,
            version: 1,
        }
    }

    #[test]
    fn four_households_warn_and_five_do_not() {
        assert_eq!(size_warning(4), Some(Warning::TooFew { count: 4 }));
        assert_eq!(size_warning(5), None);
        assert_eq!(size_warning(16), Some(Warning::TooMany { count: 16 }));
    }

    #[test]
    fn leaders_are_two_adults_of_the_team() {
        let reason = NO_REASON.commit(b"");
        let name =
            |leader: &Person, deputy: &Person| name_leaders(&team(), 3, Some(leader), Some(deputy), reason);
        assert!(name(&person(1), &person(2)).is_ok());
        assert_eq!(name(&person(1), &person(1)), Err(RegisterError::SamePerson));
        assert_eq!(name(&Person { adult: false, ..person(1) }, &person(2)), Err(RegisterError::NotOfTheTeam));
        assert_eq!(name(&Person { team: None, ..person(1) }, &person(2)), Err(RegisterError::NotOfTheTeam));
    }

    #[test]
    fn naming_neighbours_says_only_what_changes() {
        let wanted = [TeamId::from_bytes([9; 16])];
        let event = name_neighbours(&team(), 3, &wanted, NO_REASON.commit(b"")).unwrap();
        let RegisterEvent::NeighboursNamed { added, removed, .. } = event else { panic!("{event:?}") };
        assert_eq!((added, removed), (wanted.to_vec(), vec![TeamId::from_bytes([8; 16])]));
    }

    #[test]
    fn an_old_version_and_a_dissolved_team_are_refused() {
        let reason = NO_REASON.commit(b"");
        assert_eq!(dissolve_team(&team(), 2, reason), Err(RegisterError::ChangedMeanwhile { found: 3 }));
        let gone = Team { dissolved: true, ..team() };
        assert_eq!(dissolve_team(&gone, 3, reason), Err(RegisterError::NoTeam(gone.team)));
    }
}
