//! What was recorded, as a look asks for it: `/api/looks/{id}/cameras/{camera}/…`.
//!
//! Promises: nothing outside the stretch that the look named leaves the node, not even by asking for other bytes of a file.

use super::Api;
use crate::{
    event::LookKind,
    footage::Placed,
    problems::{BAD_SPAN, NO_FOOTAGE},
    record::FileName,
    rules::{WatchError, shows_newest},
    running::{FileStart, Part},
    tier::Source,
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::StreamExt as _;
use liengia_access::Caller;
use liengia_http::{Path, Problem, Query};
use liengia_kernel::{CameraId, LookId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// How old the newest picture of a live look may be that was recorded, in microseconds.
const NEWEST_US: i64 = 10_000_000;

/// Fragments that are listed at a time.
const MOST_FRAGMENTS: usize = 2_000;

/// Which stretch.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Stretch {
    /// From when.
    from: Timestamp,
    /// Until when.
    to: Timestamp,
}

/// Which moment.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct When {
    /// When; of a live look nothing, since it shows the newest.
    at: Option<Timestamp>,
}

/// What there is of a camera in a stretch of time.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Timeline {
    /// The times of which there is footage, the oldest first. What is not in one is a gap.
    spans: Vec<SpanShown>,
}

/// A time of which there is footage.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SpanShown {
    /// From when.
    from: Timestamp,
    /// Until when.
    to: Timestamp,
    /// The camera or the node lost something just before it.
    gap: bool,
}

/// Pieces of footage, to be fetched and played one after another.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Fragments {
    /// The files in which they are.
    files: Vec<FileShown>,
    /// The oldest first; at most 2,000.
    fragments: Vec<FragmentShown>,
}

/// A file of footage.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FileShown {
    /// Its name: what it is fetched by.
    name: String,
    /// Bytes of its init segment, which stands at its beginning.
    init_length: u64,
    /// How its pictures are coded, as browsers call it (RFC 6381).
    codec: String,
    /// Picture width in pixels.
    width: u16,
    /// Picture height in pixels.
    height: u16,
}

/// A piece of footage that begins with a key picture, as most do, or goes on from the one before.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FragmentShown {
    /// Its file, by its place in the list.
    file: usize,
    /// When it begins.
    at: Timestamp,
    /// How long it lasts, in milliseconds.
    millis: u64,
    /// Where it begins in its file, in bytes.
    offset: u64,
    /// How long it is, in bytes.
    length: u64,
    /// A decoder can begin with it.
    key: bool,
    /// Something is missing before it.
    gap: bool,
}

/// The times of which there is footage.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/timeline", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), Stretch), responses((status = 200, body = Timeline)))]
pub async fn timeline(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(stretch): Query<Stretch>,
) -> Result<Json<Timeline>, Problem> {
    let (from, to) = api.within_look(&caller, id, camera, &stretch)?;
    let spans = api.running.ask(move |index| index.spans(*camera.as_bytes(), from, to)).await?;
    let at = Timestamp::from_micros;
    let shown = |span: crate::footage::Span| SpanShown {
        from: at(span.began_us),
        to: at(span.ended_us),
        gap: span.gap,
    };
    Ok(Json(Timeline { spans: spans.into_iter().map(shown).collect() }))
}

/// The pieces of footage in a stretch of time.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/fragments", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), Stretch), responses((status = 200, body = Fragments)))]
pub async fn fragments(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(stretch): Query<Stretch>,
) -> Result<Json<Fragments>, Problem> {
    let (from, to) = api.within_look(&caller, id, camera, &stretch)?;
    let (placed, starts) = api.placed(camera, from, to).await?;
    let mut files: Vec<FileShown> = Vec::new();
    let mut shown = Vec::with_capacity(placed.len());
    for (one, start) in placed.iter().zip(&starts) {
        let name = one.file.to_string();
        if files.last().is_none_or(|last| last.name != name) {
            let (codec, width, height) = (one.codec.to_string(), one.width, one.height);
            files.push(FileShown { name, init_length: start.init_length, codec, width, height });
        }
        shown.push(FragmentShown {
            file: files.len() - 1,
            at: Timestamp::from_micros(one.wall_us),
            millis: u64::try_from(one.duration_us / 1_000).unwrap_or(0),
            offset: one.offset,
            length: one.length,
            key: one.key,
            gap: one.gap,
        });
    }
    Ok(Json(Fragments { files, fragments: shown }))
}

/// The same as an HLS playlist (RFC 8216): byte ranges of the recorded files.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/footage.m3u8", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), Stretch),
    responses((status = 200, description = "the playlist", content_type = "application/vnd.apple.mpegurl")))]
pub async fn playlist(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Problem> {
    let (from, to) = api.within_look(&caller, id, camera, &stretch)?;
    let (placed, starts) = api.placed(camera, from, to).await?;
    if placed.is_empty() {
        return Err(Problem::new(NO_FOOTAGE));
    }
    let headers =
        [(header::CONTENT_TYPE, "application/vnd.apple.mpegurl"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, hls(&placed, &starts, None)).into_response())
}

/// Bytes of a recorded file: its init segment, or pieces of footage in the stretch that the look named; without a range both,
/// as a file of its own.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/files/{name}", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), ("name" = String, Path)),
    responses((status = 200, description = "all of it that may be seen", content_type = "video/mp4"),
        (status = 206, description = "the range of bytes that was asked for", content_type = "video/mp4")))]
