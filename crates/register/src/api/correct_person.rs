//! `PATCH /api/people/{id}`: corrected particulars, with a reason.

use super::{Api, because, shown::PersonShown};
use crate::{event::Training, rules::PersonParticulars};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{PersonId, Pii, Timestamp};
use serde::Deserialize;

/// What changes about a person; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PersonCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// Their name.
    name: Option<Pii<String>>,
    /// Their phone number; empty for none.
    phone: Option<Pii<String>>,
    /// Their day of birth.
    born: Option<Pii<Timestamp>>,
    /// Whether they are an adult.
    adult: Option<bool>,
    /// Whether they rent.
    tenant: Option<bool>,
    /// Whether they chose to help in an alarm.
    can_respond: Option<bool>,
    /// What they were trained for.
    trained: Option<Vec<Training>>,
}

/// Corrects a person's particulars.
#[utoipa::path(patch, path = "/api/people/{id}", tag = "register", params(("id" = PersonId, Path)),
    request_body = PersonCorrection, responses((status = 200, body = PersonShown)))]
pub async fn correct_person(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
    Body(input): Body<PersonCorrection>,
) -> Result<Json<PersonShown>, Problem> {
    let home = api.register.person(id).await?.household;
    let permit = caller.permit(Action::KeepPeople, Target::household(home))?;
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let known = api.register.person(id).await?;
            same_version(input.version, known.version, || PersonShown::to(&caller, known.clone()))?;
            let particulars = PersonParticulars {
                name: input.name.clone().unwrap_or(known.name),
                phone: input.phone.clone().unwrap_or(known.phone),
                born: input.born.clone().or(known.born),
                adult: input.adult.unwrap_or(known.adult),
                tenant: input.tenant.unwrap_or(known.tenant),
                can_respond: input.can_respond.unwrap_or(known.can_respond),
                trained: input.trained.clone().unwrap_or(known.trained),
            };
            let context = permit.context();
            let commit =
                api.register.correct_person(&context, id, input.version, particulars, &reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    let person = api.register.person(done.answer).await?;
    Ok(Json(PersonShown::to(&caller, person)))
}
