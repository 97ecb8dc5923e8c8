//! What the server answers to a client, and what it knows of that client.
//!
//! Promises: never answers with a client's own words, except its number of the request.

use super::digest::{self, Guard};
use super::request::Request;
use super::stream::Stream;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fmt::{Arguments, Write},
    net::SocketAddr,
};

const METHODS: &str = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN";

/// What a client knows of the server's streams, once it asked.
pub(super) struct Dialogue {
    /// What the client's password must be hashed with; its beginning names the session.
    nonce: String,
    /// The server's address as the client reached it.
    address: SocketAddr,
    pub(super) session: Option<Session>,
}

/// A stream that a client set up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) stream: usize,
    /// The channel of its packets; reports take the one above.
    pub(super) channel: u8,
    pub(super) state: State,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Set up only.
    Ready,
    /// To be sent packets from the next place on where one can begin.
    Waiting,
    /// Being sent packets.
    Playing,
}

/// What a request asks of the server beyond its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Nothing,
    /// Play the session's stream.
    Play,
    /// Close the connection, once all is sent.
    Close,
}

/// What all clients share.
pub(super) struct House<'a> {
    pub(super) streams: &'a [Stream],
    pub(super) guard: Option<&'a Guard>,
}

impl Dialogue {
    pub(super) const fn new(nonce: String, address: SocketAddr) -> Self {
        Self { nonce, address, session: None }
    }

    /// Appends the answer to a request.
    pub(super) fn answer(&mut self, request: Request<'_>, house: &House<'_>, out: &mut Vec<u8>) -> Wish {
        let number = request.header("CSeq").and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
        let mut say = |status: &str, more: Arguments<'_>| {
            let head = format!("RTSP/1.0 {status}\r\nCSeq: {number}\r\n{more}\r\n");
            out.extend_from_slice(head.as_bytes());
        };
        let known = METHODS.split(", ").any(|method| method == request.method);
        if request.method == "OPTIONS" || !known {
            say(if known { "200 OK" } else { "501 Not Implemented" }, format_args!("Public: {METHODS}\r\n"));
            return Wish::Nothing;
        }
        let authorization = request.header("Authorization");
        if !house.guard.is_none_or(|guard| guard.lets_in(authorization, request.method, &self.nonce)) {
            say("401 Unauthorized", format_args!("{}", digest::challenge(&self.nonce)));
            return Wish::Nothing;
        }
        let stream = request.stream().map(|(camera, small)| 2 * camera + usize::from(small));
        let Some((index, stream)) = stream.and_then(|index| Some((index, house.streams.get(index)?))) else {
            say("404 Not Found", format_args!(""));
            return Wish::Nothing;
        };
        match request.method {
            "DESCRIBE" => {
                let description = describe(stream);
                let (server, path, length) = (self.address, path(index), description.len());
                say(
                    "200 OK",
                    format_args!(
                        "Content-Type: application/sdp\r\nContent-Base: rtsp://{server}{path}\r\nContent-Length: {length}\r\n"
                    ),
                );
                out.extend_from_slice(description.as_bytes());
                Wish::Nothing
            }
            "SETUP" => self.set_up(request, index, &mut say),
            _ => self.within(request, stream, &mut say),
        }
    }

    fn set_up(
        &mut self,
        request: Request<'_>,
        stream: usize,
        say: &mut dyn FnMut(&str, Arguments<'_>),
    ) -> Wish {
        if self.session.is_some_and(|session| session.state != State::Ready) {
            say("455 Method Not Valid in This State", format_args!(""));
            return Wish::Nothing;
        }
        let Some(channel) = request.header("Transport").and_then(channel) else {
            say("461 Unsupported Transport", format_args!(""));
            return Wish::Nothing;
        };
        self.session = Some(Session { stream, channel, state: State::Ready });
        let (reports, session) = (channel + 1, self.name());
        say(
            "200 OK",
            format_args!(
                "Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{reports}\r\nSession: {session};timeout=60\r\n"
            ),
        );
        Wish::Nothing
    }

    /// Answers what only a session can ask.
    fn within(
        &mut self,
        request: Request<'_>,
        stream: &Stream,
        say: &mut dyn FnMut(&str, Arguments<'_>),
    ) -> Wish {
        let named = request.header("Session").map(|session| session.split(';').next().unwrap_or(session));
        if self.session.is_none() || named != Some(self.name()) {
            // Some clients ask for a parameter before there is a session, to keep the connection.
            let early = request.method == "GET_PARAMETER" && named.is_none();
            say(if early { "200 OK" } else { "454 Session Not Found" }, format_args!(""));
            return Wish::Nothing;
        }
        let session = self.name();
        match request.method {
            "PLAY" if stream.camera.misbehaviour.never_answer_play => Wish::Nothing,
            "PLAY" => {
                say("200 OK", format_args!("Session: {session}\r\nRange: npt=0.000-\r\n"));
                Wish::Play
            }
            "TEARDOWN" => {
                say("200 OK", format_args!("Session: {session}\r\n"));
                Wish::Close
            }
            _ => {
                say("200 OK", format_args!("Session: {session}\r\n"));
                Wish::Nothing
            }
        }
    }

    fn name(&self) -> &str {
        &self.nonce[..8]
    }
}

/// The first channel that a client asks for inside RTSP, if it does.
fn channel(transport: &str) -> Option<u8> {
    let mut parts = transport.split(',').next()?.split(';').map(str::trim);
    parts.next().filter(|protocol| protocol.eq_ignore_ascii_case("RTP/AVP/TCP"))?;
    let asked = parts.find_map(|part| part.strip_prefix("interleaved="));
    let first = asked.map_or(Some(0), |channels| channels.split('-').next()?.parse().ok());
    first.filter(|first| *first < u8::MAX)
}

/// The path of a stream.
fn path(stream: usize) -> String {
    format!("/cam{}{}/", stream / 2 + 1, if stream % 2 == 1 { "/sub" } else { "" })
}

/// A stream's SDP.
fn describe(stream: &Stream) -> String {
    let (sequence, parameters) = (&stream.encoder.sequence, &stream.encoder.parameters);
    let mut sets = STANDARD.encode(sequence);
    sets.push(',');
    STANDARD.encode_string(parameters, &mut sets);
    let mut profile = String::with_capacity(6);
    for byte in &sequence[1..4] {
        // Writing to a string never fails.
        let _ = write!(profile, "{byte:02X}");
    }
    let rate = stream.camera.rate;
    format!(
        "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n\
         m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\
         a=fmtp:96 packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={sets}\r\n\
         a=framerate:{rate}\r\na=control:trackID=1\r\n"
    )
}
