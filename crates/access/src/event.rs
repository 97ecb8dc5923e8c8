//! What can happen to the tree of scopes, to accounts, sessions, invitations and roles.
//!
//! Ids and closed words only. A place's name is public and stands in its entry; names of people, logins, codes,
//! passwords and labels of phones are in the vault.

use crate::rules::{PlaceKind, Role, Scope};
use liengia_journal::{Commitment, Event};
use liengia_kernel::{
    AccountId, HouseholdId, InvitationId, PasskeyId, PersonId, PlaceId, SessionId, TeamId, Timestamp,
};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// How somebody got in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
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
pub enum Way {
    /// With a login and a password.
    Password,
    /// With a passkey.
    Passkey,
    /// With the one-time link of a new account.
    Link,
    /// With the one-time link of the first set-up.
    Setup,
    /// With a household's one-time code.
    Join,
}

/// Why a session ended.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
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
pub enum Ending {
    /// Its owner signed out.
    SignedOut,
    /// Its owner, or someone who may, closed it from elsewhere.
    Closed,
    /// Another session took its place on the same browser.
    Replaced,
    /// Its account or its last role is gone.
    AccountRemoved,
    /// Its time was over.
    Expired,
    /// Its account has more sessions than one may have.
    TooMany,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the words of the glossary")]
pub enum AccessEvent {
    /// A place was added to the tree; without a parent it is a root.
    PlaceAdded { place: PlaceId, parent: Option<PlaceId>, place_kind: PlaceKind, name: String },
    /// A place has another name now.
    PlaceRenamed { place: PlaceId, name: String },
    /// A place hangs under another one now.
    PlaceMoved { place: PlaceId, parent: Option<PlaceId> },
    /// A place is of another kind now.
    PlaceKindSet { place: PlaceId, place_kind: PlaceKind },
    /// A team stands here, from now on.
    TeamPlaced { team: TeamId, place: PlaceId },
    /// The team is no more.
    TeamRemoved { team: TeamId },
    /// The teams next door to a team, all of them.
    TeamAdjoins { team: TeamId, teams: Vec<TeamId> },
    /// A household stands here and is in this team, from now on.
    HouseholdPlaced { household: HouseholdId, place: PlaceId, team: Option<TeamId> },
    /// The household is no more.
    HouseholdRemoved { household: HouseholdId },
    /// A person can be signed in, from now on.
    AccountAdded { account: AccountId, person: PersonId, login: Option<Commitment> },
    /// An account has this login from now on.
    LoginSet { account: AccountId, login: Commitment },
    /// An account has another password.
    PasswordSet { account: AccountId },
    /// An account is no more, nor are its passkeys.
    AccountRemoved { account: AccountId, person: PersonId },
    /// A person has this role here, from now on, with or without an account.
    RoleGranted { person: PersonId, role: Role, scope: Scope },
    /// A person has this role here no more.
    RoleRevoked { person: PersonId, role: Role, scope: Scope },
    /// An account can be signed in to with this passkey.
    PasskeyAdded { passkey: PasskeyId, account: AccountId },
    /// No longer with this one.
    PasskeyRemoved { passkey: PasskeyId, account: AccountId },
    /// Somebody was signed in on one browser or phone. `until`: the end that use does not put off.
    SessionOpened {
        session: SessionId,
        account: AccountId,
        person: PersonId,
        way: Way,
        until: Option<Timestamp>,
    },
    /// A phone's session also bears its person's other roles, until then.
    SessionRaised { session: SessionId, way: Way, until: Timestamp },
    /// A session ended before its time.
    SessionClosed { session: SessionId, why: Ending },
    /// A one-time code was made: for a household's phone, or for an account's owner.
    InvitationMade {
        invitation: InvitationId,
        household: Option<HouseholdId>,
        account: Option<AccountId>,
        person: Option<PersonId>,
        until: Timestamp,
    },
    /// The code was used.
    InvitationUsed { invitation: InvitationId, session: SessionId },
    /// The code was taken back.
    InvitationRevoked { invitation: InvitationId },
}

impl Event for AccessEvent {
    const SLICE: &'static str = "access";

    fn kind(&self) -> &'static str {
        self.into()
    }

    /// Teams, households and people belong to the register, whose versions count entries of the bare id: here their
    /// subjects are `scope:ID` and `roles:ID`.
    fn subject(&self) -> String {
        match self {
            Self::PlaceAdded { place, .. }
            | Self::PlaceRenamed { place, .. }
            | Self::PlaceMoved { place, .. }
            | Self::PlaceKindSet { place, .. } => place.to_string(),
            Self::TeamPlaced { team, .. } | Self::TeamRemoved { team } | Self::TeamAdjoins { team, .. } => {
                format!("scope:{team}")
            }
            Self::HouseholdPlaced { household, .. } | Self::HouseholdRemoved { household } => {
                format!("scope:{household}")
            }
            Self::AccountAdded { account, .. }
            | Self::LoginSet { account, .. }
            | Self::PasswordSet { account }
            | Self::AccountRemoved { account, .. } => account.to_string(),
            Self::RoleGranted { person, .. } | Self::RoleRevoked { person, .. } => format!("roles:{person}"),
            Self::PasskeyAdded { passkey, .. } | Self::PasskeyRemoved { passkey, .. } => passkey.to_string(),
            Self::SessionOpened { session, .. }
            | Self::SessionRaised { session, .. }
            | Self::SessionClosed { session, .. } => session.to_string(),
            Self::InvitationMade { invitation, .. }
            | Self::InvitationUsed { invitation, .. }
            | Self::InvitationRevoked { invitation } => invitation.to_string(),
        }
    }
}
