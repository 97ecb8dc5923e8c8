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
use tokio::{
    task::spawn_blocking,
    time::{sleep, timeout},
};

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
    let look = move || {
        alarms.look(|state| state.open().count());
    };
    signs(patience, look, || tell("WATCHDOG=1")).await;
}

/// Gives a sign of life after each look that ends in time.
async fn signs(patience: Duration, look: impl Fn() + Clone + Send + 'static, give: impl Fn()) {
    // Twice within the time, so that one late sign is none missed.
    let pause = patience / 2;
    loop {
        if timeout(pause, spawn_blocking(look.clone())).await.is_ok() {
            give();
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex, mpsc};
    use tokio::{sync::mpsc::unbounded_channel, task::yield_now, time::advance};

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_hangs_gives_no_sign_of_life_and_one_that_answers_does() {
        let (answer, asked) = mpsc::channel::<()>();
        let asked = Arc::new(Mutex::new(asked));
        let look = move || drop(asked.lock().map(|asked| asked.recv()));
        let (give, mut given) = unbounded_channel();
        tokio::spawn(signs(PATIENCE, look, move || give.send(()).unwrap()));
        for _ in 0..4 {
            yield_now().await;
            advance(PATIENCE).await;
        }
        yield_now().await;
        assert!(given.try_recv().is_err(), "it hangs");
        // Now every look ends at once.
        drop(answer);
        assert_eq!(timeout(10 * PATIENCE, given.recv()).await, Ok(Some(())));
    }
}
