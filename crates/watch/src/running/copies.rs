//! Copies of footage that is handed out: ffmpeg, started by the node.
//!
//! Promises: no shell, and nobody's words among its arguments; no standard input, nothing of the node's environment and no
//! network; it comes after everything else that wants the processor, and is ended when its time is over or the node stops.
//! What it works on lies in a folder that only the node reads, and goes.

use crate::{
    event::Mask,
    evidence::{
        Copying, ExportKey,
        copy::{Cut, ffmpeg_arguments, stamp},
        export::{ExportError, Exported, Order, Piece, write_with},
    },
};
use liengia_kernel::Timestamp;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    io::{self, Read as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(50);
/// How long it may take to say what it is.
const WHO: Duration = Duration::from_secs(20);
/// How long it may take for the least copy.
const LEAST: Duration = Duration::from_mins(1);
/// And for each second of one: a large picture on a small machine that has other things to do.
const EACH: u32 = 8;
/// What it says that is read, in bytes.
const MOST_SAID: u64 = 16 * 1024;
/// What of that stands in the log, in letters.
const MOST_LOGGED: usize = 300;
/// Where what it says goes, in its folder.
const SAID: &str = "said";

/// The ffmpeg of this machine.
#[derive(Clone, Debug)]
pub struct Ffmpeg {
    program: PathBuf,
    version: String,
    /// Whether it can write into pictures: that needs a font.
    stamps: bool,
}

impl Ffmpeg {
    /// The one that is installed, if it can make copies.
    pub async fn find() -> Option<Self> {
        tokio::task::spawn_blocking(|| Self::at(Path::new("ffmpeg"))).await.ok().flatten()
    }

    /// The one at this place, or of this name where programs are; none if it is not there, or cannot code H.264. It blocks.
    pub fn at(program: &Path) -> Option<Self> {
        let mut child = nice(program, ["-version"]).stdout(Stdio::piped()).spawn().ok()?;
        wait(&mut child, WHO, &|| false).ok()?;
        let mut said = String::new();
        child.stdout.take()?.take(MOST_SAID).read_to_string(&mut said).ok()?;
        let words: Vec<&str> = said.lines().next()?.split_whitespace().take(3).collect();
        let [name @ "ffmpeg", "version", number] = words.as_slice() else { return None };
        if !said.contains("--enable-libx264") {
            return None;
        }
        let picture = ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=0.04", "-vf"];
        let stamp = stamp();
        let tried = picture.into_iter().chain([stamp.as_str(), "-f", "null", "-"]);
        let stamps =
            nice(program, tried).spawn().is_ok_and(|mut child| wait(&mut child, WHO, &|| false).is_ok());
        Some(Self { program: program.to_owned(), version: format!("{name} {number}"), stamps })
    }

    /// Name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether its copies say in their pictures that they are copies.
    pub const fn stamps(&self) -> bool {
        self.stamps
    }

    /// Makes a copy in this folder of what lies there. It blocks until it is done, its time is over or `stopped` is true.
    pub fn make(&self, cut: &Cut, folder: &Path, stopped: &dyn Fn() -> bool) -> Result<(), String> {
        let said = folder.join(SAID);
        let log = File::create(&said).map_err(|error| error.to_string())?;
        let mut command = nice(&self.program, ffmpeg_arguments(cut));
        let mut child = command.current_dir(folder).stderr(log).spawn().map_err(|error| error.to_string())?;
        wait(&mut child, LEAST + cut.length * EACH, stopped).map_err(|why| format!("{why}: {}", words(&said)))
    }
}

/// A command that is last in line for the processor, and has nothing of ours.
fn nice(program: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("nice");
    command.args(["-n", "15"]).arg(program).args(arguments);
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Waits until it has done well; ends it where it takes too long or nobody waits any more.
fn wait(child: &mut Child, most: Duration, stopped: &dyn Fn() -> bool) -> Result<(), String> {
    let mut left = most;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Ok(None) if left > Duration::ZERO && !stopped() => {}
            other => {
                // Whoever has ended by itself cannot be ended; both are well.
                let _ = child.kill();
                let _ = child.wait();
                return Err(match other {
                    Err(error) => error.to_string(),
                    Ok(_) if left.is_zero() => "it took too long".into(),
                    Ok(_) => "the node is stopping".into(),
                });
            }
        }
        thread::sleep(LOOK);
        left = left.saturating_sub(LOOK);
    }
}

/// What it said, for the log: names of ours and nobody's words.
fn words(path: &Path) -> String {
    let mut said = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_SAID).read_to_end(&mut said));
    let text = String::from_utf8_lossy(if read.is_ok() { &said } else { b"" }).into_owned();
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(MOST_LOGGED).collect()
}

/// The copies of an export.
pub(super) struct Copies {
    /// Nothing but copies is handed out.
    pub only: bool,
    /// What is covered, by camera.
    pub masks: BTreeMap<[u8; 16], Vec<Mask>>,
    /// The stretch.
    pub span: (Timestamp, Timestamp),
    /// Where they are made.
    pub folder: PathBuf,
    /// What makes them.
    pub ffmpeg: Ffmpeg,
    /// Set when the node stops.
    pub halted: Arc<AtomicBool>,
}

impl Copies {
    /// Writes an export with them.
    pub(super) fn write(
        &self,
        to: &File,
        order: &Order,
        pieces: impl Iterator<Item = Piece>,
        key: &ExportKey,
    ) -> Result<Exported, ExportError> {
        let place = Workplace::new(&self.folder).map_err(ExportError::Write)?;
        let stopped = || self.halted.load(Ordering::Acquire);
        let copying = Copying {
            only: self.only,
            masks: &self.masks,
            span: self.span,
            folder: &place.0,
            stamped: self.ffmpeg.stamps,
            made_with: &self.ffmpeg.version,
            make: &mut |cut| self.ffmpeg.make(cut, &place.0, &stopped),
        };
        write_with(to, order, pieces, Some(copying), key, &mut |_| ())
    }
}

/// A folder that goes with whoever works in it.
struct Workplace(PathBuf);

impl Workplace {
    fn new(path: &Path) -> io::Result<Self> {
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(path)?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What stays is taken away a day later, with old exports.
        let _ = fs::remove_dir_all(&self.0);
    }
}
