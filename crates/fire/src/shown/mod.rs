//! What the answers hold, and how it is made of ids and names for the one who asks.
//!
//! Promises: personal data stands in an answer by name, and only where the one who asks may read it. Never: a decision.

pub mod alarm;
pub mod board;
mod build;
pub mod device;
pub mod drill;
pub mod home;
mod names;
pub mod point;
pub mod report;
mod timeline;
pub mod trend;
mod whole;

pub(crate) use build::{Seen, Viewer};
pub(crate) use names::{Names, Staff};
pub(crate) use whole::{Whole, story_of};

use liengia_kernel::{HouseholdId, Pii, TeamId};
use serde::Serialize;

/// A team with its name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TeamNamed {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
}

/// A household with its label.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdNamed {
    /// Its id.
    pub household: HouseholdId,
    /// What neighbours call it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    pub label: Pii<String>,
    /// Its team.
    pub team: Option<TeamNamed>,
}
