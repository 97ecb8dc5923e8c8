//! How a refusal of the register reads to the person who asked.

use crate::{acts::ActError, rules::RegisterError};
use liengia_http::{Args, CHANGED_MEANWHILE, Class, Explain, FAILED, Field, Kind, WRONG_FIELDS};

/// A text that must be there is missing, too long or not readable.
pub const EMPTY_TEXT: Kind = Kind::new(Class::Refused, "empty_text");
/// A phone number that cannot be called.
pub const BAD_PHONE: Kind = Kind::new(Class::Refused, "bad_phone");
/// A correction without a reason.
pub const NO_REASON: Kind = Kind::new(Class::Refused, "no_reason");
/// There is no such place.
pub const NO_PLACE: Kind = Kind::new(Class::NotFound, "no_place");
/// A place cannot stand there.
pub const WRONG_PLACE: Kind = Kind::new(Class::Refused, "wrong_place");
/// There is no such household.
pub const NO_HOUSEHOLD: Kind = Kind::new(Class::NotFound, "no_household");
/// There is no such person.
pub const NO_PERSON: Kind = Kind::new(Class::NotFound, "no_person");
/// There is no such team, or it was dissolved.
pub const NO_TEAM: Kind = Kind::new(Class::NotFound, "no_team");
/// The household is in that team already.
pub const ALREADY_THERE: Kind = Kind::new(Class::Conflict, "already_there");
/// A leader or deputy must be an adult of the team.
pub const NOT_OF_THE_TEAM: Kind = Kind::new(Class::Refused, "not_of_the_team");
/// Leader and deputy are the same person.
pub const SAME_PERSON: Kind = Kind::new(Class::Refused, "same_person");
/// A team is not next to itself.
pub const OWN_NEIGHBOUR: Kind = Kind::new(Class::Refused, "own_neighbour");
/// A child was given a responder's task.
pub const CHILD_RESPONDER: Kind = Kind::new(Class::Refused, "child_responder");
/// People are still registered in the household.
pub const NOT_EMPTY: Kind = Kind::new(Class::Conflict, "not_empty");
/// More than one command may hold.
pub const TOO_MANY_ITEMS: Kind = Kind::new(Class::Refused, "too_many_items");

/// All of them, for the texts' test.
pub const ALL: [Kind; 15] = [
    EMPTY_TEXT,
    BAD_PHONE,
    NO_REASON,
    NO_PLACE,
    WRONG_PLACE,
    NO_HOUSEHOLD,
    NO_PERSON,
    NO_TEAM,
    ALREADY_THERE,
    NOT_OF_THE_TEAM,
    SAME_PERSON,
    OWN_NEIGHBOUR,
    CHILD_RESPONDER,
    NOT_EMPTY,
    TOO_MANY_ITEMS,
];

impl Explain for RegisterError {
    fn kind(&self) -> Kind {
        match self {
            Self::Empty { .. } => EMPTY_TEXT,
            Self::TooLong { .. } | Self::BadText { .. } | Self::OutOfRange { .. } => WRONG_FIELDS,
            Self::BadPhone => BAD_PHONE,
            Self::NoReason => NO_REASON,
            Self::ChangedMeanwhile { .. } => CHANGED_MEANWHILE,
            Self::NoPlace(_) => NO_PLACE,
            Self::WrongPlace(_) => WRONG_PLACE,
            Self::NoHousehold(_) => NO_HOUSEHOLD,
            Self::NoPerson(_) => NO_PERSON,
            Self::NoTeam(_) => NO_TEAM,
            Self::AlreadyThere => ALREADY_THERE,
            Self::NotOfTheTeam => NOT_OF_THE_TEAM,
            Self::SamePerson => SAME_PERSON,
            Self::OwnNeighbour => OWN_NEIGHBOUR,
            Self::ChildResponder => CHILD_RESPONDER,
            Self::NotEmpty { .. } => NOT_EMPTY,
            Self::TooMany { .. } => TOO_MANY_ITEMS,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::NotEmpty { count } => Args::from([("count", (*count).into())]),
            Self::TooMany { most, .. } => Args::from([("most", (*most).into())]),
            _ => Args::new(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::Empty { field } => vec![Field::new(*field, "empty")],
            Self::TooLong { field, most } => vec![Field::new(*field, "too_long").with("most", *most)],
            Self::BadText { field } => vec![Field::new(*field, "bad_text")],
            Self::OutOfRange { field, least, most } => {
                let field = Field::new(*field, "out_of_range");
                vec![field.with("least", u64::from(*least)).with("most", u64::from(*most))]
            }
            Self::BadPhone => vec![Field::new("phone", "wrong_value")],
            Self::NoReason => vec![Field::new("reason", "empty")],
            _ => Vec::new(),
        }
    }
}

impl Explain for ActError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(error) => error.kind(),
            Self::Commit(error) => error.kind(),
            Self::Read(_) => FAILED,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Refused(error) => error.args(),
            Self::Commit(_) | Self::Read(_) => Args::new(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::Refused(error) => error.fields(),
            Self::Commit(_) | Self::Read(_) => Vec::new(),
        }
    }
}
