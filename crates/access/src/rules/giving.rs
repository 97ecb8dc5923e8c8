//! Giving and taking roles.

use super::{Grant, PlaceKind, Role, Scope, Tree};
use liengia_kernel::PersonId;

/// Why a role is not given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongRole {
    /// The role is not held there.
    #[error("this role is not held there: a member has a household, a leader a team, all others a place")]
    DoesNotFit,
    /// There is no such household, team or place.
    #[error("there is no such household, team or place: choose one from the list")]
    NoSuchScope,
    /// Whoever checks the others has no other role of theirs.
    #[error("an auditor has no other role at the commune: choose another person")]
    AuditorApart,
    /// Nobody changes their own roles.
    #[error("nobody changes their own roles: ask another administrator")]
    OwnRoles,
    /// Somebody must be left who can give accounts.
    #[error("this is the last administrator: make another one first")]
    LastAdministrator,
    /// The person has no such role.
    #[error("the person has no such role: look at the list again")]
    NotHeld,
}

/// Whether `giver` may give this role; they are known to reach its scope.
pub fn give(tree: &Tree, held: &[Grant], giver: Option<PersonId>, grant: Grant) -> Result<(), WrongRole> {
    fits(tree, grant.role, grant.scope)?;
    if giver == Some(grant.person) {
        return Err(WrongRole::OwnRoles);
    }
    let staff = held.iter().filter(|other| other.role.is_staff());
    let mut apart = staff.filter(|other| (other.role == Role::Auditor) != (grant.role == Role::Auditor));
    if grant.role.is_staff() && apart.next().is_some() { Err(WrongRole::AuditorApart) } else { Ok(()) }
}

/// Whether a role can be held there at all.
pub fn fits(tree: &Tree, role: Role, scope: Scope) -> Result<(), WrongRole> {
    if !tree.has(scope) {
        return Err(WrongRole::NoSuchScope);
    }
    let kind = match scope {
        Scope::Place(place) => tree.place(place).map(|place| place.kind),
        _ => None,
    };
    if role.fits(scope, kind) { Ok(()) } else { Err(WrongRole::DoesNotFit) }
}

/// Whether `taker` may take this role; `administrators` are all of the node.
pub fn take(
    held: &[Grant],
    administrators: &[PersonId],
    taker: PersonId,
    grant: Grant,
) -> Result<(), WrongRole> {
    if !held.contains(&grant) {
        return Err(WrongRole::NotHeld);
    }
    if taker == grant.person {
        return Err(WrongRole::OwnRoles);
    }
    let others = administrators.iter().any(|administrator| *administrator != grant.person);
    if grant.role == Role::Administrator && !others { Err(WrongRole::LastAdministrator) } else { Ok(()) }
}

/// The word under which a scope is shown and chosen: a place by what kind of place it is.
pub fn scope_word(tree: &Tree, scope: Scope) -> &'static str {
    match scope {
        Scope::Place(place) => tree.place(place).map_or("place", |place| place.kind.into()),
        other => other.kind(),
    }
}

/// The scope that a word and an id name, if it stands in the tree under that word.
pub fn scope_of(tree: &Tree, word: &str, id: &str) -> Result<Scope, WrongRole> {
    let kind = if word.parse::<PlaceKind>().is_ok() { "place" } else { word };
    let scope = Scope::parse(kind, id).ok_or(WrongRole::NoSuchScope)?;
    if tree.has(scope) && scope_word(tree, scope) == word { Ok(scope) } else { Err(WrongRole::NoSuchScope) }
}
