//! Live pictures over WebRTC, for a browser on the commune's own network: the same pieces that the WebSocket carries, as
//! RTP (RFC 8834), agreed on by one offer and one answer (WHEP, draft-ietf-wish-whep).
//!
//! Promises: one UDP port carries all views, each in a task of its own; who may see is asked every second, and a view that
//! may not go on is closed within it, where the browser hears it. Bounded are the views, their offers, what waits for each,
//! and how long one may take to connect or stay silent; a stranger's datagram costs a look into a table. Pictures go out as
//! they came: none is coded anew. It asks no STUN or TURN server, takes nothing but control messages from a browser, and
//! carries neither sound nor data. It never decides who may watch.

mod crypto;
mod negotiate;
mod pace;
mod pictures;
mod port;
mod session;
mod stamps;
mod stun;
#[cfg(test)]
mod tests;

pub use pictures::NotPlayable;
pub use session::{End, Ended, Session, Why};

use crate::live::{Following, Piece};
use liengia_kernel::{Clock, Entropy};
use negotiate::Terms;
use pictures::Source;
use port::Port;
use stamps::Stamps;
use std::{
    fmt::Write as _,
    io,
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, task::AbortHandle, time::timeout};

/// Views at the same time.
pub const MOST_SESSIONS: usize = 64;

/// No offer is longer, in bytes.
pub const MAX_OFFER: usize = 64 * 1024;

/// How long an offer waits for the camera to say how it codes. Without a word it is answered, and ends later if need be.
const PROMPT: Duration = Duration::from_secs(1);

/// Why WebRTC could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The socket cannot be used.
    #[error("the port for live pictures cannot be used: {0}")]
    Socket(#[from] io::Error),
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A known answer was not given.
    #[error("the cryptography of this build is at fault: {0}")]
    Crypto(#[from] dimpl::Error),
    /// No address was given.
    #[error("say at least one address at which browsers reach this node")]
    NoAddress,
    /// An address that cannot be told to browsers.
    #[error("{0} cannot be told to browsers: say an address at which they reach this node")]
    Address(SocketAddr),
}

/// Why an offer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebrtcError {
    /// It is no offer to see one picture, or too long.
    #[error("this is no offer to see a picture")]
    BadOffer,
    /// The browser takes no H.264 in packets of several sizes (packetization-mode 1).
    #[error("this browser does not play H.264 over WebRTC")]
    NoH264,
    /// The camera's pictures cannot be played so.
    #[error(transparent)]
    NotPlayable(#[from] NotPlayable),
    /// As many views as there may be.
    #[error("too many watch at the same time: try again in a while")]
    TooMany,
    /// The camera's views were closed meanwhile.
    #[error("the camera is watched no longer")]
    Gone,
}

/// What a browser is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer (RFC 8866).
    pub sdp: String,
    /// The name under which the view can be ended, 32 hexadecimal digits that nobody guesses.
    pub id: String,
    /// The node's time at which RTP's is zero, in microseconds since 1970 UTC: a browser that knows a picture's time knows
    /// by it when it was taken, to a second or better. RTP's time comes round every thirteen hours.
    pub zero_us: i64,
}

/// The port of live views. Clones are the same one; it is closed when the last is dropped and its views have ended.
#[derive(Clone)]
pub struct Webrtc(Arc<Inner>);

struct Inner {
    port: Arc<Port>,
    terms: Terms,
    places: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    listening: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Webrtc {
    /// Begins to listen, with a certificate made now. `addresses` are where browsers reach that socket: at least one, as it
    /// is seen from their side. To be called within a tokio runtime.
    pub fn start(
        socket: UdpSocket,
        addresses: &[SocketAddr],
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        crypto::check()?;
        let terms = Terms::new(addresses)?;
        socket.set_nonblocking(true)?;
        let port = Arc::new(Port::new(tokio::net::UdpSocket::from_std(socket)?, addresses));
        let listening = tokio::spawn(port.clone().listen()).abort_handle();
        let places = Arc::new(Semaphore::new(MOST_SESSIONS));
        Ok(Self(Arc::new(Inner { port, terms, places, clock, entropy, listening })))
    }

    /// Answers a browser's offer to see these pictures. Nothing is sent before the session runs; dropped, it is over.
    pub async fn offer(&self, sdp: &str, mut following: Following) -> Result<(Answer, Session), WebrtcError> {
        let Inner { port, terms, places, clock, entropy, .. } = &*self.0;
        let place = places.clone().try_acquire_owned().map_err(|_| WebrtcError::TooMany)?;
        let mut told = [0; 40];
        entropy.fill(&mut told);
        let digits = told.iter().fold(String::new(), |mut digits, byte| {
            // A string takes all that is written.
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        let (name, rest) = digits.split_at(16);
        let (secret, id) = rest.split_at(32);
        let agreed = terms.agree(sdp, name, secret)?;
        let source = match timeout(PROMPT, following.next()).await {
            Ok(Some(Piece::Start { init, .. })) => Some(Source::read(&init)?),
            Ok(None) => return Err(WebrtcError::Gone),
            Ok(Some(_)) | Err(_) => None,
        };
        let seat = Port::seat(port, name, id, place);
        let stamps = Stamps::new(clock.now().as_micros());
        let answer = Answer { sdp: agreed.answer.clone(), id: id.to_owned(), zero_us: stamps.zero_us() };
        Ok((answer, Session::new(seat, agreed, source, following, stamps)))
    }

    /// Ends a view, at once; whether there was one of that name.
    pub fn end(&self, id: &str) -> bool {
        self.0.port.end_of(id).map(|end| end.now(Why::Left)).is_some()
    }

    /// How many views there are.
    pub fn count(&self) -> usize {
        MOST_SESSIONS - self.0.places.available_permits()
    }
}
