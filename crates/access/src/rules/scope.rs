//! The nodes of the tree.

use liengia_kernel::{HouseholdId, PlaceId, TeamId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// What kind of place it is. Any may stand under any larger one; none is needed between.
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
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlaceKind {
    /// A province or city of its own.
    Province,
    /// A district, where there is one.
    District,
    /// A commune or ward.
    Commune,
    /// A village, hamlet or residential group.
    Village,
    /// An alley, a dyke, a block.
    Cluster,
}

/// A node of the tree: a household, a team, or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Scope {
    /// A household or another member of a team.
    Household(HouseholdId),
    /// A team.
    Team(TeamId),
    /// A place, with all that stands in it.
    Place(PlaceId),
}

impl Scope {
    /// `household`, `team` or `place`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Household(_) => "household",
            Self::Team(_) => "team",
            Self::Place(_) => "place",
        }
    }

    /// The id, as text.
    pub fn id(self) -> String {
        match self {
            Self::Household(id) => id.to_string(),
            Self::Team(id) => id.to_string(),
            Self::Place(id) => id.to_string(),
        }
    }

    /// The scope that [`Self::kind`] and [`Self::id`] name.
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        Some(match kind {
            "household" => Self::Household(id.parse().ok()?),
            "team" => Self::Team(id.parse().ok()?),
            "place" => Self::Place(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl From<HouseholdId> for Scope {
    fn from(id: HouseholdId) -> Self {
        Self::Household(id)
    }
}

impl From<TeamId> for Scope {
    fn from(id: TeamId) -> Self {
        Self::Team(id)
    }
}

impl From<PlaceId> for Scope {
    fn from(id: PlaceId) -> Self {
        Self::Place(id)
    }
}
