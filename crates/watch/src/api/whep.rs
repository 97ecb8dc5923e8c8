//! `POST /api/looks/{id}/cameras/{camera}/whep`: what a camera sees now, over WebRTC (WHEP, draft-ietf-wish-whep).
//!
//! Promises: whether the camera may still be seen is asked every second, and the view is closed within it; a session that
//! ends closes its views at once. An offer that cannot be played so is refused before anything is sent: the pieces of
//! `live` play everywhere.

use super::Api;
use crate::{
    live::Stream,
    problems::{BAD_OFFER, NO_LOOK, NOT_OVER_WEBRTC, NOT_RECORDING, TOO_MANY_VIEWERS},
    webrtc::{Session, WebrtcError, Why},
};
use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use liengia_access::Caller;
use liengia_http::{Path, Problem, Query, WRONG_MEDIA_TYPE};
use liengia_kernel::{CameraId, LookId};
use serde::Deserialize;
use std::pin::pin;

/// What offers and answers are (RFC 8866 §8.1).
const SDP: &str = "application/sdp";
/// Which of a camera's streams.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The small one.
    #[serde(default)]
    sub: bool,
}

/// Answers an offer to see what a camera sees now. `Location` says where the view is ended; the header `zero-us`
/// tells the node's time at which RTP's is zero, in microseconds since 1970 UTC. The connection is closed when the camera
/// may not be seen any more, and when it is gone: `live` says which.
#[utoipa::path(post, path = "/api/looks/{id}/cameras/{camera}/whep", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), Which),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp")))]
pub async fn whep(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(which): Query<Which>,
    headers: HeaderMap,
    offer: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind != Some(SDP) {
        return Err(Problem::new(WRONG_MEDIA_TYPE));
    }
    let offer = offer.map_err(|_| Problem::new(BAD_OFFER))?;
    let offer = str::from_utf8(&offer).map_err(|_| Problem::new(BAD_OFFER))?;
    api.seeing(&caller, id, camera)?;
    let webrtc = api.webrtc.clone().ok_or_else(|| Problem::new(NOT_OVER_WEBRTC))?;
    let place = api.running.seat().ok_or_else(|| Problem::new(TOO_MANY_VIEWERS))?;
    let stream = if which.sub { Stream::Sub } else { Stream::Main };
    let following = api.running.follow(camera, stream).ok_or_else(|| Problem::new(NOT_RECORDING))?;
    let view = api.running.looks().view(id).ok_or_else(|| Problem::new(NO_LOOK))?;
    let (answer, session) = webrtc.offer(offer, following).await.map_err(refused)?;
    let told = [
        (header::CONTENT_TYPE.as_str(), SDP.to_owned()),
        (header::CACHE_CONTROL.as_str(), "no-store".to_owned()),
        (header::LOCATION.as_str(), format!("/api/looks/{id}/cameras/{camera}/whep/{}", answer.id)),
        ("zero-us", answer.zero_us.to_string()),
    ];
    tokio::spawn(async move {
        show(&api, &caller, (id, camera), session).await;
        drop((place, view));
    });
    Ok((StatusCode::CREATED, told, answer.sdp).into_response())
}

/// Ends a view, at once.
#[utoipa::path(delete, path = "/api/looks/{id}/cameras/{camera}/whep/{view}", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), ("view" = String, Path)),
    responses((status = 204)))]
pub async fn end_whep(
    State(api): State<Api>,
    caller: Caller,
    Path((id, _camera, view)): Path<(LookId, CameraId, String)>,
) -> Result<StatusCode, Problem> {
    // Whoever may end a view has opened it: only they were told its name, and the look is their session's.
    api.looking(&caller, id)?;
    if let Some(webrtc) = &api.webrtc {
        webrtc.end(&view);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn show(api: &Api, caller: &Caller, (look, camera): (LookId, CameraId), session: Session) {
    let end = session.end();
    let mut shown = pin!(session.run(|| api.seeing(caller, look, camera).is_ok()));
    let ended = tokio::select! {
        ended = &mut shown => ended,
        () = caller.ended() => {
            end.now(Why::Shut);
            shown.await
        }
    };
    tracing::debug!(why = ?ended.why, bytes = ended.bytes, "a live view over WebRTC has ended");
}

fn refused(why: WebrtcError) -> Problem {
    Problem::new(match why {
        WebrtcError::BadOffer => BAD_OFFER,
        WebrtcError::NoH264 | WebrtcError::NotPlayable(_) => NOT_OVER_WEBRTC,
        WebrtcError::TooMany => TOO_MANY_VIEWERS,
        WebrtcError::Gone => NOT_RECORDING,
    })
}
