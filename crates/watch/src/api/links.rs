//! A link to what a look shows, for other players: `/api/links/{link}/index.m3u8`.
//!
//! Promises: whoever has the link sees no more than the browser that asked for it would at this moment: the look is open,
//! its session too, and whether the camera may be seen is asked anew for every piece. A live one reaches back no further
//! than a minute.

use super::{
    Api,
    footage::{Served, hls, part},
};
use crate::{
    event::{LookKind, LookPurpose},
    problems::{NO_FOOTAGE, NO_LOOK},
    rules::{Shut, WatchError},
    running::Linked,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use liengia_access::Caller;
use liengia_http::{Path, Problem};
use liengia_kernel::{CameraId, LookId, Timestamp};
use serde::Serialize;

/// How far a live playlist reaches back, in microseconds.
const LIVE_US: i64 = 60_000_000;
/// Pieces of a live playlist, at most.
const LIVE_PIECES: usize = 8;

/// A link for another player.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LinkMade {
    /// The path of an HLS playlist (RFC 8216) on this node.
    path: String,
    /// It ends then, and before that with its look.
    until: Timestamp,
}

/// Makes a link to what a look shows of a camera; never to a resident's. Whoever has it sees the picture: it is as secret as the picture.
#[utoipa::path(post, path = "/api/looks/{id}/cameras/{camera}/link", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path)), responses((status = 201, body = LinkMade)))]
pub async fn make_link(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
) -> Result<(StatusCode, Json<LinkMade>), Problem> {
    let (asked, _) = api.seeing(&caller, id, camera)?;
    if asked.purpose == LookPurpose::Residents {
        return Err(WatchError::Shut { camera, why: Shut::ResidentsOnlyLive }.into());
    }
    let (name, until) = api.running.links().make(id, camera, caller.session());
    Ok((StatusCode::CREATED, Json(LinkMade { path: format!("/api/links/{name}/index.m3u8"), until })))
}

/// What the link shows, as an HLS playlist: of a live look the last pieces, to be asked for again and again.
#[utoipa::path(get, path = "/api/links/{link}/index.m3u8", tag = "watch", params(("link" = String, Path)),
    responses((status = 200, description = "the playlist", content_type = "application/vnd.apple.mpegurl")))]
pub async fn link_playlist(State(api): State<Api>, Path(link): Path<String>) -> Result<Response, Problem> {
    let (linked, (from, to), kind) = api.linked(&link)?;
    let (mut placed, mut starts) = api.placed(linked.camera, from, to).await?;
    let live = kind == LookKind::Live;
    if live {
        let more = placed.len().saturating_sub(LIVE_PIECES);
        placed.drain(..more);
        starts.drain(..more);
    }
    if placed.is_empty() {
        return Err(Problem::new(NO_FOOTAGE));
    }
    let files: Vec<_> = placed.iter().map(|one| one.file).collect();
    let passed = live.then(|| api.running.links().passed(&link, &files));
    let headers =
        [(header::CONTENT_TYPE, "application/vnd.apple.mpegurl"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, hls(&placed, &starts, passed)).into_response())
}

/// Bytes of a recorded file that the playlist names; without a range, all of it that the link shows, as a file of its own.
#[utoipa::path(get, path = "/api/links/{link}/files/{name}", tag = "watch",
    params(("link" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "all of it that may be seen", content_type = "video/mp4"),
        (status = 206, description = "the range of bytes that was asked for", content_type = "video/mp4")))]
pub async fn link_file(
    State(api): State<Api>,
    Path((link, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (linked, span, _) = api.linked(&link)?;
    let look = (linked.look, linked.session);
    part(&api, Served { camera: linked.camera, name, span, look }, &headers).await
}

impl Api {
    /// What a link opens at this moment: the camera, which stretch of it in microseconds, and how it is looked at.
    fn linked(&self, link: &str) -> Result<(Linked, (i64, i64), LookKind), Problem> {
        let gone = || Problem::new(NO_LOOK);
        let linked = self.running.links().of(link).ok_or_else(gone)?;
        if !self.access.is_signed_in(linked.session) {
            return Err(gone());
        }
        let (asked, _) = self.seen_by(linked.session, linked.look, linked.camera)?;
        let now = self.running.now().as_micros();
        let span = match (asked.kind, asked.span) {
            (LookKind::Live, _) => (now - LIVE_US, now + LIVE_US),
            (LookKind::Playback | LookKind::Export, Some(span)) => {
                (span.from.as_micros(), span.to.as_micros())
            }
            (LookKind::Playback | LookKind::Export, None) => return Err(WatchError::BadSpan.into()),
        };
        Ok((linked, span, asked.kind))
    }
}
