//! Small disks that can be filled, broken and cut off. They need root; without it the tests that use them say so.

use liengia_journal::testing::{Folder, folder, left_out};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs a command; what it said where it failed.
pub(super) fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output =
        Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    let said = || format!("{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    if output.status.success() { Ok(()) } else { Err(said()) }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A mounted disk; unmounted when this is dropped.
pub(super) struct Disk {
    place: PathBuf,
    /// Where the file that it is made of lies, if it is one.
    pub(super) image: Option<PathBuf>,
    _folder: Option<Folder>,
}

impl Disk {
    /// A disk in memory with so many megabytes.
    pub(super) fn memory(megabytes: usize) -> Result<Self, String> {
        let folder = folder();
        let place = folder.join("disk");
        std::fs::create_dir(&place).unwrap();
        run("mount", &["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "liengia-test", text(&place)])?;
        Ok(Self { place, image: None, _folder: Some(folder) })
    }

    /// A disk of so many megabytes in a file of this folder.
    pub(super) fn in_file(folder: &Path, megabytes: u64) -> Result<Self, String> {
        let image = folder.join("image");
        let file = std::fs::File::create(&image).map_err(|error| error.to_string())?;
        file.set_len(megabytes * 1024 * 1024).map_err(|error| error.to_string())?;
        run("mkfs.ext4", &["-q", "-F", text(&image)])?;
        Self::of_image(&image)
    }

    /// The disk in this file.
    pub(super) fn of_image(image: &Path) -> Result<Self, String> {
        let place = image.with_extension("mounted");
        std::fs::create_dir_all(&place).unwrap();
        run("mount", &["-o", "loop", text(image), text(&place)])?;
        Ok(Self { place, image: Some(image.to_owned()), _folder: None })
    }

    pub(super) fn path(&self) -> &Path {
        &self.place
    }

    /// Makes it read-only at once, as a disk does on which the system found an error.
    pub(super) fn break_it(&self) -> Result<(), String> {
        // The mount itself may already report the failure that it was asked to bring about.
        let _ = run("mount", &["-o", "remount,abort", text(&self.place)]);
        let refused = std::fs::write(self.place.join("probe"), "x").is_err();
        if refused { Ok(()) } else { Err("the disk is still writable".into()) }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that was killed a moment ago may still hold a file.
        let unmounted =
            run("umount", &[text(&self.place)]).or_else(|_| run("umount", &["-l", text(&self.place)]));
        if let Err(why) = unmounted {
            eprintln!("{why}");
        }
    }
}

/// The disk, or why this machine gives none: then the test has nothing to say.
pub(super) fn or_skip(disk: Result<Disk, String>) -> Option<Disk> {
    disk.map_err(|why| left_out("a disk to break", why)).ok()
}
