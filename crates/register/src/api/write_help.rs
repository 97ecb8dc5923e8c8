//! `PUT /api/people/{id}/help`: the note about the help a person needs to get out.

use super::Api;
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{PersonId, Pii};
use serde::Deserialize;

/// The note; null or empty takes it back.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct HelpNote {
    /// What responders should know, in the household's own words.
    note: Option<Pii<String>>,
}

/// Writes or takes back a help note. Only the household itself may.
#[utoipa::path(put, path = "/api/people/{id}/help", tag = "register", params(("id" = PersonId, Path)),
    request_body = HelpNote, responses((status = 204)))]
pub async fn write_help(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
    Body(input): Body<HelpNote>,
) -> Result<StatusCode, Problem> {
    let home = api.register.person(id).await?.household;
    let permit = caller.permit(Action::WriteHelp, Target::household(home))?;
    let note = input.note.unwrap_or_default();
    permit
        .commit(async || {
            Ok::<_, Problem>((api.register.write_help_note(&permit.context(), id, &note).await?, id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
