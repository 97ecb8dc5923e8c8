//! What the program is built from: licences, banned crates, the same crate twice, wherever it comes from.
//!
//! deny.toml is the law; `cargo deny check` reads the same file and knows security advisories besides.

use liengia_tests::{Finding, Package, nothing_found, resolved, root};
use std::collections::BTreeMap;
use toml::Table;

/// What deny.toml says, as far as this test enforces it.
struct Law {
    licences: Vec<String>,
    banned: Vec<String>,
    /// `name@version`.
    skipped: Vec<String>,
}

impl Law {
    fn read(text: &str) -> Self {
        let law: Table = text.parse().expect("deny.toml is TOML");
        let list = |table: &str, key: &str| law[table][key].as_array().cloned().unwrap_or_default();
        let crates = |key: &str| {
            let entries = list("bans", key);
            entries
                .iter()
                .map(|entry| entry["crate"].as_str().expect("`crate` names it").to_owned())
                .collect()
        };
        let licences = list("licenses", "allow");
        Self {
            licences: licences.iter().filter_map(|name| name.as_str()).map(ToOwned::to_owned).collect(),
            banned: crates("deny"),
            skipped: crates("skip"),
        }
    }

    fn ours() -> Self {
        Self::read(
            &std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml stands in the workspace"),
        )
    }

    /// Whether an SPDX expression leaves at least one allowed way. No nesting beyond `(A OR B) AND C` is in use.
    fn allows(&self, expression: &str) -> bool {
        let expression = expression.replace('/', " OR ");
        let all_of = split_outside(&expression, " AND ");
        if all_of.len() > 1 {
            return all_of.iter().all(|part| self.allows(part));
        }
        let inner = expression.trim();
        let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
        let any_of = split_outside(inner, " OR ");
        if any_of.len() > 1 || inner != expression.trim() {
            return any_of.iter().any(|part| self.allows(part));
        }
        self.licences.iter().any(|allowed| allowed == inner.trim())
    }

    fn judge(&self, packages: &[Package]) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            versions.entry(&package.name).or_default().push(&package.version);
            if !self.allows(&package.license) {
                let licence = if package.license.is_empty() { "no licence" } else { &package.license };
                found.push(Finding::about(&package.name, format!("{licence} is not allowed by deny.toml")));
            }
            if self.banned.contains(&package.name) {
                found.push(Finding::about(&package.name, "is banned by deny.toml"));
            }
        }
        for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
            let unnamed: Vec<_> = versions
                .iter()
                .filter(|version| !self.skipped.contains(&format!("{name}@{version}")))
                .collect();
            if unnamed.len() > 1 {
                let says = format!(
                    "stands in {versions:?}; unify, or name all but one in deny.toml's skip, with why"
                );
                found.push(Finding::about(name, says));
            }
        }
        found
    }

    /// Entries of `skip` that nothing needs any more.
    fn stale(&self, packages: &[Package]) -> Vec<Finding> {
        let there: Vec<String> =
            packages.iter().map(|package| format!("{}@{}", package.name, package.version)).collect();
        let gone = self.skipped.iter().filter(|skipped| !there.contains(skipped));
        gone.map(|skipped| {
            Finding::about("deny.toml", format!("skips {skipped}, which is gone; take it out"))
        })
        .collect()
    }
}

/// Splits at `separator` where no parenthesis is open.
fn split_outside<'a>(expression: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && expression[at..].starts_with(separator) => {
                parts.push(&expression[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

/// The npm packages of the UI, from its lock file.
fn npm_packages(lock: &str) -> Vec<Package> {
    let lock: serde_json::Value = serde_json::from_str(lock).expect("package-lock.json is JSON");
    let packages = lock["packages"].as_object().into_iter().flatten();
    let others = packages.filter_map(|(path, package)| Some((path.rsplit_once("node_modules/")?.1, package)));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    others
        .map(|(name, package)| Package {
            name: name.to_owned(),
            version: text(&package["version"]),
            license: text(&package["license"]),
            asks_for: Vec::new(),
            manifest: String::new(),
        })
        .collect()
}

#[test]
fn every_crate_has_an_allowed_licence_stands_once_and_is_not_banned() {
    let (law, packages) = (Law::ours(), resolved());
    nothing_found([law.judge(&packages), law.stale(&packages)].concat());
}

#[test]
fn every_npm_package_has_an_allowed_licence() {
    let Ok(lock) = std::fs::read_to_string(root().join("ui/package-lock.json")) else { return };
    let law = Law::ours();
    let refused = npm_packages(&lock).into_iter().filter(|package| !law.allows(&package.license));
    nothing_found(
        refused.map(|package| Finding::about(&package.name, format!("{} is not allowed", package.license))),
    );
}

#[cfg(test)]
mod known_to_fail {
    use super::{Law, npm_packages};
    use liengia_tests::{Package, as_text};

    const LAW: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Unicode-3.0"]
        [bans]
        deny = [{ crate = "openssl-sys", reason = "x" }]
        skip = [{ crate = "hashbrown@0.14.0", reason = "x" }, { crate = "gone@1.0.0", reason = "x" }]
    "#;

    fn package(name: &str, version: &str, license: &str) -> Package {
        let [name, version, license] = [name, version, license].map(ToOwned::to_owned);
        Package { name, version, license, asks_for: vec![], manifest: String::new() }
    }

    fn said(packages: &[Package]) -> String {
        as_text(&Law::read(LAW).judge(packages))
    }

    #[test]
    fn a_licence_that_nobody_allowed() {
        assert!(said(&[package("a", "1.0.0", "GPL-3.0-only")]).contains("GPL-3.0-only is not allowed"));
        assert!(said(&[package("a", "1.0.0", "")]).contains("no licence"));
        assert!(said(&[package("a", "1.0.0", "(MIT OR Apache-2.0) AND OpenSSL")]).contains("not allowed"));
    }

    #[test]
    fn a_choice_needs_one_allowed_way_and_a_sum_needs_all() {
        let law = Law::read(LAW);
        assert!(law.allows("GPL-2.0 OR MIT"));
        assert!(law.allows("MIT/Apache-2.0"));
        assert!(law.allows("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(law.allows("(MIT OR GPL-2.0)"));
        assert!(!law.allows("MIT AND GPL-2.0"));
    }

    #[test]
    fn a_banned_crate_and_a_crate_twice() {
        assert!(said(&[package("openssl-sys", "1.0.0", "MIT")]).contains("banned"));
        let twice = [package("rand", "0.8.0", "MIT"), package("rand", "0.9.0", "MIT")];
        assert!(said(&twice).contains("rand: stands in [\"0.8.0\", \"0.9.0\"]"));
        let skipped = [package("hashbrown", "0.14.0", "MIT"), package("hashbrown", "0.15.0", "MIT")];
        assert_eq!(said(&skipped), "");
    }

    #[test]
    fn an_exception_that_nothing_needs_any_more() {
        let stale = Law::read(LAW).stale(&[package("hashbrown", "0.14.0", "MIT")]);
        assert_eq!(stale.len(), 1);
        assert!(stale[0].to_string().contains("gone@1.0.0"));
    }

    #[test]
    fn an_npm_package_is_named_without_its_folders() {
        let lock = r#"{"packages": {"": {}, "node_modules/a/node_modules/@b/c": {"version": "1", "license": "MIT"}}}"#;
        assert_eq!(npm_packages(lock), [package("@b/c", "1", "MIT")]);
    }
}
