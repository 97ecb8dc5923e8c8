//! A session with one camera, from OPTIONS to TEARDOWN.
//!
//! Promises: a fixed order (OPTIONS, DESCRIBE, SETUP per track, PLAY), then signs of life at half the session's time and
//! a receiver report every five seconds, until the camera is silent for 15 seconds or the caller ends it. A sign of life
//! that is refused or not answered is counted but ends nothing while packets arrive: some cameras play on without ever
//! answering one. It never connects and never tries again.

use super::{
    Flaw, Format, Heard, Target, control,
    credentials::Credentials,
    dialogue::{Answer, Dialogue, Method},
    flaw::shown,
    message::{Message, Start},
    rtcp::{self, Report},
    sdp,
    stream::{Channels, Piece, Stream},
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
    /// What controls each track.
    controls: Vec<String>,
    formats: Vec<Format>,
    /// Of the tracks that are set up.
    channels: Vec<Channels>,
    timeout: Duration,
    get_parameter: bool,
    heard: Duration,
    sign_due: Duration,
    report_due: Duration,
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
            controls: Vec::new(),
            formats: Vec::new(),
            channels: Vec::new(),
            timeout: transport::TIMEOUT,
            get_parameter: false,
            heard: Duration::ZERO,
            sign_due: Duration::ZERO,
            report_due: Duration::ZERO,
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
        if !self.channels.is_empty() {
            self.dialogue.ask(Method::Teardown, &self.url, String::new(), None);
            self.channels.clear();
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
            let (used, piece) = stream.next(rest, &self.channels)?;
            rest = rest.get(used..).unwrap_or_default();
            match piece {
                None => break,
                Some(Piece::Frame { channel, payload }) => self.packet(channel, payload, now, hear),
                Some(Piece::Message(message)) => self.message(&message, now, hear)?,
                Some(Piece::Stray(bytes)) => self.stray(bytes)?,
            }
        }
        Ok(())
    }

    fn packet(&mut self, channel: u8, packet: &[u8], now: Duration, hear: &mut impl FnMut(Heard<'_>)) {
        let track = self.channels.iter().position(|of| of.rtp == channel || of.rtcp == channel);
        let (Some(track), Step::Play | Step::Playing) = (track, self.step) else {
            self.counts.unknown_packets += 1;
            return;
        };
        self.announce(now, hear); // Some cameras send before they answer PLAY.
        if self.channels.get(track).is_some_and(|of| of.rtp == channel) {
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
            hear(Heard::Playing(&self.formats));
        }
    }

    fn pulse(&self) -> Duration {
        (self.timeout / 2).max(PULSE)
    }

    /// Before packets can come, whoever sends anything but messages does not speak RTSP, or counts its bytes wrongly.
    fn stray(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        let blank = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | b' ' | 0));
        if !blank && !matches!(self.step, Step::Play | Step::Playing) {
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
                self.described(message)?;
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

    fn described(&mut self, message: &Message<'_>) -> Result<(), Flaw> {
        if message.body.is_empty() {
            return Err(Flaw::Malformed("its answer to DESCRIBE has no Content-Length or no body"));
        }
        let said = (message.field("Content-Base"), message.field("Content-Location"));
        let base = control::base(said.0, said.1, &self.url);
        let description = sdp::read(message.body, self.target.sound)?;
        let address = |control: Option<String>| {
            let address = control::address(&base, control.as_deref().unwrap_or_default());
            address.ok_or(Flaw::Malformed("an a=control of its description is no address"))
        };
        for track in description.tracks {
            self.controls.push(address(track.control)?);
            self.formats.push(track.format);
        }
        self.url = address(description.control)?;
        Ok(())
    }

    /// Asks for a track, or for all to be played once there is none left.
    fn set_up(&mut self, track: usize, now: Duration) {
        if let Some(control) = self.controls.get(track) {
            self.step = Step::SetUp(track);
            let Channels { rtp, rtcp } = asked_for(track);
            let fields = format!("Transport: RTP/AVP/TCP;unicast;interleaved={rtp}-{rtcp}\r\n");
            self.dialogue.ask(Method::Setup, control, fields, Some(now));
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
        let channels = transport::channels(message.field("Transport"), asked_for(track))?;
        let taken = |channel| self.channels.iter().any(|of| of.rtp == channel || of.rtcp == channel);
        if taken(channels.rtp) || taken(channels.rtcp) {
            return Err(Flaw::Malformed("its Transport gives two tracks the same channel"));
        }
        self.channels.push(channels);
        Ok(())
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
            for channels in &self.channels {
                self.dialogue.add(&rtcp::receiver_report(channels.rtcp, self.ssrc));
            }
        }
        Ok(())
    }

    /// A sign of life came to nothing: from now on the method that every camera must know (RFC 2326, 10.1).
    fn unheeded(&mut self) {
        self.counts.unheeded_signs += 1;
        self.get_parameter = false;
    }
}

/// The channels that are asked for: 0-1 for the first track, 2-3 for the second.
fn asked_for(track: usize) -> Channels {
    let rtp = u8::try_from(2 * track).unwrap_or(u8::MAX - 1);
    Channels { rtp, rtcp: rtp + 1 }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}, {:?}, {:?})", self.target, self.step, self.counts)
    }
}
