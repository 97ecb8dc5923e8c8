//! The cameras of the demo: simulated, at the sample's places, spoken to as real ones are.

use crate::node::Node;
use anyhow::Context as _;
use liengia_journal::{Actor, Context};
use liengia_kernel::{
    CameraId, Clock, HouseholdId, PersonId, Pii, PlaceId, Position, SeededEntropy, SiteId, Timestamp,
};
use liengia_sim::{
    camera::{self, Cameras, Setup, onvif},
    sample::{Commune, Household, Point},
};
use liengia_watch::{
    acts::WatchActError,
    door::Door,
    event::{CameraFacts, Consent, LookPurpose, Owner, Payer, SiteFacts, SitePurpose},
    rules::WatchError,
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

/// Public sites, at the first firefighting points.
const SITES: usize = 4;

/// Cameras of which there is footage of yesterday, and its pictures a second.
const FILMED: usize = 2;
const FILM_RATE: u32 = 5;

/// What the cameras ask for.
const USER: (&str, &str) = ("camera", "demo");

/// Pictures a second of a small stream.
const SMALL_RATE: u32 = 5;

/// The home that shares its camera from the start.
const SHARES: &str = "HOME 2";

/// How wide, and how far, each sees: degrees and metres.
const SEES: (u16, u16) = (80, 60);

/// Simulated cameras that run until they are dropped.
pub struct Street {
    /// Their pictures.
    pub cameras: Cameras,
    /// The same, asked by ONVIF.
    pub devices: onvif::Devices,
    /// Those of homes: what a home's camera shows is nobody's who knows the address of another one.
    _of_homes: (Cameras, onvif::Devices),
}

/// A camera of the demo.
struct Sample {
    id: CameraId,
    facts: CameraFacts,
    /// What its picture says: letters without marks.
    label: String,
    /// Who of its home consents, where somebody does.
    owner: Option<PersonId>,
}

/// Starts the cameras, and puts them up in the node, or tells it where they are now.
pub async fn start(
    node: &Node,
    commune: &Commune,
    listen: SocketAddr,
    utc_offset: i8,
) -> anyhow::Result<Street> {
    let (sites, samples) = samples(commune);
    for (id, facts) in sites {
        if let Err(WatchActError::Refused(WatchError::NoSite(_))) = node.cameras.site(id).await {
            let commit = node.cameras.add_site(&context(node), id, facts)?;
            node.journal.commit(commit).await?;
        }
    }
    let (homes, public): (Vec<_>, Vec<_>) =
        samples.into_iter().zip(1..).partition(|(one, _)| one.facts.owner.household().is_some());
    let (cameras, devices) = put_up_all(node, public, listen, utc_offset).await?;
    let of_homes = put_up_all(node, homes, SocketAddr::new(listen.ip(), 0), utc_offset).await?;
    node.align_cameras().await?;
    Ok(Street { cameras, devices, _of_homes: of_homes })
}

/// Starts these, each with its seed, and puts them up.
async fn put_up_all(
    node: &Node,
    samples: Vec<(Sample, u64)>,
    listen: SocketAddr,
    utc_offset: i8,
) -> anyhow::Result<(Cameras, onvif::Devices)> {
    let simulated: Vec<_> =
        samples.iter().map(|(one, seed)| camera::Camera::new(one.label.clone(), *seed)).collect();
    let setup = Setup {
        listen,
        cameras: simulated.clone(),
        user: Some((USER.0.to_owned(), USER.1.to_owned())),
        utc_offset,
    };
    let clock: Arc<dyn Clock> = node.clock.clone();
    let running =
        Cameras::start(setup, clock).with_context(|| format!("no camera can be simulated on {listen}"))?;
    let devices = devices(&simulated, &running, node.clock.clone())?;
    for (place, (one, _)) in samples.into_iter().enumerate() {
        let url = running.url(place);
        let door = Door::new(&url, Some(&format!("{url}/sub")), USER.0, &Pii::new(USER.1.to_owned()))?;
        let door = door.asked_at(&devices.url(place))?;
        put_up(node, one, &door).await?;
    }
    Ok((running, devices))
}

/// The same cameras as whoever speaks ONVIF finds them: they tell their streams, and blacken what they are told to.
fn devices(
    simulated: &[camera::Camera],
    running: &Cameras,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<onvif::Devices> {
    // Cameras of two demos on one machine are not the same cameras.
    let of_this_demo = u64::from(running.address().port()) << u32::BITS;
    let device = |(place, one): (usize, &camera::Camera)| {
        let stream = |url, size: camera::Size, rate| onvif::Stream {
            url,
            width: u32::try_from(size.width()).unwrap_or(0),
            height: u32::try_from(size.height()).unwrap_or(0),
            rate,
        };
        let main = stream(running.url(place), one.size, one.rate);
        let sub = stream(running.url(place) + "/sub", camera::Size::Small, SMALL_RATE);
        onvif::Device {
            user: Some((USER.0.to_owned(), USER.1.to_owned())),
            masks: one.masks.clone(),
            ..onvif::Device::new(one.name.clone(), one.seed + of_this_demo, main, sub)
        }
    };
    let setup = |found_on| onvif::Setup {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        devices: simulated.iter().enumerate().map(device).collect(),
        found_on,
    };
    // Where the port of the search is taken, they are there without being found.
    let found = onvif::Devices::start(setup(Some(Ipv4Addr::LOCALHOST)), clock.clone());
    Ok(found.or_else(|_| onvif::Devices::start(setup(None), clock))?)
}

async fn put_up(node: &Node, one: Sample, door: &Door) -> anyhow::Result<()> {
    let context = context(node);
    let commit = match node.cameras.camera(one.id).await {
        Ok(known) => {
            if node.cameras.door(one.id).await.is_ok_and(|there| there == *door) {
                return Ok(());
            }
            let reason = Pii::new("the demo was started anew".to_owned());
            node.cameras
                .correct_camera(&context, one.id, known.version, known.facts, Some(door), &reason)
                .await?
        }
        Err(_) => node.cameras.add_camera(&context, one.id, one.facts.clone(), door).await?,
    };
    node.journal.commit(commit).await?;
    // The second home of the first team shares its camera; the first one has yet to be asked.
    let shares = one.label == SHARES;
    if shares && node.cameras.camera(one.id).await?.consent.is_none() {
        let consent = Consent {
            purposes: vec![LookPurpose::Alarm, LookPurpose::Accident, LookPurpose::Offence],
            recorded: true,
            live: true,
            only_during_alarms: false,
            hours: None,
            until: None,
        };
        let Some(person) = one.owner else { return Ok(()) };
        let commit = node.cameras.give_consent(&context, one.id, person, consent).await?;
        node.journal.commit(commit).await?;
    }
    Ok(())
}

/// A camera that was recorded before the node first started.
pub struct Filmed {
    /// Its id.
    pub id: CameraId,
    /// What it shows.
    pub camera: camera::Camera,
}

/// The first two cameras of the first site.
pub fn filmed(commune: &Commune) -> Vec<Filmed> {
    let (_, samples) = samples(commune);
    let film = |(one, seed): (Sample, u64)| Filmed {
        id: one.id,
        camera: camera::Camera { rate: FILM_RATE, ..camera::Camera::new(one.label, seed) },
    };
    samples.into_iter().zip(1..).take(FILMED).map(film).collect()
}

fn context(node: &Node) -> Context {
    Context { actor: Actor::Node, purpose: "demo".into(), at: node.clock.now() }
}

/// Sites and cameras, the same ones at every start.
fn samples(commune: &Commune) -> (Vec<(SiteId, SiteFacts)>, Vec<Sample>) {
    let entropy = SeededEntropy::new(super::SEED);
    let begun = Timestamp::from_seconds(1_767_225_600);
    let (mut sites, mut cameras) = (Vec::new(), Vec::new());
    let purposes = [SitePurpose::PublicSafety, SitePurpose::Traffic, SitePurpose::Flood, SitePurpose::Fire];
    for (number, (point, purpose)) in commune.points.iter().zip(purposes).take(SITES).enumerate() {
        let id = SiteId::new(begun, &entropy);
        sites.push((id, public_site(point, purpose)));
        for (place, (direction, name)) in [(0, "bắc"), (120, "đông nam"), (240, "tây nam")].iter().enumerate()
        {
            let facts = CameraFacts {
                site: id,
                name: format!("{}, hướng {name}", point.name),
                position: point.position,
                direction: *direction,
                angle: SEES.0,
                reach_m: SEES.1,
                owner: Owner::Public,
            };
            let label = format!("CAM {}-{}", number + 1, place + 1);
            cameras.push(Sample { id: CameraId::new(begun, &entropy), facts, label, owner: None });
        }
    }
    for (number, home) in homes(commune).into_iter().enumerate() {
        let id = SiteId::new(begun, &entropy);
        let position = home.position;
        sites.push((id, home_site(home.place, position)));
        let facts = CameraFacts {
            site: id,
            name: "Cổng nhà".into(),
            position,
            direction: 90,
            angle: SEES.0,
            reach_m: 15,
            owner: Owner::Household(home.id),
        };
        let label = format!("HOME {}", number + 1);
        cameras.push(Sample { id: CameraId::new(begun, &entropy), facts, label, owner: home.adult });
    }
    (sites, cameras)
}

/// A home with a camera.
struct Home {
    id: HouseholdId,
    place: PlaceId,
    position: Position,
    adult: Option<PersonId>,
}

/// The first two homes of the first team.
fn homes(commune: &Commune) -> Vec<Home> {
    let Some(team) = commune.teams.first() else { return Vec::new() };
    let home = |home: &Household| {
        let adult = home.people.iter().find(|person| person.adult).map(|person| person.id);
        Home { id: home.id, place: home.place, position: home.position, adult }
    };
    commune.members(team.id).take(2).map(home).collect()
}

fn public_site(point: &Point, purpose: SitePurpose) -> SiteFacts {
    SiteFacts {
        place: point.place,
        name: format!("Cụm camera {}", point.name),
        position: point.position,
        purpose,
        words: "Giữ an toàn cho mọi người qua lại. Không nhận diện khuôn mặt.".into(),
        contact: "Công an xã, 0200 000 000".into(),
        paid_by: Payer::Both,
        sound: false,
        keep_hours: 72,
    }
}

fn home_site(place: PlaceId, position: Position) -> SiteFacts {
    SiteFacts {
        place,
        name: "Nhà dân".into(),
        position,
        purpose: SitePurpose::Home,
        words: "Camera của gia đình, chia sẻ theo ý chủ nhà.".into(),
        contact: "Công an xã, 0200 000 000".into(),
        paid_by: Payer::Household,
        sound: false,
        keep_hours: 72,
    }
}
