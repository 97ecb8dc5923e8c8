//! `GET /api/looks/{id}/cameras/{camera}/live`: what a camera sees now, over a WebSocket.
//!
//! Promises: whether the camera may still be seen is asked every second, and the view is closed within it, whether the
//! browser reads or not; a browser that reads nothing is let go. Text messages say what follows and how old it is, binary
//! ones go to Media Source Extensions as they are.

use super::Api;
use crate::{
    live::{Following, Piece, Stream},
    problems::{NOT_RECORDING, TOO_MANY_VIEWERS},
    running::View,
};
use axum::{
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, header},
    response::Response,
};
use futures_util::SinkExt as _;
use liengia_access::Caller;
use liengia_http::{Path, Problem, Query};
use liengia_kernel::{CameraId, LookId};
use serde::Deserialize;
use serde_json::json;
use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// How often it is asked whether the camera may still be seen.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// How long a browser may take to read one piece.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes that are given to a socket in one go, and a piece more.
const AT_ONCE: usize = 128 * 1024;

/// The code with which a view is closed that may not be seen any more.
const SHUT: u16 = 4403;

/// The code with which a view is closed whose camera is watched no longer.
const ENDED: u16 = 4410;

/// Longest message that is taken from a browser, in bytes: it has nothing to say.
const MOST_HEARD: usize = 1_024;

/// Which stream.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The small one, for many pictures on a screen.
    #[serde(default)]
    sub: bool,
}

/// What a camera sees now: text messages `start` (codec, width, height; an init segment follows), `at` (when the next
/// picture was taken, in microseconds since 1970 UTC), `gap`; and binary ones, fragments for Media Source Extensions.
/// Closed with 4403 when the camera may not be seen any more, and 4410 when it is gone.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/live", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), Which),
    responses((status = 101, description = "a WebSocket")))]
pub async fn live(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(which): Query<Which>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    // A page of another site may open a WebSocket with our cookie: unlike a read, it is told the answer.
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_some_and(|origin| !api.settings.origins.include(origin)) {
        return Err(Problem::new(liengia_http::OTHER_SITE));
    }
    api.seeing(&caller, id, camera)?;
    let place = api.running.seat().ok_or_else(|| Problem::new(TOO_MANY_VIEWERS))?;
    let stream = if which.sub { Stream::Sub } else { Stream::Main };
    let following = api.running.follow(camera, stream).ok_or_else(|| Problem::new(NOT_RECORDING))?;
    let view = api.running.looks().view(id).ok_or_else(|| Problem::new(crate::problems::NO_LOOK))?;
    let upgrade = upgrade.map_err(|_| Problem::new(liengia_http::WRONG_QUERY))?;
    let viewer = Viewer { api, caller, id, camera, _place: place, _view: view };
    Ok(upgrade.max_message_size(MOST_HEARD).on_upgrade(move |socket| viewer.show(socket, following)))
}

struct Viewer {
    api: Api,
    caller: Caller,
    id: LookId,
    camera: CameraId,
    _place: OwnedSemaphorePermit,
    _view: View,
}

impl Viewer {
    async fn show(self, mut socket: WebSocket, mut following: Following) {
        let mut told_at = None;
        let mut asked = interval(ASKED_EVERY);
        asked.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let caller = self.caller.clone();
        let mut ended = pin!(caller.ended());
        let why = loop {
            let piece = tokio::select! {
                piece = following.next() => piece,
                heard = socket.recv() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => continue,
                },
                _ = asked.tick() => match self.api.seeing(&self.caller, self.id, self.camera) {
                    Ok(_) => continue,
                    Err(_) => break SHUT,
                },
                () = &mut ended => break SHUT,
            };
            let Some(piece) = piece else { break ENDED };
            let mut sending = pin!(send_all(&mut socket, piece, &mut following, &mut told_at));
            // Most pieces are taken at once, and cost no timer.
            let sent = match poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await {
                Poll::Ready(sent) => sent,
                // What the socket does not take within a while, nobody watches; and meanwhile consent may end.
                Poll::Pending => tokio::select! {
                    sent = timeout(PATIENCE, sending) => sent.unwrap_or(Err(())),
                    () = shut(&self.api, &self.caller, self.id, self.camera) => return,
                },
            };
            if sent.is_err() {
                return;
            }
        };
        let close = Message::Close(Some(CloseFrame { code: why, reason: "".into() }));
        // A browser that has gone needs no goodbye.
        let _ = timeout(ASKED_EVERY, socket.send(close)).await;
    }
}

/// Sends a piece and what has come after it, in one go; now and then, by `told_at`, how old the pictures are.
async fn send_all(
    socket: &mut WebSocket,
    first: Piece,
    following: &mut Following,
    told_at: &mut Option<Instant>,
) -> Result<(), ()> {
    let (mut next, mut bytes) = (Some(first), 0);
    while let Some(piece) = next {
        bytes += feed(socket, piece, told_at).await?;
        next = if bytes < AT_ONCE { following.at_once() } else { None };
    }
    socket.flush().await.map_err(|_| ())
}

/// Gives a piece to the socket; how long it is.
async fn feed(socket: &mut WebSocket, piece: Piece, told_at: &mut Option<Instant>) -> Result<usize, ()> {
    let text = |text: serde_json::Value| Message::Text(text.to_string().into());
    let gone = |_| ();
    let bytes = match piece {
        Piece::Start { init, codec, width, height } => {
            *told_at = None;
            let start = json!({ "kind": "start", "codec": codec, "width": width, "height": height });
            socket.feed(text(start)).await.map_err(gone)?;
            init
        }
        Piece::Picture { bytes, wall_us, .. } => {
            if told_at.is_none_or(|at| at.elapsed() >= ASKED_EVERY) {
                *told_at = Some(Instant::now());
                socket.feed(text(json!({ "kind": "at", "wall_us": wall_us }))).await.map_err(gone)?;
            }
            bytes
        }
        Piece::Sound { bytes } => bytes,
        Piece::Gap => return socket.feed(text(json!({ "kind": "gap" }))).await.map(|()| 0).map_err(gone),
    };
    let length = bytes.len();
    socket.feed(Message::Binary(bytes)).await.map(|()| length).map_err(gone)
}

/// Ends when the camera may not be seen any more.
async fn shut(api: &Api, caller: &Caller, look: LookId, camera: CameraId) {
    let mut asked = interval(ASKED_EVERY);
    loop {
        asked.tick().await;
        if api.seeing(caller, look, camera).is_err() {
            return;
        }
    }
}
