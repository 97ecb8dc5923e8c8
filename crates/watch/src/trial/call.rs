//! The call itself: a connection of its own, read until enough was seen.

use super::{Advice, Seen, Trial, Trouble};
use crate::{
    fmp4::boxes,
    live::{Piece, alone},
    media::Codec,
    record::{Certificate, Datagrams, Ended, Intake, Moment, Waiting, Wire, begin, is_soon},
    rtsp::{Heard, Session, Target},
    segment::Buffers,
};
use liengia_kernel::{Clock, Entropy};
use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

/// No more bytes are read of a camera.
pub const MOST_READ: u64 = 32 * 1024 * 1024;
/// What is read at one go, in bytes.
const ROOM: usize = 64 * 1024;
/// Longer than any trial.
const ONE_FILE: Duration = Duration::from_hours(24);
/// How long a read may wait where packets come by UDP.
const SOON: Duration = Duration::from_millis(20);
/// How long the camera may take until it plays.
const UNTIL_IT_PLAYS: Duration = Duration::from_secs(12);
/// How long a first key picture may be awaited.
const UNTIL_PICTURES: Duration = Duration::from_secs(6);
/// How a password goes over the network that anyone can read.
const PLAIN: &[u8] = b"\r\nAuthorization: Basic ";

/// Connects, watches for about `span` from the first picture on, and hangs up. One that shows another certificate than the
/// one that is `known` of it is told nothing.
pub fn try_camera(
    target: Target,
    known: Option<Certificate>,
    span: Duration,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Trial {
    let mut watcher = Watcher::new(clock);
    let ended = call(target, known, span, &mut watcher, entropy).err();
    let certificate = watcher.certificate;
    let outcome = watcher.outcome(ended.as_ref());
    let reason = ended.filter(|_| outcome.is_err()).map(|ended| ended.to_string());
    Trial { outcome, reason, certificate }
}

fn call(
    target: Target,
    known: Option<Certificate>,
    span: Duration,
    watcher: &mut Watcher<'_>,
    entropy: &dyn Entropy,
) -> Result<(), Ended> {
    let mut socket = Wire::call(&target.host, target.port, target.secure, known, watcher.clock)?;
    watcher.certificate = socket.certificate();
    let mut cnonce = [0; 8];
    entropy.fill(&mut cnonce);
    let target = Target { sound: true, ..target };
    let (mut session, datagrams) = begin(target, u64::from_le_bytes(cnonce), socket.socket())?;
    if datagrams.is_some() {
        socket.socket().set_read_timeout(Some(SOON))?;
    }
    let ended = watch(&mut socket, &mut session, datagrams, span, watcher);
    session.end();
    let _ = watcher.say(&mut socket, &mut session);
    ended
}

/// Reads until enough was seen, or the camera fails.
fn watch(
    socket: &mut Wire,
    session: &mut Session,
    mut datagrams: Option<Datagrams>,
    span: Duration,
    watcher: &mut Watcher<'_>,
) -> Result<(), Ended> {
    let mut room = vec![0; ROOM];
    let began = watcher.clock.elapsed();
    loop {
        watcher.say(socket, session)?;
        match socket.read(&mut room) {
            Ok(0) => return Err(Ended::Closed),
            Ok(many) => watcher.read(session, room.get(..many).unwrap_or_default())?,
            Err(error) if is_soon(error.kind()) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(datagrams) = &mut datagrams {
            watcher.read_datagrams(session, datagrams, &mut room)?;
        }
        let now = watcher.clock.elapsed();
        session.tick(now)?;
        let (since, most) = match (watcher.first, watcher.playing) {
            (Some(first), _) => (first, span),
            (None, Some(playing)) => (playing, UNTIL_PICTURES),
            (None, None) => (began, UNTIL_IT_PLAYS),
        };
        if watcher.bytes >= MOST_READ || now.saturating_sub(since) >= most {
            return Ok(());
        }
    }
}

/// What a trial notes.
struct Watcher<'a> {
    clock: &'a dyn Clock,
    intake: Intake,
    /// When it began to play.
    playing: Option<Duration>,
    /// When the first picture was there, and the bytes before it.
    first: Option<Duration>,
    before: u64,
    last: Duration,
    bytes: u64,
    plain: bool,
    certificate: Option<Certificate>,
    sound: Option<Codec>,
    init: Vec<u8>,
    still: Option<Vec<u8>>,
    /// Pictures, and when the first and the last of them were taken, in microseconds.
    pictures: u32,
    taken_us: Option<(i64, i64)>,
    /// Pictures came, but none to begin with.
    lacks_key: bool,
}

impl<'a> Watcher<'a> {
    fn new(clock: &'a dyn Clock) -> Self {
        let mut intake = Intake::new(Buffers::new(1), ONE_FILE, Waiting::default());
        intake.watch(true);
        Self {
            clock,
            intake,
            playing: None,
            first: None,
            before: 0,
            last: Duration::ZERO,
            bytes: 0,
            plain: false,
            certificate: None,
            sound: None,
            init: Vec::new(),
            still: None,
            pictures: 0,
            taken_us: None,
            lacks_key: false,
        }
    }

    fn say(&mut self, socket: &mut Wire, session: &mut Session) -> Result<(), Ended> {
        let outgoing = session.outgoing();
        self.plain |= self.certificate.is_none() && outgoing.windows(PLAIN.len()).any(|part| part == PLAIN);
        if outgoing.is_empty() { Ok(()) } else { socket.write_all(&outgoing).map_err(|_| Ended::Deaf) }
    }

    fn read(&mut self, session: &mut Session, bytes: &[u8]) -> Result<(), Ended> {
        self.bytes += bytes.len() as u64;
        let now = self.now();
        session.receive(bytes, now.elapsed, &mut |heard| self.hear(heard, now))?;
        self.look(now)
    }

    fn read_datagrams(
        &mut self,
        session: &mut Session,
        datagrams: &mut Datagrams,
        room: &mut [u8],
    ) -> Result<(), Ended> {
        let now = self.now();
        let many = datagrams.turn(session, room, now.elapsed, &mut |heard| self.hear(heard, now));
        self.bytes += many as u64;
        self.look(now)
    }

    fn now(&self) -> Moment {
        Moment { elapsed: self.clock.elapsed(), wall_us: self.clock.now().as_micros() }
    }

    fn hear(&mut self, heard: Heard<'_>, now: Moment) {
        if let Heard::Playing(formats) = heard {
            self.playing = Some(now.elapsed);
            self.sound = formats.iter().map(|format| format.codec).find(|codec| !codec.is_video());
        }
        // Nothing is kept.
        self.intake.hear(heard, now, &mut Vec::new());
    }

    /// Looks at what came.
    fn look(&mut self, now: Moment) -> Result<(), Ended> {
        self.note(now.elapsed);
        self.lacks_key = self.intake.taken().left_out > 0;
        let stuck = self.intake.stuck(now);
        stuck.map_or(Ok(()), |stuck| Err(stuck.into()))
    }

    /// Takes in the pieces that came.
    fn note(&mut self, now: Duration) {
        let pieces = self.intake.pieces().map(std::mem::take).unwrap_or_default();
        for piece in pieces {
            match piece {
                Piece::Start { init, .. } => self.init = init.into(),
                Piece::Picture { bytes, wall_us, key } => {
                    if self.first.is_none() {
                        (self.first, self.before) = (Some(now), self.bytes);
                    }
                    if key && self.still.is_none() {
                        let mut found = boxes(&bytes).flatten().filter(|found| found.kind == *b"mdat");
                        self.still = found.next().map(|found| alone(&self.init, found.content, 1));
                    }
                    let (from, to) = self.taken_us.unwrap_or((wall_us, wall_us));
                    self.taken_us = Some((from, to.max(wall_us)));
                    (self.pictures, self.last) = (self.pictures + 1, now);
                }
                Piece::Sound { .. } | Piece::Gap => {}
            }
        }
    }

    /// What is to be said in the end.
    fn outcome(mut self, ended: Option<&Ended>) -> Result<Seen, Trouble> {
        let (Some(first), Some((from, to))) = (self.first, self.taken_us.filter(|_| self.pictures > 1))
        else {
            let none = match (self.playing, self.lacks_key) {
                (None, _) => Trouble::NoAnswer,
                (Some(_), true) => Trouble::NoKeyPicture,
                (Some(_), false) => Trouble::NoPictures,
            };
            // One that was silent from the beginning never stood still.
            let why = ended.map(Trouble::from).filter(|why| *why != Trouble::Frozen);
            return Err(why.unwrap_or(none));
        };
        let within = self.last.saturating_sub(first);
        let bits = self.bytes.saturating_sub(self.before).saturating_mul(8);
        let facts = self.intake.facts();
        let mut seen = Seen {
            codec: facts.codec.clone().unwrap_or_default(),
            width: facts.width,
            height: facts.height,
            kilobits_per_s: per_second(bits, within),
            pictures_per_s: rate(self.pictures - 1, to.saturating_sub(from)),
            key_interval_ms: facts.key_interval_ms,
            sound: self.sound,
            clock_error_ms: facts.clock_error_ms,
            still: self.still.take(),
            advice: Vec::new(),
        };
        let within_ms = u32::try_from(within.as_millis()).unwrap_or(u32::MAX);
        seen.advice = Advice::on(&seen, within_ms, self.plain);
        Ok(seen)
    }
}

/// Thousands of bits a second.
fn per_second(bits: u64, within: Duration) -> u32 {
    let millis = u64::try_from(within.as_millis()).unwrap_or(u64::MAX).max(1);
    u32::try_from(bits / millis).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a rate to be shown")]
fn rate(steps: u32, span_us: i64) -> f32 {
    steps as f32 * 1_000_000.0 / span_us.max(1) as f32
}
