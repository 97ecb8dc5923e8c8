//! The browser apps, out of the binary: the phone's at `/`, the desk's at `/desk/`.
//!
//! Files under `assets/` bear a hash in their name and are kept for a year; everything else is asked for
//! again each time, and answered "unchanged" where it is. Files that the build compressed are sent so.

use axum::response::IntoResponse;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, Response, StatusCode, header},
};
use liengia_http::{NO_SUCH_ADDRESS, Problem};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::LazyLock};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

const NOT_BUILT: &[u8] = b"<!doctype html><meta charset=utf-8><title>Li\xc3\xaan Gia</title>\
    <p>The browser apps are not in this build. Run: cargo xtask build</p>";

/// Addresses that open the phone's app, besides its files; its screens are behind the `#`.
const HOME_PAGES: &[&str] = &["/", "/join"];

/// Addresses that open the desk's app.
const DESK_PAGES: &[&str] = &["/desk", "/desk/", "/setup", "/sign-in", "/welcome"];

struct File {
    bytes: &'static [u8],
    tag: String,
}

static BY_PATH: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(path, bytes)| {
            let tag =
                Sha256::digest(bytes).iter().take(8).fold(0_u64, |tag, byte| tag << 8 | u64::from(*byte));
            (*path, File { bytes, tag: format!("\"{tag:016x}\"") })
        })
        .collect()
});

/// Answers a request that no other route answers: a file of the apps, or nothing.
pub async fn page(request: Request) -> Response<Body> {
    let path = request.uri().path();
    let name = if HOME_PAGES.contains(&path) {
        "home/index.html".to_owned()
    } else if DESK_PAGES.contains(&path) {
        "desk/index.html".to_owned()
    } else if path.starts_with("/desk/") {
        path[1..].to_owned()
    } else {
        format!("home{path}")
    };
    match BY_PATH.get(name.as_str()) {
        Some(file) => send(&name, file, request.headers()),
        None if name.ends_with("/index.html") => plain(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT),
        None => Problem::new(NO_SUCH_ADDRESS).into_response(),
    }
}

fn send(name: &str, file: &File, asked: &HeaderMap) -> Response<Body> {
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == file.tag.as_bytes());
    let accepted =
        asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| accepted.split(',').any(|one| one.trim().split(';').next() == Some(coding));
    let compressed = [("br", ".br"), ("gzip", ".gz")].into_iter().find_map(|(coding, ending)| {
        let file = BY_PATH.get(format!("{name}{ending}").as_str()).filter(|_| accepts(coding))?;
        Some((coding, file.bytes))
    });
    let keep = if name.contains("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, kind(name))
        .header(header::CACHE_CONTROL, keep)
        .header(header::ETAG, &file.tag)
        .header(header::VARY, "accept-encoding");
    if unchanged {
        return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap_or_default();
    }
    let bytes = compressed.map_or(file.bytes, |(coding, bytes)| {
        if let Some(headers) = response.headers_mut() {
            headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(coding));
        }
        bytes
    });
    response.body(Body::from(bytes)).unwrap_or_default()
}

fn plain(status: StatusCode, kind: &'static str, bytes: &'static [u8]) -> Response<Body> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(bytes))
        .unwrap_or_default()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        _ => "application/octet-stream",
    }
}