pub async fn file(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera, name)): Path<(LookId, CameraId, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let span = api.look_span(&caller, id, camera)?;
    part(&api, Served { camera, name, span, look: (id, caller.session()) }, &headers).await
}

/// One picture at that moment, or the first after it; of a live look the newest that was recorded. A small MP4 of its own:
/// the header `codec` says how it is coded, `taken-us` when it was taken, in microseconds since 1970 UTC.
#[utoipa::path(get, path = "/api/looks/{id}/cameras/{camera}/still", tag = "watch",
    params(("id" = LookId, Path), ("camera" = CameraId, Path), When),
    responses((status = 200, description = "one picture", content_type = "video/mp4")))]
pub async fn still(
    State(api): State<Api>,
    caller: Caller,
    Path((id, camera)): Path<(LookId, CameraId)>,
    Query(When { at }): Query<When>,
) -> Result<Response, Problem> {
    let (span, at) = api.still_of(&caller, id, camera, at)?;
    let placed = api.running.ask(move |index| index.at(*camera.as_bytes(), at)).await?;
    let placed = placed.filter(|placed| placed.wall_us < span.1).ok_or_else(|| Problem::new(NO_FOOTAGE))?;
    let (codec, taken) = (placed.codec.to_string(), placed.wall_us);
    let picture = api.running.still(placed).await?.ok_or_else(|| Problem::new(NO_FOOTAGE))?;
    let headers = [
        (header::CONTENT_TYPE.as_str(), "video/mp4".to_owned()),
        (header::CACHE_CONTROL.as_str(), "private, max-age=60".to_owned()),
        ("codec", codec),
        ("taken-us", taken.to_string()),
    ];
    let mut answer = picture.into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            answer
                .headers_mut()
                .insert(header::HeaderName::from_bytes(name.as_bytes()).map_err(Problem::failed)?, value);
        }
    }
    Ok(answer)
}

impl Api {
    /// The stretch that the look named of a camera, in microseconds.
    fn look_span(&self, caller: &Caller, id: LookId, camera: CameraId) -> Result<(i64, i64), Problem> {
        let (asked, _) = self.seeing(caller, id, camera)?;
        let span = asked.span.filter(|_| asked.kind == LookKind::Playback).ok_or(WatchError::BadSpan)?;
        Ok((span.from.as_micros(), span.to.as_micros()))
    }

    /// In which stretch a picture may lie, and from when on it is looked for, in microseconds.
    fn still_of(
        &self,
        caller: &Caller,
        id: LookId,
        camera: CameraId,
        at: Option<Timestamp>,
    ) -> Result<((i64, i64), i64), Problem> {
        let (asked, seen) = self.seeing(caller, id, camera)?;
        if shows_newest(&asked, &seen) {
            let now = self.running.now().as_micros();
            return Ok(((now - NEWEST_US, now), now - NEWEST_US));
        }
        let span = self.look_span(caller, id, camera)?;
        let at = at.map(Timestamp::as_micros).filter(|at| (span.0..span.1).contains(at));
        Ok((span, at.ok_or_else(|| Problem::new(BAD_SPAN))?))
    }

    /// What of a stretch lies in the one that the look named, in microseconds.
    fn within_look(
        &self,
        caller: &Caller,
        id: LookId,
        camera: CameraId,
        stretch: &Stretch,
    ) -> Result<(i64, i64), Problem> {
        let span = self.look_span(caller, id, camera)?;
        let (from, to) = (stretch.from.as_micros().max(span.0), stretch.to.as_micros().min(span.1));
        if from < to { Ok((from, to)) } else { Err(WatchError::BadSpan.into()) }
    }

    /// The fragments of a stretch, and how the file of each begins.
    pub(super) async fn placed(
        &self,
        camera: CameraId,
        from: i64,
        to: i64,
    ) -> Result<(Vec<Placed>, Vec<FileStart>), Problem> {
        let ask = move |index: &crate::footage::Index| {
            index.fragments(*camera.as_bytes(), from, to, MOST_FRAGMENTS)
        };
        let mut placed = self.running.ask(ask).await?;
        let mut starts: Vec<FileStart> = Vec::with_capacity(placed.len());
        let mut kept = Vec::with_capacity(placed.len());
        let mut last: Option<(Source, Option<FileStart>)> = None;
        for one in placed.drain(..) {
            if last.as_ref().is_none_or(|(source, _)| *source != one.source) {
                last = Some((one.source.clone(), self.running.start_of(&one).await));
            }
            // A file that went meanwhile is a gap.
            if let Some((_, Some(start))) = &last {
                starts.push(*start);
                kept.push(one);
            }
        }
        Ok((kept, starts))
    }
}

