//! CI runs the very command that README tells people to run.

use liengia_tests::{File, Finding, files, nothing_found};

const RUN: &str = ".ci/run";

fn finding(run: &str, readme: &str) -> Option<Finding> {
    let command = run.lines().last().unwrap_or_default().trim_start_matches("exec ");
    let told = command.starts_with("cargo xtask ") && readme.contains(command);
    (!told).then(|| {
        Finding::about(RUN, format!("ends with `{command}`, which README.md does not tell people to run"))
    })
}

#[test]
fn ci_runs_what_readme_says() {
    let files = files();
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file: &File| file.text.as_str());
    let run = text(RUN).expect(".ci/run is there");
    nothing_found(text("README.md").and_then(|readme| finding(run, readme)));
}

#[test]
fn a_command_of_its_own_is_known_to_fail() {
    assert!(finding("set -e\nexec cargo xtask test\n", "    cargo xtask test\n").is_none());
    assert!(finding("set -e\nexec cargo xtask test --fewer\n", "    cargo xtask test\n").is_some());
    assert!(finding("cargo test\n", "    cargo test\n").is_some());
}
