//! The whole table: role x action x place, and every route with its action. A change to either is seen in a diff.
//!
//! `LIENGIA_WRITE_ROLES=1 cargo test -p liengia-access --test policy` writes what has changed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use liengia_access::{
    AccessEvent, Action, Grant, Guard, Role, Scope, Target, Where, routes, routes_text,
    rules::{Household, Place, Tree, actions, allows, reach, table_text},
    testing::{HOUSEHOLDS, House, TEAMS, VILLAGES, person, sample_tree, seat},
};
use liengia_http::testing::unsaid;
use liengia_journal::testing::Engine;
use std::{collections::BTreeSet, fmt::Write, path::Path};
use strum::VariantArray;

fn tree() -> Tree {
    let mut tree = Tree::default();
    for event in sample_tree() {
        match event {
            AccessEvent::PlaceAdded { place, parent, place_kind, name } => {
                tree.set_place(place, Place { parent, kind: place_kind, name });
            }
            AccessEvent::TeamPlaced { team, place } => tree.set_team(team, place),
            AccessEvent::TeamAdjoins { team, teams } => tree.set_adjoining(team, teams),
            AccessEvent::HouseholdPlaced { household, place, team } => {
                tree.set_household(household, Household { place, team });
            }
            other => panic!("{other:?} is not of the tree"),
        }
    }
    tree
}

/// What somebody may do something to: their own things, and every node of the sample tree.
fn targets(role: Role) -> Vec<(&'static str, Target)> {
    vec![
        ("own", Target::person(person(role))),
        ("household 1", Target::household(HOUSEHOLDS[0])),
        ("household 2", Target::household(HOUSEHOLDS[1])),
        ("household 3", Target::household(HOUSEHOLDS[2])),
        ("household 4", Target::household(HOUSEHOLDS[3])),
        ("team 1", Target::team(TEAMS[0])),
        ("team 2", Target::team(TEAMS[1])),
        ("team 3", Target::team(TEAMS[2])),
        ("village 1", Target::place(VILLAGES[0])),
        ("village 2", Target::place(VILLAGES[1])),
        ("commune", Target::node(seat(Role::Clerk))),
        ("another's", Target::person(person(if role == Role::Clerk { Role::Analyst } else { Role::Clerk }))),
    ]
}

fn whole_table() -> String {
    let tree = tree();
    let mut text = String::from(
        "# What each role may do to what, in the sample tree of crates/access/src/testing.rs.\n\
         # Written by crates/access/tests/policy.rs; what does not stand here is denied.\n",
    );
    for action in actions() {
        for role in Role::VARIANTS {
            let grants = [Grant { person: person(*role), role: *role, scope: seat(*role) }];
            let allowed = targets(*role)
                .into_iter()
                .filter(|(_, target)| allows(&tree, person(*role), &grants, *action, *target).is_some());
            let allowed: Vec<_> = allowed.map(|(name, _)| name).collect();
            if !allowed.is_empty() {
                writeln!(text, "{action} | {role} | {}", allowed.join(", ")).unwrap();
            }
        }
    }
    text
}

/// Holds a file to what it should say, or writes it.
fn same(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("LIENGIA_WRITE_ROLES").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == expected, "{} is dated: see the head of {}", path.display(), file!());
}

#[test]
fn the_whole_table_is_as_it_was_agreed() {
    same("tests/allowed.txt", &whole_table());
}

#[test]
fn the_reference_shows_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/roles.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once("<!-- table -->\n").expect("docs/reference/roles.md marks its table");
    let (_, tail) =
        rest.split_once("<!-- end of table -->").expect("docs/reference/roles.md marks its table's end");
    same(
        "../../docs/reference/roles.md",
        &format!("{head}<!-- table -->\n{}<!-- end of table -->{tail}", table_text()),
    );
}

#[tokio::test]
async fn every_route_of_access_is_declared() {
    let house = House::on(Engine::Sqlite, &[]).await;
    let built = routes(&house.access).build(&house.access);
    same("tests/routes.txt", &routes_text(&built.table));
    let kinds: BTreeSet<_> = built.table.iter().flat_map(|entry| entry.problems.iter().copied()).collect();
    assert_eq!(unsaid(&kinds.into_iter().collect::<Vec<_>>()), [""; 0]);
    assert_eq!(unsaid(liengia_access::KINDS), [""; 0]);
}

