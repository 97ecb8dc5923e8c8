//! The systemd units, looked at by systemd itself.

use crate::kit::{Folder, told};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

#[test]
fn systemd_understands_every_line_of_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: systemd-analyze is not on this machine");
        return;
    }
    let folder = Folder::new("units");
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging");
    // The units name the installed program, which a build machine need not have.
    let program = folder.join("liengia");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut units = Vec::new();
    for name in ["liengia.service", "liengia-backup.service", "liengia-backup.timer"] {
        let text = fs::read_to_string(packaging.join(name)).unwrap();
        let unit = folder.join(name);
        fs::write(&unit, text.replace("/usr/bin/liengia", &program.display().to_string())).unwrap();
        units.push(unit);
    }
    let looked = Command::new("systemd-analyze").arg("verify").args(&units).output().unwrap();
    let ours: Vec<String> =
        told(&looked).lines().filter(|line| line.contains("liengia")).map(ToOwned::to_owned).collect();
    assert_eq!(ours, Vec::<String>::new());
}
