//! Sites and cameras, as everyone may know them.

use liengia_kernel::{HouseholdId, PlaceId, Position, SiteId};
use serde::{Deserialize, Serialize};

/// Words that stand in entries, tables and answers alike.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, strum::EnumString,
            strum::Display, strum::VariantArray, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum $name { $($(#[$word])* $variant,)+ }
    };
}

pub(crate) use words;

words! {
    /// What a site's cameras are for. There is no other use of them.
    SitePurpose {
        /// Order and safety in a public place.
        PublicSafety,
        /// Accidents and jams at a junction.
        Traffic,
        /// Water at a bridge, a dyke, a landing.
        Flood,
        /// Fire and smoke: forests, markets.
        Fire,
        /// Who comes to a public building.
        PublicBuilding,
        /// A home's own gate, shared by its people.
        Home,
    }
}

impl SitePurpose {
    /// Whether sound may be recorded for it. Voices are people's own: they are heard where what is said or called is what it
    /// is about, and never where cars, water or smoke are.
    pub const fn needs_sound(self) -> bool {
        match self {
            Self::PublicSafety | Self::PublicBuilding | Self::Home => true,
            Self::Traffic | Self::Flood | Self::Fire => false,
        }
    }
}

words! {
    /// Who pays for a site.
    Payer {
        /// The budget.
        Budget,
        /// The residents.
        Residents,
        /// Both.
        Both,
        /// The home itself.
        Household,
    }
}

impl Payer {
    /// Whether residents pay, alone or with the budget.
    pub const fn is_residents(self) -> bool {
        matches!(self, Self::Residents | Self::Both)
    }
}

/// A site, as everyone may know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SiteFacts {
    /// The village it is in.
    pub place: PlaceId,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// What its cameras are for.
    pub purpose: SitePurpose,
    /// The same in plain words, for the sign.
    pub words: String,
    /// Whom to ask, and how to reach them: an office, not a person.
    pub contact: String,
    /// Who pays.
    pub paid_by: Payer,
    /// Whether sound is recorded: only where the purpose needs it.
    pub sound: bool,
    /// How long footage is kept, in hours.
    pub keep_hours: u16,
}

/// Whose a camera is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "of", content = "household", rename_all = "snake_case")]
pub enum Owner {
    /// The commune's.
    Public,
    /// A household's.
    Household(HouseholdId),
}

/// A camera, as everyone may know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CameraFacts {
    /// The site it belongs to.
    pub site: SiteId,
    /// What it is called.
    pub name: String,
    /// Where it hangs.
    pub position: Position,
    /// Where it looks, in degrees from north, clockwise.
    pub direction: u16,
    /// How wide it sees, in degrees.
    pub angle: u16,
    /// How far one can make things out, in metres.
    pub reach_m: u16,
    /// Whose it is.
    pub owner: Owner,
}

impl Owner {
    /// The household, if it is one's.
    pub const fn household(self) -> Option<HouseholdId> {
        match self {
            Self::Public => None,
            Self::Household(household) => Some(household),
        }
    }
}
