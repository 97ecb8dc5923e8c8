//! What every answer tells the browser to refuse.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

/// Nothing comes from, or goes to, another host; nothing inline runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      font-src 'self'; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
                      manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(), microphone=(), payment=(), usb=(), serial=(), midi=(), browsing-topics=(), \
                           geolocation=(self), screen-wake-lock=(self), fullscreen=(self), \
                           publickey-credentials-get=(self), publickey-credentials-create=(self)";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Two years; not for the domain's other hosts, which are not ours.
const HSTS: &str = "max-age=63072000";

/// Adds what the answer does not say itself.
pub(super) fn add(answer: &mut Response, api: bool, secure: bool) {
    let headers = answer.headers_mut();
    for (name, value) in ALWAYS {
        add_one(headers, name, value);
    }
    if api {
        add_one(headers, header::CACHE_CONTROL, "no-store");
        add_one(headers, header::VARY, "Accept-Language, Cookie");
    }
    if secure {
        add_one(headers, header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

fn add_one(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
