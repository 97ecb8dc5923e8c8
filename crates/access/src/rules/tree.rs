//! The tree of places, with teams and households hung into it.

use super::{PlaceKind, Scope};
use liengia_kernel::{HouseholdId, PlaceId, TeamId};
use std::collections::{BTreeMap, BTreeSet};

/// Most places above a place. What is deeper is treated as hanging nowhere, so that a broken tree ends every climb.
const MAX_DEPTH: usize = 32;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place above it.
    pub parent: Option<PlaceId>,
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// What people call it.
    pub name: String,
}

/// Where a household is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Household {
    /// The place in which it stands.
    pub place: PlaceId,
    /// The team it is in.
    pub team: Option<TeamId>,
}

/// Why a place cannot stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongPlace {
    /// There is no such place.
    #[error("there is no such place: choose one from the tree")]
    Unknown,
    /// A place stands under a larger one.
    #[error("a place stands under a larger one: choose a larger place above it")]
    NotLarger,
    /// Smaller places stand in a place.
    #[error("what stands in a place is smaller than it: correct those first")]
    NotSmaller,
    /// A commune and what is larger stay what they are: roles reach as far as they do.
    #[error("only villages and clusters can become another kind of place")]
    KindStays,
    /// A place cannot stand under itself.
    #[error("a place cannot stand under itself: choose another place above it")]
    UnderItself,
    /// The tree would be too deep.
    #[error("no more than {MAX_DEPTH} places stand above one another")]
    TooDeep,
}

/// Places, teams and households, and which is where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    places: BTreeMap<PlaceId, Place>,
    teams: BTreeMap<TeamId, PlaceId>,
    households: BTreeMap<HouseholdId, Household>,
    adjoining: BTreeMap<TeamId, BTreeSet<TeamId>>,
}

impl Tree {
    /// Adds a place, or changes it.
    pub fn set_place(&mut self, id: PlaceId, place: Place) {
        self.places.insert(id, place);
    }

    /// Gives a place another name.
    pub fn rename_place(&mut self, id: PlaceId, name: String) {
        if let Some(place) = self.places.get_mut(&id) {
            place.name = name;
        }
    }

    /// Hangs a place under another one.
    pub fn move_place(&mut self, id: PlaceId, parent: Option<PlaceId>) {
        if let Some(place) = self.places.get_mut(&id) {
            place.parent = parent;
        }
    }

    /// Makes a place another kind of place.
    pub fn set_kind(&mut self, id: PlaceId, kind: PlaceKind) {
        if let Some(place) = self.places.get_mut(&id) {
            place.kind = kind;
        }
    }

    /// Puts a team somewhere.
    pub fn set_team(&mut self, team: TeamId, place: PlaceId) {
        self.teams.insert(team, place);
    }

    /// Takes a team out.
    pub fn remove_team(&mut self, team: TeamId) {
        self.teams.remove(&team);
        self.adjoining.remove(&team);
    }

    /// Says which teams are next door to a team.
    pub fn set_adjoining(&mut self, team: TeamId, teams: impl IntoIterator<Item = TeamId>) {
        self.adjoining.insert(team, teams.into_iter().collect());
    }

    /// Puts a household somewhere.
    pub fn set_household(&mut self, id: HouseholdId, household: Household) {
        self.households.insert(id, household);
    }

    /// Takes a household out.
    pub fn remove_household(&mut self, id: HouseholdId) {
        self.households.remove(&id);
    }

    /// The place, if it is in the tree.
    pub fn place(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(&id)
    }

    /// All places, in the order of their ids.
    pub fn places(&self) -> impl Iterator<Item = (PlaceId, &Place)> {
        self.places.iter().map(|(id, place)| (*id, place))
    }

    /// Whether this is a whole commune, or more.
    pub fn is_a_commune_or_more(&self, scope: Scope) -> bool {
        let Scope::Place(place) = scope else { return false };
        self.place(place).is_some_and(|place| place.kind <= PlaceKind::Commune)
    }

    /// Where a team is.
    pub fn team(&self, id: TeamId) -> Option<PlaceId> {
        self.teams.get(&id).copied()
    }

    /// Where a household is.
    pub fn household(&self, id: HouseholdId) -> Option<Household> {
        self.households.get(&id).copied()
    }

    /// How many households stand in a place.
    pub fn households_in(&self, place: PlaceId) -> usize {
        let inside = |home: &&HouseholdId| self.within(Scope::Place(place), Scope::Household(**home));
        self.households.keys().filter(inside).count()
    }

    /// Whether it is in the tree.
    pub fn has(&self, node: Scope) -> bool {
        match node {
            Scope::Household(id) => self.households.contains_key(&id),
            Scope::Team(id) => self.teams.contains_key(&id),
            Scope::Place(id) => self.places.contains_key(&id),
        }
    }

