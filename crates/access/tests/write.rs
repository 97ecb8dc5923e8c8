//! A write from outside to the journal: the caller, the permit, the key.

use axum::{Json, extract::State};
use liengia_access::{
    Action, Caller, Role, Routes, Target,
    testing::{HOUSEHOLDS, House},
};
use liengia_http::{Body, Path, Problem};
use liengia_journal::{Commit, Draft, testing::Engine};
use liengia_kernel::HouseholdId;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa_axum::routes;

#[derive(Deserialize, utoipa::ToSchema)]
struct Input {
    place: liengia_kernel::PlaceId,
}

/// Moves a household to another place.
#[utoipa::path(post, path = "/api/test/{id}", params(("id" = HouseholdId, Path)), request_body = Input, responses((status = 200)))]
async fn move_it(
    State(word): State<&'static str>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
    Body(input): Body<Input>,
) -> Result<Json<Value>, Problem> {
    let permit = caller.permit(Action::KeepHouseholds, Target::household(id))?;
    let done = permit
        .commit(async || {
            let placed = liengia_access::AccessEvent::HouseholdPlaced {
                household: id,
                place: input.place,
                team: None,
            };
            Ok::<_, Problem>((Commit::new(permit.context(), vec![Draft::of(&placed)]), id))
        })
        .await?;
    Ok(Json(json!({ "household": done.answer, "repeated": done.repeated, "word": word })))
}

fn routes() -> Routes {
    Routes::new().route(&[Action::KeepHouseholds], routes!(move_it), &[]).with_state("hello")
}

#[tokio::test]
async fn a_write_needs_a_role_that_reaches_and_acts_once_per_key() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::on(engine, &[]).await;
        let router = house.serve(routes());
        let path = format!("/api/test/{}", HOUSEHOLDS[0]);
        let body = json!({ "place": liengia_access::testing::VILLAGES[1] });

        let mut nobody = house.browser(&router);
        assert_eq!(nobody.post(&path, &body).await.code(), "signed_out");
        let mut member = house.as_role(&router, Role::HouseholdMember).await;
        assert_eq!(member.post(&path, &body).await.code(), "not_allowed");

        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let first = clerk.post(&path, &body).await;
        assert_eq!(
            (first.status.as_u16(), &first.json()["repeated"]),
            (200, &json!(false)),
            "{:?}",
            first.json()
        );
        let at = house.access.tree(|tree| tree.household(HOUSEHOLDS[0])).unwrap();
        assert_eq!((at.place, at.team), (liengia_access::testing::VILLAGES[1], None));
    }
}
