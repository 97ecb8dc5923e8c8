//! The UI's packages and its build, done again only when what they come from has changed.

use crate::{
    place::{self, npm},
    steps::Steps,
};
use anyhow::Result;
use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::Path,
};

/// Folders beside the UI's own that its build reads.
const BESIDE: [&str; 1] = ["texts"];
/// Folders inside that no build reads.
const NOT_READ: [&str; 4] = ["node_modules", "dist", "test-results", "pictures"];

/// Installs the packages of the lock file. `true` when they are there.
pub fn install(steps: &mut Steps) -> Result<bool> {
    let ui = place::root().join("ui");
    // Beside the packages, so that it goes when they go.
    let stamp = ui.join("node_modules/.liengia-lock");
    let lock = digest(&[&ui.join("package-lock.json")]);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(true);
    }
    let installed = steps.run("npm ci", &mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    if installed {
        fs::write(stamp, lock)?;
    }
    Ok(installed)
}

/// Builds `ui/dist` when it is not what the sources would give. `true` when it is there.
pub fn build(steps: &mut Steps) -> Result<bool> {
    let stamp = place::notes().join("ui-built");
    let ui = place::root().join("ui");
    let mut sources = vec![ui.clone()];
    sources.extend(BESIDE.iter().map(|folder| place::root().join(folder)));
    let digest = || digest(&sources.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>());
    if ui.join("dist").is_dir() && fs::read_to_string(&stamp).is_ok_and(|built| built == digest()) {
        return Ok(true);
    }
    let built = steps.run("npm run build", &mut npm(&["run", "build"]))?;
    if built {
        fs::create_dir_all(place::notes())?;
        fs::write(stamp, digest())?;
    }
    Ok(built)
}

/// A number for the names and contents of all files below `paths`; the same toolchain gives the same.
fn digest(paths: &[&Path]) -> String {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(path, &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut below: Vec<_> = entries.map(|entry| entry.path()).collect();
        below.retain(|path| !NOT_READ.iter().any(|name| path.ends_with(name)));
        below.sort();
        for path in &below {
            add(path, hasher);
        }
    } else {
        hasher.write(path.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(path).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::digest;
    use std::{env, fs, path::PathBuf, process};

    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-{}-{name}", process::id()));
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        folder
    }

    #[test]
    fn a_changed_file_changes_the_digest_and_an_installed_package_does_not() {
        let folder = folder("digest");
        fs::write(folder.join("a.ts"), "1").unwrap();
        let before = digest(&[&folder]);
        fs::write(folder.join("node_modules/b.js"), "x").unwrap();
        assert_eq!(digest(&[&folder]), before);
        fs::write(folder.join("a.ts"), "2").unwrap();
        assert_ne!(digest(&[&folder]), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
