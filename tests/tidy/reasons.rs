//! Whoever silences a lint, or leaves a test out, says why beside it.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// The web's own ways to silence a tool; each asks for ` -- why` on the same line.
const SILENCERS: [&str; 4] = ["eslint-disable", "@ts-expect-error", "svelte-ignore", "prettier-ignore"];
/// These take everything with them and are never right.
const BLINDERS: [&str; 2] = ["@ts-ignore", "@ts-nocheck"];

fn in_rust(file: &File) -> Vec<Finding> {
    let lines = rust::read(&file.text);
    let code =
        |from: usize| lines[from..].iter().take(8).map(|line| line.code.trim()).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        for opening in ["[allow(", "[expect("] {
            let silences =
                line.code.contains(&format!("#{opening}")) || line.code.contains(&format!("#!{opening}"));
            if silences && !code(number).split(")]").next().unwrap_or_default().contains("reason =") {
                found.push(Finding::at(&file.path, number + 1, "says no `reason = \"...\"`"));
            }
        }
        if line.code.contains("#[ignore]") {
            found.push(Finding::at(
                &file.path,
                number + 1,
                "is left out without a reason: `#[ignore = \"...\"]`",
            ));
        }
        if line.code.contains("#[allow(") || line.code.contains("#![allow(") {
            found.push(Finding::at(
                &file.path,
                number + 1,
                "use `#[expect(..., reason = \"...\")]`: it tells when it is over",
            ));
        }
    }
    found
}

fn in_web(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        if BLINDERS.iter().any(|blinder| line.contains(blinder)) {
            found.push(Finding::at(&file.path, number + 1, "blinds the type checker; mend the types"));
        }
        if SILENCERS
            .iter()
            .filter_map(|silencer| line.split_once(silencer))
            .any(|(_, after)| !after.contains(" -- "))
        {
            found.push(Finding::at(&file.path, number + 1, "says no reason; add ` -- why`"));
        }
    }
    found
}

fn findings(file: &File) -> Vec<Finding> {
    match file {
        generated if generated.is_generated() => Vec::new(),
        file if file.ends_with(&["rs"]) => in_rust(file),
        file if file.ends_with(&["ts", "js", "mjs", "svelte", "css"]) => in_web(file),
        _ => Vec::new(),
    }
}

#[test]
fn every_silenced_lint_has_its_reason() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn a_lint_silenced_without_a_word_is_known_to_fail() {
    let found = |path: &str, text: &str| findings(&File { path: path.into(), text: text.into() }).len();
    assert_eq!(found("a.rs", "#[expect(dead_code)]\nfn a() {}\n"), 1);
    assert_eq!(found("a.rs", "#[ignore]\n#[test]\nfn a() {}\n"), 1);
    assert_eq!(found("a.rs", "#[allow(dead_code)]\nfn a() {}\n"), 2);
    assert_eq!(found("a.rs", "#![allow(dead_code, reason = \"soon\")]\n"), 1);
    assert_eq!(
        found(
            "a.rs",
            "#[expect(\n    dead_code,\n    reason = \"the field keeps it alive\"\n)]\nfn a() {}\n"
        ),
        0
    );
    assert_eq!(found("a.ts", concat!("// @ts-", "ignore\n")), 1);
    assert_eq!(found("a.svelte", "<!-- svelte-ignore a11y_autofocus -->\n"), 1);
    assert_eq!(
        found("a.ts", "// eslint-disable-next-line no-console -- the console is the screen here\n"),
        0
    );
}
