//! `POST /api/households/{id}/people`: a new person in a household.

use super::{Api, shown::PersonShown};
use crate::{event::Training, rules::PersonParticulars};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{HouseholdId, PersonId, Pii, Timestamp};
use serde::Deserialize;

/// A person to add.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewPerson {
    /// Their name.
    name: Pii<String>,
    /// Their phone number.
    #[serde(default)]
    phone: Pii<String>,
    /// Their day of birth.
    born: Option<Pii<Timestamp>>,
    /// Whether they are an adult.
    adult: bool,
    /// Whether they rent.
    #[serde(default)]
    tenant: bool,
    /// Whether they chose to help in an alarm.
    #[serde(default)]
    can_respond: bool,
    /// What they were trained for.
    #[serde(default)]
    trained: Vec<Training>,
}

/// Adds a person to a household.
#[utoipa::path(post, path = "/api/households/{id}/people", tag = "register", params(("id" = HouseholdId, Path)),
    request_body = NewPerson, responses((status = 200, body = PersonShown)))]
pub async fn add_person(
    State(api): State<Api>,
    caller: Caller,
    Path(household): Path<HouseholdId>,
    Body(input): Body<NewPerson>,
) -> Result<Json<PersonShown>, Problem> {
    let permit = caller.permit(Action::KeepPeople, Target::household(household))?;
    let id = PersonId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let particulars = PersonParticulars {
                name: input.name.clone(),
                phone: input.phone.clone(),
                born: input.born.clone(),
                adult: input.adult,
                tenant: input.tenant,
                can_respond: input.can_respond,
                trained: input.trained.clone(),
            };
            let context = permit.context();
            Ok::<_, Problem>((api.register.add_person(&context, id, household, particulars).await?, id))
        })
        .await?;
    let person = api.register.person(done.answer).await?;
    Ok(Json(PersonShown::to(&caller, person)))
}
