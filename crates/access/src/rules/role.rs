//! Roles, and whom they were given to where.

use super::{PlaceKind, Scope};
use liengia_kernel::PersonId;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What somebody is, for one household, team, village or commune.
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
    IntoStaticStr,
    VariantArray,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Lives or works there, and has its alarm on the phone.
    HouseholdMember,
    /// Leads a team.
    TeamLeader,
    /// Stands in for the leader.
    TeamDeputy,
    /// Sits at the desk.
    DutyOfficer,
    /// Settles disputes.
    Mediator,
    /// Keeps the register.
    Clerk,
    /// Compares figures.
    Analyst,
    /// Gives accounts and roles.
    Administrator,
    /// Reads what others did.
    Auditor,
}

impl Role {
    /// Whether it needs a password or a passkey: a phone that joined by a code alone never bears it.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::HouseholdMember | Self::TeamLeader | Self::TeamDeputy)
    }

    /// Whether the role can be held there; `kind` is the place's kind, where it is a place.
    pub const fn fits(self, scope: Scope, kind: Option<PlaceKind>) -> bool {
        match scope {
            Scope::Household(_) => matches!(self, Self::HouseholdMember),
            Scope::Team(_) => matches!(self, Self::TeamLeader | Self::TeamDeputy),
            Scope::Place(_) => self.is_staff() && kind.is_some(),
        }
    }
}

/// A role that a person has somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// Who has it.
    pub person: PersonId,
    /// What.
    pub role: Role,
    /// Where.
    pub scope: Scope,
}
