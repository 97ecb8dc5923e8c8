//! `POST /api/welcome`

use super::{
    Address,
    shown::{SessionShown, SignedIn},
};
use crate::{
    Access, AccessError, AccessEvent, Way,
    acts::OpenCode,
    gate::Try,
    rules,
    sessions::{Door, Opened},
};
use axum::{extract::State, http::HeaderMap};
use liengia_http::{Body, Problem, Written};
use liengia_journal::{Commit, Draft};
use liengia_kernel::{AccountId, Pii};
use serde::Deserialize;

/// The one-time code of an account.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct WelcomeInput {
    /// What stands behind `#` in the link.
    code: Pii<String>,
    /// The password from now on, at least 15 characters; left out by someone who adds a passkey next.
    password: Option<Pii<String>>,
}

/// Gets the owner of an account in with its one-time link, and sets a password.
///
/// The code is used up. The same request again, with the same key, is answered again with new cookies: an answer that got
/// lost leaves nobody without a way in.
#[utoipa::path(post, path = "/api/welcome", tag = "access", request_body = WelcomeInput,
    responses((status = 200, body = SessionShown)))]
pub(super) async fn welcome(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
    written: Written,
    Body(input): Body<WelcomeInput>,
) -> SignedIn {
    let tried = Try::Unguessable { address };
    access.0.gate.pass(&tried)?;
    // The same request may come again while the first one is still worked on.
    let _codes = access.0.logins.lock().await;
    let code = access.by_code(&input.code).await.inspect_err(|_| access.0.gate.was_wrong())?;
    let account = code.account.ok_or(AccessError::CodeGone)?;
    let door = access.door(&headers, None);
    let key = format!("welcome:{}", code.invitation);
    let once = (key.as_str(), &written);
    let opened = match access.entered_before(&code, once, &door, "welcome").await? {
        Some(opened) => opened,
        None => access.welcome(code, account, input.password.as_ref(), once, &door).await?,
    };
    access.0.gate.succeeded(&tried);
    access.signed_in(opened).await
}

impl Access {
    async fn welcome(
        &self,
        code: OpenCode,
        account: AccountId,
        password: Option<&Pii<String>>,
        (key, written): (&str, &Written),
        door: &Door,
    ) -> Result<Opened, Problem> {
        let code = code.usable(self.now())?;
        let person = self.person_of(account).ok_or(AccessError::CodeGone)?;
        let context = self.at_the_door(person, "welcome");
        let mut commit = Commit::new(context.clone(), Vec::new());
        if let Some(password) = password {
            let stored = self.login_of(account).await?.ok_or(AccessError::CodeGone)?;
            rules::judge(password, Some(&stored.login)).map_err(AccessError::from)?;
            let hashed = self.0.passwords.hash(password, self.entropy()).await?;
            commit = self.set_password(&context, account, &hashed, door.holds.map(|live| live.id));
        }
        let opening = self.opening(account, person, Way::Link, door);
        let used = AccessEvent::InvitationUsed { invitation: code.invitation, session: opening.session };
        commit.drafts.push(Draft::of(&used));
        let commit = commit.expecting(code.invitation, code.version);
        self.open_door(opening, commit.once(Some(written.once(key, "null".into())?))).await
    }
}
