//! A broker to test, and what was heard through it.

use liengia_kernel::{AlarmId, DeviceId, SystemClock, SystemEntropy, Timestamp};
use liengia_signal::mqtt::{
    Broker, BrokerConfig, Certificate, Counts, Credentials, Heard, Inbound, Inbox, Kind, Limits, Pass,
    Profile, Ringing, SecretHash,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time::timeout;

/// Longer than anything here may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running broker.
pub struct Node {
    pub broker: Broker,
    pub inbox: Inbox,
    pub roster: Arc<Credentials>,
}

/// A device and its secret.
#[derive(Clone)]
pub struct Paired {
    pub id: DeviceId,
    pub secret: String,
}

impl Paired {
    pub fn topic(&self, word: &str) -> String {
        format!("lg/{}/{word}", self.id)
    }
}

pub fn an_alarm() -> AlarmId {
    AlarmId::new(Timestamp::from_seconds(1_787_101_282), &SystemEntropy)
}

impl Node {
    pub fn start() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"), limits)
    }

    pub fn at(address: SocketAddr, limits: Limits) -> Self {
        Self::configured(&BrokerConfig { plain: vec![address], limits, ..BrokerConfig::default() })
    }

    pub fn encrypted(certificate: Certificate) -> Self {
        let address: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        let (plain, tls) = (vec![address], vec![address]);
        Self::configured(&BrokerConfig {
            plain,
            tls,
            certificate: Some(certificate),
            ..BrokerConfig::default()
        })
    }

    pub fn configured(config: &BrokerConfig) -> Self {
        let roster = Arc::new(Credentials::new());
        let clock = Arc::new(SystemClock::new());
        let (broker, inbox) =
            Broker::start(config, roster.clone(), clock, Arc::new(SystemEntropy)).expect("the broker starts");
        Self { broker, inbox, roster }
    }

    pub fn address(&self) -> SocketAddr {
        self.broker.addresses().plain[0]
    }

    pub fn counts(&self) -> Counts {
        self.broker.counts()
    }

    /// Pairs a device that speaks for itself.
    pub fn pair(&self, kind: Kind, profile: Profile) -> Paired {
        let id = DeviceId::new(Timestamp::from_seconds(1_787_101_282), &SystemEntropy);
        self.pair_as(Pass::for_device(id, kind, profile))
    }

    pub fn pair_as(&self, pass: Pass) -> Paired {
        let secret = AlarmId::new(Timestamp::from_seconds(7), &SystemEntropy).to_string();
        let paired = Paired { id: pass.client, secret };
        self.roster.put(SecretHash::of(paired.secret.as_bytes()), pass);
        paired
    }

    /// The next word that is no coming or going.
    pub async fn heard(&mut self) -> Inbound {
        loop {
            let inbound = self.next().await;
            if !matches!(inbound.heard, Heard::Arrived | Heard::Left { .. }) {
                return inbound;
            }
        }
    }

    /// The next word.
    pub async fn next(&mut self) -> Inbound {
        timeout(PATIENCE, self.inbox.next()).await.expect("something is heard").expect("the broker runs")
    }

    /// Waits for a word.
    pub async fn until(&mut self, wanted: impl Fn(&Heard) -> bool) -> Inbound {
        loop {
            let inbound = self.next().await;
            if wanted(&inbound.heard) {
                return inbound;
            }
        }
    }

    /// Waits until something is counted; tells what is there if it is not.
    pub async fn counted(&self, what: &str, enough: impl Fn(&Counts) -> bool) {
        let watched = async {
            while !enough(&self.counts()) {
                tokio::task::yield_now().await;
                // Time itself is waited for: between two looks at a condition.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let seen = timeout(PATIENCE, watched).await;
        assert!(seen.is_ok(), "{what} is counted: {:?}", self.counts());
    }

    /// Waits until exactly this many connections are there.
    pub async fn has_connections(&self, wanted: usize) {
        let watched = async {
            while self.broker.presence().connections != wanted {
                // Time itself is waited for: between two looks at a condition.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let seen = timeout(PATIENCE, watched).await;
        assert!(seen.is_ok(), "{wanted} connections, but {:?} {:?}", self.broker.presence(), self.counts());
    }
}

pub fn rang(heard: &Heard) -> Option<Ringing> {
    match heard {
        Heard::Rang(ringing) => Some(*ringing),
        _ => None,
    }
}
