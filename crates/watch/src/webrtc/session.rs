//! One view: a browser's connection, and the pictures that go over it.
//!
//! Promises: it ends within a second of when it may not go on, and at once when it is told to; the browser hears its end.
//! A browser that does not come, or is not heard any more, is let go after ten seconds. What a browser misses and asks for
//! is sent again from what is kept; a new beginning it gets once a second at the most, with the newest key picture.

use super::{
    negotiate::{Agreed, choose},
    pace::Pace,
    pictures::{NotPlayable, Source},
    port::{Datagram, Seat},
    stamps::Stamps,
};
use crate::live::{Following, Piece};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use str0m::{
    Event, Input, Output, Rtc,
    media::{MediaTime, Mid, Pt},
    net::{Protocol, Receive, Transmit},
};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

/// How often it is asked whether the camera may still be seen.
const ASKED_EVERY: Duration = Duration::from_secs(1);
/// How long a browser may take to connect, and stay silent: it has to say every few seconds that it goes on (RFC 7675).
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two new beginnings.
const BEGIN_ANEW: Duration = Duration::from_secs(1);
/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_millis(500);

/// Why a view ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The browser ended it.
    Left,
    /// The camera may not be seen any more.
    Shut,
    /// The camera is watched no longer: it was removed or paused.
    Gone,
    /// The browser never connected.
    NeverCame,
    /// Nothing was heard of the browser for a while.
    Lost,
    /// The camera's pictures cannot be carried.
    NotPlayable(NotPlayable),
    /// The browser sent what cannot be, or the connection could not be kept up.
    Failed,
}

/// How a view ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Why.
    pub why: Why,
    /// Bytes that were sent, without those of IP and UDP.
    pub bytes: u64,
}

/// Ends a view, and tells of its end. Clones are of the same view.
#[derive(Clone, Debug)]
pub struct End {
    asked: watch::Sender<Option<Why>>,
    told: watch::Sender<Option<Ended>>,
    bytes: Arc<AtomicU64>,
}

impl End {
    pub(super) fn new() -> Self {
        Self { asked: watch::Sender::new(None), told: watch::Sender::new(None), bytes: Arc::default() }
    }

    /// Ends it at once; the first reason counts.
    pub fn now(&self, why: Why) {
        self.asked.send_if_modified(|asked| asked.is_none() && asked.replace(why).is_none());
    }

    /// Changes when it has ended.
    pub fn told(&self) -> watch::Receiver<Option<Ended>> {
        self.told.subscribe()
    }

    /// Bytes that were sent so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// A view that was agreed on; it runs once. Dropped before, or meanwhile, it is over without a goodbye.
pub struct Session {
    seat: Seat,
    rtc: Box<Rtc>,
    mid: Mid,
    formats: Vec<(Pt, u32)>,
    following: Following,
    source: Option<(Source, Pt)>,
    /// The stream's beginning was told, and no key picture yet.
    awaits_key: bool,
    stamps: Stamps,
    pace: Pace,
    begun: Instant,
    connected: bool,
    /// Where it was answered last.
    answered: Option<SocketAddr>,
    heard: Instant,
    begun_anew: Instant,
}

/// What happens next.
enum Step {
    Ask,
    Heard(Option<Datagram>),
    Piece(Option<Piece>),
    Time,
}

impl Session {
    pub(super) fn new(
        seat: Seat,
        agreed: Agreed,
        source: Option<Source>,
        following: Following,
        stamps: Stamps,
    ) -> Self {
        let now = Instant::now();
        let Agreed { rtc, mid, formats, .. } = agreed;
        let source =
            source.and_then(|source| choose(&formats, source.profile).map(|number| (source, number)));
        Self {
            seat,
            rtc,
            mid,
            formats,
            following,
            source,
            awaits_key: true,
            stamps,
            pace: Pace::new(),
            begun: now,
            connected: false,
            answered: None,
            heard: now,
            begun_anew: now,
        }
    }

    /// Ends this view while it runs.
    pub fn end(&self) -> End {
        self.seat.end.clone()
    }

    /// Shows the pictures until the view ends. `allowed` is asked every second; what it holds is dropped with the view.
    pub async fn run(mut self, allowed: impl Fn() -> bool) -> Ended {
        let why = self.show(allowed).await;
        self.say_goodbye().await;
        let end = self.end();
        // Whoever hears of the end finds its place free.
        drop(self);
        let ended = Ended { why, bytes: end.bytes() };
        end.told.send_replace(Some(ended));
        ended
    }

    async fn show(&mut self, allowed: impl Fn() -> bool) -> Why {
        let mut told = self.seat.end.asked.subscribe();
        let mut ask = interval(ASKED_EVERY);
        ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next = match self.send().await {
                Ok(next) => next,
                Err(why) => return why,
            };
            let step = tokio::select! {
                why = told.wait_for(Option::is_some) => return why.ok().and_then(|why| *why).unwrap_or(Why::Left),
                _ = ask.tick() => Step::Ask,
                datagram = self.seat.inbox.recv() => Step::Heard(datagram),
                piece = self.following.next(), if self.connected => Step::Piece(piece),
                () = sleep_until(next) => Step::Time,
            };
            let done = match step {
                Step::Ask if !allowed() => Err(Why::Shut),
                Step::Ask => self.is_there(),
                Step::Heard(Some(datagram)) => self.hear(&datagram),
                Step::Heard(None) => Err(Why::Failed),
                Step::Piece(Some(piece)) => self.show_piece(piece),
                Step::Piece(None) => Err(Why::Gone),
                Step::Time => self.input(Input::Timeout(now())),
            };
            if let Err(why) = done {
                return why;
            }
        }
    }

