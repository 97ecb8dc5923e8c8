//! Requests and their answers: numbered, signed, waited for one at a time (RFC 2326, 10 and 12).
//!
//! Promises: at most one request waits for its answer; a 401 is answered by signing in and asking again, as often as
//! [`Credentials`] allow. What the camera itself asks is answered. At most 16 KiB wait to be sent on a camera's demand.
//! It never decides what to ask next.

use super::{Flaw, credentials::Credentials, message::Message};
use std::fmt::Write as _;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is sent unasked or on a camera's demand is left out while more than this waits.
const WAITING: usize = 16 * 1024;

/// What is asked of a camera (RFC 2326, 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Options,
    Describe,
    Setup,
    Play,
    GetParameter,
    Teardown,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Options => "OPTIONS",
            Self::Describe => "DESCRIBE",
            Self::Setup => "SETUP",
            Self::Play => "PLAY",
            Self::GetParameter => "GET_PARAMETER",
            Self::Teardown => "TEARDOWN",
        }
    }
}

/// A request that waits for its answer.
struct Asked {
    method: Method,
    url: String,
    /// Further header lines, each with its end.
    fields: String,
    number: u32,
    /// When it was asked; none until time was told.
    since: Option<Duration>,
    /// It bore an Authorization.
    signed: bool,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It answers this, for good or ill.
    To(Method),
    /// Not the last word: the request was said again, or goes on.
    Later,
    /// It answers nothing that waits.
    Unexpected,
}

/// Both sides of the talk with one camera.
pub(super) struct Dialogue {
    /// The name that the camera gave the session.
    pub session: Option<String>,
    credentials: Credentials,
    asked: Option<Asked>,
    number: u32,
    outgoing: Vec<u8>,
}

impl Dialogue {
    pub const fn new(credentials: Credentials) -> Self {
        Self { session: None, credentials, asked: None, number: 0, outgoing: Vec::new() }
    }

    /// Asks, instead of whatever waits. `fields` are further header lines, each with its end.
    pub fn ask(&mut self, method: Method, url: &str, fields: String, now: Option<Duration>) {
        let asked = Asked { method, url: url.to_owned(), fields, number: 0, since: now, signed: false };
        self.say(asked);
    }

    fn say(&mut self, mut asked: Asked) {
        self.number = self.number.wrapping_add(1);
        asked.number = self.number;
        let name = asked.method.name();
        let authorization = self.credentials.authorization(name, &asked.url);
        asked.signed = authorization.is_some();
        let mut text = format!("{name} {} RTSP/1.0\r\nCSeq: {}\r\n", asked.url, asked.number);
        if let Some(line) = authorization {
            let _ = write!(text, "Authorization: {line}\r\n");
        }
        text.push_str("User-Agent: liengia\r\n");
        if let Some(session) = &self.session {
            let _ = write!(text, "Session: {session}\r\n");
        }
        text.push_str(&asked.fields);
        text.push_str("\r\n");
        self.outgoing.extend_from_slice(text.as_bytes());
        self.asked = Some(asked);
    }

    /// Takes in an answer with this status code.
    pub fn answered(&mut self, message: &Message<'_>, code: u16, now: Duration) -> Result<Answer, Flaw> {
        let number = message.cseq();
        let Some(asked) = self.asked.take_if(|asked| number.is_none_or(|number| number == asked.number))
        else {
            return Ok(Answer::Unexpected);
        };
        match code {
            100..200 => {
                self.asked = Some(asked);
                Ok(Answer::Later)
            }
            401 => {
                self.credentials.refused(message.all("WWW-Authenticate"), asked.signed)?;
                self.say(Asked { since: Some(now), ..asked });
                Ok(Answer::Later)
            }
            _ => {
                self.credentials.accepted();
                Ok(Answer::To(asked.method))
            }
        }
    }

    /// Answers a request of the camera: it may ask what we can and whether we live, nothing else.
    pub fn reply(&mut self, method: &str, message: &Message<'_>) {
        let mut text = String::from(match method {
            "OPTIONS" => "RTSP/1.0 200 OK\r\nPublic: OPTIONS, GET_PARAMETER\r\n",
            "GET_PARAMETER" => "RTSP/1.0 200 OK\r\n",
            _ => "RTSP/1.0 501 Not Implemented\r\n",
        });
        if let Some(number) = message.cseq() {
            let _ = write!(text, "CSeq: {number}\r\n");
        }
        if let Some(session) = &self.session {
            let _ = write!(text, "Session: {session}\r\n");
        }
        text.push_str("\r\n");
        self.add(text.as_bytes());
    }

    /// Bytes to be sent when there is room for them.
    pub fn add(&mut self, bytes: &[u8]) {
        if self.outgoing.len() + bytes.len() <= WAITING {
            self.outgoing.extend_from_slice(bytes);
        }
    }

    /// What waits to be sent.
    pub fn outgoing(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.outgoing)
    }

    /// Whether a request waits for its answer.
    pub const fn waits(&self) -> bool {
        self.asked.is_some()
    }

    /// The request that has waited too long, and since when. It waits no longer.
    pub fn late(&mut self, now: Duration) -> Option<(Method, Duration)> {
        let asked = self.asked.as_mut()?;
        let since = *asked.since.get_or_insert(now);
        let asked = self.asked.take_if(|_| now.saturating_sub(since) >= PATIENCE)?;
        Some((asked.method, since))
    }
}
