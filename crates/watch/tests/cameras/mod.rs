//! Cameras beside which recording and watching are tried: gst-rtsp-server, and clips that ffmpeg makes.

use super::peers;
use std::{
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Whether a test must be left out because no cameras are here.
pub fn no_cameras(test: &str) -> bool {
    let asks = ["-c", "import gi; gi.require_version('GstRtspServer', '1.0')"];
    peers::no_ffmpeg(test) || peers::left_out(test, "/usr/bin/python3", &asks, "there is no gst-rtsp-server")
}

/// A server that a script of this folder runs; it ends with the test.
pub struct Server(Child);

impl Server {
    /// Runs it, and gives the first line that it prints.
    pub fn start(script: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> (Self, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
        let mut python = Command::new("/usr/bin/python3");
        let mut server = python.arg(script).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut said).unwrap();
        (Self(server), said.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server of cameras.
pub struct Cameras {
    _server: Server,
    port: String,
}

impl Cameras {
    /// Cameras that show this clip; `options` are those of camera.py.
    pub fn start(clip: &Path, codec: &str, options: &[&str]) -> Self {
        let arguments =
            [clip.as_os_str(), codec.as_ref()].into_iter().chain(options.iter().map(AsRef::as_ref));
        let (server, port) = Server::start("camera.py", arguments);
        Self { _server: server, port }
    }

    /// The address of a camera; all show the same.
    pub fn url(&self, camera: usize) -> String {
        format!("rtsp://127.0.0.1:{}/cam{camera}", self.port)
    }
}

/// An empty folder.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cameras-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Eight seconds of 30 pictures, a key picture each second; `coder` are arguments of ffmpeg.
pub fn clip(folder: &Path, coder: &[&str]) -> PathBuf {
    clip_of(8, folder, coder)
}

/// The same for so many seconds.
pub fn clip_of(seconds: u32, folder: &Path, coder: &[&str]) -> PathBuf {
    let path = folder.join("clip.mp4");
    let source = format!("testsrc2=size=640x360:rate=30:duration={seconds}");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-pix_fmt", "yuv420p", "-g", "30"])
        .args(coder)
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    path
}
