//! What the tasks need on the machine, and how it comes there on Debian.

use crate::steps;
use anyhow::{Result, bail};
use std::{path::Path, process::Command};

/// The oldest Node.js that builds the UI.
const NODE: (u32, u32) = (20, 19);

/// Something a task needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A C compiler and linker, for SQLite and for Rust itself.
    Compiler,
    /// Node.js and npm, for the UI.
    Node,
    /// PostgreSQL's server programs, for the second engine.
    Postgres,
    /// A browser, for the tests that look at the screens.
    Chromium,
    /// Letters for that browser, Vietnamese ones among them.
    Fonts,
    /// The broker to measure against.
    Mosquitto,
    /// Independent MQTT clients, to try the program's own broker with.
    MosquittoClients,
    /// A clock that a test can set, between the program and the system.
    Faketime,
    /// An authority for certificates on this machine alone, that tests ask by ACME.
    Pebble,
    /// What sends a signal to a process, for tests that stop the program.
    Kill,
    /// What reads and makes certificates, for tests and measurements that look at ours from outside.
    Openssl,
    /// What plays footage, to see whether ours plays; and what makes it.
    Ffmpeg,
    /// What the cameras of tests are written in.
    PythonGi,
    /// Where Python keeps the store of the tests.
    PythonVenv,
    /// Cameras that are not ours.
    RtspServer,
    /// What puts their pictures into packets.
    RtpPayloads,
    /// What a recorder needs that is measured beside ours.
    VideoParsers,
}

/// What running and building the node needs.
pub const TO_RUN: &[Need] = &[Need::Compiler];
/// What building it with its UI needs.
pub const TO_BUILD: &[Need] = &[Need::Compiler, Need::Node];
/// What any of the tasks needs.
pub const EVERYTHING: &[Need] = &[
    Need::Compiler,
    Need::Node,
    Need::Postgres,
    Need::Chromium,
    Need::Fonts,
    Need::Mosquitto,
    Need::MosquittoClients,
    Need::Faketime,
    Need::Pebble,
    Need::Kill,
    Need::Openssl,
    Need::Ffmpeg,
    Need::PythonGi,
    Need::PythonVenv,
    Need::RtspServer,
    Need::RtpPayloads,
];

impl Need {
    fn is_there(self) -> bool {
        match self {
            Self::Compiler => answers("cc", &["--version"]),
            Self::Node => {
                node_version().is_some_and(|version| version >= NODE) && answers("npm", &["--version"])
            }
            Self::Postgres => crate::postgres::programs().is_some(),
            Self::Chromium => Path::new("/usr/bin/chromium").exists(),
            Self::Fonts => Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists(),
            Self::Mosquitto => Path::new("/usr/sbin/mosquitto").exists(),
            Self::MosquittoClients => Path::new("/usr/bin/mosquitto_sub").exists(),
            Self::Faketime => Path::new("/usr/bin/faketime").exists(),
            Self::Pebble => Path::new("/usr/bin/pebble").exists(),
            // The shell has a word of the same name: the program is asked for.
            Self::Kill => answers("kill", &["-l"]),
            Self::Openssl => answers("openssl", &["version"]),
            Self::Ffmpeg => Path::new("/usr/bin/ffprobe").exists(),
            Self::PythonGi => answers("/usr/bin/python3", &["-c", "import gi"]),
            Self::PythonVenv => answers("/usr/bin/python3", &["-c", "import ensurepip, venv"]),
            Self::RtspServer => library("girepository-1.0/GstRtspServer-1.0.typelib"),
            Self::RtpPayloads => library("gstreamer-1.0/libgstrtp.so"),
            Self::VideoParsers => library("gstreamer-1.0/libgstvideoparsersbad.so"),
        }
    }

