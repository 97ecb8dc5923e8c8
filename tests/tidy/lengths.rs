//! A file over 400 lines asks to be two. (A function over 60: clippy's `too_many_lines`, threshold in clippy.toml.)

use liengia_tests::{File, Finding, files, nothing_found, root};

const MOST: usize = 400;
const CODE: [&str; 9] = ["rs", "ts", "js", "mjs", "svelte", "css", "html", "sql", "sh"];

/// Files that may be longer, each with why.
const LONGER: [(&str, &str); 0] = [];

fn finding(file: &File, longer: &[(&str, &str)]) -> Option<Finding> {
    let lines = file.text.lines().count();
    let may = file.is_generated() || longer.iter().any(|(path, _)| *path == file.path);
    let too_long = file.ends_with(&CODE) && lines > MOST && !may;
    too_long.then(|| {
        Finding::about(&file.path, format!("has {lines} lines; over {MOST} it asks to be two files"))
    })
}

#[test]
fn no_file_is_longer_than_it_should_be() {
    nothing_found(files().iter().filter_map(|file| finding(file, &LONGER)));
}

#[test]
fn functions_are_held_to_sixty_lines() {
    let clippy = std::fs::read_to_string(root().join("clippy.toml")).expect("clippy.toml is there");
    assert!(clippy.contains("too-many-lines-threshold = 60"));
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml is there");
    assert!(workspace.contains("pedantic = { level = \"warn\""), "`too_many_lines` is a pedantic lint");
    assert!(!workspace.contains("too_many_lines"), "`too_many_lines` stays on");
}

#[test]
fn a_long_file_is_known_to_fail() {
    let long =
        |path: &str, head: &str| File { path: path.into(), text: format!("{head}{}", "\n".repeat(MOST + 1)) };
    assert!(finding(&long("crates/fire/src/rules.rs", ""), &[]).is_some());
    assert!(finding(&long("crates/fire/src/rules.rs", ""), &[("crates/fire/src/rules.rs", "why")]).is_none());
    assert!(finding(&long("ui/shared/api.ts", "// auto-generated\n"), &[]).is_none());
    assert!(finding(&long("docs/guide/start.md", ""), &[]).is_none());
}
