//! `migrations`: the list of those that may no longer change. The rule itself is a test (tests/src/lock.rs).

use crate::{
    place::{self, cargo},
    steps,
};
use anyhow::Result;

const LIST: &str = "docs/reference/migrations.lock";

/// Shows the list, or adds the new ones to it.
pub fn run(lock: bool) -> Result<()> {
    if lock {
        let mut test =
            cargo(&["test", "--quiet", "--package", "liengia-tests", "--test", "tidy", "migrations"]);
        steps::must("lock migrations", test.env("LIENGIA_LOCK_MIGRATIONS", "1"))?;
    }
    print!("{}", std::fs::read_to_string(place::root().join(LIST)).unwrap_or_default());
    Ok(())
}