    /// The place, and the places above it, nearest first.
    pub fn climb(&self, from: PlaceId) -> impl Iterator<Item = (PlaceId, &Place)> {
        let first = self.places.get(&from).map(|place| (from, place));
        std::iter::successors(first, |(_, place)| {
            let parent = place.parent?;
            self.places.get(&parent).map(|place| (parent, place))
        })
        .take(MAX_DEPTH)
    }

    /// The place in which a node stands; a place stands in itself.
    pub fn place_of(&self, node: Scope) -> Option<PlaceId> {
        match node {
            Scope::Household(id) => self.household(id).map(|household| household.place),
            Scope::Team(id) => self.team(id),
            Scope::Place(id) => self.places.contains_key(&id).then_some(id),
        }
    }

    /// The team of a node: a household's own, or the team itself.
    pub fn team_of(&self, node: Scope) -> Option<TeamId> {
        match node {
            Scope::Household(id) => self.household(id)?.team,
            Scope::Team(id) => Some(id),
            Scope::Place(_) => None,
        }
    }

    /// Whether `target` is `scope` or stands in it. A household stands in its team and, on its own, in its place.
    pub fn within(&self, scope: Scope, target: Scope) -> bool {
        if scope == target {
            return self.has(target);
        }
        match scope {
            Scope::Household(_) => false,
            Scope::Team(team) => matches!(target, Scope::Household(_)) && self.team_of(target) == Some(team),
            Scope::Place(place) => {
                let from = self.place_of(target);
                from.is_some_and(|from| self.climb(from).any(|(above, _)| above == place))
            }
        }
    }

    /// The nearest place of this kind in which a node stands.
    pub fn enclosing(&self, node: Scope, kind: PlaceKind) -> Option<PlaceId> {
        let from = self.place_of(node)?;
        self.climb(from).find(|(_, place)| place.kind == kind).map(|(id, _)| id)
    }

    /// Whether either team says that the other is next door.
    pub fn adjoin(&self, one: TeamId, other: TeamId) -> bool {
        let says = |one, other| self.adjoining.get(&one).is_some_and(|teams| teams.contains(&other));
        says(one, other) || says(other, one)
    }

    /// The teams next door, by either team's word.
    pub fn next_door(&self, team: TeamId) -> BTreeSet<TeamId> {
        let mine = self.adjoining.get(&team).into_iter().flatten().copied();
        let theirs =
            self.adjoining.iter().filter(|(_, teams)| teams.contains(&team)).map(|(other, _)| *other);
        mine.chain(theirs).filter(|other| *other != team).collect()
    }

    /// Whether a place of this kind may hang under `parent`; `moved` is the place itself where it is in the tree already.
    pub fn may_hang(
        &self,
        kind: PlaceKind,
        parent: Option<PlaceId>,
        moved: Option<PlaceId>,
    ) -> Result<(), WrongPlace> {
        let Some(parent) = parent else { return Ok(()) };
        let above = self.places.get(&parent).ok_or(WrongPlace::Unknown)?;
        let smaller = kind > above.kind || (kind == PlaceKind::Cluster && above.kind == PlaceKind::Cluster);
        if !smaller {
            return Err(WrongPlace::NotLarger);
        }
        if moved.is_some_and(|moved| self.climb(parent).any(|(id, _)| id == moved)) {
            return Err(WrongPlace::UnderItself);
        }
        // A moved place takes what hangs under it along; half the depth is left for that.
        if self.climb(parent).count() >= MAX_DEPTH / 2 { Err(WrongPlace::TooDeep) } else { Ok(()) }
    }
}

