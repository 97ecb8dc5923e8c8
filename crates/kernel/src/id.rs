//! Identifiers: UUID version 7, so that they sort by the time they were made, each kind its own type.

use crate::{Entropy, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not one of our identifiers.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an identifier: 36 characters like 0190b5f2-7c1e-7a3b-8d4e-5f60718293a4 are needed")]
pub struct BadId;

/// Makes the identifier of each kind of thing.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, made at `now`; the 74 bits that time leaves free come from `entropy`.
            pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(new_v7(now, entropy))
            }

            /// The identifier with these 16 bytes; for ids that are derived from other ids.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::try_parse(text).map(Self).map_err(|_| BadId)
            }
        }

        impl utoipa::__dev::ComposeSchema for $name {
            fn compose(
                _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                uuid_schema()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

ids! {
    /// A commune, and so its node and that node's chain of entries.
    CommuneId;
    /// One entry of a journal.
    EntryId;
    /// A place in the tree: province, district, commune, village, cluster.
    PlaceId;
    /// A household, or another member of a team: school, agency, company, boat, boarding house.
    HouseholdId;
    /// An inter-family fire team.
    TeamId;
    /// A person.
    PersonId;
    /// What a person signs in with.
    AccountId;
    /// One signed-in browser or phone.
    SessionId;
    /// A passkey of an account.
    PasskeyId;
    /// A one-time code with which a household's phone joins.
    InvitationId;
    /// A bell, button or detector.
    DeviceId;
    /// One alarm or drill, from press to close.
    AlarmId;
    /// A public firefighting point.
    PointId;
    /// One officer's shift at the desk.
    ShiftId;
    /// Cameras that stand together for one purpose.
    SiteId;
    /// A camera.
    CameraId;
    /// One look at cameras: live, back in time, or by an export.
    LookId;
    /// Footage that is kept longer.
    HoldId;
    /// Footage that is handed out.
    ExportId;
    /// Something that an officer saw on a camera and noted.
    SightingId;
    /// A court's or prosecutor's order, of which a copy is kept.
    OrderId;
    /// Telling those concerned later.
    DelayId;
}

fn new_v7(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn uuid_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededEntropy;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let entropy = SeededEntropy::new(1);
        let early = HouseholdId::new(Timestamp::from_micros(1_000_000), &entropy);
        let late = HouseholdId::new(Timestamp::from_micros(2_000_000), &entropy);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn text_goes_there_and_back() {
        let id = TeamId::new(Timestamp::from_micros(5), &SeededEntropy::new(2));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("team 7".parse::<TeamId>(), Err(BadId));
    }
}
