//! What many viewers of one camera cost, beside the same bytes written to as many sockets by nobody but the kernel.

use super::viewer::Viewer;
use crate::{machine, watched::Commune};
use anyhow::Context as _;
use liengia_kernel::{Clock as _, SystemClock};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// Until everyone has what was kept for them.
const SETTLES: Duration = Duration::from_secs(3);

/// Processor time, in seconds.
pub struct Fanout {
    /// The node's, for its viewers.
    pub ours: f64,
    /// The bare writer's.
    pub bare: f64,
}

/// Measures it.
pub fn measure(commune: &Commune, path: &str, viewers: usize, span: Duration) -> anyhow::Result<Fanout> {
    let process = commune.process()?;
    let watched = |many: usize| {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..many {
            drain(commune.officer.view(path)?, over.clone());
        }
        // What is measured is time itself.
        thread::sleep(SETTLES);
        let before = machine::cpu(process);
        thread::sleep(span);
        let took = machine::cpu(process).saturating_sub(before).as_secs_f64();
        over.store(true, Ordering::Release);
        anyhow::Ok(took)
    };
    let by_one = watched(1)?;
    let by_all = watched(viewers)?;
    let bare = bare(Viewer::of(commune.officer.view(path)?), viewers, span)?;
    Ok(Fanout { ours: by_all - by_one, bare })
}

/// Reads all that comes, until it is over.
fn drain(mut stream: TcpStream, over: Arc<AtomicBool>) {
    thread::spawn(move || {
        let mut room = vec![0; 1 << 16];
        while !over.load(Ordering::Acquire) && stream.read(&mut room).is_ok_and(|count| count > 0) {}
    });
}

/// Writes what one viewer gets to as many sockets; the processor time of the thread that does.
fn bare(mut from: Viewer, sockets: usize, span: Duration) -> anyhow::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let over = Arc::new(AtomicBool::new(false));
    let mut to = Vec::with_capacity(sockets);
    for _ in 0..sockets {
        to.push(TcpStream::connect(listener.local_addr()?)?);
        drain(listener.accept()?.0, over.clone());
    }
    let clock = SystemClock::new();
    let mut begun = None;
    let mut written = Duration::ZERO;
    while begun.is_none_or(|begun| clock.elapsed() < begun + span) {
        let heard = from.next()?;
        if clock.elapsed() < SETTLES {
            continue;
        }
        begun = begun.or(Some(clock.elapsed()));
        let before = thread_cpu()?;
        for socket in &mut to {
            socket.write_all(&heard.bytes)?;
        }
        written += thread_cpu()?.saturating_sub(before);
    }
    over.store(true, Ordering::Release);
    Ok(written.as_secs_f64())
}

/// Processor time of this thread so far, to the nanosecond.
fn thread_cpu() -> anyhow::Result<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = told.split_whitespace().next().and_then(|word| word.parse().ok());
    Ok(Duration::from_nanos(nanos.context("the kernel tells no processor time")?))
}