impl Tree {
    /// Whether a place of the tree may be of this kind and hang under this parent, with all that hangs under it.
    pub fn may_become(
        &self,
        id: PlaceId,
        kind: PlaceKind,
        parent: Option<PlaceId>,
    ) -> Result<(), WrongPlace> {
        let place = self.places.get(&id).ok_or(WrongPlace::Unknown)?;
        if (kind, parent) == (place.kind, place.parent) {
            return Ok(());
        }
        if kind != place.kind && kind.min(place.kind) <= PlaceKind::Commune {
            return Err(WrongPlace::KindStays);
        }
        self.may_hang(kind, parent, Some(id))?;
        let fits = |below: &Place| {
            below.kind > kind || (kind == PlaceKind::Cluster && below.kind == PlaceKind::Cluster)
        };
        let mut below = self.places.values().filter(|below| below.parent == Some(id));
        if below.all(fits) { Ok(()) } else { Err(WrongPlace::NotSmaller) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::PlaceKind::{Cluster, Commune, District, Province, Village};

    fn id(n: u8) -> PlaceId {
        PlaceId::from_bytes([n; 16])
    }

    fn tree(places: &[(u8, Option<u8>, PlaceKind)]) -> Tree {
        let mut tree = Tree::default();
        for (place, parent, kind) in places {
            tree.set_place(id(*place), Place { parent: parent.map(id), kind: *kind, name: String::new() });
        }
        tree
    }

    #[test]
    fn a_tree_has_any_depth() {
        let tree = tree(&[
            (1, None, Province),
            (2, Some(1), Commune),
            (3, Some(2), Village),
            (4, Some(3), Cluster),
            (5, Some(4), Cluster),
        ]);
        let within = |scope, target| tree.within(Scope::Place(id(scope)), Scope::Place(id(target)));
        assert!(within(1, 5) && within(4, 5) && within(5, 5));
        assert!(!within(5, 4) && !within(9, 5) && !within(9, 9));
        assert_eq!(tree.enclosing(Scope::Place(id(5)), Village), Some(id(3)));
        assert_eq!(tree.enclosing(Scope::Place(id(5)), District), None);
    }

    #[test]
    fn a_household_stands_in_its_team_and_in_its_own_place() {
        let mut tree = tree(&[(1, None, Commune), (2, Some(1), Village), (3, Some(1), Village)]);
        let (team, home) = (TeamId::from_bytes([7; 16]), HouseholdId::from_bytes([8; 16]));
        tree.set_team(team, id(2));
        tree.set_household(home, Household { place: id(3), team: Some(team) });
        assert!(tree.within(team.into(), home.into()));
        assert!(tree.within(id(3).into(), home.into()) && !tree.within(id(2).into(), home.into()));
        assert!(!tree.within(home.into(), team.into()) && !tree.within(team.into(), id(2).into()));
        tree.remove_household(home);
        assert!(!tree.within(team.into(), home.into()) && !tree.within(home.into(), home.into()));
    }

    #[test]
    fn next_door_is_next_door_by_either_word() {
        let mut tree = Tree::default();
        let [team, left, right] = [1, 2, 3].map(|n| TeamId::from_bytes([n; 16]));
        tree.set_adjoining(team, [left, team]);
        tree.set_adjoining(right, [team]);
        assert_eq!(tree.next_door(team), BTreeSet::from([left, right]));
        assert_eq!(tree.next_door(left), BTreeSet::from([team]));
        assert!(tree.adjoin(left, team) && !tree.adjoin(left, right));
    }

    #[test]
    fn places_hang_under_larger_ones_and_never_under_themselves() {
        let tree =
            tree(&[(1, None, Commune), (2, Some(1), Village), (3, Some(2), Cluster), (4, Some(3), Cluster)]);
        let hang = |kind, parent: u8, moved: Option<u8>| tree.may_hang(kind, Some(id(parent)), moved.map(id));
        assert_eq!(hang(Village, 1, None), Ok(()));
        assert_eq!(hang(Cluster, 3, None), Ok(()));
        assert_eq!(hang(Village, 2, None), Err(WrongPlace::NotLarger));
        assert_eq!(hang(Commune, 2, None), Err(WrongPlace::NotLarger));
        assert_eq!(hang(Cluster, 4, Some(3)), Err(WrongPlace::UnderItself));
        assert_eq!(hang(Cluster, 9, None), Err(WrongPlace::Unknown));
        assert_eq!(tree.may_hang(Village, None, None), Ok(()));
    }

    #[test]
    fn a_village_may_become_a_cluster_but_not_what_is_smaller_than_what_stands_in_it() {
        let tree = tree(&[
            (1, None, Commune),
            (2, Some(1), Village),
            (3, Some(1), Village),
            (4, Some(3), Cluster),
            (5, Some(4), Cluster),
        ]);
        let become_ = |place: u8, kind, parent: u8| tree.may_become(id(place), kind, Some(id(parent)));
        assert_eq!(become_(2, Cluster, 1), Ok(()));
        assert_eq!(become_(2, Cluster, 3), Ok(()));
        assert_eq!(become_(3, Cluster, 1), Ok(()), "clusters stand in clusters");
        assert_eq!(become_(4, Village, 3), Err(WrongPlace::NotLarger));
        assert_eq!(become_(4, Village, 1), Ok(()));
        assert_eq!(become_(5, Village, 1), Ok(()));
        assert_eq!(become_(3, Village, 4), Err(WrongPlace::NotLarger));
        assert_eq!(become_(3, Cluster, 4), Err(WrongPlace::UnderItself));
        assert_eq!(become_(2, District, 1), Err(WrongPlace::KindStays));
        assert_eq!(tree.may_become(id(1), Village, None), Err(WrongPlace::KindStays));
        assert_eq!(tree.may_become(id(1), Commune, None), Ok(()));
        assert_eq!(tree.may_become(id(9), Village, None), Err(WrongPlace::Unknown));
    }

    #[test]
    fn a_broken_tree_ends_every_climb() {
        let tree = tree(&[(1, Some(2), Cluster), (2, Some(1), Cluster)]);
        assert_eq!(tree.climb(id(1)).count(), MAX_DEPTH);
        assert!(!tree.within(id(9).into(), id(1).into()));
    }
}
