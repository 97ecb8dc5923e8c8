//! From the table, the tree and somebody's roles to a yes or a no.

use super::{Action, Grant, PlaceKind, Reach, Scope, Tree};
use liengia_kernel::{HouseholdId, PersonId, PlaceId, TeamId};
use std::collections::BTreeSet;

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    node: Option<Scope>,
    person: Option<PersonId>,
}

impl Target {
    /// A household, and what belongs to it.
    pub const fn household(id: HouseholdId) -> Self {
        Self { node: Some(Scope::Household(id)), person: None }
    }

    /// A team, and what belongs to it.
    pub const fn team(id: TeamId) -> Self {
        Self { node: Some(Scope::Team(id)), person: None }
    }

    /// A place, and what belongs to it.
    pub const fn place(id: PlaceId) -> Self {
        Self { node: Some(Scope::Place(id)), person: None }
    }

    /// Any node of the tree.
    pub const fn node(node: Scope) -> Self {
        Self { node: Some(node), person: None }
    }

    /// What belongs to a person and stands nowhere: a session, a passkey.
    pub const fn person(id: PersonId) -> Self {
        Self { node: None, person: Some(id) }
    }

    /// The same, belonging to this person.
    #[must_use]
    pub const fn of(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }
}

/// Where somebody may do something: what a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Where {
    /// Their own things.
    pub own: bool,
    /// These nodes, and all that stands in them.
    pub nodes: BTreeSet<Scope>,
    /// Everywhere.
    pub everywhere: bool,
}

/// The grant that lets `person`, who has `grants`, do this to that; `None`: denied.
pub fn allows(
    tree: &Tree,
    person: PersonId,
    grants: &[Grant],
    action: Action,
    target: Target,
) -> Option<Grant> {
    let allowed = |grant: &&Grant| {
        let reach = action.reach(grant.role);
        let own = reach >= Reach::Own && target.person == Some(person);
        own || target.node.is_some_and(|node| reaches(tree, reach, grant.scope, node))
    };
    grants.iter().find(allowed).copied()
}

fn reaches(tree: &Tree, reach: Reach, held: Scope, node: Scope) -> bool {
    if reach <= Reach::Own {
        return false;
    }
    if reach == Reach::Node || tree.within(held, node) {
        return true;
    }
    nodes(tree, reach, held).into_iter().any(|root| tree.within(root, node))
}

/// The nodes that a reach from `held` takes in, with all that stands in them.
fn nodes(tree: &Tree, reach: Reach, held: Scope) -> Vec<Scope> {
    let mut nodes = vec![held];
    let team = tree.team_of(held);
    if reach >= Reach::Team {
        nodes.extend(team.map(Scope::Team));
    }
    if reach >= Reach::Near {
        nodes.extend(team.into_iter().flat_map(|team| tree.next_door(team)).map(Scope::Team));
    }
    if reach >= Reach::Village {
        nodes.extend(tree.enclosing(held, PlaceKind::Village).map(Scope::Place));
    }
    if reach >= Reach::Commune {
        nodes.extend(tree.enclosing(held, PlaceKind::Commune).map(Scope::Place));
    }
    nodes
}

/// Where somebody with these grants may do this.
pub fn reach(tree: &Tree, grants: &[Grant], action: Action) -> Where {
    let mut answer = Where::default();
    for grant in grants {
        let reach = action.reach(grant.role);
        answer.own |= reach >= Reach::Own;
        answer.everywhere |= reach == Reach::Node;
        if reach > Reach::Own {
            answer.nodes.extend(nodes(tree, reach, grant.scope).into_iter().filter(|node| tree.has(*node)));
        }
    }
    answer
}
