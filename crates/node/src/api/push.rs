//! `/api/push`: where this browser is woken.

use super::{BAD_SUBSCRIPTION, NO_PUSH_KEY, Shared};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Problem};
use liengia_journal::{Commit, CommitError, Context, Journal};
use liengia_kernel::Pii;
use liengia_signal::book::{Book, Offer, named};
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
    let key = shared.push_key.as_ref().ok_or_else(|| Problem::new(NO_PUSH_KEY))?;
    Ok(Json(PushKey { key: key.to_string() }))
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
        take_out(&shared.book, &shared.register.journal, permit.context(), &name).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a browser out of the book, and out of the vault.
async fn take_out(book: &Book, journal: &Journal, context: Context, name: &str) -> Result<(), CommitError> {
    book.remove(name);
    journal.commit(Commit::new(context, Vec::new()).beside([book.forgetting(name)])).await.map(drop)
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

#[cfg(test)]
mod tests {
    use super::take_out;
    use liengia_journal::{
        Commit, Journal,
        testing::{context, on_both_engines},
    };
    use liengia_kernel::{PersonId, SessionId, Timestamp};
    use liengia_signal::{
        book::{self, Book, Offer},
        outgoing::Reach,
    };

    async fn opened(journal: &Journal) -> Book {
        Book::open(journal, Reach::Public, Box::new(|_| true)).await.unwrap()
    }

    #[tokio::test]
    async fn a_browser_whose_session_ended_while_it_was_kept_leaves_no_row() {
        on_both_engines(&[book::PART], async |journal| {
            let book = opened(&journal).await;
            let (person, session) = (PersonId::from_bytes([1; 16]), SessionId::from_bytes([2; 16]));
            // The keys of a browser, from the example of RFC 8291.
            let offer = Offer {
                endpoint: "https://push.example/a",
                p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                auth: "BTBZMqHH6r4Tts7J_aSIgg",
                language: "vi",
            };
            let (browser, rows) = book.keeping((person, session), offer, Timestamp::from_seconds(1)).unwrap();
            journal.commit(Commit::new(context(1), Vec::new()).beside(rows)).await.unwrap();
            let name = browser.subscription.clone();
            book.put(person, browser);
            assert_eq!(opened(&journal).await.len(), 1);
            take_out(&book, &journal, context(1), &name).await.unwrap();
            assert!(book.is_empty() && opened(&journal).await.is_empty());
        })
        .await;
    }
}
