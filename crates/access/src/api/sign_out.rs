//! `POST /api/sign-out`

use crate::{Access, AccessEvent, Ending, Way, sessions::Cookies};
use axum::{extract::State, http::HeaderMap, http::StatusCode};
use liengia_http::Problem;
use liengia_journal::{Commit, Draft};

/// Signs out. Also where nobody is signed in: the cookie is taken back either way.
///
/// A phone that joined a household and bears its person's other roles for a while puts those down and stays joined, so
/// that it still rings; signing out once more ends it.
#[utoipa::path(post, path = "/api/sign-out", tag = "access",
    responses((status = 204, description = "Nobody is signed in here now, or only the phone of the household.")))]
pub(super) async fn sign_out(
    State(access): State<Access>,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookies, ()), Problem> {
    let Some(live) = access.held(&headers) else {
        return Ok((StatusCode::NO_CONTENT, access.no_cookie(), ()));
    };
    let (session, now) = (live.session, access.now());
    let context = access.at_the_door(session.person, "sign_out");
    let phone = session.way == Way::Join && session.bears_all(now);
    let commit = if phone {
        let lowered = AccessEvent::SessionRaised { session: live.id, way: Way::Join, until: now };
        Commit::new(context, vec![Draft::of(&lowered)])
    } else {
        let (drafts, rows) = access.closing(&[live.id], Ending::SignedOut);
        Commit::new(context, drafts).beside(rows)
    };
    let receipt = access.journal().commit(commit).await?;
    access.settle(&receipt).await;
    let cookies = if phone { Cookies(Vec::new()) } else { access.no_cookie() };
    Ok((StatusCode::NO_CONTENT, cookies, ()))
}
