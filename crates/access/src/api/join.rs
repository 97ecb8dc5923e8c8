//! `POST /api/join`

use super::{
    Address,
    shown::{SessionShown, SignedIn},
};
use crate::{
    Access, AccessError, AccessEvent, Grant, Role, Scope, Way,
    acts::OpenCode,
    gate::Try,
    sessions::{Door, Opened, label},
};
use axum::{extract::State, http::HeaderMap};
use liengia_http::{Body, Problem, Written};
use liengia_journal::{Commit, Draft};
use liengia_kernel::{AccountId, HouseholdId, PersonId, Pii};
use serde::Deserialize;

/// A household's one-time code, and what the phone is called.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct JoinInput {
    /// What stands behind `#` in the link, or in the QR code.
    code: Pii<String>,
    /// What its owner calls the phone, at most 80 letters.
    device_label: Pii<String>,
}

/// Joins a household with its one-time code: this phone is signed in from now on.
///
/// The code is used up, and bound to this phone. The same request again, with the same key, is answered again: a phone on
/// a weak network is not locked out by an answer that got lost.
#[utoipa::path(post, path = "/api/join", tag = "access", request_body = JoinInput,
    responses((status = 200, body = SessionShown)))]
pub(super) async fn join(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
    written: Written,
    Body(input): Body<JoinInput>,
) -> SignedIn {
    let tried = Try::Unguessable { address };
    access.0.gate.pass(&tried)?;
    // The same request may come again while the first one is still worked on.
    let _codes = access.0.logins.lock().await;
    let code = access.by_code(&input.code).await.inspect_err(|_| access.0.gate.was_wrong())?;
    let household = code.household.ok_or(AccessError::CodeGone)?;
    let door = access.door(&headers, Some(label(&input.device_label)));
    let key = format!("join:{}", code.invitation);
    let opened = match access.entered_before(&code, (&key, &written), &door, "join").await? {
        Some(opened) => opened,
        None => access.join(code.usable(access.now())?, household, (&key, &written), &door).await?,
    };
    access.0.gate.succeeded(&tried);
    access.signed_in(opened).await
}

impl Access {
    /// The session that this very request opened before with a one-time code, with new secrets.
    pub(super) async fn entered_before(
        &self,
        code: &OpenCode,
        (key, written): (&str, &Written),
        door: &Door,
        purpose: &'static str,
    ) -> Result<Option<Opened>, Problem> {
        let live = code.session.and_then(|session| self.live(session));
        let (Some(live), Some(())) = (live, self.kept::<()>(&written.key(key)?, written).await?) else {
            return Ok(None);
        };
        let context = self.at_the_door(live.session.person, purpose);
        self.renew(live, door, context).await.map(Some)
    }

    async fn join(
        &self,
        code: OpenCode,
        household: HouseholdId,
        (key, written): (&str, &Written),
        door: &Door,
    ) -> Result<Opened, Problem> {
        let scope = Scope::Household(household);
        if !self.tree(|tree| tree.has(scope)) {
            return Err(AccessError::CodeGone.into());
        }
        // They may have moved out since the code was made.
        if let Some(person) = code.person
            && !self.lives_in(person, household).await?
        {
            return Err(AccessError::CodeGone.into());
        }
        let (now, entropy) = (self.now(), self.entropy());
        // A phone that joined another household already belongs to the same person now.
        let holder = door.holds.filter(|live| live.session.way == Way::Join).map(|live| live.session.person);
        let person = code.person.or(holder).unwrap_or_else(|| PersonId::new(now, entropy));
        let had = self.account_of(person);
        let account = had.unwrap_or_else(|| AccountId::new(now, entropy));
        let opening = self.opening(account, person, Way::Join, door);
        let mut events = Vec::new();
        if had.is_none() {
            events.push(AccessEvent::AccountAdded { account, person, login: None });
        }
        let role = Role::HouseholdMember;
        if !self.grants_of(person).contains(&Grant { person, role, scope }) {
            events.push(AccessEvent::RoleGranted { person, role, scope });
        }
        events.push(AccessEvent::InvitationUsed { invitation: code.invitation, session: opening.session });
        let drafts = events.iter().map(Draft::of).collect();
        let commit = Commit::new(self.at_the_door(person, "join"), drafts)
            .expecting(code.invitation, code.version)
            .once(Some(written.once(key, "null".into())?));
        self.open_door(opening, commit).await
    }
}
