//! A router in its shell, asked from outside: what it answers, whatever it is sent.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use axum::{
    Json, Router,
    body::{Body as Bytes, HttpBody},
    extract::Request,
    http::{Method, header},
    middleware::{Next, from_fn},
    routing::{get, post},
};
use liengia_http::{
    BODY_PATIENCE, BUSY, Body, Class, Kind, Language, MAX_BODY, Origins, Page, Paged, Path, Peer, Problem,
    Query, SHARED, ShellConfig, Written, remember_strangers_writes, remember_writes, same_version, shell,
    testing::{request, send, unsaid},
};
use liengia_kernel::{HouseholdId, SeededEntropy, SimulatedClock, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

#[derive(Deserialize)]
struct Input {
    label: String,
    version: Option<u64>,
}

#[derive(Deserialize)]
struct Filter {
    open: Option<bool>,
}

async fn write(_: Written, Body(input): Body<Input>) -> Result<Json<Value>, Problem> {
    same_version(input.version.unwrap_or(7), 7, || json!({ "label": "12", "version": 7 }))?;
    Ok(Json(json!({ "label": input.label })))
}

async fn list(Query(filter): Query<Filter>, page: Page) -> Result<Json<Paged<u64>>, Problem> {
    let first = page.after::<u64>()?.map_or(1, |last| last + 1);
    let rows = (first..=7).take(usize::try_from(page.rows()).unwrap()).collect();
    assert_ne!(filter.open, Some(false));
    Ok(Json(Paged::cut(rows, &page, |row| *row)))
}

async fn panics() -> &'static str {
    assert!(std::env::args().count() > 1_000_000, "a secret name");
    "never"
}

fn config() -> ShellConfig {
    let origins = Origins::new(["https://lg.example"]).unwrap();
    let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(0)));
    ShellConfig::new(origins, clock, Arc::new(SeededEntropy::new(1)))
}

fn routes() -> Router {
    Router::new()
        .route("/api/write", post(write))
        .route("/api/list", get(list))
        .route("/api/homes/{id}", get(async |Path(id): Path<HouseholdId>| id.to_string()))
        .route("/api/panic", get(panics))
        .route("/api/fails", get(async || Problem::failed("secret: table users")))
        .layer(from_fn(|request: Request, next: Next| remember_writes(MAX_BODY, request, next)))
}

fn router() -> Router {
    shell(routes(), config()).0
}

async fn written(body: impl Into<Bytes>, kind: &'static str) -> liengia_http::testing::Answer {
    let mut request = request(Method::POST, "/api/write", None);
    *request.body_mut() = body.into();
    request.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    send(&router(), request).await
}

#[test]
fn every_shared_problem_is_said_in_all_languages() {
    assert_eq!(unsaid(&SHARED), [""; 0]);
}

#[tokio::test]
async fn a_problem_speaks_the_language_of_the_caller() {
    for (asked, title) in [
        ("vi", "Không có gì ở địa chỉ này."),
        ("en-GB,en;q=0.9", "There is nothing at this address."),
        ("id", "Tidak ada apa-apa di alamat ini."),
        ("fr", "Không có gì ở địa chỉ này."),
    ] {
        let mut request = request(Method::GET, "/nowhere", None);
        request.headers_mut().insert(header::ACCEPT_LANGUAGE, asked.parse().unwrap());
        let answer = send(&router(), request).await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "no_such_address"));
        assert_eq!(answer.json()["title"], title);
        assert_eq!(answer.json()["type"], "/problems/no_such_address");
    }
}

