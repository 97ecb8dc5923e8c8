//! Keeps the broker's gate true: a device that was paired may come in, one that was taken away is out at once.

use anyhow::Context as _;
use liengia_fire::{
    Kit, KitActError,
    event::{FireEvent, Kind, KitEvent, Profile, SirenKind},
    live::Directory,
    views::Device,
};
use liengia_journal::Event;
use liengia_kernel::{Clock, DeviceId, HouseholdId, Timestamp};
use liengia_register::{event::RegisterEvent, views::Household};
use liengia_signal::mqtt::{self, Broker, Credentials, Pass, SecretHash, Served, Siren};
use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::watch;

/// How long to wait before reading again after the database could not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Lets every paired device of a household that stands in.
pub async fn admit_all(
    kit: &Kit,
    directory: &RwLock<Directory>,
    credentials: &Credentials,
) -> anyhow::Result<()> {
    let secrets = kit.secrets().await.context("the devices' secrets cannot be read")?;
    let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
    credentials.put_all(secrets.into_iter().filter_map(|(device, secret)| {
        let device = directory.devices.get(&device).filter(|device| stands(&directory, device))?;
        let home: Vec<&Device> = directory.devices_of(device.household).collect();
        Some((SecretHash::from_bytes(secret), pass(device, &home)))
    }));
    Ok(())
}

fn stands(directory: &Directory, device: &Device) -> bool {
    directory.households.contains_key(&device.household)
}

/// The households that are no more and still have devices: the node ended before it took those away.
pub fn left_behind(directory: &RwLock<Directory>) -> BTreeSet<HouseholdId> {
    let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
    let devices = directory.devices.values().filter(|device| !stands(&directory, device));
    devices.map(|device| device.household).collect()
}

/// What a device's secret opens: its own topics; behind a Zigbee bridge those of all Zigbee devices of its home, since the
/// bridge signs in as any one of them and speaks for them all.
fn pass(device: &Device, home: &[&Device]) -> Pass {
    if device.profile != Profile::Zigbee2mqtt {
        let Served { kind, profile, .. } = served(device);
        return Pass::for_device(device.device, kind, profile);
    }
    let behind = home.iter().filter(|other| other.profile == Profile::Zigbee2mqtt);
    Pass { client: device.device, devices: behind.map(|other| served(other)).collect() }
}

fn served(device: &Device) -> Served {
    let kind = match device.kind {
        Kind::Bell => mqtt::Kind::Bell,
        Kind::Button => mqtt::Kind::Button,
        Kind::Detector => mqtt::Kind::Detector,
        Kind::Combined => mqtt::Kind::Combined,
    };
    let profile = match device.profile {
        Profile::Liengia => mqtt::Profile::Liengia,
        Profile::Zigbee2mqtt => mqtt::Profile::Zigbee2Mqtt { siren: rung(device.siren) },
        Profile::Tasmota => mqtt::Profile::Tasmota,
        Profile::Esphome => mqtt::Profile::EspHome,
    };
    Served { device: device.device, kind, profile, name: None }
}

/// How a Zigbee siren is rung.
fn rung(siren: Option<SirenKind>) -> Siren {
    match siren {
        None | Some(SirenKind::Warning) => Siren::Warning,
        Some(SirenKind::Alarm) => Siren::Alarm,
        Some(SirenKind::Switch) => Siren::Switch,
    }
}

/// Follows pairings and removals.
pub struct Gatekeeper {
    /// The kit.
    pub kit: Kit,
    /// Who may come in.
    pub credentials: Arc<Credentials>,
    /// Where they come in.
    pub broker: Broker,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The `seq` up to which the gate is true.
    pub kept: watch::Sender<u64>,
}

