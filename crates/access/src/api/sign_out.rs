//! `POST /api/sign-out`

use crate::{Access, Ending, cookie, sessions::Cookies};
use axum::{extract::State, http::HeaderMap, http::StatusCode};
use liengia_http::Problem;
use liengia_journal::Commit;

/// Signs out. Also where nobody is signed in: the cookie is taken back either way.
#[utoipa::path(post, path = "/api/sign-out", tag = "access",
    responses((status = 204, description = "Nobody is signed in here now.")))]
pub(super) async fn sign_out(
    State(access): State<Access>,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookies, ()), Problem> {
    if let Some(live) = cookie::token(&headers).and_then(|token| access.session(&token)) {
        let (drafts, rows) = access.closing(&[live.id], Ending::SignedOut);
        let context = access.at_the_door(live.session.person, "sign_out");
        let receipt = access.journal().commit(Commit::new(context, drafts).beside(rows)).await?;
        access.settle(&receipt).await;
    }
    Ok((StatusCode::NO_CONTENT, access.no_cookie(), ()))
}
