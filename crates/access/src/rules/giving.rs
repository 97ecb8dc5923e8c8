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

/// Whether these roles make somebody staff who was not: what opened their account until then was enrolled for less.
pub fn begins_staff(held: &[Grant], given: &[Role]) -> bool {
    !held.iter().any(|grant| grant.role.is_staff()) && given.iter().any(|role| role.is_staff())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Place;
    use liengia_kernel::{PlaceId, TeamId};

    const COMMUNE: PlaceId = PlaceId::from_bytes([1; 16]);
    const ONE: PersonId = PersonId::from_bytes([11; 16]);
    const OTHER: PersonId = PersonId::from_bytes([12; 16]);

    fn tree() -> Tree {
        let mut tree = Tree::default();
        tree.set_place(COMMUNE, Place { parent: None, kind: PlaceKind::Commune, name: "Xã".into() });
        tree.set_team(TeamId::from_bytes([2; 16]), COMMUNE);
        tree
    }

    fn grant(person: PersonId, role: Role) -> Grant {
        Grant { person, role, scope: Scope::Place(COMMUNE) }
    }

    #[test]
    fn a_role_is_held_where_it_belongs() {
        let team = Scope::Team(TeamId::from_bytes([2; 16]));
        assert_eq!(fits(&tree(), Role::TeamLeader, team), Ok(()));
        assert_eq!(fits(&tree(), Role::DutyOfficer, team), Err(WrongRole::DoesNotFit));
        assert_eq!(fits(&tree(), Role::HouseholdMember, Scope::Place(COMMUNE)), Err(WrongRole::DoesNotFit));
        assert_eq!(
            fits(&tree(), Role::TeamLeader, Scope::Team(TeamId::from_bytes([9; 16]))),
            Err(WrongRole::NoSuchScope)
        );
    }

    #[test]
    fn nobody_gives_themselves_a_role() {
        assert_eq!(give(&tree(), &[], Some(ONE), grant(ONE, Role::Clerk)), Err(WrongRole::OwnRoles));
        assert_eq!(give(&tree(), &[], Some(ONE), grant(OTHER, Role::Clerk)), Ok(()));
        assert_eq!(give(&tree(), &[], None, grant(ONE, Role::Clerk)), Ok(()));
    }

    #[test]
    fn somebody_becomes_staff_with_the_first_role_of_that_kind() {
        let (clerk, member) = (grant(ONE, Role::Clerk), grant(ONE, Role::HouseholdMember));
        assert!(begins_staff(&[], &[Role::TeamLeader, Role::Clerk]));
        assert!(begins_staff(&[member], &[Role::Auditor]));
        assert!(!begins_staff(&[member], &[Role::TeamLeader]));
        assert!(!begins_staff(&[member, clerk], &[Role::Administrator]));
    }

    #[test]
    fn whoever_checks_has_no_other_role() {
        let (clerk, auditor) = (grant(ONE, Role::Clerk), grant(ONE, Role::Auditor));
        assert_eq!(give(&tree(), &[clerk], Some(OTHER), auditor), Err(WrongRole::AuditorApart));
        assert_eq!(give(&tree(), &[auditor], Some(OTHER), clerk), Err(WrongRole::AuditorApart));
        let member =
            Grant { scope: Scope::Team(TeamId::from_bytes([2; 16])), ..grant(ONE, Role::TeamLeader) };
        assert_eq!(give(&tree(), &[member], Some(OTHER), auditor), Ok(()));
        assert_eq!(give(&tree(), &[auditor], Some(OTHER), member), Ok(()));
    }

    #[test]
    fn the_last_administrator_stays() {
        let one = grant(ONE, Role::Administrator);
        assert_eq!(take(&[one], &[ONE], OTHER, one), Err(WrongRole::LastAdministrator));
        assert_eq!(take(&[one], &[ONE, OTHER], OTHER, one), Ok(()));
        assert_eq!(take(&[one], &[ONE, OTHER], ONE, one), Err(WrongRole::OwnRoles));
        assert_eq!(take(&[], &[ONE, OTHER], OTHER, one), Err(WrongRole::NotHeld));
    }

    #[test]
    fn a_scope_is_named_by_the_kind_of_its_place() {
        let id = COMMUNE.to_string();
        assert_eq!(scope_of(&tree(), "commune", &id), Ok(Scope::Place(COMMUNE)));
        for (word, id) in
            [("village", id.as_str()), ("place", &id), ("team", &id), ("galaxy", &id), ("commune", "7")]
        {
            assert_eq!(scope_of(&tree(), word, id), Err(WrongRole::NoSuchScope), "{word} {id}");
        }
    }
}
