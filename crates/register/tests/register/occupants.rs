//! How many people are usually in a household or other member, over HTTP.

use liengia_access::{
    Role,
    testing::{Browser, House, VILLAGES, on_both},
};
use liengia_kernel::SeededEntropy;
use liengia_register::{
    Register,
    api::{Api, routes},
    views::PART,
};
use serde_json::{Value, json};
use std::sync::Arc;

fn school(occupants: impl Into<Value>) -> Value {
    let occupants: Value = occupants.into();
    json!({ "kind": "school", "label": "Trường tiểu học số 1", "place": VILLAGES[0], "occupants": occupants })
}

async fn clerk(house: &House) -> Browser {
    let register = Register { journal: house.journal.clone(), entropy: Arc::new(SeededEntropy::new(5)) };
    let router = house.serve(routes().with_state(Api { register, access: house.access.clone() }));
    house.as_role(&router, Role::Clerk).await
}

#[tokio::test]
async fn a_correction_that_leaves_the_number_out_keeps_it_and_null_takes_it_back() {
    on_both(&[PART], async |house: House| {
        let mut clerk = clerk(&house).await;
        let mut school = clerk.post("/api/households", &school(120)).await.json();
        assert_eq!((&school["occupants"], &school["people_count"]), (&json!(120), &json!(0)), "{school}");
        let path = format!("/api/households/{}", school["id"].as_str().unwrap());
        for (changed, occupants) in [
            (json!({ "occupants": 150 }), json!(150)),
            (json!({ "label": "Trường tiểu học số 2" }), json!(150)),
            (json!({ "occupants": null }), json!(null)),
        ] {
            let mut body = json!({ "version": school["version"], "reason": "năm học mới" });
            body.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
            school = clerk.patch(&path, &body).await.json();
            assert_eq!(school["occupants"], occupants, "{changed}: {school}");
            assert_eq!(clerk.get(&path).await.json()["occupants"], occupants, "{changed}");
            let listed = clerk.get("/api/households").await.json();
            assert_eq!(listed["items"][0]["occupants"], occupants, "{changed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_that_no_member_has_is_refused_and_the_field_named_with_its_bounds() {
    on_both(&[PART], async |house: House| {
        let mut clerk = clerk(&house).await;
        let added = clerk.post("/api/households", &school(120)).await.json();
        let path = format!("/api/households/{}", added["id"].as_str().unwrap());
        for occupants in [0, 5_001, 100_000] {
            let correction =
                json!({ "version": added["version"], "reason": "năm học mới", "occupants": occupants });
            for refused in [
                clerk.post("/api/households", &school(occupants)).await,
                clerk.patch(&path, &correction).await,
            ] {
                assert_eq!(refused.code(), "wrong_fields", "{occupants}");
                let field = &refused.json()["fields"][0];
                assert_eq!(
                    (&field["field"], &field["code"]),
                    (&json!("occupants"), &json!("out_of_range")),
                    "{occupants}"
                );
            }
        }
        assert_eq!(clerk.get(&path).await.json()["occupants"], json!(120));
        let words = clerk.post("/api/households", &school("nhiều")).await.json();
        assert_eq!(words["fields"][0]["field"], json!("occupants"), "{words}");
    })
    .await;
}
