//! One stream of a camera: called, connected, turned, hung up, called again.
//!
//! Promises: a camera whose connection ends is called again, ever less often up to once in a while, and seldom where trying
//! does harm; what it sends is shown to whoever watches at the end of each turn, and only then costs anything.

use super::{
    CameraCounts, CameraState, Filled, Intake, Moment,
    connection::{Connection, Ended},
    dialer::{Call, Dialer},
    wire::{Certificate, Wire},
};
use crate::{
    live::Screen,
    rtsp::{Target, Transport},
};
use std::{
    io, mem,
    net::TcpStream,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

/// The first pause after a connection ended; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause where trying again does harm, and somebody must change something first.
const PAUSE_FOR_PEOPLE: Duration = Duration::from_mins(30);
/// A connection that held this long begins with the first pause again.
const GOOD: Duration = Duration::from_secs(30);
/// How long a call may be without an answer.
const UNANSWERED: Duration = Duration::from_mins(2);

enum State {
    /// Until then nothing is tried.
    Away(Duration),
    /// Somebody calls it since then; the answer bears this ticket.
    Called(u64, Duration),
    /// It is connected, since then.
    Live(Box<Connection>, Duration),
}

/// What all lines share while they are turned.
pub(super) struct Desk {
    pub(super) dialer: Dialer,
    pub(super) next_ticket: u64,
    /// Cameras that may still be called on this beat.
    pub(super) calls_left: usize,
    /// What is read at one go.
    pub(super) room: Vec<u8>,
    /// What is to be written.
    pub(super) out: Vec<Filled>,
}

/// One stream.
pub(super) struct Line {
    target: Target,
    /// The one that is known of the camera.
    certificate: Option<Certificate>,
    pub(super) intake: Intake,
    pub(super) screen: Arc<Screen>,
    state: State,
    pause: Duration,
    pub(super) counts: CameraCounts,
}

impl Line {
    pub(super) fn new(
        target: Target,
        certificate: Option<Certificate>,
        intake: Intake,
        screen: Arc<Screen>,
    ) -> Self {
        Self {
            target,
            certificate,
            intake,
            screen,
            state: State::Away(Duration::ZERO),
            pause: FIRST_PAUSE,
            counts: CameraCounts::default(),
        }
    }

    /// Does what is due; what is to be written is in the desk afterwards.
    pub(super) fn step(&mut self, desk: &mut Desk, now: Moment) {
        self.look();
        match &mut self.state {
            State::Away(until) if *until <= now.elapsed && desk.calls_left > 0 => self.call(desk, now),
            State::Called(_, since) if now.elapsed.saturating_sub(*since) > UNANSWERED => {
                self.away(now.elapsed, &io::Error::from(io::ErrorKind::TimedOut).into(), &mut desk.out);
            }
            State::Away(_) | State::Called(..) => {}
            State::Live(..) => {
                if let Err(ended) = self.turn(&mut desk.room, now, &mut desk.out) {
                    self.away(now.elapsed, &ended, &mut desk.out);
                }
            }
        }
        self.show();
    }

    fn look(&mut self) {
        let (watched, shown) = (self.screen.is_watched(), self.intake.pieces().is_some());
        if watched != shown {
            self.intake.watch(watched);
            if !watched {
                self.screen.clear();
            }
        }
    }

    fn show(&mut self) {
        if let Some(pieces) = self.intake.pieces() {
            self.screen.show(pieces);
        }
    }

    fn call(&mut self, desk: &mut Desk, now: Moment) {
        desk.calls_left -= 1;
        let call = Call { ticket: desk.next_ticket, host: self.target.host.clone(), port: self.target.port };
        if desk.dialer.call(call) {
            self.state = State::Called(desk.next_ticket, now.elapsed);
            desk.next_ticket += 1;
        }
    }

    /// Whether it waits for the answer with this ticket.
    pub(super) fn waits_for(&self, ticket: u64) -> bool {
        matches!(self.state, State::Called(its, _) if its == ticket)
    }

    /// The call was answered; `cnonce` is random.
    pub(super) fn answered(
        &mut self,
        socket: io::Result<TcpStream>,
        cnonce: u64,
        now: Duration,
        out: &mut Vec<Filled>,
    ) {
        let secure = self.target.secure;
        let wire =
            |socket| if secure { Wire::tls(socket, self.certificate) } else { Ok(Wire::plain(socket)) };
        let begin = |wire| Connection::new(wire, self.target.clone(), cnonce);
        match socket.and_then(wire).and_then(begin) {
            Ok(connection) => {
                self.counts.connections += 1;
                self.counts.certificate = None;
                self.state = State::Live(Box::new(connection), now);
            }
            Err(error) => self.away(now, &error.into(), out),
        }
    }

    /// Reads what is there; why the connection is over, if it is.
    fn turn(&mut self, room: &mut [u8], now: Moment, out: &mut Vec<Filled>) -> Result<(), Ended> {
        let State::Live(connection, _) = &mut self.state else { return Ok(()) };
        let intake = &mut self.intake;
        let turned = catch_unwind(AssertUnwindSafe(|| {
            connection.turn(room, now.elapsed, &mut |heard| intake.hear(heard, now, out))
        }));
        if self.target.secure && self.counts.certificate.is_none() {
            self.counts.certificate = connection.certificate();
        }
        self.counts.bytes += turned.unwrap_or(Err(Ended::Failed))? as u64;
        let state = intake.state(now);
        // What was wrong stands until it is known that it no longer is.
        if state != CameraState::Connecting || self.counts.trouble.is_none() {
            self.counts.state = state;
        }
        intake.stuck(now).map_or(Ok(()), |stuck| Err(stuck.into()))
    }

    /// The connection is over, or there was none.
    fn away(&mut self, now: Duration, why: &Ended, out: &mut Vec<Filled>) {
        let good = self.hang_up(out).is_some_and(|since| now.saturating_sub(since) >= GOOD);
        self.counts.trouble = Some(why.to_string());
        let state = CameraState::from(why);
        // One that was silent from the beginning never stood still.
        let silent = (self.counts.state, state) == (CameraState::NoPictures, CameraState::Frozen);
        self.counts.state = if silent { CameraState::NoPictures } else { state };
        let pause = if good { FIRST_PAUSE } else { self.pause };
        self.pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        self.state = State::Away(now + if why.is_for_people() { PAUSE_FOR_PEOPLE } else { pause });
    }

    /// Ends the connection, if there is one; since when it was. Whoever watches is told of the gap.
    pub(super) fn hang_up(&mut self, out: &mut Vec<Filled>) -> Option<Duration> {
        let before = mem::replace(&mut self.state, State::Away(Duration::ZERO));
        self.intake.end(out);
        self.show();
        if let State::Live(connection, since) = before {
            connection.end();
            return Some(since);
        }
        None
    }

    /// Whether its packets come by UDP: what is not read soon is lost.
    pub(super) fn is_hasty(&self) -> bool {
        self.target.transport == Transport::Udp && matches!(self.state, State::Live(..))
    }

    /// Whether there is neither a connection nor a call.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.state, State::Away(_))
    }
}
