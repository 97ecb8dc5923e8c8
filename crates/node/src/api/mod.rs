//! Endpoints that bring several capabilities together, or belong to the node itself.

mod answers;
mod cap;
mod dead_letters;
mod document;
mod events;
mod health;
mod metrics;
mod push;

pub use document::Document;
pub use health::health;
pub use metrics::MetricsDoor;

use crate::{
    alarm_loop::{Answering, Calls, Postman, Timing, Undelivered},
    backups::Backups,
    cap::Feeds,
    ports::Screens,
};
use liengia_access::{Access, Action, Caller, Permit, Routes};
use liengia_fire::{
    live::{Alarms, Hub},
    problems::{ALARM_CLOSED, NO_ALARM},
    settings::Faults,
};
use liengia_http::{Class, Kind, Problem, WRONG_QUERY};
use liengia_kernel::Clock;
use liengia_register::Register;
use liengia_signal::{book::Book, hook::Hook, mqtt::Broker, push::Pusher};
use std::sync::Arc;
use tokio::sync::watch;
use utoipa_axum::routes;

/// A push subscription that cannot be used.
pub const BAD_SUBSCRIPTION: Kind = Kind::new(Class::Refused, "bad_subscription");
/// The node cannot read its key for pushes.
pub const NO_PUSH_KEY: Kind = Kind::new(Class::NotFound, "no_push_key");
/// No gateway that the node knows has signed the call.
pub const NOT_SIGNED: Kind = Kind::new(Class::SignedOut, "not_signed");
/// The call is old, or the clocks are apart.
pub const NOT_NOW: Kind = Kind::new(Class::Conflict, "not_now");
/// Another answer came before with the same id.
pub const OTHER_CONTENT: Kind = Kind::new(Class::Conflict, "other_content");
/// The call holds no answer.
pub const NOT_AN_ANSWER: Kind = Kind::new(Class::Refused, "not_an_answer");
/// No message has this id.
pub const NO_MESSAGE: Kind = Kind::new(Class::NotFound, "no_message");
/// A gateway brings too many answers, or too many are wrong.
pub const TOO_MANY_ANSWERS: Kind = Kind::new(Class::TooMany, "too_many_answers");
/// No dead letter has this id.
pub const NO_DEAD_LETTER: Kind = Kind::new(Class::NotFound, "no_dead_letter");
/// There is no such CAP message.
pub const NO_CAP_MESSAGE: Kind = Kind::new(Class::NotFound, "no_cap_message");

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
    /// The endpoints of cameras.
    pub watch: liengia_watch::api::Api,
    /// News for open screens.
    pub hub: Hub,
    /// Where browsers are woken.
    pub book: Arc<Book>,
    /// The public key of pushes; none where the node cannot read its own.
    pub push_key: Option<Arc<str>>,
    /// Wakes browsers.
    pub pusher: Pusher<String>,
    /// Texts and calls; none where no gateway is configured.
    pub hook: Option<Hook<()>>,
    /// Which texts and calls were for whom.
    pub calls: Arc<Calls>,
    /// What could not be delivered.
    pub undelivered: Undelivered,
    /// Judges the answers that gateways bring.
    pub answering: Arc<Answering>,
    /// Alarms for other warning systems.
    pub feeds: Arc<Feeds>,
    /// What is measured of alarms.
    pub timing: Arc<Timing>,
    /// Where words to people are dropped.
    pub postman: Postman,
    /// What is wrong with the node.
    pub faults: Arc<dyn Faults>,
    /// The folders of backups.
    pub backups: Backups,
    /// The broker.
    pub broker: Broker,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Whose screens are open.
    pub screens: Screens,
    /// Turns true when the node stops.
    pub stopping: watch::Receiver<bool>,
}

/// Every endpoint of the program; `document` is where it will be written what they are.
pub fn routes(shared: &Shared, document: Document) -> Routes {
    let register = liengia_register::api::routes().with_state(liengia_register::api::Api {
        register: shared.register.clone(),
        access: shared.access.clone(),
    });
    let fire = liengia_fire::api::routes().with_state(shared.fire.clone());
    let watch = liengia_watch::api::routes().with_state(shared.watch.clone());
    liengia_access::routes(&shared.access)
        .merge(register)
        .merge(fire)
        .merge(watch)
        .merge(own(shared.clone()))
        .merge(described(document))
}

fn described(document: Document) -> Routes {
    const WHY: &str = "it says what may be asked, and names nobody";
    Routes::new().public(WHY, routes!(document::document), &[]).with_state(document)
}

fn own(shared: Shared) -> Routes {
    const GATEWAY: &str = "a gateway has no account: it signs with the secret that it shares with the node";
    const OTHERS: &str = "warning centres, radio and signs read it; it names no person, home or address";
    Routes::new()
        .route(
            &[
                Action::FollowEvents,
                Action::ReadAlarms,
                Action::ReadDrills,
                Action::ReadSilence,
                Action::ReadBoard,
                Action::ReadHouseholds,
            ],
            routes!(events::events),
            &[],
        )
        .route(&[Action::SubscribePush], routes!(push::key), &[NO_PUSH_KEY])
        .route(&[Action::SubscribePush], routes!(push::subscribe), &[BAD_SUBSCRIPTION])
        .route(&[Action::SubscribePush], routes!(push::unsubscribe), &[])
        .public(
            GATEWAY,
            routes!(answers::hear),
            &[
                NOT_SIGNED,
                NOT_NOW,
                OTHER_CONTENT,
                NOT_AN_ANSWER,
                NO_MESSAGE,
                ALARM_CLOSED,
                NO_ALARM,
                TOO_MANY_ANSWERS,
            ],
        )
        .route(&[Action::ReadNode], routes!(dead_letters::list), &[WRONG_QUERY])
        .route(&[Action::KeepNode], routes!(dead_letters::send_again), &[NO_DEAD_LETTER, ALARM_CLOSED])
        .route(&[Action::KeepNode], routes!(dead_letters::discard), &[NO_DEAD_LETTER])
        .public(OTHERS, routes!(cap::feed), &[])
        .public(OTHERS, routes!(cap::message), &[NO_CAP_MESSAGE])
        .route(&[Action::KeepNode], routes!(cap::test), &[])
        .with_state(shared)
}

/// The permit for what belongs to the node as a whole, and so to the whole commune.
fn node_permit(caller: &Caller, action: Action) -> Result<Permit, Problem> {
    Ok(caller.permit_over_the_whole(action)?)
}
