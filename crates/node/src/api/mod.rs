//! Endpoints that bring several capabilities together, or belong to the node itself.

mod events;
mod health;
mod push;

pub use health::health;

use crate::ports::Screens;
use liengia_access::{Access, Action, Routes};
use liengia_fire::live::{Alarms, Hub};
use liengia_http::{Class, Kind};
use liengia_kernel::Clock;
use liengia_register::Register;
use liengia_signal::{book::Book, mqtt::Broker};
use std::sync::Arc;
use tokio::sync::watch;
use utoipa_axum::routes;

/// A push subscription that cannot be used.
pub const BAD_SUBSCRIPTION: Kind = Kind::new(Class::Refused, "bad_subscription");

/// What the node's handlers share.
#[derive(Clone)]
pub struct Shared {
    /// Accounts, sessions, roles.
    pub access: Access,
    /// Who is where.
    pub register: Register,
    /// The alarm engine.
    pub alarms: Alarms,
    /// The endpoints of fire safety.
    pub fire: liengia_fire::api::Api,
    /// News for open screens.
    pub hub: Hub,
    /// Where browsers are woken.
    pub book: Arc<Book>,
    /// The public key of pushes.
    pub push_key: Arc<str>,
    /// The broker.
    pub broker: Broker,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Whose screens are open.
    pub screens: Screens,
    /// Turns true when the node stops.
    pub stopping: watch::Receiver<bool>,
}

/// Every endpoint of the program.
pub fn routes(shared: &Shared) -> Routes {
    let register = liengia_register::api::routes().with_state(liengia_register::api::Api {
        register: shared.register.clone(),
        access: shared.access.clone(),
    });
    let fire = liengia_fire::api::routes().with_state(shared.fire.clone());
    liengia_access::routes(&shared.access).merge(register).merge(fire).merge(own(shared.clone()))
}

fn own(shared: Shared) -> Routes {
    Routes::new()
        .route(
            &[Action::FollowEvents, Action::ReadAlarms, Action::ReadDevices, Action::ReadHouseholds],
            routes!(events::events),
            &[],
        )
        .route(&[Action::SubscribePush], routes!(push::key), &[])
        .route(&[Action::SubscribePush], routes!(push::subscribe), &[BAD_SUBSCRIPTION])
        .route(&[Action::SubscribePush], routes!(push::unsubscribe), &[])
        .with_state(shared)
}
