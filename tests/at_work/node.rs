//! A node's cameras with one camera, and what tests do with it.

use liengia_access::Scope;
use liengia_journal::{
    Actor, Context, EntryFilter,
    testing::{Engine, Fresh},
};
use liengia_kernel::{
    CameraId, Clock, Entropy, HouseholdId, LookId, PersonId, Pii, PlaceId, Position, SessionId, SiteId,
    SystemClock, SystemEntropy, Timestamp,
};
use liengia_sim::camera::{
    self, Cameras as Simulated,
    onvif::{Device, Devices, Setup, Stream},
};
use liengia_watch::{
    acts::Cameras,
    door::{Door, DoorKey},
    event::{
        CameraFacts, Consent, LookKind, LookPurpose, Mask, Owner, Payer, SiteFacts, SitePurpose, WatchEvent,
    },
    evidence::ExportKey,
    rules::LookAsked,
    running::{NoTurn, OpenLook, Running, RunningConfig, View, Way},
    views::{Camera, PART},
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

pub const MASK: Mask = Mask { x: 100, y: 200, width: 300, height: 400 };
/// Ten times as long as it should take.
const PATIENCE: u32 = 600;

/// Waits until it gives something.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..PATIENCE {
        if let Some(found) = look().await {
            return found;
        }
        // Between two looks.
        sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}

/// A node's cameras: one, at these addresses.
pub struct Node {
    pub fresh: Fresh,
    pub running: Running,
    pub cameras: Cameras,
    pub camera: CameraId,
    pub door: Door,
}

pub fn context(at: Timestamp) -> Context {
    Context { actor: Actor::Node, purpose: "test".into(), at }
}

pub async fn node(clock: Arc<dyn Clock>, url: &str, onvif: &str, owner: Owner, records: bool) -> Node {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let journal = fresh.open(&[PART]).await;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let doors = DoorKey::load(&DoorKey::generate(&*entropy));
    let cameras = Cameras { journal, entropy: entropy.clone(), doors };
    let disk = fresh.folder().join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let running = Running::start(RunningConfig {
        disks: if records { vec![disk] } else { Vec::new() },
        data: fresh.folder().to_owned(),
        free_bytes: Some(0),
        camera_bytes: None,
        node: "node".into(),
        key: ExportKey::load(&ExportKey::generate(&*entropy)).ok(),
        tier: None,
        clock: clock.clone(),
        entropy: entropy.clone(),
    });
    let now = clock.now();
    let (site, camera) = (SiteId::new(now, &*entropy), CameraId::new(now, &*entropy));
    let position = Position::new(21.0, 107.0).unwrap();
    let facts = SiteFacts {
        place: PlaceId::new(now, &*entropy),
        name: "Ngã tư".into(),
        position,
        purpose: SitePurpose::Traffic,
        words: String::new(),
        contact: "Công an xã".into(),
        paid_by: Payer::Budget,
        sound: false,
        keep_hours: 72,
    };
    cameras.journal.commit(cameras.add_site(&context(now), site, facts).unwrap()).await.unwrap();
    let (direction, angle, reach_m) = (0, 90, 50);
    let facts = CameraFacts { site, name: "Cổng".into(), position, direction, angle, reach_m, owner };
    let door = Door::new(url, None, "", &Pii::default()).unwrap().asked_at(onvif).unwrap();
    let added = cameras.add_camera(&context(now), camera, facts, &door).await.unwrap();
    cameras.journal.commit(added).await.unwrap();
    Node { fresh, running: running.unwrap(), cameras, camera, door }
}

pub fn device(url: &str, masks: camera::Masks) -> Devices {
    let stream = |path: &str| Stream { url: format!("{url}{path}"), width: 640, height: 360, rate: 15 };
    let device = Device { masks, ..Device::new("CAM 1", 1, stream(""), stream("/sub")) };
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), devices: vec![device], found_on: None };
    Devices::start(setup, Arc::new(SystemClock::new())).unwrap()
}

impl Node {
    pub fn look(&self, now: Timestamp) -> LookId {
        let entropy = SystemEntropy;
        let look = LookId::new(now, &entropy);
        let asked = LookAsked {
            person: PersonId::new(now, &entropy),
            unit: Scope::Place(PlaceId::new(now, &entropy)),
            kind: LookKind::Live,
            purpose: LookPurpose::Accident,
            span: None,
            alarm: None,
            shift: None,
            case: None,
            order: None,
            delay: None,
        };
        let session = SessionId::new(now, &entropy);
        self.running.looks().open(look, OpenLook { asked, cameras: vec![self.camera], session });
        look
    }

    pub fn view(&self, look: LookId) -> View {
        self.running.looks().view(look).unwrap()
    }

    pub async fn turn(&self, look: LookId, way: Way) -> Result<(), NoTurn> {
        self.running.turn_camera(self.camera, self.door.clone(), look, way).await
    }

    pub async fn known(&self) -> Camera {
        self.cameras.camera(self.camera).await.unwrap()
    }

    pub async fn happened(&self, kind: &str) -> usize {
        let filter =
            EntryFilter { subjects: vec![self.camera.to_string()], limit: 100, ..EntryFilter::default() };
        let entries = self.cameras.journal.entries(&filter).await.unwrap();
        let kinds = entries.iter().filter_map(|entry| entry.event::<WatchEvent>().ok());
        kinds.filter(|event| <&str>::from(event) == kind).count()
    }
}

/// A home's camera that blackens what is drawn, and hangs up every few seconds.
pub async fn blackens(clock: &Arc<SystemClock>) -> (Simulated, Devices, Node, PersonId) {
    let masks = camera::Masks::default();
    let misbehaviour =
        camera::Misbehaviour { close_after: Some(Duration::from_secs(6)), ..camera::Misbehaviour::default() };
    let one = camera::Camera { masks: masks.clone(), misbehaviour, ..camera::Camera::new("HOME 1", 1) };
    let setup =
        camera::Setup { listen: ([127, 0, 0, 1], 0).into(), cameras: vec![one], user: None, utc_offset: 7 };
    let simulated = Simulated::start(setup, clock.clone()).unwrap();
    let devices = device(&simulated.url(0), masks);
    let (now, entropy) = (clock.now(), SystemEntropy);
    let home = Owner::Household(HouseholdId::new(now, &entropy));
    let node = node(clock.clone(), &simulated.url(0), &devices.url(0), home, true).await;
    let person = PersonId::new(now, &entropy);
    let consent = Consent {
        purposes: vec![LookPurpose::Offence],
        recorded: true,
        live: true,
        only_during_alarms: false,
        hours: None,
        until: None,
    };
    let (cameras, camera) = (&node.cameras, node.camera);
    let given = cameras.give_consent(&context(now), camera, person, consent).await.unwrap();
    cameras.journal.commit(given).await.unwrap();
    let drawn = cameras.draw_masks(&context(now), camera, person, vec![MASK], (false, false)).await.unwrap();
    cameras.journal.commit(drawn).await.unwrap();
    assert!(node.running.blacken(node.door.clone(), vec![MASK]).await);
    let version = node.known().await.version;
    assert!(node.running.note_blackened(cameras, (camera, version), person, vec![MASK]).await);
    (simulated, devices, node, person)
}
