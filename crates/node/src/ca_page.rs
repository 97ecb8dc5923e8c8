//! The page that hands the own CA's certificate to the commune's desks, over plain HTTP: a desk that does not trust the
//! CA yet has no other way to it.
//!
//! Promises: this listener serves nothing else, sets no cookie and takes nothing in. The certificate's fingerprint stands
//! on the page and is compared with the one on paper, since anybody on the network could change what comes over plain
//! HTTP. Residents' phones are never asked to trust this CA.

use crate::config::CaPage;
use anyhow::Context as _;
use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use liengia_http::{Args, Language, say};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::net::TcpListener;

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'";

/// Listens for desks.
pub async fn listener(page: &CaPage) -> anyhow::Result<TcpListener> {
    TcpListener::bind(page.listen).await.with_context(|| format!("http.ca: cannot listen on {}", page.listen))
}

/// The certificate that is handed out.
pub fn certificate(page: &CaPage) -> anyhow::Result<CertificateDer<'static>> {
    CertificateDer::from_pem_file(&page.certificate)
        .with_context(|| format!("http.ca.certificate = {} holds no certificate", page.certificate.display()))
}

/// The page and the file.
pub fn router(page: &CaPage) -> anyhow::Result<Router> {
    let certificate = certificate(page)?;
    let fingerprint: Arc<str> = fingerprint(&certificate).into();
    let der: Arc<[u8]> = certificate.as_ref().into();
    let file = move || {
        let der = der.to_vec();
        async move {
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/x-x509-ca-cert"));
            let name = HeaderValue::from_static("attachment; filename=\"liengia-ca.crt\"");
            safe(([kind, (header::CONTENT_DISPOSITION, name)], der))
        }
    };
    let shown = move |headers: HeaderMap| {
        let fingerprint = fingerprint.clone();
        async move {
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            safe(([kind], html(Language::of(&headers), &fingerprint)))
        }
    };
    Ok(Router::new().route("/", get(shown)).route("/liengia-ca.crt", get(file)))
}

/// The SHA-256 of a certificate, in pairs, as every system shows it.
pub fn fingerprint(certificate: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn safe(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    for (name, value) in headers {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// No text of the page comes from outside, but for the fingerprint, which is digits and colons.
fn html(language: Language, fingerprint: &str) -> String {
    let text = |key: &str| say(language, key, &Args::new());
    format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>body{{font:1.1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}}\
         code{{word-break:break-all}}</style><h1>{title}</h1><p>{who}</p><p>{compare}</p><p><code>{fingerprint}</code></p>\
         <p><a href=\"/liengia-ca.crt\" download>{take}</a></p><p>{not_phones}</p></html>",
        tag = language.tag(),
        title = text("node-ca-title"),
        who = text("node-ca-who"),
        compare = text("node-ca-compare"),
        take = text("node-ca-take"),
        not_phones = text("node-ca-not-phones"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_the_fingerprint_that_openssl_shows() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["a.vn".to_owned()]).unwrap();
        let certificate = params.self_signed(&pair).unwrap();
        let path = std::env::temp_dir().join(format!("liengia-ca-page-{}.pem", std::process::id()));
        std::fs::write(&path, certificate.pem()).unwrap();
        let arguments = ["x509", "-noout", "-fingerprint", "-sha256", "-in"];
        let shown = std::process::Command::new("openssl").args(arguments).arg(&path).output().unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        std::fs::remove_file(&path).unwrap();
        let ours = fingerprint(certificate.der());
        assert!(shown.contains(&ours), "{shown}");
        assert!(html(Language::En, &ours).contains(&ours));
    }
}
