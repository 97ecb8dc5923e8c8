//! The devices' side: thousands of connections, heartbeats, presses, and a watch on when the last bell got its ring.

use crate::{
    TEAM,
    node::{device, secret},
};
use liengia_signal::mqtt::wire;
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, WriteHalf},
    net::TcpStream,
    sync::{Semaphore, mpsc},
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName},
    },
};

const ALARMS: usize = 200;
const HEARTBEATS_PER_S: u64 = 500;

/// How the devices speak.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// As devices of this program: each has its own topics.
    Own,
    /// The bare fan-out: a press is a message on its team's topic.
    Plain,
}

pub struct Report {
    pub connect_s: f64,
    pub kb_each: f64,
    pub rings_ms: Vec<f64>,
    pub missed: usize,
    pub storm_s: f64,
    pub cpu_s: f64,
}

impl Report {
    pub fn at(&self, percent: usize) -> f64 {
        let mut sorted = self.rings_ms.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
            .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Writer = WriteHalf<Box<dyn Stream>>;

#[expect(clippy::disallowed_methods, reason = "a measurement takes the machine's own clock")]
fn now() -> Instant {
    Instant::now()
}

pub async fn run(
    devices: usize,
    address: SocketAddr,
    server: u32,
    dialect: Dialect,
    authority: Option<Vec<u8>>,
) -> Report {
    let (got, mut rings) = mpsc::channel(devices * 2);
    let before = resident_kb(server);
    let began = now();
    let connector = authority.map(connector);
    let room = Arc::new(Semaphore::new(90)); // mosquitto lets the kernel hold a hundred.
    let mut coming = Vec::new();
    for number in 0..devices {
        let (room, got, connector) = (room.clone(), got.clone(), connector.clone());
        coming.push(tokio::spawn(async move {
            let _place = room.acquire().await;
            connect(number, address, dialect, connector, got).await
        }));
    }
    let mut writers = Vec::new();
    for one in coming {
        writers.push(one.await.expect("connected"));
    }
    let connect_s = began.elapsed().as_secs_f64();
    // Time itself is waited for: the load goes on for so long.
    sleep(Duration::from_secs(2)).await;
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let kb_each = (resident_kb(server) - before) as f64 / devices as f64;
    let mut report = Report { connect_s, kb_each, rings_ms: Vec::new(), missed: 0, storm_s: 0.0, cpu_s: 0.0 };
    let mut beats = tokio::time::interval(Duration::from_micros(1_000_000 / HEARTBEATS_PER_S));
    for alarm in 0..ALARMS {
        for _ in 0..25 {
            beats.tick().await;
            let number = usize::try_from(fast_random()).unwrap_or(0) % devices;
            send(&mut writers[number], &heartbeat(number, dialect)).await;
        }
        let team = (alarm * 7919) % (devices / TEAM);
        let pressed = now();
        send(&mut writers[team * TEAM], &press(team, dialect)).await;
        report.note(pressed, wait_for(&mut rings, TEAM).await);
    }
    let pressed = now();
    for team in 0..devices / TEAM {
        send(&mut writers[team * TEAM], &press(team, dialect)).await;
    }
    let last = wait_for(&mut rings, devices).await;
    report.storm_s = last.map_or(f64::NAN, |last| (last - pressed).as_secs_f64());
    report.cpu_s = cpu_s(server);
    report
}

impl Report {
    fn note(&mut self, pressed: Instant, last: Option<Instant>) {
        match last {
            Some(last) => self.rings_ms.push((last - pressed).as_secs_f64() * 1000.0),
            None => self.missed += 1,
        }
    }
}

async fn wait_for(rings: &mut mpsc::Receiver<Instant>, count: usize) -> Option<Instant> {
    let mut last = None;
    for _ in 0..count {
        let ring = timeout(Duration::from_secs(10), rings.recv()).await.ok().flatten()?;
        last = last.max(Some(ring));
    }
    last
}

async fn send(writer: &mut Writer, packet: &[u8]) {
    writer.write_all(packet).await.expect("sent");
    writer.flush().await.expect("sent");
}

async fn connect(
    number: usize,
    address: SocketAddr,
    dialect: Dialect,
    connector: Option<TlsConnector>,
    got: mpsc::Sender<Instant>,
) -> Writer {
    let socket = TcpStream::connect(address).await.expect("connects");
    socket.set_nodelay(true).expect("a socket");
    let stream: Box<dyn Stream> = match connector {
        None => Box::new(socket),
        Some(connector) => {
            let name = ServerName::try_from("localhost").expect("a name");
            Box::new(connector.connect(name, socket).await.expect("TLS"))
        }
    };
    let (mut reader, mut writer) = tokio::io::split(stream);
    send(&mut writer, &hello(number)).await;
    send(&mut writer, &subscription(number, dialect)).await;
    let mut bytes = Vec::with_capacity(64);
    let mut answers = 0;
    while answers < 2 {
        reader.read_buf(&mut bytes).await.expect("an answer");
        while let Ok(Some(frame)) = wire::split(&bytes) {
            assert!(matches!(frame.head.kind(), 2 | 9), "let in");
            answers += 1;
            let whole = frame.head.whole();
            bytes.drain(..whole);
        }
    }
    // Rings come at level 0 here, so that reading needs no writer; presses go at level 1.
    tokio::spawn(async move {
        loop {
            while let Ok(Some(frame)) = wire::split(&bytes) {
                if frame.head.kind() == 3 && got.send(now()).await.is_err() {
                    return;
                }
                let whole = frame.head.whole();
                bytes.drain(..whole);
            }
            if matches!(reader.read_buf(&mut bytes).await, Ok(0) | Err(_)) {
                return;
            }
        }
    });
    writer
}

fn text(to: &mut Vec<u8>, text: &str) {
    to.extend_from_slice(&u16::try_from(text.len()).expect("short").to_be_bytes());
    to.extend_from_slice(text.as_bytes());
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first, u8::try_from(body.len()).expect("short")];
    assert!(body.len() < 128, "one byte of length");
    bytes.extend_from_slice(body);
    bytes
}

fn hello(number: usize) -> Vec<u8> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0xC2, 0, 120];
    text(&mut body, &format!("d{number}"));
    text(&mut body, &device(number).to_string());
    text(&mut body, &secret(number));
    packet(0x10, &body)
}

