//! Simulated ONVIF devices: found by WS-Discovery, asked by SOAP over HTTP, misbehaving when they are told to.
//!
//! Promises: each device tells the streams that it was given, keeps the masks, the direction of view and the settings that
//! it is told, and checks who tells it. What a client sends is bounded: 64 KiB a request, five seconds, 32 connections at
//! once, 32 masks and presets a device. It never opens a connection itself.
//!
//! The services of the first device are at `/onvif/cam1/device_service` and so on.

mod discovery;
mod http;
mod server;
mod service;
mod sign;
mod state;
mod xml;

#[cfg(test)]
mod tests;

use super::Masks;
pub use state::{Mask, Position};

use liengia_kernel::Clock;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, atomic::AtomicBool},
    thread,
};

/// The devices of one port.
pub struct Setup {
    /// Where they listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The devices, `/onvif/cam1` first.
    pub devices: Vec<Device>,
    /// The address of the interface in whose network they can be found, if they can.
    pub found_on: Option<Ipv4Addr>,
}

/// One device.
#[derive(Clone, Debug)]
pub struct Device {
    /// What its owner calls it.
    pub name: String,
    /// Its model.
    pub model: String,
    /// The same seed gives the same serial number and reference.
    pub seed: u64,
    /// Its large stream.
    pub main: Stream,
    /// Its small stream.
    pub sub: Stream,
    /// User and password, if not everybody may ask.
    pub user: Option<(String, String)>,
    /// How it wants to see the password.
    pub sign_in: SignIn,
    /// Milliseconds that its clock is ahead of the true time, or behind if negative.
    pub clock_off_by: i64,
    /// What it does with privacy masks.
    pub masking: Masking,
    /// Those that it keeps: give them to its camera, too, and they are black in its pictures.
    pub masks: Masks,
    /// Whether it knows Media2 besides Media.
    pub has_media2: bool,
    /// Whether it can be turned.
    pub has_ptz: bool,
    /// What it does wrong.
    pub misbehaviour: Misbehaviour,
}

impl Device {
    /// A device with Media2, eight masks and a motor that everybody may ask and that does nothing wrong.
    pub fn new(name: impl Into<String>, seed: u64, main: Stream, sub: Stream) -> Self {
        Self {
            name: name.into(),
            model: "SIM-1".into(),
            seed,
            main,
            sub,
            user: None,
            sign_in: SignIn::Token,
            clock_off_by: 0,
            masking: Masking::Can { most: 8 },
            masks: Masks::default(),
            has_media2: true,
            has_ptz: true,
            misbehaviour: Misbehaviour::default(),
        }
    }
}

/// A stream that a device tells.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its address, without user or password.
    pub url: String,
    /// Picture width in pixels.
    pub width: u32,
    /// Picture height in pixels.
    pub height: u32,
    /// Pictures a second.
    pub rate: u32,
}

/// How a device wants to see the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By WS-Security `UsernameToken`; a wrong one is answered by a fault.
    Token,
    /// By HTTP Digest; anything else is answered by 401.
    Http,
    /// By either; anything else is answered by 401.
    Either,
    /// By HTTP Basic, which is in plain: it never gets it.
    Plain,
}

/// What a device does with privacy masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masking {
    /// Keeps them, so many.
    Can {
        /// How many; 32 at the most.
        most: u8,
    },
    /// Does not know them.
    Cannot,
    /// Says yes, and keeps none.
    Ignores,
    /// Keeps them at half their height.
    Shrinks,
}

/// What a device does wrong.
#[derive(Clone, Debug, Default)]
pub struct Misbehaviour {
    /// Its services and streams are said to be on this host.
    pub wrong_host: Option<String>,
    /// The addresses of its streams hold its user name and password.
    pub password_in_uri: bool,
    /// How it answers requests.
    pub answers: Answers,
}

/// How a device answers requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// As it should.
    #[default]
    Well,
    /// With what is no XML.
    Garbage,
    /// Not at all; the connection stays open.
    Never,
    /// One byte a second.
    BytePerSecond,
    /// Without end.
    Giant,
    /// Sends everybody to this place on another host (302).
    Elsewhere,
}

/// Devices that run until they are dropped.
pub struct Devices {
    address: SocketAddr,
    running: Arc<Running>,
    threads: Vec<thread::JoinHandle<()>>,
}

/// What the threads share.
struct Running {
    devices: Vec<Alive>,
    clock: Arc<dyn Clock>,
    stop: AtomicBool,
}

/// A device and what became of it.
struct Alive {
    device: Device,
    /// Its place among the devices, from 1.
    number: usize,
    state: Mutex<state::State>,
    masks: Masks,
}

impl Devices {
    /// Starts the devices.
    ///
    /// # Errors
    /// If the address cannot be listened on, the network not joined, or the machine gives no thread.
    pub fn start(setup: Setup, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let listener = TcpListener::bind(setup.listen)?;
        let address = listener.local_addr()?;
        let devices = setup.devices.into_iter().enumerate().map(|(at, device)| Alive {
            masks: device.masks.clone(),
            device,
            number: at + 1,
            state: Mutex::default(),
        });
        let running = Arc::new(Running { devices: devices.collect(), clock, stop: AtomicBool::new(false) });
        let mut threads = Vec::new();
        if let Some(interface) = setup.found_on {
            let socket = discovery::join(interface)?;
            let host = if address.ip().is_unspecified() { interface.into() } else { address.ip() };
            let (place, running) = (SocketAddr::new(host, address.port()), running.clone());
            let run = move || discovery::run(&socket, place, &running);
            threads.push(thread::Builder::new().name("onvif discovery".into()).spawn(run)?);
        }
        let shared = running.clone();
        let run = move || server::run(&listener, &shared);
        threads.push(thread::Builder::new().name("onvif devices".into()).spawn(run)?);
        Ok(Self { address, running, threads })
    }

    /// Where they listen.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a device's device service; the first is 0.
    pub fn url(&self, device: usize) -> String {
        format!("http://{}/onvif/cam{}/device_service", self.address, device.saturating_add(1))
    }

    /// The masks that a device keeps, now and from now on; the first is 0. None if there is no such device.
    pub fn masks(&self, device: usize) -> Option<Masks> {
        self.running.devices.get(device).map(|alive| alive.masks.clone())
    }

    /// Where a device looks; the first is 0. None if there is no such device.
    pub fn position(&self, device: usize) -> Option<Position> {
        let alive = self.running.devices.get(device)?;
        Some(state::lock(&alive.state).ptz.at(self.running.clock.elapsed()))
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        self.running.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}
