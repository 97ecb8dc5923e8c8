//! The list of migrations that may no longer change: `docs/reference/migrations.lock`.
//!
//! One line a migration, `<sha256>  <path>`, in the order of the paths, as `sha256sum` would print them. A database in
//! the field has run what the list names; changing it would leave that database different from a fresh one.

use crate::{File, Finding};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write as _};

/// Where the list stands.
pub const PATH: &str = "docs/reference/migrations.lock";

const HEAD: &str = "\
# Every migration and the SHA-256 of its text. A migration listed here has run somewhere: it never changes again.
# `cargo xtask migrations --lock` adds the new ones. Only one that no release has carried may be edited, by taking
# its line out here in the same commit.
";

/// Path -> hash.
pub type Hashes = BTreeMap<String, String>;

/// The hash of each migration among `files`: SQL below a folder named `migrations`.
pub fn of_files(files: &[File]) -> Hashes {
    let migrations =
        files.iter().filter(|file| file.ends_with(&["sql"]) && file.path.contains("/migrations/"));
    migrations.map(|file| (file.path.clone(), sha256(&file.text))).collect()
}

/// Reads the list.
pub fn parse(list: &str) -> Hashes {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect()
}

/// The list with what is new among `now` added. What it has already stays as it is.
pub fn extended(locked: &Hashes, now: &Hashes) -> String {
    let all: Hashes = now.iter().chain(locked).map(|(path, hash)| (path.clone(), hash.clone())).collect();
    all.iter().fold(HEAD.to_owned(), |mut list, (path, hash)| {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "{hash}  {path}");
        list
    })
}

/// What changed, vanished, is new, or was squeezed in before one that had run.
pub fn findings(locked: &Hashes, now: &Hashes) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, hash) in locked {
        match now.get(path) {
            None => found.push(Finding::about(path, "was removed; a migration that has run must stay")),
            Some(other) if other != hash => {
                found.push(Finding::about(path, "was changed; undo that and write a new migration after it"));
            }
            Some(_) => {}
        }
    }
    for path in now.keys().filter(|path| !locked.contains_key(*path)) {
        let last = locked.keys().rfind(|other| folder(other) == folder(path));
        match last {
            Some(last) if last > path => {
                found.push(Finding::about(
                    path,
                    format!("is new but sorts before {last}; number it after that"),
                ));
            }
            _ => found.push(Finding::about(path, "is new; run `cargo xtask migrations --lock`")),
        }
    }
    found
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::{extended, findings, of_files, parse};
    use crate::{File, as_text};

    fn migrations(texts: &[(&str, &str)]) -> super::Hashes {
        let file = |(name, text): &(&str, &str)| File {
            path: format!("crates/fire/migrations/{name}.sql"),
            text: (*text).to_owned(),
        };
        of_files(&texts.iter().map(file).collect::<Vec<_>>())
    }

    fn says(locked: &super::Hashes, now: &super::Hashes) -> String {
        as_text(&findings(locked, now))
    }

    #[test]
    fn a_list_reads_back_as_it_was_written() {
        let now = migrations(&[("0001", "create"), ("0002", "alter")]);
        assert_eq!(parse(&extended(&super::Hashes::new(), &now)), now);
        assert_eq!(findings(&now, &now), []);
    }

    #[test]
    fn a_changed_and_a_removed_migration_are_found() {
        let locked = migrations(&[("0001", "create"), ("0002", "alter")]);
        let said = says(&locked, &migrations(&[("0001", "create more")]));
        assert!(said.contains("0001.sql: was changed"), "{said}");
        assert!(said.contains("0002.sql: was removed"), "{said}");
    }

    #[test]
    fn a_new_migration_asks_to_be_locked_and_must_come_last() {
        let locked = migrations(&[("0001", "create"), ("0003", "alter")]);
        let now = migrations(&[("0001", "create"), ("0002", "late"), ("0003", "alter"), ("0004", "new")]);
        let said = says(&locked, &now);
        assert!(said.contains("0002.sql: is new but sorts before crates/fire/migrations/0003.sql"), "{said}");
        assert!(said.contains("0004.sql: is new; run"), "{said}");
    }

    #[test]
    fn locking_again_never_forgives_a_change() {
        let locked = migrations(&[("0001", "create")]);
        let changed = migrations(&[("0001", "create more")]);
        assert_eq!(parse(&extended(&locked, &changed)), locked);
    }
}
