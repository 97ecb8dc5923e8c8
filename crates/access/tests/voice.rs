//! Whose phone speaks for a home, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use axum::Router;
use liengia_access::{
    Role, routes,
    testing::{Browser, HOUSEHOLDS, House, on_both},
};
use liengia_kernel::Clock as _;
use serde_json::json;
use std::time::Duration;

struct Street {
    house: House,
    router: Router,
}

impl Street {
    /// A phone that joined the first home just now, by a code of somebody with this role.
    async fn joins_by(&self, maker: Role) -> Browser {
        let mut maker = self.house.as_role(&self.router, maker).await;
        let wanted = json!({ "household": HOUSEHOLDS[0], "hours": 2 });
        let made = maker.post("/api/invitations", &wanted).await.json();
        let mut phone = self.house.browser(&self.router);
        let joining = json!({ "code": made["code"], "device_label": "máy" });
        assert_eq!(phone.post("/api/join", &joining).await.status, 200);
        self.house.clock.advance(Duration::from_mins(1));
        phone
    }

    /// Whether it speaks in what began then.
    async fn speaks(&self, phone: &Browser, began: liengia_kernel::Timestamp) -> bool {
        self.house.caller_in(phone, &[]).speaks_for(HOUSEHOLDS[0], began).await.unwrap()
    }

    /// Signs the phone out.
    async fn leaves(&self, phone: &mut Browser) {
        assert_eq!(phone.post("/api/sign-out", &json!({})).await.status, 204);
    }
}

#[tokio::test]
async fn only_who_was_there_or_is_the_first_by_a_neighbours_code_speaks_for_a_home() {
    on_both(&[], async |house| {
        let router = house.serve(routes(&house.access));
        let street = Street { house, router };
        let mut before = street.joins_by(Role::TeamLeader).await;
        let began = street.house.clock.now();
        street.house.clock.advance(Duration::from_secs(1));
        let mut later = street.joins_by(Role::TeamLeader).await;
        let officers = street.joins_by(Role::DutyOfficer).await;
        assert!(street.speaks(&before, began).await);
        assert!(!street.speaks(&later, began).await, "another phone was there");
        assert!(!street.speaks(&officers, began).await);
        street.leaves(&mut before).await;
        assert!(street.speaks(&later, began).await, "the first that the home has now");
        assert!(!street.speaks(&officers, began).await);
        street.leaves(&mut later).await;
        assert!(!street.speaks(&officers, began).await, "who watches cameras let it in");
        let member = street.house.as_role(&street.router, Role::HouseholdMember).await;
        assert!(!street.speaks(&member, began).await, "a phone of another home, or a later one");
    })
    .await;
}
