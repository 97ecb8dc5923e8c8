//! What fire safety is told about the node it runs in, and the ports through which it asks about the rest of it.

use crate::seal::ReportKey;
use liengia_kernel::{DeviceId, PersonId, Timestamp};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::watch;

/// What differs from one node to the next.
#[derive(Clone)]
pub struct Settings {
    /// The number that every alarm screen shows.
    pub emergency_number: Arc<str>,
    /// By how many hours the place's clocks are ahead of UTC.
    pub utc_offset_hours: i8,
    /// How often a phone hears from the node.
    pub heartbeat: Duration,
    /// Where devices connect.
    pub mqtt: Mqtt,
    /// The commune's outline as GeoJSON, if the operator loaded one.
    pub outline: Option<Arc<serde_json::Value>>,
    /// Knows whose phones are reached.
    pub phones: Arc<dyn Phones>,
    /// Knows what is wrong with the node.
    pub faults: Arc<dyn Faults>,
    /// The key under reports; none where the node cannot read its own.
    pub report_key: Option<ReportKey>,
    /// The `seq` up to which the broker's gate knows who may come in; none where there is no gate.
    pub admitted: Option<watch::Receiver<u64>>,
}

/// Where devices connect, and what they say there.
#[derive(Clone)]
pub struct Mqtt {
    /// The host.
    pub host: Arc<str>,
    /// Its port.
    pub port: u16,
    /// Whether it is TLS.
    pub tls: bool,
    /// The port without TLS, where there is one besides.
    pub plain_port: Option<u16>,
    /// A device's topics, by what they are for.
    pub topics: fn(DeviceId) -> BTreeMap<&'static str, String>,
}

/// Whether a person's phone is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Push {
    /// A browser of theirs lets itself be woken.
    Ok,
    /// None does.
    None,
    /// The last push did not arrive.
    Failed,
}

/// Knows whose phones are reached.
pub trait Phones: Send + Sync {
    /// Whether an app of this person is open and connected.
    fn listens(&self, person: PersonId) -> bool;

    /// Whether the officer whose shift is on sits at the desk: a board of theirs is open, or was a moment ago.
    fn at_desk(&self, officer: PersonId) -> bool;

    /// Whether a closed app of this person is woken.
    fn push(&self, person: PersonId) -> Push;
}

/// Something that is wrong with the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// What, for instance `journal_failing`.
    pub code: String,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
}

impl Fault {
    /// A fault by its code, which texts/ has words for.
    pub fn new(code: &str, since: Option<Timestamp>) -> Self {
        Self { code: code.to_owned(), since }
    }
}

/// Knows what is wrong with the node.
pub trait Faults: Send + Sync {
    /// All of it, the gravest first.
    fn faults(&self) -> Vec<Fault>;
}

/// A node without phones and faults: for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Phones for Nothing {
    fn listens(&self, _: PersonId) -> bool {
        false
    }

    fn at_desk(&self, _: PersonId) -> bool {
        false
    }

    fn push(&self, _: PersonId) -> Push {
        Push::None
    }
}

impl Faults for Nothing {
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}