    /// The Debian package that brings it. Debian 12's own Node.js is too old, so none brings that.
    fn package(self) -> Option<&'static str> {
        match self {
            Self::Compiler => Some("build-essential"),
            Self::Node => None,
            Self::Postgres => Some("postgresql"),
            Self::Chromium => Some("chromium"),
            Self::Fonts => Some("fonts-dejavu-core"),
            Self::Mosquitto => Some("mosquitto"),
            Self::MosquittoClients => Some("mosquitto-clients"),
            Self::Faketime => Some("faketime"),
            Self::Pebble => Some("pebble"),
            Self::Kill => Some("procps"),
            Self::Openssl => Some("openssl"),
            Self::Ffmpeg => Some("ffmpeg"),
            Self::PythonGi => Some("python3-gi"),
            Self::PythonVenv => Some("python3-venv"),
            Self::RtspServer => Some("gir1.2-gst-rtsp-server-1.0"),
            Self::RtpPayloads => Some("gstreamer1.0-plugins-good"),
            Self::VideoParsers => Some("gstreamer1.0-plugins-bad"),
        }
    }
}

/// Whether a library is in the folder of this machine's kind, or in the one for all.
fn library(name: &str) -> bool {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|folder| folder.path()).any(|folder| folder.join(name).exists())
}

/// Whether Node.js and npm are here and new enough.
pub fn has_node() -> bool {
    Need::Node.is_there()
}

/// Sees to it that everything in `needs` is here: installs it when root, otherwise says what to run.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<Need> = needs.iter().copied().filter(|need| !need.is_there()).collect();
    if missing.contains(&Need::Node) {
        let (major, minor) = NODE;
        bail!(
            "Node.js {major}.{minor} or newer and npm are needed to build the UI, and {} is here.\n\
             Install Node.js {major} (nodejs.org lists the ways) and run this again.",
            node_version().map_or("none".to_owned(), |(major, minor)| format!("{major}.{minor}"))
        );
    }
    let packages: Vec<&str> = missing.iter().filter_map(|need| need.package()).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let install = [&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat();
    if !answers("apt-get", &["--version"]) {
        bail!("missing, by their Debian names: {}. Install them and run this again.", packages.join(" "));
    }
    if !is_root() {
        bail!(
            "missing: {}. Run this, then try again:\n  sudo apt-get {}",
            packages.join(" "),
            install.join(" ")
        );
    }
    steps::must("apt-get update", apt(&["update"]).arg("-q"))?;
    steps::must(&format!("install {}", packages.join(" ")), &mut apt(&install))?;
    match missing.iter().find(|need| !need.is_there()) {
        Some(need) => {
            bail!("{need:?} is still missing after apt-get installed {}", need.package().unwrap_or_default())
        }
        None => Ok(()),
    }
}

/// The S3 store of the tests (moto), in a Python environment of its own. Debian has no package of it; where Python's own packages
/// cannot be reached, the tests that ask it are left out, and say so.
pub fn second_store() {
    let folder = crate::place::target().join("moto");
    let asks = ["-c", "import moto.server, boto3"];
    let python = folder.join("bin/python");
    if answers(&python.to_string_lossy(), &asks) || answers("python3", &asks) {
        return;
    }
    let said = folder.to_string_lossy();
    let quickly = ["--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"];
    let install = [&["-m", "pip", "install"], quickly.as_slice(), &["moto[server]==5.2.1"]].concat();
    let made = answers("python3", &["-m", "venv", &said]) && answers(&python.to_string_lossy(), &install);
    if !made {
        eprintln!(
            "no moto: footage in a second store is not tried out here (python3 -m venv, pip install 'moto[server]')"
        );
    }
}

/// Whether this runs as root.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Whether `program` starts and says that all is well.
pub fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = Command::new("apt-get");
    // The run level keeps packages from starting their servers: the tasks start their own, and stop them.
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    apt
}

fn node_version() -> Option<(u32, u32)> {
    let output = Command::new("node").arg("--version").output().ok()?;
    version(&String::from_utf8_lossy(&output.stdout))
}

fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn node_says_its_version_with_a_letter() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version("command not found"), None);
        assert!(version("v20.9.0") < version("v20.19.0"));
    }
}