#[tokio::test]
async fn every_problem_that_access_can_answer_with_is_documented_on_a_route() {
    let house = House::on(Engine::Sqlite, &[]).await;
    let built = routes(&house.access).build(&house.access);
    let documented: BTreeSet<_> =
        built.table.iter().flat_map(|entry| entry.problems.iter().copied()).collect();
    let silent: Vec<_> = liengia_access::KINDS.iter().filter(|kind| !documented.contains(*kind)).collect();
    assert_eq!(silent, Vec::<&liengia_http::Kind>::new());
    let document: serde_json::Value = serde_json::from_str(&built.document).unwrap();
    for entry in &built.table {
        let operation = &document["paths"][&entry.path][entry.method.to_lowercase()];
        assert!(operation["summary"].is_string(), "{} {} says what it does", entry.method, entry.path);
        for kind in &entry.problems {
            let response = &operation["responses"][kind.class.status().as_str()];
            let said = response["description"].as_str().unwrap_or_default();
            assert!(said.contains(kind.code), "{} {} documents {}", entry.method, entry.path, kind.code);
        }
    }
}

#[test]
fn nobody_reaches_anything_without_a_role() {
    let tree = tree();
    for action in actions() {
        for role in Role::VARIANTS {
            for (name, target) in targets(*role) {
                assert_eq!(allows(&tree, person(*role), &[], *action, target), None, "{action} {name}");
            }
        }
        assert_eq!(reach(&tree, &[], *action), Where::default());
    }
}

#[test]
fn a_role_of_one_team_gives_nothing_in_another_commune_or_nowhere() {
    let tree = tree();
    let elsewhere = Target::household(liengia_kernel::HouseholdId::from_bytes([99; 16]));
    for role in Role::VARIANTS {
        let grants = [Grant { person: person(*role), role: *role, scope: seat(*role) }];
        for action in actions() {
            assert_eq!(allows(&tree, person(*role), &grants, *action, elsewhere), None, "{role} {action}");
        }
    }
}

#[test]
fn a_list_shows_what_may_be_read_one_by_one() {
    let tree = tree();
    for role in Role::VARIANTS {
        let grants = [Grant { person: person(*role), role: *role, scope: seat(*role) }];
        for action in actions() {
            let within = reach(&tree, &grants, *action);
            let nodes = HOUSEHOLDS.map(Scope::Household).into_iter().chain(TEAMS.map(Scope::Team));
            for node in nodes {
                let listed = within.everywhere || within.nodes.iter().any(|root| tree.within(*root, node));
                let read = allows(&tree, person(*role), &grants, *action, Target::node(node)).is_some();
                assert_eq!(listed, read, "{role} {action} {node:?}");
            }
        }
    }
}

#[test]
fn no_member_of_a_household_can_take_anothers_alarm_away() {
    // A landlord and a tenant are both members of one boarding house.
    let tree = tree();
    let landlord = person(Role::HouseholdMember);
    let grants =
        [Grant { person: landlord, role: Role::HouseholdMember, scope: seat(Role::HouseholdMember) }];
    let tenants_phone = Target::household(HOUSEHOLDS[0]).of(person(Role::TeamLeader));
    for action in [
        Action::CloseSession,
        Action::KeepDevices,
        Action::KeepPeople,
        Action::ErasePerson,
        Action::MoveHousehold,
    ] {
        assert_eq!(allows(&tree, landlord, &grants, action, tenants_phone), None, "{action}");
    }
    assert!(allows(&tree, landlord, &grants, Action::PressAlarm, tenants_phone).is_some());
}

/// A handler gets the context of a write from a permit. Whoever builds one by hand went around the check.
#[test]
fn no_endpoint_makes_a_context_by_hand() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![crates];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && path.iter().any(|part| part == "api")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                if code.contains("Context {") || code.contains("Context{") {
                    found.push(path);
                }
            }
        }
    }
    assert_eq!(found, Vec::<std::path::PathBuf>::new());
}

#[test]
fn the_doors_that_are_open_to_anyone_say_why() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routes.txt")).unwrap();
    for line in text.lines().filter(|line| line.contains("anyone")) {
        assert!(line.split("anyone: ").nth(1).is_some_and(|why| why.len() > 10), "{line}");
    }
    assert!(matches!(Guard::Public("x"), Guard::Public(_)));
}
