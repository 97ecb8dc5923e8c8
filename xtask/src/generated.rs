//! The generated files that are committed: the OpenAPI document, which Rust writes, and the TypeScript client's
//! types, which npm writes from it.

use crate::{
    place::{self, cargo, npm},
    setup,
    steps::Steps,
    ui,
};
use anyhow::{Context as _, Result, bail};
use std::{fs, process::Command};

/// The OpenAPI document, as `liengia openapi` prints it.
const DOCUMENT: &str = "docs/reference/openapi.json";
/// The types of the client, as `npm run types` writes them from that document.
const TYPES: &str = "ui/shared/api/schema.d.ts";

/// Writes both anew.
pub fn write() -> Result<()> {
    setup::ensure(setup::TO_BUILD)?;
    let mut steps = Steps::default();
    if steps.run("cargo build", &mut cargo(&["build", "--quiet", "--locked", "--package", "liengia-node"]))? {
        fs::write(place::root().join(DOCUMENT), document()?)?;
    }
    if ui::install(&mut steps)? {
        steps.run("npm run types", &mut npm(&["run", "types"]))?;
    }
    steps.end()
}

/// Fails when the committed document is not what the built binary prints.
pub fn same_document() -> Result<()> {
    same(DOCUMENT, &read(DOCUMENT)?, &document()?)
}

/// The committed types, before a step of the UI writes them anew.
pub fn types() -> String {
    read(TYPES).unwrap_or_default()
}

/// Fails when the types are no longer the `committed` ones.
pub fn same_types(committed: &str) -> Result<()> {
    if committed.is_empty() {
        return Ok(()); // They are not committed: made anew each time, they cannot be stale.
    }
    same(TYPES, committed, &types())
}

fn same(path: &str, committed: &str, fresh: &str) -> Result<()> {
    if committed == fresh {
        return Ok(());
    }
    let line =
        committed.lines().zip(fresh.lines()).take_while(|(committed, fresh)| committed == fresh).count() + 1;
    bail!("{path} is stale from line {line} on; run `cargo xtask generate` and commit what it writes")
}

fn document() -> Result<String> {
    let binary = place::dev_binary();
    let output = Command::new(&binary).arg("openapi").output();
    let output = output.with_context(|| format!("{} does not start", binary.display()))?;
    if !output.status.success() {
        bail!("`liengia openapi` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("`liengia openapi` did not print text")
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(place::root().join(path)).with_context(|| format!("{path} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_stale_file_says_from_which_line_on_and_what_to_run() {
        assert!(same("a.json", "one\ntwo\n", "one\ntwo\n").is_ok());
        let said = same("a.json", "one\ntwo\n", "one\n2\n").unwrap_err().to_string();
        assert!(
            said.contains("a.json is stale from line 2 on") && said.contains("cargo xtask generate"),
            "{said}"
        );
    }
}
