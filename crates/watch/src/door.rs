//! Where a camera is reached, and what it asks for: sealed with the node's key wherever it is kept.
//!
//! Promises: nobody reads an address or password from the database, a backup of it, a log or an answer; one that was sealed
//! for a camera opens for no other.

use crate::{
    onvif::Address,
    record::Certificate,
    rtsp::{Target, Transport},
    tier::SealKey,
};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce, aead::AeadInOut as _};
use liengia_kernel::{CameraId, Entropy, Pii};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// Random bytes before what is sealed.
const NONCE: usize = 24;

/// The longest address, in bytes.
const LONGEST: usize = 2_048;

/// Where a camera is reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Its main stream: `rtsp://192.168.1.20:554/stream1`.
    pub url: String,
    /// Its small stream, if it has one.
    pub sub_url: Option<String>,
    /// Whom it knows; empty where it asks nobody.
    pub user: String,
    /// That one's password.
    pub password: String,
    /// Where it is asked more than its pictures (ONVIF), if it can be: `http://192.168.1.20/onvif/device_service`.
    #[serde(default)]
    pub onvif: Option<String>,
    /// On which way its pictures come.
    #[serde(default)]
    pub transport: Transport,
    /// The certificate that is known of it, where its pictures come over TLS: another is refused.
    #[serde(default)]
    pub certificate: Option<Certificate>,
    /// The same for where it is asked more.
    #[serde(default)]
    pub onvif_certificate: Option<Certificate>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door(..)")
    }
}

/// An address that cannot be one, or was not sealed by this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDoor {
    /// It is no RTSP address, or bears name and password.
    #[error(
        "this is no address of a camera: it looks like rtsp://192.168.1.20:554/stream1, without name and password"
    )]
    Address,
    /// Its pictures are to come over TLS and by UDP, where they would be in the open.
    #[error("by UDP pictures cross the network in the open: choose TCP for an rtsps:// address")]
    InTheOpen,
    /// It was sealed with another key, for another camera, or is damaged.
    #[error("the address of this camera cannot be opened: enter it again")]
    Sealed,
}

impl Door {
    /// An address as it was typed, checked; name and password apart from it.
    pub fn new(
        url: &str,
        sub_url: Option<&str>,
        user: &str,
        password: &Pii<String>,
    ) -> Result<Self, BadDoor> {
        let checked = |url: &str| {
            let url = url.trim();
            let open = Target::parse(url).is_ok_and(|target| target.user.is_none());
            if open && url.len() <= LONGEST { Ok(url.to_owned()) } else { Err(BadDoor::Address) }
        };
        let sub_url = sub_url.filter(|url| !url.trim().is_empty()).map(checked).transpose()?;
        let door = Self {
            url: checked(url)?,
            sub_url,
            user: user.trim().to_owned(),
            password: password.expose().clone(),
            onvif: None,
            transport: Transport::Tcp,
            certificate: None,
            onvif_certificate: None,
        };
        // They go into lines of a protocol.
        let plain = |text: &str| text.len() <= 256 && !text.chars().any(char::is_control);
        if plain(&door.user) && plain(&door.password) { Ok(door) } else { Err(BadDoor::Address) }
    }

    /// The same with where it is asked more; nothing where that is empty.
    pub fn asked_at(self, onvif: &str) -> Result<Self, BadDoor> {
        let onvif = onvif.trim();
        if onvif.is_empty() {
            return Ok(self);
        }
        if onvif.len() > LONGEST {
            return Err(BadDoor::Address);
        }
        let address = Address::parse(onvif).ok_or(BadDoor::Address)?;
        Ok(Self { onvif: Some(address.to_string()), ..self })
    }

    /// The same with its pictures on this way.
    pub fn by(self, transport: Transport) -> Result<Self, BadDoor> {
        let secure = self.secure_target().is_some();
        if secure && transport == Transport::Udp {
            Err(BadDoor::InTheOpen)
        } else {
            Ok(Self { transport, ..self })
        }
    }

    /// The main stream.
    pub fn target(&self) -> Option<Target> {
        self.open(&self.url)
    }

    /// The small stream, if there is one.
    pub fn sub_target(&self) -> Option<Target> {
        self.sub_url.as_deref().and_then(|url| self.open(url))
    }

    /// The first of its streams that is spoken to over TLS.
    pub fn secure_target(&self) -> Option<Target> {
        self.target().into_iter().chain(self.sub_target()).find(|target| target.secure)
    }

    /// Where it is asked more, and the certificate that is known of it there.
    pub fn onvif_address(&self) -> Option<Address> {
        let address = Address::parse(self.onvif.as_deref()?)?;
        Some(Address { certificate: self.onvif_certificate, ..address })
    }

    fn open(&self, url: &str) -> Option<Target> {
        let mut target = Target::parse(url).ok()?;
        target.transport = self.transport;
        if !self.user.is_empty() {
            target.user = Some((self.user.clone(), self.password.clone()));
        }
        Some(target)
    }
}

