//! Every link between the repository's own pages leads somewhere, also to the heading it names.

use liengia_tests::{File, Finding, files, nothing_found, root};
use std::path::{Component, Path, PathBuf};

/// The targets of `[text](target)` outside code, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.starts_with("    ") {
            continue;
        }
        let outside_code: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        for (at, _) in outside_code.match_indices("](") {
            let rest = &outside_code[at + 2..];
            if let Some(end) = rest.find([')', ' ']) {
                found.push((number + 1, rest[..end].to_owned()));
            }
        }
    }
    found
}

/// A heading's anchor as code hosts make it: lower case, letters, digits and hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

/// `target` as seen from the folder of `from`, without `..`.
fn beside(from: &str, target: &str) -> String {
    let mut path = Path::new(from).parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            Component::RootDir => path = PathBuf::new(),
            _ => {}
        }
    }
    path.to_string_lossy().into_owned()
}

fn findings(file: &File, all: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, target) in links(&file.text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
        let path = if path.is_empty() { file.path.clone() } else { beside(&file.path, path) };
        if !root().join(&path).exists() && !all.iter().any(|other| other.path == path) {
            found.push(Finding::at(&file.path, line, format!("leads to {path}, which is not there")));
            continue;
        }
        let page = all.iter().find(|other| other.path == path && other.ends_with(&["md"]));
        if !heading.is_empty()
            && page.is_some_and(|page| !anchors(&page.text).contains(&heading.to_lowercase()))
        {
            found.push(Finding::at(
                &file.path,
                line,
                format!("leads to #{heading}, a heading that {path} has not"),
            ));
        }
    }
    found
}

#[test]
fn every_link_leads_somewhere() {
    let files = files();
    let pages = files.iter().filter(|file| file.ends_with(&["md"]));
    nothing_found(pages.flat_map(|page| findings(page, &files)));
}

#[test]
fn a_link_into_nothing_is_known_to_fail() {
    let page = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let start = page(
        "docs/guide/a.md",
        "[gone](gone.md) [up](../b.md#the-bell) [no](../b.md#no) [web](https://a.example)\n",
    );
    let other = page("docs/b.md", "# The bell\n");
    let said: Vec<String> =
        findings(&start, &[start.clone(), other]).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("docs/guide/gone.md, which is not there"));
    assert!(said[1].contains("#no, a heading"));
}

#[test]
fn a_link_inside_code_is_not_followed() {
    assert_eq!(links("`[a](b)` and [c](d)\n```\n[e](f)\n```\n"), [(1, "d".to_owned())]);
    assert_eq!(anchor(" Tổ liên gia, step 1"), "tổ-liên-gia-step-1");
}
