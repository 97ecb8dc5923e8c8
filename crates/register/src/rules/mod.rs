//! The register's decisions: pure functions from what is known and what is asked to what happened.

mod household;
mod person;
mod team;
mod text;

pub use household::{
    HouseholdParticulars, MOST_OCCUPANTS, add_household, correct_household, move_household, remove_household,
};
pub use person::{PersonParticulars, add_person, correct_person, erase_person, write_help_note};
pub use team::{
    Warning, correct_team, dissolve_team, form_team, name_leaders, name_neighbours, size_warning,
};
pub use text::{note, phone, reason, title};

use liengia_kernel::{HouseholdId, PersonId, PlaceId, TeamId};

/// Why the register did not change.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegisterError {
    /// A text is missing.
    #[error("{field} is empty: write it")]
    Empty {
        /// Which field.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} is longer than {most} characters: shorten it")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// The most characters.
        most: usize,
    },
    /// A text has characters that no name or note has.
    #[error("{field} has control characters: type it again")]
    BadText {
        /// Which field.
        field: &'static str,
    },
    /// A number is too small or too large.
    #[error("{field} is {least} to {most}: write a number between them, or none")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A phone number that cannot be called.
    #[error("this is no phone number: write 8 to 15 digits, like 0912 345 678")]
    BadPhone,
    /// A correction without a reason.
    #[error("a reason is missing: write why this changes")]
    NoReason,
    /// Somebody changed it since it was read.
    #[error("somebody changed this meanwhile (version {found}): look at it again")]
    ChangedMeanwhile {
        /// The version now.
        found: u64,
    },
    /// There is no such place.
    #[error("there is no place {0}")]
    NoPlace(PlaceId),
    /// A place cannot stand there.
    #[error(transparent)]
    WrongPlace(#[from] liengia_access::rules::WrongPlace),
    /// There is no such household.
    #[error("there is no household {0}")]
    NoHousehold(HouseholdId),
    /// There is no such person.
    #[error("there is no person {0}")]
    NoPerson(PersonId),
    /// There is no such team, or it was dissolved.
    #[error("there is no team {0}, or it was dissolved")]
    NoTeam(TeamId),
    /// The household is in that team already.
    #[error("it is in that team already")]
    AlreadyThere,
    /// A leader or deputy must be an adult of the team.
    #[error("a leader or deputy must be an adult who lives in the team")]
    NotOfTheTeam,
    /// Leader and deputy are the same person.
    #[error("leader and deputy are the same person: name two")]
    SamePerson,
    /// A team is not next to itself.
    #[error("a team is not its own neighbour")]
    OwnNeighbour,
    /// A child was given a responder's task.
    #[error("only an adult can be sent to help: children get out")]
    ChildResponder,
    /// A household with people in it.
    #[error("{count} people are still in this household: move or erase them first")]
    NotEmpty {
        /// How many.
        count: u64,
    },
    /// More than one command may hold.
    #[error("too many {what} at once (at most {most}): do it in parts")]
    TooMany {
        /// What.
        what: &'static str,
        /// The most.
        most: usize,
    },
}

/// Refuses a correction of something that changed since it was read.
pub fn current(read: u64, found: u64) -> Result<(), RegisterError> {
    if read == found { Ok(()) } else { Err(RegisterError::ChangedMeanwhile { found }) }
}
