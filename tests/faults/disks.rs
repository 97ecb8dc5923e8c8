//! Disks of one's own: a small tmpfs, or ext4 in a file. They need root and the right to mount; where that is missing,
//! the reason is given back.

use crate::node::Folder;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

/// A mounted file system; unmounted when it is dropped. Drop the node that uses it first.
pub struct Disk {
    folder: Folder,
    mounted: bool,
}

/// Runs a command; what it said if it failed.
pub fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let done = Command::new(program).args(arguments).output();
    let done = done.map_err(|error| format!("{program} does not start: {error}"))?;
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).trim().to_owned();
    if done.status.success() { Ok(said) } else { Err(format!("{program} {}: {said}", arguments.join(" "))) }
}

impl Disk {
    /// A file system in memory that holds so many kilobytes.
    pub fn in_memory(name: &str, kilobytes: u64) -> Result<Self, String> {
        let mut disk = Self::new(name);
        disk.mount(&["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "liengia-faults"])?;
        Ok(disk)
    }

    /// ext4 in a file of so many megabytes.
    pub fn in_a_file(name: &str, megabytes: u64) -> Result<Self, String> {
        let mut disk = Self::new(name);
        let image = disk.image();
        File::create(&image)
            .and_then(|file| file.set_len(megabytes << 20))
            .map_err(|error| error.to_string())?;
        run("mkfs.ext4", &["-q", "-F", &image.display().to_string()])?;
        disk.mount_image()?;
        Ok(disk)
    }

    /// What this image holds, as after a power cut: its own journal is replayed.
    pub fn of_image(name: &str, copy: impl FnOnce(&Path)) -> Result<Self, String> {
        let mut disk = Self::new(name);
        copy(&disk.image());
        disk.mount_image()?;
        Ok(disk)
    }

    fn new(name: &str) -> Self {
        let disk = Self { folder: Folder::new(name), mounted: false };
        fs::create_dir(disk.root()).unwrap();
        disk
    }

    /// Mounts the file that it is in, again.
    pub fn mount_image(&mut self) -> Result<(), String> {
        let image = self.image().display().to_string();
        self.mount(&["-t", "ext4", "-o", "loop,errors=remount-ro", &image])
    }

    fn mount(&mut self, how: &[&str]) -> Result<(), String> {
        let root = self.root().display().to_string();
        run("mount", &[how, &[&root]].concat())?;
        self.mounted = true;
        Ok(())
    }

    pub fn unmount(&mut self) {
        if std::mem::take(&mut self.mounted) {
            run("umount", &[&self.root().display().to_string()]).unwrap();
        }
    }

    /// Its top folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The file that it is in.
    pub fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    /// The loop device, like `loop3`.
    pub fn device(&self) -> Result<String, String> {
        let found = run("findmnt", &["-n", "-o", "SOURCE", &self.root().display().to_string()])?;
        found.strip_prefix("/dev/").map(ToOwned::to_owned).ok_or(found)
    }

    /// Fills it to the last byte. Taking the file that is given back away makes room again.
    pub fn fill(&self) -> PathBuf {
        let ballast = self.root().join("ballast");
        let mut file = File::options().create(true).append(true).open(&ballast).unwrap();
        for size in [64 << 10, 4 << 10, 1 << 10, 1] {
            let block = vec![7_u8; size];
            while std::io::Write::write_all(&mut file, &block).is_ok() {}
        }
        ballast
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            // A test that failed may leave something open there.
            let _ = run("umount", &["-l", &self.root().display().to_string()]);
        }
    }
}