/// A file of which bytes are wanted.
pub(super) struct Served {
    /// Whose footage it is.
    pub camera: CameraId,
    /// Its name.
    pub name: String,
    /// The stretch that may be seen, in microseconds.
    pub span: (i64, i64),
    /// The look, and the browser that asked for it.
    pub look: (LookId, SessionId),
}

/// The range of bytes that was asked for, if all of it may be seen. Where none was, what may be seen of the file, behind how
/// it begins: a file of its own, which plays.
pub(super) async fn part(api: &Api, served: Served, headers: &HeaderMap) -> Result<Response, Problem> {
    let nothing = || Problem::new(NO_FOOTAGE);
    let Served { camera, name, span, look } = served;
    let name = FileName::parse(&name).ok_or_else(nothing)?;
    let placed = api.running.in_file(camera, name, span).await?;
    let (first, last) = placed.first().zip(placed.last()).ok_or_else(nothing)?;
    let FileStart { init_length } = api.running.start_of(first).await.ok_or_else(nothing)?;
    let seen = (first.offset, last.offset + last.length);
    let part = async |from, to| -> Result<Part, Problem> {
        let part = api.running.part(&first.source, from, to - from).await?.ok_or_else(nothing)?;
        let api = api.clone();
        Ok(while_seen(part, move || api.seen_by(look.1, look.0, camera).is_ok()))
    };
    let told = [(header::CONTENT_TYPE, "video/mp4"), (header::CACHE_CONTROL, "private, max-age=60")];
    // Players that know nothing of the file ask for all of it in this way, too.
    let Some(asked) = headers.get(header::RANGE).filter(|asked| *asked != "bytes=0-") else {
        let body = part(0, init_length).await?.chain(part(seen.0, seen.1).await?);
        let length = init_length + seen.1 - seen.0;
        return Ok((told, [(header::CONTENT_LENGTH, length)], Body::from_stream(body)).into_response());
    };
    let (from, to) = range(asked, seen.1).ok_or_else(nothing)?;
    // The init segment and the very beginning of the footage may lie together; if not, it ends there.
    let together = seen.0 == init_length;
    let to = if from < init_length && !together { to.min(init_length) } else { to.min(seen.1) };
    if from >= to || from < seen.0 && to > init_length && !together {
        return Err(nothing());
    }
    let body = part(from, to).await?;
    let length = [
        (header::CONTENT_LENGTH, (to - from).to_string()),
        (header::CONTENT_RANGE, format!("bytes {from}-{}/*", to - 1)),
    ];
    Ok((StatusCode::PARTIAL_CONTENT, told, length, Body::from_stream(body)).into_response())
}

/// The same bytes for as long as the camera may be seen: a slow reader gets no more than a fast one.
fn while_seen(part: Part, seen: impl Fn() -> bool + Send + 'static) -> Part {
    let over = || std::io::Error::other("it may not be seen any more");
    part.map(move |block| if seen() { block } else { Err(over()) }).boxed()
}

/// `bytes=from-to` or `bytes=from-`, as a half-open range; none if it asks for something else.
fn range(asked: &HeaderValue, end: u64) -> Option<(u64, u64)> {
    let (from, to) = asked.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let to = if to.is_empty() { end } else { to.parse::<u64>().ok()?.checked_add(1)? };
    Some((from.parse().ok()?, to))
}

/// A playlist of fragments, each behind how its file begins. A discontinuity where a file or a gap is between. A live one
/// goes on: `passed` files went by before it.
pub(super) fn hls(placed: &[Placed], starts: &[FileStart], passed: Option<u64>) -> String {
    let longest = placed.iter().map(|one| one.duration_us).max().unwrap_or(0);
    let target = longest.max(1).div_euclid(1_000_000) + 1;
    let mut text = format!("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n");
    // Writing to a String cannot fail.
    match (passed, placed.first()) {
        (Some(passed), Some(first)) => {
            let _ = writeln!(text, "#EXT-X-MEDIA-SEQUENCE:{}", first.number);
            let _ = writeln!(text, "#EXT-X-DISCONTINUITY-SEQUENCE:{passed}");
        }
        _ => text.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n"),
    }
    let mut before: Option<&Placed> = None;
    for (one, start) in placed.iter().zip(starts) {
        let new_file = before.is_none_or(|before| before.source != one.source);
        if before.is_some() && (new_file || one.gap) {
            text.push_str("#EXT-X-DISCONTINUITY\n");
        }
        if new_file {
            let _ =
                writeln!(text, "#EXT-X-MAP:URI=\"files/{}\",BYTERANGE=\"{}@0\"", one.file, start.init_length);
        }
        if new_file || one.gap {
            let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", Timestamp::from_micros(one.wall_us));
        }
        let millis = one.duration_us.div_euclid(1_000);
        let _ = writeln!(text, "#EXTINF:{}.{:03},", millis / 1_000, millis % 1_000);
        let _ = writeln!(text, "#EXT-X-BYTERANGE:{}@{}\nfiles/{}", one.length, one.offset, one.file);
        before = Some(one);
    }
    if passed.is_none() {
        text.push_str("#EXT-X-ENDLIST\n");
    }
    text
}
