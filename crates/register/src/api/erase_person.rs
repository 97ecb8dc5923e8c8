//! `DELETE /api/people/{id}`: a person's data is erased.

use super::{Api, because};
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{PersonId, Pii};
use serde::Deserialize;

/// Why a person is erased.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PersonErasure {
    /// Why.
    reason: Pii<String>,
}

/// Erases a person: name, phone, notes and account are gone for good; an entry without a name stays.
#[utoipa::path(delete, path = "/api/people/{id}", tag = "register", params(("id" = PersonId, Path)),
    request_body = PersonErasure, responses((status = 204)))]
pub async fn erase_person(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
    Body(input): Body<PersonErasure>,
) -> Result<StatusCode, Problem> {
    let home = api.register.person(id).await?.household;
    let permit = caller.permit(Action::ErasePerson, Target::household(home))?;
    let reason = because(&input.reason)?;
    permit
        .erase(&[id.to_string()], async || {
            let mut commit = api.register.erase_person(&permit.context(), id, &reason).await?;
            let (drafts, rows) = api.access.erasure(id);
            commit.drafts.extend(drafts);
            Ok::<_, Problem>((commit.beside(rows), id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
