//! `PUT /api/session/language`

use super::Nothing;
use crate::{Access, Action, Caller};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Body, Language, Problem};
use liengia_journal::{Commit, statement};
use serde::Deserialize;

const SET: &str = "INSERT INTO access_people (commune, person, language) VALUES ($1, $2, $3) \
                   ON CONFLICT (commune, person) DO UPDATE SET language = excluded.language";

/// The language in which to speak to the person.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct LanguageInput {
    language: Language,
}

/// Chooses the language in which the caller is spoken to, also by pushes.
#[utoipa::path(put, path = "/api/session/language", tag = "access", request_body = LanguageInput,
    responses((status = 204, description = "It is so from now on.")))]
pub(super) async fn language_set(
    State(access): State<Access>,
    caller: Caller,
    Body(input): Body<LanguageInput>,
) -> Nothing {
    let permit = caller.permit(Action::ReadSession, caller.own())?;
    let set = statement!(SET, access.journal().commune(), caller.person(), input.language.tag());
    permit
        .commit(async || {
            Ok::<_, Problem>((Commit::new(permit.context(), Vec::new()).beside([set.clone()]), ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