impl Gatekeeper {
    /// Takes away what households have that were no more at the start (`left`), and follows the journal after `seq` until
    /// `stop` is true.
    pub async fn keep(self, left: BTreeSet<HouseholdId>, after: u64, mut stop: watch::Receiver<bool>) {
        for household in left {
            self.take_away(household, self.clock.now()).await;
        }
        let mut entries = self.kit.journal.subscribe(after);
        loop {
            let entry = tokio::select! {
                entry = entries.next() => entry,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match entry {
                Ok(Some(entry)) => {
                    if &*entry.slice == KitEvent::SLICE
                        && let Ok(FireEvent::Kit(event)) = entry.event()
                    {
                        self.changed(event).await;
                    }
                    if &*entry.slice == RegisterEvent::SLICE
                        && let Ok(RegisterEvent::HouseholdRemoved { household, .. }) = entry.event()
                    {
                        self.take_away(household, entry.at).await;
                    }
                    self.kept.send_replace(entry.seq);
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "pairings cannot be followed");
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            }
        }
    }

    async fn changed(&self, event: KitEvent) {
        let (household, known) = match event {
            KitEvent::DevicePaired { device, household, replaces, .. } => {
                if let Some(old) = replaces {
                    self.shut_out(old);
                }
                (household, Some(device))
            }
            KitEvent::DeviceRemoved { device, household } => {
                self.shut_out(device);
                (household, None)
            }
            _ => return,
        };
        if let Err(error) = self.let_in(household, known).await {
            tracing::error!(%error, "a paired device cannot be let in");
        }
    }

    /// The devices of a household that is no more are out at once, and their secrets go. What cannot be written goes at
    /// the next start, and stays out until then.
    async fn take_away(&self, household: HouseholdId, at: Timestamp) {
        let taken = async {
            for device in Device::of_household(&self.kit.journal, household).await? {
                self.shut_out(device.device);
            }
            if let Some(commit) = self.kit.remove_devices_of(household, at).await? {
                self.kit.journal.commit(commit).await?;
            }
            Ok::<_, KitActError>(())
        };
        if let Err(error) = taken.await {
            tracing::error!(%error, %household, "the devices of a household that is no more cannot be taken away");
        }
    }

    /// Lets a new device of this home in, and has the home's Zigbee bridge come again, for whom it speaks has changed.
    async fn let_in(&self, household: HouseholdId, new: Option<DeviceId>) -> Result<(), KitActError> {
        if Household::find(&self.kit.journal, household).await?.is_none() {
            // It was paired while its household was removed, and after what that had was taken away.
            self.take_away(household, self.clock.now()).await;
            return Ok(());
        }
        let devices = Device::of_household(&self.kit.journal, household).await?;
        let home: Vec<&Device> = devices.iter().collect();
        for device in &devices {
            let bridged = device.profile == Profile::Zigbee2mqtt;
            if Some(device.device) != new && !bridged {
                continue;
            }
            // Without a secret it was taken away again before we looked.
            let Some(secret) = self.kit.secret(device.device).await? else { continue };
            self.credentials.put(SecretHash::from_bytes(secret), pass(device, &home));
            if bridged {
                self.broker.disconnect(device.device);
            }
        }
        Ok(())
    }

    fn shut_out(&self, device: DeviceId) {
        self.credentials.remove(device);
        self.broker.disconnect(device);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::PARTS;
    use liengia_fire::{NewDevice, Secret, event::Spot};
    use liengia_journal::{
        Commit, Commitment, Draft, Journal,
        testing::{Engine, Fresh, context},
    };
    use liengia_kernel::{PlaceId, SeededEntropy, SystemClock, SystemEntropy};
    use liengia_register::event::MemberKind;
    use liengia_signal::mqtt::{BrokerConfig, Knock};
    use std::net::SocketAddr;

    fn device(n: u8, profile: Profile) -> Device {
        Device {
            device: DeviceId::from_bytes([n; 16]),
            household: HouseholdId::from_bytes([9; 16]),
            team: None,
            kind: Kind::Detector,
            profile,
            spot: Spot::Kitchen,
            second_sound: false,
            siren: None,
            paired_at: Timestamp::from_seconds(1),
            fault_at: None,
            tampered_at: None,
            battery_low_at: None,
            heard_at: None,
            last_heard: None,
            battery_percent: None,
            version: 1,
        }
    }

    #[test]
    fn any_zigbee_device_of_a_home_signs_in_for_all_of_them_and_for_nothing_else() {
        let home =
            [device(1, Profile::Zigbee2mqtt), device(2, Profile::Zigbee2mqtt), device(3, Profile::Liengia)];
        let all: Vec<&Device> = home.iter().collect();
        let behind = |n: usize| {
            let devices = pass(&home[n], &all).devices;
            devices.iter().map(|served| served.device).collect::<Vec<_>>()
        };
        assert_eq!(behind(0), [home[0].device, home[1].device]);
        assert_eq!(behind(1), behind(0));
        assert_eq!(behind(2), [home[2].device]);
    }

    const HOME: HouseholdId = HouseholdId::from_bytes([9; 16]);
    const BELL: DeviceId = DeviceId::from_bytes([1; 16]);

    /// A journal, and the gate's keeper with nothing to keep yet.
    struct Gate {
        journal: Journal,
        kit: Kit,
        credentials: Arc<Credentials>,
        broker: Broker,
        kept: watch::Sender<u64>,
        stop: watch::Sender<bool>,
        _fresh: Fresh,
    }

    impl Gate {
        async fn new() -> Self {
            let fresh = Fresh::new(Engine::Sqlite).await;
            let journal = fresh.open(&PARTS).await;
            let kit = Kit { journal: journal.clone(), entropy: Arc::new(SeededEntropy::new(1)) };
            let credentials = Arc::new(Credentials::new());
            let plain = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
            let config = BrokerConfig { plain, ..BrokerConfig::default() };
            let clock = Arc::new(SystemClock::new());
            let broker = Broker::start(&config, credentials.clone(), clock, Arc::new(SystemEntropy));
            let (broker, _) = broker.unwrap();
            let (kept, stop) = (watch::Sender::new(0), watch::Sender::new(false));
            Self { journal, kit, credentials, broker, kept, stop, _fresh: fresh }
        }

        fn keep(&self, left: BTreeSet<HouseholdId>) {
            let keeper = Gatekeeper {
                kit: self.kit.clone(),
                credentials: self.credentials.clone(),
                broker: self.broker.clone(),
                clock: Arc::new(SystemClock::new()),
                kept: self.kept.clone(),
            };
            tokio::spawn(keeper.keep(left, 0, self.stop.subscribe()));
        }

        /// Commits this, and gives its place in the journal.
        async fn commit(&self, commit: Commit) -> u64 {
            self.journal.commit(commit).await.unwrap().seq
        }

        async fn settle(&self, seq: u64) {
            self.kept.subscribe().wait_for(|kept| *kept >= seq).await.unwrap();
        }

        async fn home(&self) -> u64 {
            let (member, place) = (MemberKind::Home, PlaceId::from_bytes([2; 16]));
            let (team, occupants, details) = (None, None, Commitment([0; 32]));
            self.tell(RegisterEvent::HouseholdAdded {
                household: HOME,
                member,
                place,
                team,
                occupants,
                details,
            })
            .await
        }

        async fn no_home(&self) -> u64 {
            let reason = Commitment([0; 32]);
            self.tell(RegisterEvent::HouseholdRemoved { household: HOME, team: None, reason }).await
        }

        async fn tell(&self, event: RegisterEvent) -> u64 {
            self.commit(Commit::new(context(1), vec![Draft::of(&event)])).await
        }

        async fn pair(&self) -> u64 {
            let (kind, spot) = (Kind::Bell, Spot::Kitchen);
            let secret = Secret::of([7; 16]);
            let new = NewDevice { device: BELL, household: HOME, kind, spot, second_sound: true, secret };
            self.commit(self.kit.load_devices(&context(1), &[new])).await
        }

        /// Whether the bell's secret opens.
        fn lets_in(&self) -> bool {
            let (username, secret) = (BELL.to_string(), Secret::of([7; 16]));
            let knock = Knock { username: &username, password: secret.expose().as_bytes(), encrypted: false };
            mqtt::Gate::admit(&*self.credentials, &knock).is_some()
        }

        /// Nothing of the bell is left: neither it nor its secret.
        async fn nothing_is_left(&self) {
            assert!(!self.lets_in());
            assert!(Device::of_household(&self.journal, HOME).await.unwrap().is_empty());
            assert!(self.kit.secrets().await.unwrap().is_empty());
        }
    }

    #[tokio::test]
    async fn a_bell_whose_household_is_removed_is_out_and_its_secret_goes() {
        let gate = Gate::new().await;
        gate.keep(BTreeSet::new());
        gate.home().await;
        gate.settle(gate.pair().await).await;
        assert!(gate.lets_in());
        gate.settle(gate.no_home().await).await;
        gate.nothing_is_left().await;
    }

    #[tokio::test]
    async fn a_bell_that_is_paired_while_its_household_is_removed_does_not_come_in() {
        let gate = Gate::new().await;
        gate.keep(BTreeSet::new());
        gate.home().await;
        gate.settle(gate.no_home().await).await;
        gate.settle(gate.pair().await).await;
        gate.nothing_is_left().await;
    }

    #[tokio::test]
    async fn what_a_household_left_behind_is_taken_away_at_the_next_start() {
        let gate = Gate::new().await;
        gate.home().await;
        gate.pair().await;
        let directory = RwLock::new(Directory::read(&gate.journal).await.unwrap());
        assert!(left_behind(&directory).is_empty());
        let seq = gate.no_home().await;
        let directory = RwLock::new(Directory::read(&gate.journal).await.unwrap());
        let left = left_behind(&directory);
        assert_eq!(left, BTreeSet::from([HOME]));
        admit_all(&gate.kit, &directory, &gate.credentials).await.unwrap();
        assert!(!gate.lets_in(), "it stays out until then");
        gate.keep(left);
        gate.settle(seq).await;
        gate.nothing_is_left().await;
    }
}
