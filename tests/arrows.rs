//! The arrows between the rooms: who may know whom.
//!
//! `node -> capabilities -> register -> access -> http -> journal -> kernel`; what stands beside that line is named
//! below. The table is the law and names direct dependencies of every kind, tests and build scripts included. A crate
//! that it does not name fails the test, so that somebody decides where it belongs. Why: docs/decisions/0001.

use liengia_tests::{Finding, Package, files, nothing_found, workspace_members};

/// The rooms that do a job for people. None imports another; what one does to another is a line in node.
const CAPABILITIES: [&str; 5] = ["fire", "watch", "mediation", "movement", "funds"];

/// What a room may know. `None`: nobody has placed this room yet.
fn may_know(room: &str) -> Option<Vec<&'static str>> {
    let line = ["kernel", "journal", "http", "access", "register"];
    let up_to = |n: usize| line[..n].to_vec();
    Some(match room {
        "kernel" => vec![],
        "journal" => up_to(1),
        // Beside the line: signal, paper and link carry and print what others hand them.
        "http" | "signal" | "paper" | "link" => up_to(2),
        // From here on a room may hand plain tables and texts to paper (a QR code, a workbook).
        "access" => [up_to(3), vec!["paper"]].concat(),
        "register" => [up_to(4), vec!["paper"]].concat(),
        capability if CAPABILITIES.contains(&capability) => [up_to(5), vec!["paper"]].concat(),
        "sim" => vec!["kernel"],
        "node" => [up_to(5), CAPABILITIES.to_vec(), vec!["signal", "paper", "link", "sim"]].concat(),
        "bench" | "tests" => {
            [up_to(5), CAPABILITIES.to_vec(), vec!["signal", "paper", "link", "sim", "node", "bench"]]
                .concat()
        }
        "xtask" => vec![],
        _ => return None,
    })
}

fn room(package: &str) -> &str {
    package.strip_prefix("liengia-").unwrap_or(package)
}

fn findings(packages: &[Package]) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in packages {
        let from = room(&package.name);
        let Some(known) = may_know(from) else {
            found.push(Finding::about(&package.name, "has no place yet; give it one in tests/arrows.rs"));
            continue;
        };
        let own = package.asks_for.iter().filter(|name| name.starts_with("liengia-") || *name == "xtask");
        for to in own.map(|name| room(name)).filter(|to| *to != from && !known.contains(to)) {
            found.push(Finding::about(
                &package.name,
                format!("must not know {to}; the arrows are in tests/arrows.rs"),
            ));
        }
    }
    found
}

/// `home` and `desk` share through `shared` and never reach into each other.
fn reaches_across(path: &str, text: &str) -> Vec<Finding> {
    let parts: Vec<&str> = path.split('/').collect();
    let forbidden: &[&str] = if parts.contains(&"home") {
        &["/desk/", "$desk"]
    } else if parts.contains(&"desk") {
        &["/home/", "$home"]
    } else if parts.contains(&"shared") {
        &["/home/", "/desk/", "$home", "$desk"]
    } else {
        &[]
    };
    let imports = text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim_start();
        (line.starts_with("import")
            || line.starts_with("export")
            || line.contains(" from ")
            || line.contains("import("))
            && (line.contains('\'') || line.contains('"'))
            && !line.starts_with("//")
    });
    imports
        .filter(|(_, line)| forbidden.iter().any(|reach| line.contains(reach)))
        .map(|(number, _)| {
            Finding::at(path, number + 1, "home and desk share through ui's shared folder only")
        })
        .collect()
}

#[test]
fn every_crate_knows_only_what_stands_below_it() {
    nothing_found(findings(&workspace_members()));
}

#[test]
fn home_and_desk_never_reach_into_each_other() {
    let ui = files()
        .into_iter()
        .filter(|file| file.path.starts_with("ui/") && file.ends_with(&["ts", "js", "svelte"]));
    let apps = ui.filter(|file| !file.path.starts_with("ui/tests/"));
    nothing_found(apps.flat_map(|file| reaches_across(&file.path, &file.text)));
}

#[cfg(test)]
mod known_to_fail {
    use super::{findings, reaches_across};
    use liengia_tests::{Package, as_text};

    fn said(name: &str, asks_for: &[&str]) -> String {
        let package = Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            license: String::new(),
            asks_for: asks_for.iter().map(ToString::to_string).collect(),
            manifest: String::new(),
        };
        as_text(&findings(&[package]))
    }

    #[test]
    fn a_capability_that_imports_another() {
        assert!(said("liengia-fire", &["serde", "liengia-watch"]).contains("must not know watch"));
    }

    #[test]
    fn a_capability_that_rings_by_itself() {
        assert!(said("liengia-fire", &["liengia-signal"]).contains("must not know signal"));
    }

    #[test]
    fn a_shell_that_looks_up() {
        assert!(said("liengia-http", &["liengia-access"]).contains("must not know access"));
        assert!(said("liengia-kernel", &["liengia-journal"]).contains("must not know journal"));
        assert!(said("liengia-journal", &["liengia-sim"]).contains("must not know sim"));
    }

    #[test]
    fn a_crate_that_nobody_has_placed() {
        assert!(said("liengia-weather", &[]).contains("no place yet"));
    }

    #[test]
    fn the_line_itself_is_allowed() {
        assert_eq!(said("liengia-access", &["liengia-http", "liengia-journal", "liengia-kernel"]), "");
        assert_eq!(said("liengia-node", &["liengia-fire", "liengia-signal", "liengia-register"]), "");
    }

    #[test]
    fn a_phone_screen_that_takes_from_the_desk() {
        let import = "import Board from '../desk/Board.svelte';\n";
        assert_eq!(reaches_across("ui/src/home/Home.svelte", import).len(), 1);
        assert_eq!(reaches_across("ui/src/shared/Home.svelte", import).len(), 1);
        assert_eq!(reaches_across("ui/src/desk/Home.svelte", "import x from '../shared/x';\n"), []);
    }
}