/// The key under which doors are sealed. Clones are the same key.
#[derive(Clone)]
pub struct DoorKey(Arc<[u8; 32]>);

impl fmt::Debug for DoorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DoorKey(..)")
    }
}

impl DoorKey {
    /// The 32 secret bytes of a new key, for the caller to keep in a file that only the program can read.
    pub fn generate(entropy: &dyn Entropy) -> [u8; 32] {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        bytes
    }

    /// The key that was saved; none if it is not 32 bytes long.
    pub fn load(bytes: &[u8]) -> Option<Self> {
        Some(Self(Arc::new(bytes.try_into().ok()?)))
    }

    /// The key that footage outside the node's own disks is sealed with: each file's own is made from it.
    pub fn for_footage(&self) -> SealKey {
        SealKey::new(*self.0)
    }

    /// Seals a door for its camera.
    pub fn seal(&self, camera: CameraId, door: &Door, entropy: &dyn Entropy) -> Result<Vec<u8>, BadDoor> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let mut text = serde_json::to_vec(door).map_err(|_| BadDoor::Address)?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        cipher
            .encrypt_in_place(&XNonce::from(nonce), camera.as_bytes(), &mut text)
            .map_err(|_| BadDoor::Address)?;
        Ok([nonce.as_slice(), &text].concat())
    }

    /// Opens a door of this camera.
    pub fn open(&self, camera: CameraId, sealed: &[u8]) -> Result<Door, BadDoor> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or(BadDoor::Sealed)?;
        let mut text = text.to_vec();
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        cipher
            .decrypt_in_place(&XNonce::from(*nonce), camera.as_bytes(), &mut text)
            .map_err(|_| BadDoor::Sealed)?;
        serde_json::from_slice(&text).map_err(|_| BadDoor::Sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    fn door(url: &str) -> Result<Door, BadDoor> {
        Door::new(url, None, "admin", &Pii::new("s3cret".into()))
    }

    #[test]
    fn a_door_opens_with_its_key_for_its_camera_and_never_prints() {
        let entropy = SeededEntropy::new(1);
        let key = DoorKey::load(&DoorKey::generate(&entropy)).unwrap();
        let now = Timestamp::from_seconds(1);
        let (camera, other) = (CameraId::new(now, &entropy), CameraId::new(now, &entropy));
        let door = door("rtsp://192.168.1.20/stream1").unwrap();
        let sealed = key.seal(camera, &door, &entropy).unwrap();
        assert_eq!(key.open(camera, &sealed), Ok(door.clone()));
        assert_eq!(key.open(other, &sealed), Err(BadDoor::Sealed));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open(camera, &changed), Err(BadDoor::Sealed));
        assert_eq!(key.open(camera, &sealed[..20]), Err(BadDoor::Sealed));
        let another = DoorKey::load(&DoorKey::generate(&entropy)).unwrap();
        assert_eq!(another.open(camera, &sealed), Err(BadDoor::Sealed));
        assert!(!sealed.windows(6).any(|bytes| bytes == b"s3cret"));
        assert_eq!(format!("{door:?} {key:?}"), "Door(..) DoorKey(..)");
    }

    #[test]
    fn a_door_of_before_opens_as_one_over_tcp_with_no_certificate() {
        let before = r#"{"url":"rtsp://h/","sub_url":null,"user":"admin","password":"s3cret"}"#;
        assert_eq!(serde_json::from_str::<Door>(before).unwrap(), door("rtsp://h/").unwrap());
    }

    #[test]
    fn pictures_over_tls_never_come_by_udp() {
        let udp = |url| door(url)?.by(Transport::Udp);
        assert_eq!(udp("rtsps://192.168.1.20/"), Err(BadDoor::InTheOpen));
        assert_eq!(udp("rtsp://192.168.1.20/").unwrap().target().unwrap().transport, Transport::Udp);
        let sub = Door::new("rtsp://h/", Some("rtsps://h/sub"), "", &Pii::default()).unwrap();
        assert_eq!(sub.by(Transport::Udp), Err(BadDoor::InTheOpen));
        assert!(door("rtsps://192.168.1.20/").unwrap().by(Transport::Tcp).is_ok());
    }

    #[test]
    fn an_address_is_an_rtsp_address_and_bears_no_password() {
        assert_eq!(door("rtsp://a:b@192.168.1.20/"), Err(BadDoor::Address));
        assert_eq!(door("http://192.168.1.20/"), Err(BadDoor::Address));
        assert_eq!(Door::new("rtsp://h/", None, "a\r\nb", &Pii::default()), Err(BadDoor::Address));
        let target = door(" rtsp://192.168.1.20/x ").unwrap().target().unwrap();
        assert_eq!((target.user, target.port), (Some(("admin".into(), "s3cret".into())), 554));
    }
}
