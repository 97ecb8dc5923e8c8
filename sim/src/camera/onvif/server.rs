//! The connections of the devices: a thread each, as few as there may be.
//!
//! Promises: at most 32 at once; who comes then is hung up on. Each ends after some seconds, whatever its client does.

use super::{
    Alive, Answers, Running, http,
    service::{self, Asked},
    sign, state, xml,
};
use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

/// How many clients are answered at once.
const MOST: usize = 32;
/// What such a thread needs, in bytes.
const STACK: usize = 512 * 1024;
/// How long to wait when nobody comes.
const PAUSE: Duration = Duration::from_millis(10);
/// How much is sent of an answer without end, in pieces of [`PIECE`].
const PIECES: usize = 4096;
const PIECE: &[u8] = &[b' '; 16 * 1024];

/// Answers until all is over.
pub(super) fn run(listener: &TcpListener, running: &Running) {
    // One that blocked would not see that all is over.
    if listener.set_nonblocking(true).is_err() {
        return;
    }
    let open = AtomicUsize::new(0);
    thread::scope(|scope| {
        while !running.stop.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((socket, _)) if open.load(Ordering::Relaxed) < MOST => {
                    open.fetch_add(1, Ordering::Relaxed);
                    let answer = || {
                        answer(socket, running);
                        open.fetch_sub(1, Ordering::Relaxed);
                    };
                    let thread = thread::Builder::new().name("onvif client".into()).stack_size(STACK);
                    if thread.spawn_scoped(scope, answer).is_err() {
                        open.fetch_sub(1, Ordering::Relaxed);
                    }
                }
                Ok(_) => {}
                // Nobody comes; or the machine has no room, and may have some later.
                Err(_) => thread::sleep(PAUSE),
            }
        }
    });
}

fn answer(mut socket: TcpStream, running: &Running) {
    let set = socket.set_nonblocking(false).and(socket.set_read_timeout(Some(http::LOOK)));
    let (Ok(()), Ok(here)) = (set.and(socket.set_write_timeout(Some(http::LOOK))), socket.local_addr())
    else {
        return;
    };
    let _ = socket.set_nodelay(true);
    let Some(request) = http::read(&mut socket, &running.stop) else { return };
    let mut parts = request.path.trim_start_matches('/').split('/').skip(1);
    let name = parts.next().unwrap_or_default();
    let alive = running.devices.iter().find(|alive| name == format!("cam{}", alive.number));
    // As most devices have it, the device service of a lone one is at the usual place too.
    let (alive, service) = match alive {
        Some(alive) => (Some(alive), parts.next().unwrap_or_default()),
        None => (running.devices.first(), name),
    };
    let Some(alive) = alive else { return };
    let bytes = match alive.device.misbehaviour.answers {
        Answers::Well | Answers::BytePerSecond => asked(alive, service, &request, here, running),
        Answers::Garbage => http::answer(200, "", "<?xml version=\"1.0\"?><a:Envelope <\u{fffd}</a></b>&c;"),
        Answers::Elsewhere => http::answer(302, "Location: http://127.0.0.2/onvif/device_service\r\n", ""),
        Answers::Never => return wait(running, http::WAITS),
        Answers::Giant => return giant(&mut socket, running),
    };
    if alive.device.misbehaviour.answers == Answers::BytePerSecond {
        for byte in bytes.iter().take(60) {
            if !http::send(&mut socket, &[*byte], &running.stop) {
                return;
            }
            wait(running, 20);
        }
    } else {
        http::send(&mut socket, &bytes, &running.stop);
    }
}

/// The answer to a request of a device.
fn asked(
    alive: &Alive,
    service: &str,
    request: &http::Request,
    here: SocketAddr,
    running: &Running,
) -> Vec<u8> {
    let now = running.clock.now();
    let there = now + Duration::from_millis(alive.device.clock_off_by.max(0).unsigned_abs())
        - Duration::from_millis(alive.device.clock_off_by.min(0).unsigned_abs());
    let envelope = xml::read(&request.body);
    let action = envelope.as_ref().and_then(|root| root.children.iter().find(|child| child.name == "Body"));
    let action = action.and_then(|body| body.children.first());
    let (Some(envelope), Some(action)) = (&envelope, action) else {
        return service::Fault::not_well_formed().answer();
    };
    let is_open = service == "device_service" && service::is_open(&action.name);
    if !is_open && let Some(refused) = sign::refused(alive, envelope, request, there) {
        return refused;
    }
    let asked = Asked { alive, action, here, now: there, elapsed: running.clock.elapsed() };
    match service::answer(service, &asked, &mut state::lock(&alive.state)) {
        Ok(body) => http::answer(200, "", &service::envelope(&body)),
        Err(fault) => fault.answer(),
    }
}

/// Waits for so many looks, or until all is over.
fn wait(running: &Running, looks: u32) {
    for _ in 0..looks {
        if running.stop.load(Ordering::Relaxed) {
            return;
        }
        thread::sleep(http::LOOK);
    }
}

fn giant(socket: &mut TcpStream, running: &Running) {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n";
    let mut sent = http::send(socket, head, &running.stop);
    for _ in 0..PIECES {
        sent = sent && http::send(socket, PIECE, &running.stop);
    }
}
