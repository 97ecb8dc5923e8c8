//! `DELETE /api/households/{id}/phones/{phone}`

use super::{Nothing, phones_list::permit_phones};
use crate::{Access, AccessError, Action, Caller, Ending, Scope, Target, Thing};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_journal::Commit;
use liengia_kernel::{HouseholdId, PersonId, SessionId};

/// Ends a phone that joined for a household, a lost one for instance. It is signed out at once; a new code lets another in.
#[utoipa::path(delete, path = "/api/households/{id}/phones/{phone}", tag = "access",
    params(("id" = HouseholdId, Path), ("phone" = SessionId, Path)),
    responses((status = 204, description = "It is signed out.")))]
pub(super) async fn phone_end(
    State(access): State<Access>,
    caller: Caller,
    Path((home, phone)): Path<(HouseholdId, SessionId)>,
) -> Nothing {
    let permit = permit_phones(&access, &caller, home).await?;
    permit
        .commit(async || {
            let phones = access.phones_of(home);
            let missing = AccessError::NoSuch(Thing::Session);
            let (_, session) = phones.iter().find(|(id, _)| *id == phone).ok_or(missing)?;
            permit_whole(&access, &caller, session.person).await?;
            let (drafts, rows) = access.closing(&[phone], Ending::Closed);
            Ok::<_, Problem>((Commit::new(permit.context(), drafts).beside(rows), ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// It is the phone of every home and every office that its owner belongs to, so whoever ends it keeps the phones of all
/// that still stand.
async fn permit_whole(access: &Access, caller: &Caller, owner: PersonId) -> Result<(), Problem> {
    for grant in access.grants_of(owner) {
        match grant.scope {
            gone if !access.tree(|tree| tree.has(gone)) => {}
            Scope::Household(home) => drop(permit_phones(access, caller, home).await?),
            seat => drop(caller.permit(Action::KeepPhones, Target::node(seat))?),
        }
    }
    Ok(())
}