#[tokio::test]
async fn a_failure_tells_a_number_and_nothing_else() {
    for path in ["/api/fails", "/api/panic"] {
        let answer = send(&router(), request(Method::GET, path, None)).await;
        let json = answer.json();
        assert_eq!((answer.status.as_u16(), json["code"].as_str()), (500, Some("failed")));
        assert!(!json.to_string().contains("secret"), "{json}");
        let number = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(json["request"], number);
        assert!(json["detail"].as_str().unwrap().contains(number));
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused_with_what_is_wrong_with_them() {
    let deep = "[".repeat(60_000);
    let cases: [(Vec<u8>, &str, u16, &str); 10] = [
        (br#"{"label":"a"}"#.to_vec(), "application/json; charset=utf-8", 200, ""),
        (br#"{"label":"a"}"#.to_vec(), "text/plain", 415, "wrong_media_type"),
        (br#"{"label":"a"}"#.to_vec(), "application/x-www-form-urlencoded", 415, "wrong_media_type"),
        (br#"{"label":"a"}"#.to_vec(), "application/jsonp", 415, "wrong_media_type"),
        (b"{\"label\":".to_vec(), "application/json", 400, "not_json"),
        (vec![0xff, 0xfe, 0x00], "application/json", 400, "not_json"),
        (deep.into_bytes(), "application/json", 422, "wrong_fields"),
        (br#"{"label":"a","admin":true}"#.to_vec(), "application/json", 422, "wrong_fields"),
        (br#"{"label":null}"#.to_vec(), "application/json", 422, "wrong_fields"),
        (vec![b' '; MAX_BODY + 1], "application/json", 413, "body_too_large"),
    ];
    for (body, kind, status, code) in cases {
        let start = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let answer = written(body, kind).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{start} as {kind}");
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_at_the_limit() {
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'a'; 1000]));
    let body = Bytes::from_stream(endless);
    assert_eq!(body.size_hint().exact(), None);
    let answer = written(body, "application/json").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "body_too_large"));
}

/// A write whose body begins and does not go on.
fn slow(path: &str, last: u8) -> Request {
    let mut slow = request(Method::POST, path, None);
    let begun = futures_util::stream::iter([Ok::<_, std::io::Error>(vec![b'{'])]);
    *slow.body_mut() =
        Bytes::from_stream(futures_util::StreamExt::chain(begun, futures_util::stream::pending()));
    slow.extensions_mut().insert(Peer([10, 0, 0, last].into()));
    slow
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up_long_before_an_answer_is() {
    let began = tokio::time::Instant::now();
    let answer = send(&router(), slow("/api/write", 1)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "too_slow"));
    assert_eq!(began.elapsed(), BODY_PATIENCE);
    assert!(BODY_PATIENCE * 4 < config().patience);
}

#[tokio::test(start_paused = true)]
async fn strangers_who_keep_their_bodies_back_take_no_place_of_those_whom_the_node_knows() {
    let anyone = Router::new()
        .route("/api/anyone", post(write))
        .layer(from_fn(|request: Request, next: Next| remember_strangers_writes(MAX_BODY, request, next)));
    let router = shell(routes().merge(anyone), config()).0;
    let besiege = |last| {
        let router = router.clone();
        tokio::spawn(async move { send(&router, slow("/api/anyone", last)).await.code() })
    };
    let siege: Vec<_> = (0..160).map(|n| besiege(1 + n % 2)).collect();
    let known = |path| {
        let mut known = request(Method::POST, path, Some(&json!({ "label": "a" })));
        known.extensions_mut().insert(Peer([10, 0, 0, 1].into()));
        known
    };
    // All of them come as far as their bodies do.
    tokio::task::yield_now().await;
    assert_eq!(send(&router, known("/api/write")).await.status, 200);
    assert_eq!(send(&router, known("/api/anyone")).await.code(), "busy");
    let mut other = known("/api/anyone");
    other.extensions_mut().insert(Peer([10, 0, 0, 3].into()));
    assert_eq!(send(&router, other).await.status, 200, "another address has its own share");
    let mut slow = 0;
    for answer in siege {
        let code = answer.await.unwrap();
        assert!(["busy", "too_slow"].contains(&code.as_str()), "{code}");
        slow += u32::from(code == "too_slow");
    }
    assert_eq!(slow, 2 * 16);
    assert_eq!(send(&router, known("/api/anyone")).await.status, 200);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_said_to_have() {
    let broken = futures_util::stream::iter([Ok(vec![b'{']), Err(std::io::Error::other("gone"))]);
    let answer = written(Bytes::from_stream(broken), "application/json").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "body_cut_short"));
}

#[tokio::test]
async fn a_wrong_field_is_named_and_its_value_is_not_repeated() {
    let answer = written(r#"{"label":{"phone":"0912345678"}}"#, "application/json").await;
    let json = answer.json();
    assert_eq!(
        (json["fields"][0]["field"].as_str(), json["fields"][0]["code"].as_str()),
        (Some("label"), Some("wrong_type"))
    );
    assert!(json["fields"][0]["detail"].as_str().unwrap().contains("Kiểu"), "{json}");
    assert!(!json.to_string().contains("0912"));
}

#[tokio::test]
async fn a_write_brings_a_key() {
    for key in [None, Some("7"), Some("not-a-uuid"), Some("")] {
        let mut request = request(Method::POST, "/api/write", Some(&json!({ "label": "a" })));
        request.headers_mut().remove("idempotency-key");
        if let Some(key) = key {
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        }
        assert_eq!(send(&router(), request).await.code(), "idempotency_key_needed", "{key:?}");
    }
}

#[tokio::test]
async fn a_stale_version_is_answered_with_the_record_as_it_is() {
    let answer =
        send(&router(), request(Method::POST, "/api/write", Some(&json!({ "label": "a", "version": 6 }))))
            .await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (409, "changed_meanwhile"));
    assert_eq!(answer.json()["current"], json!({ "label": "12", "version": 7 }));
}

#[tokio::test]
async fn a_list_comes_a_page_at_a_time() {
    let page =
        async |query: &str| send(&router(), request(Method::GET, &format!("/api/list?{query}"), None)).await;
    let mut path = "limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let json = page(&path).await.json();
        seen.push(json["items"].clone());
        let Some(next) = json["next"].as_str() else { break };
        path = format!("limit=3&after={next}");
    }
    assert_eq!(seen, [json!([1, 2, 3]), json!([4, 5, 6]), json!([7])]);
    for wrong in ["limit=0", "limit=201", "limit=x", "after=!", "after=e30", "opne=true", "open=maybe"] {
        let answer = page(wrong).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "wrong_query"), "{wrong}");
        assert_eq!(answer.json()["fields"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_id_is_no_address_and_another_method_is_said_so() {
    for path in [
        "/api/homes/7",
        "/api/homes/%00",
        "/api/homes/..%2f",
        "/api/homes/0190b5f2-7c1e-7a3b-8d4e-5f60718293a",
    ] {
        assert_eq!(
            send(&router(), request(Method::GET, path, None)).await.code(),
            "no_such_address",
            "{path}"
        );
    }
    let answer = send(&router(), request(Method::PUT, "/api/list", Some(&json!({})))).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (405, "no_such_method"));
}

#[tokio::test]
async fn another_site_cannot_write() {
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let mut request = request(Method::POST, "/api/write", Some(&json!({ "label": "a" })));
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = send(&router(), request).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "other_site"), "{value}");
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_to_refuse() {
    for path in ["/api/list", "/nowhere", "/api/panic"] {
        let answer = send(&router(), request(Method::GET, path, None)).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            assert_eq!(answer.headers[name], value);
        }
        assert_eq!(answer.headers.get(header::CACHE_CONTROL).is_some(), path.starts_with("/api/"));
    }
}

#[tokio::test]
async fn a_crowd_is_turned_away_and_the_urgent_still_come_through() {
    let (arrived, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = {
        let (arrived, leave) = (arrived.clone(), leave.clone());
        async move || {
            arrived.notify_one();
            leave.notified().await;
        }
    };
    let with_wait = routes().route("/api/wait", get(wait));
    let narrow = ShellConfig { at_once: 1, urgent: |_, path| path == "/api/list", ..config() };
    let (router, counts) = shell(with_wait, narrow);
    let busy = tokio::spawn({
        let router = router.clone();
        async move { send(&router, request(Method::GET, "/api/wait", None)).await }
    });
    arrived.notified().await;
    let refused = send(&router, request(Method::GET, "/api/fails", None)).await;
    assert_eq!(
        (refused.code().as_str(), refused.headers[header::RETRY_AFTER].to_str().unwrap()),
        (BUSY.code, "2")
    );
    assert_eq!(send(&router, request(Method::GET, "/api/list", None)).await.status, 200);
    leave.notify_one();
    assert_eq!(busy.await.unwrap().status, 200);
    assert_eq!(send(&router, request(Method::GET, "/api/list", None)).await.status, 200);
    assert_eq!((counts.refused_busy(), counts.of_hundred(5)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up() {
    let with_never = routes().route("/api/never", get(std::future::pending::<()>));
    let router = shell(with_never, ShellConfig { patience: Duration::from_secs(5), ..config() }).0;
    let answer = send(&router, request(Method::GET, "/api/never", None)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "too_slow"));
}

#[test]
fn the_same_problem_is_said_differently_with_what_it_is_about() {
    const LARGE: Kind = Kind::new(Class::TooLarge, "body_too_large");
    let answer = Problem::new(LARGE).with("most", 64_i64).answer(Language::En, None);
    assert_eq!(answer.status(), 413);
}
