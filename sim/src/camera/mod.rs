//! Simulated cameras: real RTSP over TCP, and moving pictures with a burnt-in clock, that misbehave when they are told to.
//!
//! Promises: each camera shows a street of its seed with its name and the time of day, to the millisecond, for people and
//! (in the bar of squares at the top, see [`Size::square`]) for programs. A picture is drawn and encoded once for all that
//! play it, and only while somebody does. Nothing that a client sends or fails to read makes the server grow or wait.
//!
//! Each camera has two streams: `/cam1` as set up, and `/cam1/sub`, which is [`Size::Small`] at five pictures a second.

#[cfg(test)]
#[path = "tests/ffmpeg.rs"]
mod ffmpeg;
mod film;
mod h264;
pub mod onvif;
mod picture;
mod scene;
mod server;
mod size;

pub use film::{Film, Frame};
pub use size::Size;

use liengia_kernel::{Clock, Timestamp};
use server::{Server, Stop};
use std::{
    io,
    net::SocketAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// Pictures a second of a camera's small stream.
const SMALL_RATE: u32 = 5;
/// Pictures a second at most.
const FASTEST: u32 = 60;
const DAY_MILLIS: i64 = 86_400_000;

/// The cameras of one port.
pub struct Setup {
    /// Where they listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The cameras, `/cam1` first.
    pub cameras: Vec<Camera>,
    /// User and password, if not everybody may look: the cameras ask for them by digest.
    pub user: Option<(String, String)>,
    /// Hours that the clock in the pictures is ahead of UTC.
    pub utc_offset: i8,
}

/// One camera.
#[derive(Clone, Debug)]
pub struct Camera {
    /// What stands in the picture: ASCII letters, digits and a few signs, as many as have room.
    pub name: String,
    /// The same seed shows the same street.
    pub seed: u64,
    /// How large its pictures are.
    pub size: Size,
    /// Pictures a second, from 1 to 60; what lies outside is taken as the nearer end.
    pub rate: u32,
    /// What is black in its pictures: the masks of its device, where it has one.
    pub masks: Masks,
    /// What it does wrong.
    pub misbehaviour: Misbehaviour,
}

/// What a device was told to blacken, and its camera blackens from then on.
pub type Masks = Arc<Mutex<Vec<onvif::Mask>>>;

impl Camera {
    /// A medium camera at 15 pictures a second that does nothing wrong.
    pub fn new(name: impl Into<String>, seed: u64) -> Self {
        Self {
            name: name.into(),
            seed,
            size: Size::Medium,
            rate: 15,
            masks: Masks::default(),
            misbehaviour: Misbehaviour::default(),
        }
    }

    /// Its small stream.
    fn small(&self) -> Self {
        Self { size: Size::Small, rate: SMALL_RATE, ..self.clone() }
    }
}

/// What a camera does wrong, in both of its streams. Moments count from when somebody plays a stream that nobody played.
#[derive(Clone, Debug, Default)]
pub struct Misbehaviour {
    /// From then on it sends nothing any more, neither pictures nor reports, and keeps the connection open.
    pub freeze_after: Option<Duration>,
    /// It never sends a picture that one could begin with, nor parameter sets between the pictures.
    pub no_key_pictures: bool,
    /// Then the stream's own clock leaps ten seconds back, once.
    pub timestamps_backwards_at: Option<Duration>,
    /// Each such packet is lost: their numbers show a gap.
    pub drop_every_nth_packet: Option<NonZeroU32>,
    /// Then the pictures change their size: large and small ones to medium, medium ones to small.
    pub change_size_at: Option<Duration>,
    /// Then it closes the connections of all that play the stream.
    pub close_after: Option<Duration>,
    /// It takes PLAY without a word, and does not play.
    pub never_answer_play: bool,
    /// Milliseconds that its sender reports are ahead of the true time, or behind if negative. The clock in the pictures
    /// is true.
    pub clock_off_by: i64,
}

/// Milliseconds of the local day.
fn local_millis(wall: Timestamp, utc_offset: i8) -> u32 {
    let millis = wall.as_micros().div_euclid(1_000) + i64::from(utc_offset) * 3_600_000;
    u32::try_from(millis.rem_euclid(DAY_MILLIS)).unwrap_or(0)
}

/// Cameras that run until they are dropped.
pub struct Cameras {
    address: SocketAddr,
    stop: Stop,
    thread: Option<thread::JoinHandle<()>>,
}

impl Cameras {
    /// Starts the cameras. Their beat is that of the machine's sleep: `clock` must run as real time does.
    ///
    /// # Errors
    /// If the address cannot be listened on, or the machine gives no thread.
    pub fn start(mut setup: Setup, clock: Arc<dyn Clock>) -> io::Result<Self> {
        for camera in &mut setup.cameras {
            camera.rate = camera.rate.clamp(1, FASTEST);
        }
        let (server, stop, address) = Server::new(setup, clock)?;
        let thread = thread::Builder::new().name("cameras".into()).spawn(move || server.run())?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where they listen.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a camera's own stream, without user or password; the first camera is 0. With `/sub` behind it, that
    /// of its small stream.
    pub fn url(&self, camera: usize) -> String {
        format!("rtsp://{}/cam{}", self.address, camera.saturating_add(1))
    }
}

impl Drop for Cameras {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}
