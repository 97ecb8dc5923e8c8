//! A session with one camera, from OPTIONS to TEARDOWN.
//!
//! Promises: a fixed order (OPTIONS, DESCRIBE, SETUP per track, PLAY), then signs of life at half the session's time and
//! a receiver report every five seconds, until the camera is silent for 15 seconds or the caller ends it. A sign of life
//! that is refused or not answered is counted but ends nothing while packets arrive: some cameras play on without ever
//! answering one. It never connects and never tries again.

use super::{
    Flaw, Heard, Target,
    credentials::Credentials,
    dialogue::{Answer, Dialogue, Method},
    flaw::shown,
    message::{Message, Start},
    rtcp::{self, Report},
    stream::{Piece, Stream},
    tracks::Tracks,
    transport,
};
use std::{fmt, mem, time::Duration};

/// How long a camera that plays may send no RTP packet.
const SILENCE: Duration = Duration::from_secs(15);
/// Between two receiver reports (RFC 3550, 6.2).
const REPORTS: Duration = Duration::from_secs(5);
/// Signs of life are at least this far apart, whatever a camera says of its timeout.
const PULSE: Duration = Duration::from_secs(1);

/// What was forgiven, to be shown to an operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes skipped between packets and messages.
    pub stray_bytes: u64,
    /// Packets on channels that nobody set up, or before PLAY.
    pub unknown_packets: u64,
    /// Answers to nothing that was asked.
    pub unexpected_answers: u64,
    /// Requests of the camera.
    pub requests: u64,
    /// Signs of life that were refused or not answered.
    pub unheeded_signs: u64,
}

/// What the session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Options,
    Describe,
    /// The answer to the SETUP of this track.
    SetUp(usize),
    Play,
    Playing,
    Over,
}

/// A session with one camera. After an error it is over; only [`Session::end`] and [`Session::outgoing`] still do
/// something then.
pub struct Session {
    target: Target,
    dialogue: Dialogue,
    stream: Stream,
    step: Step,
    /// [`Heard::Playing`] was said.
    announced: bool,
    /// What controls the whole presentation.
    url: String,
    pub(super) tracks: Tracks,
    timeout: Duration,
    get_parameter: bool,
    heard: Duration,
    sign_due: Duration,
    report_due: Duration,
    /// A report that is to go by UDP.
    pub(super) report: Option<Vec<u8>>,
    ssrc: u32,
    counts: Counts,
}

impl Session {
    /// A session that begins with the next [`Session::outgoing`]. `cnonce` is random: it goes into the proof of the
    /// password and names us in RTCP.
    pub fn new(mut target: Target, cnonce: u64) -> Self {
        let url = target.url();
        let mut dialogue = Dialogue::new(Credentials::new(target.user.take(), cnonce));
        dialogue.ask(Method::Options, &url, String::new(), None);
        let [a, b, c, d, ..] = cnonce.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
        Self {
            target,
            dialogue,
            stream: Stream::default(),
            step: Step::Options,
            announced: false,
            url,
            tracks: Tracks::default(),
            timeout: transport::TIMEOUT,
            get_parameter: false,
            heard: Duration::ZERO,
            sign_due: Duration::ZERO,
            report_due: Duration::ZERO,
            report: None,
            ssrc: u32::from_be_bytes([a, b, c, d]),
            counts: Counts::default(),
        }
    }

    /// Bytes for the camera since the last call; empty when there is nothing to say.
    pub fn outgoing(&mut self) -> Vec<u8> {
        self.dialogue.outgoing()
    }

