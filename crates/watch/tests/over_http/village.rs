//! A node without cameras of its own, in a commune of two villages, as browsers reach it.

use axum::Router;
use liengia_access::{
    Role,
    testing::{Browser, House, VILLAGES},
};
use liengia_http::Origins;
use liengia_journal::testing::Engine;
use liengia_kernel::SeededEntropy;
use liengia_register::Register;
use liengia_watch::{
    acts::Cameras,
    api::{Api, routes},
    door::DoorKey,
    running::{Running, RunningConfig},
    settings::{Quiet, Settings},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

pub struct Village {
    pub house: House,
    pub router: Router,
    pub running: Running,
    pub cameras: Cameras,
    /// Keeps what is recorded: nothing.
    _folder: liengia_journal::testing::Fresh,
}

impl Village {
    pub async fn on(engine: Engine) -> Self {
        let house = House::on(engine, &[liengia_register::views::PART, liengia_watch::views::PART]).await;
        let folder = liengia_journal::testing::Fresh::new(Engine::Sqlite).await;
        let entropy = Arc::new(SeededEntropy::new(77));
        let config = RunningConfig {
            disks: Vec::new(),
            data: folder.folder().to_owned(),
            free_bytes: None,
            camera_bytes: None,
            node: "test".into(),
            key: None,
            tier: None,
            clock: house.clock.clone(),
            entropy: entropy.clone(),
        };
        let running = Running::start(config).expect("it starts without a disk");
        let doors = DoorKey::load(&[9; 32]);
        let cameras = Cameras { journal: house.journal.clone(), entropy: entropy.clone(), doors };
        let origin = "http://localhost:8080";
        let api = Api {
            cameras: cameras.clone(),
            running: running.clone(),
            webrtc: None,
            register: Register { journal: house.journal.clone(), entropy },
            access: house.access.clone(),
            settings: Settings {
                utc_offset_hours: 7,
                incidents: Arc::new(Quiet),
                origin: origin.into(),
                origins: Origins::new([origin]).expect("an origin"),
            },
        };
        let router = house.serve(routes().with_state(api));
        Self { house, router, running, cameras, _folder: folder }
    }

    pub async fn role(&self, role: Role) -> Browser {
        self.house.as_role(&self.router, role).await
    }

    /// A site in village 1 and a camera of the commune there.
    pub async fn site(&self, paid_by: &str) -> (String, String) {
        let mut officer = self.role(Role::DutyOfficer).await;
        let position = json!({ "lat": 16.0, "lon": 108.0 });
        let site = json!({
            "place": VILLAGES[0], "name": "Ngã ba", "position": position, "purpose": "public_safety",
            "contact": "Công an xã", "paid_by": paid_by,
        });
        let site = id(&officer.post("/api/sites", &site).await.json());
        let camera = json!({
            "facts": facts(&site, "Cổng làng", 90), "door": { "url": "rtsp://192.168.1.20/1" },
        });
        let camera = id(&officer.post("/api/cameras", &camera).await.json());
        (site, camera)
    }
}

pub fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

pub fn facts(site: &str, name: &str, direction: u16) -> Value {
    let position = json!({ "lat": 16.0, "lon": 108.0 });
    json!({ "site": site, "name": name, "position": position, "direction": direction, "angle": 90, "reach_m": 30 })
}
