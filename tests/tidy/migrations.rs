//! Migrations are only ever added. How the list works: [`lock`].

use liengia_tests::{files, lock, nothing_found, root};

/// Set by `cargo xtask migrations --lock`: write the new ones into the list instead of asking for it.
const WRITE: &str = "LIENGIA_LOCK_MIGRATIONS";

#[test]
fn a_migration_never_changes_once_it_is_listed() {
    let path = root().join(lock::PATH);
    let mut locked = lock::parse(&std::fs::read_to_string(&path).unwrap_or_default());
    let now = lock::of_files(&files());
    if std::env::var_os(WRITE).is_some() {
        let list = lock::extended(&locked, &now);
        locked = lock::parse(&list);
        std::fs::write(&path, list).expect("the list can be written");
    }
    nothing_found(lock::findings(&locked, &now));
}