    fn is_there(&self) -> Result<(), Why> {
        match self.connected {
            false if self.begun.elapsed() >= PATIENCE => Err(Why::NeverCame),
            true if self.heard.elapsed() >= PATIENCE => Err(Why::Lost),
            _ => Ok(()),
        }
    }

    fn input(&mut self, input: Input<'_>) -> Result<(), Why> {
        self.rtc.handle_input(input).map_err(|error| {
            tracing::debug!(%error, "a live view over WebRTC");
            Why::Failed
        })
    }

    /// Takes a datagram, if it is the browser's: a stranger may have sent it under its name.
    fn hear(&mut self, (from, datagram): &Datagram) -> Result<(), Why> {
        let Some(destination) = self.seat.port.address_for(*from) else { return Ok(()) };
        let Ok(received) = Receive::new(Protocol::Udp, *from, destination, datagram) else { return Ok(()) };
        let input = Input::Receive(now(), received);
        if !self.rtc.accepts(&input) {
            return Ok(());
        }
        self.heard = Instant::now();
        self.input(input)
    }

    /// Sends what is to be sent; when there is something to be done again.
    async fn send(&mut self) -> Result<Instant, Why> {
        loop {
            match self.rtc.poll_output().map_err(|_| Why::Failed)? {
                Output::Timeout(next) if self.rtc.is_alive() => return Ok(next.into()),
                Output::Timeout(_) | Output::Event(Event::Closed) => return Err(Why::Left),
                Output::Transmit(datagram) => self.transmit(&datagram).await,
                Output::Event(Event::Connected) => {
                    self.connected = true;
                    self.begin_anew();
                }
                Output::Event(Event::KeyframeRequest(_)) if self.begun_anew.elapsed() >= BEGIN_ANEW => {
                    self.begin_anew();
                }
                Output::Event(_) => {}
            }
        }
    }

    fn begin_anew(&mut self) {
        self.begun_anew = Instant::now();
        self.awaits_key = true;
        self.following.skip_to_newest_key();
    }

    async fn transmit(&mut self, datagram: &Transmit) {
        if self.answered != Some(datagram.destination) {
            self.answered = Some(datagram.destination);
            self.seat.answered(datagram.destination);
        }
        // What cannot be sent is lost, as on any network; the browser asks for it again.
        let sent = self.seat.port.socket.send_to(&datagram.contents, datagram.destination).await.unwrap_or(0);
        self.seat.end.bytes.fetch_add(sent as u64, Ordering::Relaxed);
        self.pace.after(sent).await;
    }

    fn show_piece(&mut self, piece: Piece) -> Result<(), Why> {
        match piece {
            Piece::Start { init, .. } => {
                let source = Source::read(&init).map_err(Why::NotPlayable)?;
                let number = choose(&self.formats, source.profile).ok_or(Why::Failed)?;
                (self.source, self.awaits_key) = (Some((source, number)), true);
                Ok(())
            }
            Piece::Picture { bytes, key, wall_us } => self.show_picture(&bytes, key, wall_us),
            Piece::Gap => {
                self.awaits_key = true;
                Ok(())
            }
            Piece::Sound { .. } => Ok(()),
        }
    }

    fn show_picture(&mut self, piece: &[u8], key: bool, wall_us: i64) -> Result<(), Why> {
        let Some((source, number)) = self.source.as_mut().filter(|_| key || !self.awaits_key) else {
            return Ok(());
        };
        let picture = source.picture(piece, key).map_err(Why::NotPlayable)?;
        // After a picture that cannot be read, those that lean on it cannot be decoded.
        self.awaits_key = picture.is_none();
        let Some(picture) = picture else { return Ok(()) };
        let at = self.stamps.next(picture.shown, wall_us);
        let after_start = Duration::from_micros(Stamps::after_start(at).saturating_mul(100) / 9);
        let taken = self.begun.into_std().checked_add(after_start).unwrap_or_else(now);
        let Some(writer) = self.rtc.writer(self.mid) else { return Err(Why::Failed) };
        // Without a delay of its own, the browser shows each picture as soon as it is decoded.
        let writer = writer.playout_delay(MediaTime::ZERO, MediaTime::ZERO);
        writer.write(*number, taken, MediaTime::from_90khz(at), picture.bytes).map_err(|_| Why::Failed)
    }

    /// Lets the browser hear that the view is over.
    async fn say_goodbye(&mut self) {
        if self.rtc.is_alive() && self.rtc.close().is_ok() {
            let said = timeout(GOODBYE, async {
                while let Ok(next) = self.send().await {
                    sleep_until(next).await;
                    if self.input(Input::Timeout(now())).is_err() {
                        break;
                    }
                }
            });
            // A browser that has gone needs no goodbye.
            let _ = said.await;
        }
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}
