//! What a camera is asked beside its pictures, over ONVIF: what it is, and to blacken what was drawn on its picture.
//!
//! Promises: a camera that does not answer costs its patience and nothing else; that it blackens is said only after it was
//! read back from it. Nothing here decides who may see.

use super::Running;
use crate::{
    acts::{Cameras, WatchActError},
    door::Door,
    event::Mask,
    onvif::{Address, Client, Codec, Flaw, Found, Maker, Masked, Profile, discover, pick},
};
use liengia_kernel::{CameraId, PersonId, Pii};
use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, Ipv4Addr, UdpSocket},
    time::Duration,
};

/// How long cameras are waited for that answer a call to all.
const SOUGHT: Duration = Duration::from_secs(4);
/// How long one exchange may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long all of them may take.
const ALL: Duration = Duration::from_secs(12);
/// Profiles of which a camera is asked for the address.
const MOST_STREAMS: usize = 8;

/// What a camera says of itself.
pub struct Described {
    /// Who made it.
    pub maker: Maker,
    /// How far its clock is ahead of the node's, in milliseconds.
    pub clock_error_ms: Option<i64>,
    /// Its streams.
    pub streams: Vec<Stream>,
    /// Which of them is to be recorded, and which is small, by their places.
    pub picked: (Option<usize>, Option<usize>),
}

/// One of its streams.
pub struct Stream {
    /// What is known of it.
    pub profile: Profile,
    /// Where it is played; without a password.
    pub url: Pii<String>,
}

impl Running {
    /// Cameras that answer a call to all in the node's own networks. It is called once at a time: whoever asks meanwhile
    /// waits for that answer.
    pub async fn seek_cameras(&self) -> io::Result<Vec<Found>> {
        let (clock, entropy) = self.ports();
        let sought = move || discover(&own_addresses(), SOUGHT, &*clock, &*entropy);
        let seek = async || tokio::task::spawn_blocking(sought).await.map_err(io::Error::other)?;
        self.0.seeking.ask(|| self.0.config.clock.elapsed(), seek).await
    }

    /// What the camera at this address says of itself.
    pub async fn describe_camera(
        &self,
        address: Address,
        user: Option<(String, String)>,
    ) -> Result<Described, Flaw> {
        let (clock, entropy) = self.ports();
        let asked = move || {
            let mut client = Client::connect(address, user, PATIENCE, &*clock, &*entropy)?;
            client.end_within(ALL);
            describe(&mut client)
        };
        tokio::task::spawn_blocking(asked).await.unwrap_or(Err(Flaw::Timeout))
    }

    /// Writes down that a camera blackens what was drawn; whether that is in the records now. It is not where somebody drew
    /// something else since that version.
    pub async fn note_blackened(
        &self,
        cameras: &Cameras,
        (id, version): (CameraId, u64),
        person: PersonId,
        masks: Vec<Mask>,
    ) -> bool {
        let noted = async {
            let draw = cameras.draw_masks(&self.context(), id, person, masks, (true, false)).await?;
            cameras.journal.commit(draw.expecting(id, version)).await?;
            Ok::<_, WatchActError>(())
        };
        let noted = noted.await;
        noted
            .inspect_err(|error| tracing::warn!(%error, "that a camera blackens is not in the records"))
            .is_ok()
    }

    /// Has a camera blacken exactly these; whether it does.
    pub async fn blacken(&self, door: Door, masks: Vec<Mask>) -> bool {
        let done = self.talk(door, move |client| {
            of_all(client, |client, configuration| {
                Ok(client.set_masks(configuration, &masks)? == Masked::MasksSet)
            })
        });
        done.await.unwrap_or_else(|flaw| {
            tracing::warn!(%flaw, "a camera does not blacken what its home has drawn: only the home sees it");
            false
        })
    }

    /// Whether a camera blackens these; none where it does not answer.
    pub(super) async fn blackens(&self, door: Door, masks: Vec<Mask>) -> Option<bool> {
        let asked = self.talk(door, move |client| {
            of_all(client, |client, configuration| client.hides(configuration, &masks))
        });
        match asked.await {
            Ok(does) => Some(does),
            Err(Flaw::Unreachable | Flaw::Timeout) => None,
            // One that was set back to what it was when it was new knows neither us nor what it was told.
            Err(_) => Some(false),
        }
    }

    /// Asks a camera through its door, on a thread that may wait for it. [`Flaw::NotSupported`] where it cannot be asked.
    pub async fn talk<T: Send + 'static>(
        &self,
        door: Door,
        ask: impl FnOnce(&mut Client<'_>) -> Result<T, Flaw> + Send + 'static,
    ) -> Result<T, Flaw> {
        let address = door.onvif_address().ok_or(Flaw::NotSupported)?;
        let (clock, entropy) = self.ports();
        let asked = move || {
            let user = (!door.user.is_empty()).then_some((door.user, door.password));
            let mut client = Client::connect(address, user, PATIENCE, &*clock, &*entropy)?;
            client.end_within(ALL);
            ask(&mut client)
        };
        tokio::task::spawn_blocking(asked).await.unwrap_or(Err(Flaw::Timeout))
    }
}

/// Whether this holds of all configurations of a camera, one after another; of one that tells none it does not.
fn of_all(
    client: &mut Client<'_>,
    mut holds: impl FnMut(&mut Client<'_>, &str) -> Result<bool, Flaw>,
) -> Result<bool, Flaw> {
    let profiles = client.profiles()?;
    let all: BTreeSet<_> = profiles.iter().filter_map(|one| one.configuration.clone()).collect();
    for configuration in &all {
        if !holds(client, configuration)? {
            return Ok(false);
        }
    }
    Ok(!all.is_empty())
}

fn describe(client: &mut Client<'_>) -> Result<Described, Flaw> {
    let maker = client.maker()?;
    let mut profiles = client.profiles()?;
    profiles.retain(|profile| profile.codec != Codec::Other);
    profiles.truncate(MOST_STREAMS);
    let mut streams = Vec::with_capacity(profiles.len());
    for profile in &profiles {
        let url = Pii::new(client.stream_uri(&profile.token)?);
        streams.push(Stream { profile: profile.clone(), url });
    }
    let (main, sub) = pick(&profiles);
    let place = |one: Option<&Profile>| profiles.iter().position(|other| Some(other) == one);
    Ok(Described {
        maker,
        clock_error_ms: client.clock_error_ms(),
        streams,
        picked: (place(main), place(sub)),
    })
}

/// The address by which this machine reaches its network, and its own loopback.
fn own_addresses() -> Vec<Ipv4Addr> {
    // Nothing is sent by that: the system only says from where it would be.
    let route = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(239, 255, 255, 250), 3702))?;
        socket.local_addr()
    });
    let mut all = vec![Ipv4Addr::LOCALHOST];
    if let Ok(IpAddr::V4(address)) = route.map(|address| address.ip())
        && !all.contains(&address)
    {
        all.push(address);
    }
    all
}