fn ring_topic(number: usize, dialect: Dialect) -> String {
    match dialect {
        Dialect::Own => format!("lg/{}/ring", device(number)),
        Dialect::Plain => format!("team/{}", number / TEAM),
    }
}

fn subscription(number: usize, dialect: Dialect) -> Vec<u8> {
    let mut body = vec![0, 1];
    text(&mut body, &ring_topic(number, dialect));
    body.push(0);
    packet(0x82, &body)
}

fn press(team: usize, dialect: Dialect) -> Vec<u8> {
    let mut body = Vec::new();
    match dialect {
        Dialect::Own => text(&mut body, &format!("lg/{}/press", device(team * TEAM))),
        Dialect::Plain => text(&mut body, &ring_topic(team * TEAM, dialect)),
    }
    body.extend_from_slice(&[0, 7]);
    packet(0x32, &body)
}

fn heartbeat(number: usize, dialect: Dialect) -> Vec<u8> {
    let mut body = Vec::new();
    match dialect {
        Dialect::Own => text(&mut body, &format!("lg/{}/heartbeat", device(number))),
        Dialect::Plain => text(&mut body, &format!("beat/{number}")),
    }
    body.extend_from_slice(br#"{"battery":87}"#);
    packet(0x30, &body)
}

fn connector(authority: Vec<u8>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority)).expect("a certificate");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn fast_random() -> u64 {
    use std::cell::Cell;
    thread_local!(static STATE: Cell<u64> = const { Cell::new(88_172_645_463_325_252) });
    STATE.with(|state| {
        let mut x = state.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        state.set(x);
        x
    })
}

fn status(server: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{server}/{file}")).unwrap_or_default()
}

fn resident_kb(server: u32) -> i64 {
    let text = status(server, "status");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn cpu_s(server: u32) -> f64 {
    let text = status(server, "stat");
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: u32 =
        after.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<u32>().ok()).sum();
    f64::from(ticks) / 100.0
}
