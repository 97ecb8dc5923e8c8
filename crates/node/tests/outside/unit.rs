//! The systemd units, looked at by systemd itself; and what the node tells it.

use crate::kit::{Folder, Node, told};
use liengia_journal::testing::left_out;
use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixDatagram},
    path::Path,
    process::Command,
    time::Duration,
};

#[test]
fn systemd_is_told_that_the_node_serves_lives_and_stops() {
    let mut node = Node::empty("notify");
    let place = node.folder.join("notify");
    let systemd = UnixDatagram::bind(&place).unwrap();
    systemd.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let heard = || {
        let mut word = [0; 64];
        let length = systemd.recv(&mut word).unwrap();
        String::from_utf8_lossy(&word[..length]).into_owned()
    };
    node.start_with(&[("NOTIFY_SOCKET", &place.display().to_string()), ("WATCHDOG_USEC", "200000")]);
    assert_eq!((heard(), heard(), heard()), ("READY=1".into(), "WATCHDOG=1".into(), "WATCHDOG=1".into()));
    node.stop();
    assert!(std::iter::repeat_with(heard).take(1_000).any(|word| word == "STOPPING=1"));
}

#[test]
fn systemd_understands_every_line_of_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return left_out("the systemd units", "systemd-analyze is not on this machine");
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
