//! What the node tells systemd: that it serves, that it stops, and again and again that it lives.
//!
//! Promises: a sign of life is sent only while the alarm engine answers and the tasks' threads run, so that a node that
//! hangs is started anew. Without systemd nothing is told to anybody.

use liengia_fire::live::Alarms;
use std::{
    ffi::OsString,
    os::{
        linux::net::SocketAddrExt as _,
        unix::{
            ffi::OsStrExt as _,
            net::{SocketAddr, UnixDatagram},
        },
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// Where systemd listens.
const SOCKET: &str = "NOTIFY_SOCKET";

/// After how many microseconds without a sign of life it starts the node anew.
const PATIENCE: &str = "WATCHDOG_USEC";

/// Says that the node serves.
pub fn ready() {
    tell("READY=1");
}

/// Says that it stops.
pub fn stopping() {
    tell("STOPPING=1");
}

/// Gives signs of life while the engine answers; ends at once where nobody asked for them.
pub async fn live(alarms: Alarms) {
    let asked = std::env::var(PATIENCE).ok().and_then(|micros| micros.parse().ok());
    let Some(patience) = asked.map(Duration::from_micros).filter(|patience| !patience.is_zero()) else {
        return;
    };
    // Twice within the time, so that one late sign is none missed.
    let pause = patience / 2;
    loop {
        let alarms = alarms.clone();
        let looked = tokio::task::spawn_blocking(move || alarms.look(|state| state.open().count()));
        if timeout(pause, looked).await.is_ok() {
            tell("WATCHDOG=1");
        }
        sleep(pause).await;
    }
}

fn tell(word: &str) {
    let Some(place) = std::env::var_os(SOCKET) else { return };
    if let Err(error) = send(&place, word) {
        tracing::warn!(%error, word, "systemd could not be told");
    }
}

fn send(place: &OsString, word: &str) -> std::io::Result<()> {
    let bytes = place.as_bytes();
    let address = match bytes.strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(place)?,
    };
    UnixDatagram::unbound()?.send_to_addr(word.as_bytes(), &address).map(drop)
}
