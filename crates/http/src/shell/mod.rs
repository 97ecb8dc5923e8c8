//! What stands around every endpoint: limits, origin, headers, language, log.

mod counts;
mod headers;
mod origin;
mod places;

pub use counts::Counts;
pub use origin::{Origins, WrongOrigin};
pub use places::network;

use crate::{BUSY, Class, Language, NO_SUCH_ADDRESS, NO_SUCH_METHOD, OTHER_SITE, Problem, TOO_SLOW};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use liengia_kernel::{Clock, Entropy};
use places::{Place, Places};
use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

/// The address of whoever sent the request, as the listener saw it; the listener puts it into the extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub IpAddr);

/// What the shell is made of.
pub struct ShellConfig {
    /// Where pages come from that may write.
    pub origins: Origins,
    /// Requests that are worked on at once, a quarter of them at most for one address; one more is told that the node is
    /// busy.
    pub at_once: usize,
    /// Places kept for urgent requests when all others are taken.
    pub urgent_at_once: usize,
    /// Requests of strangers whose bodies are waited for at once, a quarter of them at most for one address: fewer than
    /// would keep those whom the node knows from their places.
    pub strangers_at_once: usize,
    /// Which requests are urgent, by method and path: the press, the answers to it.
    pub urgent: fn(&Method, &str) -> bool,
    /// The longest that an answer may take to begin.
    pub patience: Duration,
    /// Times how long an answer took.
    pub clock: Arc<dyn Clock>,
    /// Makes the numbers of requests.
    pub entropy: Arc<dyn Entropy>,
}

impl ShellConfig {
    /// The usual limits, with nothing urgent.
    pub fn new(origins: Origins, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            origins,
            at_once: 512,
            urgent_at_once: 128,
            strangers_at_once: 64,
            urgent: |_, _| false,
            patience: Duration::from_secs(20),
            clock,
            entropy,
        }
    }
}

/// Whether a request is urgent, as [`ShellConfig::urgent`] says; the shell puts it into the extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgent(pub bool);

/// Strangers whose bodies are waited for; the shell puts it into the extensions.
#[derive(Clone)]
pub(crate) struct Strangers(Arc<Places>);

impl Strangers {
    /// A place to wait in, if there is one.
    pub(crate) fn take(&self, peer: Option<Peer>) -> Option<impl Send + '_> {
        self.0.take(peer.map(|peer| peer.0))
    }
}

struct Shell {
    config: ShellConfig,
    places: Places,
    urgent_places: Places,
    strangers: Strangers,
    counts: Arc<Counts>,
}

/// Puts the shell around a finished router, and what is not found inside it. Also gives the counts for /metrics.
pub fn shell(router: Router, config: ShellConfig) -> (Router, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let shell = Arc::new(Shell {
        places: Places::new(config.at_once),
        urgent_places: Places::new(config.urgent_at_once),
        strangers: Strangers(Arc::new(Places::new(config.strangers_at_once))),
        counts: counts.clone(),
        config,
    });
    let router = router
        .fallback(async || Problem::new(NO_SUCH_ADDRESS))
        .method_not_allowed_fallback(async || Problem::new(NO_SUCH_METHOD))
        .layer(from_fn_with_state(shell, around));
    (router, counts)
}

/// One request, from outside to outside.
async fn around(State(shell): State<Arc<Shell>>, mut request: Request, next: Next) -> Response {
    let number = shell.number();
    let language = Language::of(request.headers());
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched".into(), |path| path.as_str().to_owned());
    let api = request.uri().path().starts_with("/api/");
    let started = shell.config.clock.elapsed();
    let urgent = (shell.config.urgent)(request.method(), request.uri().path());
    let mut answer = match shell.admit(&request, urgent) {
        Ok(place) => {
            request.extensions_mut().insert(shell.strangers.clone());
            request.extensions_mut().insert(Urgent(urgent));
            let answer = shell.run(request, next).await;
            drop(place);
            answer
        }
        Err(problem) => problem.into_response(),
    };
    if let Some(problem) = answer.extensions().get::<Problem>().cloned() {
        let failed = problem.kind().class == Class::Failed;
        if failed {
            tracing::error!(request = number, %method, route, inside = problem.inside(), "an answer failed");
        }
        let mut told = problem.answer(language, failed.then_some(number.as_str()));
        keep_headers(&answer, &mut told);
        answer = told;
    }
    headers::add(&mut answer, api, shell.config.origins.secure());
    if let Ok(value) = HeaderValue::from_str(&number) {
        answer.headers_mut().insert("x-request-id", value);
    }
    let status = answer.status().as_u16();
    let took = shell.config.clock.elapsed().saturating_sub(started);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    shell.counts.answered(answer.status());
    tracing::debug!(request = number, %method, route, status, micros, "answered");
    answer
}

/// A problem is told again in the caller's language; what the handler set beside it stays (a cookie taken back).
fn keep_headers(from: &Response, to: &mut Response) {
    for (name, value) in from.headers() {
        if !to.headers().contains_key(name) && name != axum::http::header::CONTENT_LENGTH {
            to.headers_mut().append(name, value.clone());
        }
    }
}

impl Shell {
    /// A number that the caller can quote.
    fn number(&self) -> String {
        let mut bytes = [0; 8];
        self.config.entropy.fill(&mut bytes);
        format!("{:016x}", u64::from_be_bytes(bytes))
    }

    /// A place among those that are worked on at once, or why not.
    fn admit(&self, request: &Request, urgent: bool) -> Result<Place<'_>, Problem> {
        if !self.config.origins.may_send(request.method(), request.headers()) {
            return Err(Problem::new(OTHER_SITE));
        }
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        let place = self.places.take(peer);
        let place = if urgent { place.or_else(|| self.urgent_places.take(peer)) } else { place };
        place.ok_or_else(|| {
            self.counts.turned_away();
            Problem::new(BUSY).after(Duration::from_secs(2))
        })
    }

    /// The answer of what is inside, within the shell's patience, whatever happens there.
    async fn run(&self, request: Request, next: Next) -> Response {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(self.config.patience, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Problem::failed("the handler panicked").into_response(),
            Err(_) => Problem::new(TOO_SLOW).after(Duration::from_secs(5)).into_response(),
        }
    }
}
