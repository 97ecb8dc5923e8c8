//! Whole dialogues: real kinds of cameras, what goes wrong with them, and what a hostile one might send.
//!
//! Each file in `cameras/` is a dialogue as a packet capture would show it. Its lines: `>` what we say (`> $ 1 28` a
//! packet of 28 bytes on channel 1), `<` what the camera says, `$ 0 80..` a packet of it, `!` bytes of no meaning, `=`
//! what is heard, `@` seconds on the clock. `{length}` stands for the length of the body that follows.

mod cameras;
mod hostile;
mod trouble;
mod udp;

use super::{Flaw, Heard, Session, Target};
use std::fmt::Write as _;
use std::time::Duration;

/// What was heard, in words.
pub(super) fn words(heard: Heard<'_>) -> String {
    match heard {
        Heard::Playing(formats) => formats.iter().fold("playing".to_owned(), |mut text, format| {
            let (codec, of) = (format.codec, format.payload_type);
            let _ = write!(text, " {codec:?}/{of}/{}/{}", format.clock_rate, format.channels);
            text
        }),
        Heard::Rtp { track, packet } => format!("rtp {track} {}", packet.len()),
        Heard::Clock { track, ntp, timestamp } => format!("clock {track} {ntp:016x} {timestamp}"),
        Heard::Ended => "ended".to_owned(),
    }
}

/// One side of a dialogue that goes on until the camera asks for more than the fixture tells.
pub(super) struct Talk {
    pub session: Session,
    pub heard: Vec<String>,
    pub now: Duration,
}

impl Talk {
    pub fn new(url: &str, sound: bool) -> Self {
        let session = Session::new(Target { sound, ..Target::parse(url).unwrap() }, 0x1234);
        Self { session, heard: Vec::new(), now: Duration::ZERO }
    }

    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        let heard = &mut self.heard;
        self.session.receive(bytes, self.now, &mut |event| heard.push(words(event)))
    }

    /// Moves the clock to this second.
    pub fn at(&mut self, seconds: u64) -> Result<(), Flaw> {
        self.now = Duration::from_secs(seconds);
        self.session.tick(self.now)
    }

    /// What we say, packets as `$ channel length`.
    pub fn said(&mut self) -> String {
        let bytes = self.session.outgoing();
        let mut rest = bytes.as_slice();
        let mut text = String::new();
        while let [b'$', channel, 0, length, after @ ..] = rest {
            let _ = writeln!(text, "$ {channel} {length}");
            rest = &after[usize::from(*length)..];
        }
        text + std::str::from_utf8(rest).unwrap()
    }

    /// The camera answers what was asked last with this status, these fields and this body; gives what we say to that.
    pub fn answer(&mut self, status: &str, fields: &str, body: &str) -> Result<String, Flaw> {
        let asked = self.said();
        let number = asked.lines().find_map(|line| line.strip_prefix("CSeq: ")).expect(&asked);
        let length = body.len();
        let text =
            format!("RTSP/1.0 {status}\r\nCSeq: {number}\r\n{fields}Content-Length: {length}\r\n\r\n{body}");
        self.receive(text.as_bytes())?;
        let said = self.session.outgoing();
        self.session.put_back(&said);
        Ok(String::from_utf8(said).unwrap())
    }
}

/// A description with one track of pictures.
pub(super) const SDP: &str = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n";

/// A session that plays pictures on channels 0 and 1 since second 0, with all that was asked answered.
pub(super) fn playing(session: &str, public: &str) -> Talk {
    let mut talk = Talk::new("rtsp://admin:secret@cam/live", false);
    talk.answer("200 OK", &format!("Public: {public}\r\n"), "").unwrap();
    talk.answer("200 OK", "", SDP).unwrap();
    let play = talk.answer("200 OK", session, "").unwrap();
    assert!(play.starts_with("PLAY "), "{play}");
    assert_eq!(talk.answer("200 OK", "", "").unwrap(), "");
    assert_eq!(talk.heard, ["playing H264/96/90000/0"]);
    talk
}
