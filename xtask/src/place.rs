//! Where things are: the repository, what is built, and the programs that tasks start.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The repository's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where the tasks keep their logs and stamps.
pub fn notes() -> PathBuf {
    target().join("xtask")
}

/// The node's binary as the dev profile builds it.
pub fn dev_binary() -> PathBuf {
    target().join("debug/liengia")
}

/// The node's binary as it is shipped.
pub fn release_binary() -> PathBuf {
    target().join("release/liengia")
}

/// Whether this runs where nobody watches.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value != "false" && !value.is_empty())
}

/// Whether a room of the workspace is there yet.
pub fn has(path: &str) -> bool {
    root().join(path).exists()
}

/// The same cargo that started this task, in the repository's folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// npm in the UI's folder.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(root().join("ui"));
    command
}

/// A program that may open as many files as the machine allows: ten thousand devices need more than the usual 1,024.
pub fn wide_open(program: &Path) -> Command {
    let mut command = Command::new("sh");
    let raise = r#"ulimit -n "$(ulimit -Hn)" 2>/dev/null || true; exec "$0" "$@""#;
    command.args(["-c", raise]).arg(program).current_dir(root());
    command
}
