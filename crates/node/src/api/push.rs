//! `/api/push`: where this browser is woken.

use super::{BAD_SUBSCRIPTION, Shared};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Problem};
use liengia_journal::Commit;
use liengia_kernel::Pii;
use liengia_signal::book::{Offer, named};
use serde::{Deserialize, Serialize};

/// The node's public key for pushes.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PushKey {
    /// P-256, base64url.
    key: String,
}

/// A subscription as the browser gives it.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PushSubscription {
    /// The push service's address for this browser.
    endpoint: Pii<String>,
    /// Its keys.
    keys: PushKeys,
}

/// The keys of a subscription.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PushKeys {
    /// The browser's public key, base64url.
    p256dh: Pii<String>,
    /// Its secret, base64url.
    auth: Pii<String>,
}

/// A subscription to forget.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PushFarewell {
    /// The push service's address for this browser.
    endpoint: Pii<String>,
}

/// The public key with which a browser subscribes.
#[utoipa::path(get, path = "/api/push/key", tag = "node", responses((status = 200, body = PushKey)))]
pub async fn key(State(shared): State<Shared>, caller: Caller) -> Result<Json<PushKey>, Problem> {
    caller.permit(Action::SubscribePush, caller.own())?;
    Ok(Json(PushKey { key: shared.push_key.to_string() }))
}

/// Lets this browser be woken by alarms.
#[utoipa::path(post, path = "/api/push/subscriptions", tag = "node", request_body = PushSubscription,
    responses((status = 204)))]
pub async fn subscribe(
    State(shared): State<Shared>,
    caller: Caller,
    Body(input): Body<PushSubscription>,
) -> Result<StatusCode, Problem> {
    let permit = caller.permit(Action::SubscribePush, caller.own())?;
    let offer = Offer {
        endpoint: input.endpoint.expose(),
        p256dh: input.keys.p256dh.expose(),
        auth: input.keys.auth.expose(),
        language: caller.language().tag(),
    };
    let kept = shared.book.keeping((permit.person(), caller.session()), offer, permit.now());
    let (browser, statements) = kept.map_err(|_| Problem::new(BAD_SUBSCRIPTION))?;
    permit
        .commit(async || {
            let commit = Commit::new(permit.context(), Vec::new()).beside(statements.clone());
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    let name = browser.subscription.clone();
    shared.book.put(permit.person(), browser);
    // Whose session ended meanwhile, or who was erased, was forgotten before they were put there.
    if !caller.may(Action::SubscribePush, caller.own()) {
        shared.book.remove(&name);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets this browser.
#[utoipa::path(delete, path = "/api/push/subscriptions", tag = "node", request_body = PushFarewell,
    responses((status = 204)))]
pub async fn unsubscribe(
    State(shared): State<Shared>,
    caller: Caller,
    Body(input): Body<PushFarewell>,
) -> Result<StatusCode, Problem> {
    let permit = caller.permit(Action::SubscribePush, caller.own())?;
    let name = named(input.endpoint.expose());
    let own = shared.book.of(permit.person()).iter().any(|browser| browser.subscription == name);
    permit
        .commit(async || {
            let forget = own.then(|| shared.book.forgetting(&name));
            Ok::<_, Problem>((Commit::new(permit.context(), Vec::new()).beside(forget), ()))
        })
        .await?;
    if own {
        shared.book.remove(&name);
    }
    Ok(StatusCode::NO_CONTENT)
}