    /// What came from the socket, any cut. `now` is the time since any fixed moment. Calls `hear` for each event, in
    /// order. After an error the session is over: drop the connection.
    pub fn receive(
        &mut self,
        bytes: &[u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<(), Flaw> {
        let mut stream = mem::take(&mut self.stream);
        let result = self.take_in(&mut stream, bytes, now, hear);
        self.stream = stream;
        result.inspect_err(|_| self.step = Step::Over)
    }

    /// Whether PLAY was asked, every track being set up: before, whatever comes by UDP is none of the camera's.
    pub const fn takes_packets(&self) -> bool {
        matches!(self.step, Step::Play | Step::Playing)
    }

    /// Time passes, on the clock of [`Session::receive`]: signs of life, and what took too long. To be called after
    /// everything that came was received, or a caller that slept calls its camera silent.
    pub fn tick(&mut self, now: Duration) -> Result<(), Flaw> {
        if self.step == Step::Over {
            return Ok(());
        }
        self.pass(now).inspect_err(|_| self.step = Step::Over)
    }

    /// Says TEARDOWN if anything was set up (RFC 2326, 10.7), also after an error: many cameras serve few sessions. Its
    /// answer is not waited for.
    pub fn end(&mut self) {
        if self.tracks.any_set_up() {
            self.dialogue.ask(Method::Teardown, &self.url, String::new(), None);
            self.tracks.tear_down();
        }
        self.step = Step::Over;
    }

    /// What was forgiven so far.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// How many bytes of a partial message are kept.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.stream.memory()
    }

    /// Gives bytes back that [`Session::outgoing`] gave.
    #[cfg(test)]
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.dialogue.add(bytes);
    }

    fn take_in(
        &mut self,
        stream: &mut Stream,
        bytes: &[u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<(), Flaw> {
        let mut rest = bytes;
        while self.step != Step::Over {
            let (used, piece) = stream.next(rest, &self.tracks.channels)?;
            rest = rest.get(used..).unwrap_or_default();
            match piece {
                None => break,
                Some(Piece::Frame { channel, payload }) => {
                    self.packet(self.tracks.place(channel), payload, now, hear);
                }
                Some(Piece::Message(message)) => self.message(&message, now, hear)?,
                Some(Piece::Stray(bytes)) => self.stray(bytes)?,
            }
        }
        Ok(())
    }

    /// `place`: which track it belongs to, and whether it is RTP.
    pub(super) fn packet(
        &mut self,
        place: Option<(usize, bool)>,
        packet: &[u8],
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) {
        let (Some((track, is_rtp)), true) = (place, self.takes_packets()) else {
            self.counts.unknown_packets += 1;
            return;
        };
        self.announce(now, hear); // Some cameras send before they answer PLAY.
        if is_rtp {
            self.heard = now;
            return hear(Heard::Rtp { track, packet });
        }
        for report in rtcp::reports(packet) {
            hear(match report {
                Report::Clock { ntp, timestamp } => Heard::Clock { track, ntp, timestamp },
                Report::Bye => Heard::Ended,
            });
        }
    }

    fn announce(&mut self, now: Duration, hear: &mut impl FnMut(Heard<'_>)) {
        if !mem::replace(&mut self.announced, true) {
            self.heard = now;
            self.sign_due = now.saturating_add(self.pulse());
            self.report_due = now.saturating_add(REPORTS);
            hear(Heard::Playing(&self.tracks.formats));
        }
    }

    fn pulse(&self) -> Duration {
        (self.timeout / 2).max(PULSE)
    }

    /// Before packets can come, whoever sends anything but messages does not speak RTSP, or counts its bytes wrongly.
    fn stray(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        let blank = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | b' ' | 0));
        if !blank && !self.takes_packets() {
            return Err(Flaw::NotRtsp);
        }
        self.counts.stray_bytes = self.counts.stray_bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn message(
        &mut self,
        message: &Message<'_>,
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<(), Flaw> {
        let (code, reason) = match message.start {
            Start::Answer { code, reason } => (code, reason),
            Start::Request { method } => {
                self.counts.requests += 1;
                self.dialogue.reply(method, message);
                return Ok(());
            }
        };
        match self.dialogue.answered(message, code, now)? {
            Answer::Later => {}
            Answer::Unexpected => self.counts.unexpected_answers += 1,
            Answer::To(_) if self.step == Step::Playing => {
                if !(200..300).contains(&code) {
                    self.unheeded();
                }
            }
            // Some cameras do not know OPTIONS: whether they speak RTSP, DESCRIBE will tell.
            Answer::To(Method::Options) if code >= 400 => self.describe(now),
            Answer::To(method) if !(200..300).contains(&code) => {
                return Err(self.refusal(method, code, reason, message));
            }
            Answer::To(_) => self.advance(message, now, hear)?,
        }
        Ok(())
    }

    fn refusal(&self, method: Method, code: u16, reason: &[u8], message: &Message<'_>) -> Flaw {
        let elsewhere = message.field("Location").and_then(|location| Target::parse(location).ok());
        match (code, elsewhere) {
            (300..400, Some(target)) => {
                Flaw::Moved(Box::new(Target { user: None, sound: self.target.sound, ..target }))
            }
            (461, _) if method == Method::Setup && self.tracks.by_udp() => Flaw::NoUdp,
            (461, _) if method == Method::Setup => Flaw::NoTcp,
            _ => Flaw::Refused { method: method.name(), code, reason: shown(reason, 80) },
        }
    }

    /// What was asked last went well: asks the next.
    fn advance(
        &mut self,
        message: &Message<'_>,
        now: Duration,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<(), Flaw> {
        match self.step {
            Step::Options => {
                let mut methods = message.all("Public").flat_map(|public| public.split(',')).map(str::trim);
                self.get_parameter = methods.any(|method| method.eq_ignore_ascii_case("GET_PARAMETER"));
                self.describe(now);
            }
            Step::Describe => {
                self.url = self.tracks.described(message, &self.url, self.target.sound)?;
                self.set_up(0, now);
            }
            Step::SetUp(track) => {
                self.was_set_up(track, message)?;
                self.set_up(track + 1, now);
            }
            Step::Play => {
                self.step = Step::Playing;
                self.announce(now, hear);
            }
            Step::Playing | Step::Over => {}
        }
        Ok(())
    }

    fn describe(&mut self, now: Duration) {
        self.step = Step::Describe;
        self.dialogue.ask(Method::Describe, &self.url, "Accept: application/sdp\r\n".to_owned(), Some(now));
    }

    /// Asks for a track, or for all to be played once there is none left.
    fn set_up(&mut self, track: usize, now: Duration) {
        if let Some((control, field)) = self.tracks.asked_for(track) {
            self.step = Step::SetUp(track);
            self.dialogue.ask(Method::Setup, control, field, Some(now));
        } else {
            self.step = Step::Play;
            self.dialogue.ask(Method::Play, &self.url, "Range: npt=0.000-\r\n".to_owned(), Some(now));
        }
    }

    fn was_set_up(&mut self, track: usize, message: &Message<'_>) -> Result<(), Flaw> {
        if let Some(field) = message.field("Session") {
            let (name, timeout) = transport::session(field)?;
            self.dialogue.session = Some(name.to_owned());
            self.timeout = timeout.unwrap_or(self.timeout);
        }
        self.tracks.was_set_up(track, message.field("Transport"))
    }

    fn pass(&mut self, now: Duration) -> Result<(), Flaw> {
        if let Some((method, since)) = self.dialogue.late(now) {
            if self.step != Step::Playing || self.heard < since {
                return Err(Flaw::NoAnswer(method.name()));
            }
            self.unheeded();
        }
        if !self.announced {
            return Ok(());
        }
        if now.saturating_sub(self.heard) >= SILENCE {
            return Err(Flaw::Silent);
        }
        if now >= self.sign_due && !self.dialogue.waits() {
            self.sign_due = now.saturating_add(self.pulse());
            let method = if self.get_parameter { Method::GetParameter } else { Method::Options };
            self.dialogue.ask(method, &self.url, String::new(), Some(now));
        }
        if now >= self.report_due {
            self.report_due = now.saturating_add(REPORTS);
            let report = rtcp::receiver_report(self.ssrc);
            for channels in &self.tracks.channels {
                self.dialogue.add(&rtcp::interleaved(channels.rtcp, &report));
            }
            self.report = self.tracks.by_udp().then_some(report);
        }
        Ok(())
    }

    /// A sign of life came to nothing: from now on the method that every camera must know (RFC 2326, 10.1).
    fn unheeded(&mut self) {
        self.counts.unheeded_signs += 1;
        self.get_parameter = false;
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}, {:?}, {:?})", self.target, self.step, self.counts)
    }
}
