//! Whose certificate a camera shows: kept with its address, so that no other is spoken to from then on.
//!
//! Promises: a certificate that is known stays until somebody gives another one; where none is known, the one that is shown
//! now is kept. Nobody is told a name or a password for that.

use super::Running;
use crate::{
    door::Door,
    record::{Certificate, shown_at},
};

/// No certificate is shown where there should be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCertificate {
    /// Where its pictures are.
    #[error(
        "nothing shows a certificate at the address of the camera: look whether it has power and network"
    )]
    Pictures,
    /// Where it is asked more.
    #[error(
        "nothing shows a certificate where the camera is asked more (ONVIF): look whether it has power and network"
    )]
    Onvif,
}

/// A host and its port.
type Place = (String, u16);

impl Running {
    /// The same door with the certificates of what is spoken to over TLS: those that it has, else those of the door `before` it
    /// if that leads to the same place, else those that are shown now.
    pub async fn pin(&self, mut door: Door, before: Option<Door>) -> Result<Door, NoCertificate> {
        let known = |place_of: fn(&Door) -> Option<Place>, of: fn(&Door) -> Option<Certificate>| {
            before.as_ref().filter(|before| place_of(before) == place_of(&door)).and_then(of)
        };
        let pictures = door.certificate.or(known(pictures, |door| door.certificate));
        let onvif = door.onvif_certificate.or(known(asked, |door| door.onvif_certificate));
        door.certificate = self.settle(self::pictures(&door), pictures, NoCertificate::Pictures).await?;
        door.onvif_certificate = self.settle(asked(&door), onvif, NoCertificate::Onvif).await?;
        Ok(door)
    }

    /// The certificate that is shown where a camera is asked more; none if that is not asked over TLS, or nothing answers.
    pub async fn onvif_certificate(&self, door: &Door) -> Option<Certificate> {
        self.shown(asked(door)?).await
    }

    async fn settle(
        &self,
        place: Option<Place>,
        known: Option<Certificate>,
        none: NoCertificate,
    ) -> Result<Option<Certificate>, NoCertificate> {
        match (place, known) {
            (None, _) => Ok(None),
            (Some(_), Some(known)) => Ok(Some(known)),
            (Some(place), None) => self.shown(place).await.map(Some).ok_or(none),
        }
    }

    async fn shown(&self, (host, port): Place) -> Option<Certificate> {
        let (clock, _) = self.ports();
        tokio::task::spawn_blocking(move || shown_at(&host, port, &*clock).ok()).await.ok()?
    }
}

/// Where its pictures come over TLS.
fn pictures(door: &Door) -> Option<Place> {
    door.secure_target().map(|target| (target.host, target.port))
}

/// Where it is asked more over TLS.
fn asked(door: &Door) -> Option<Place> {
    door.onvif_address().filter(|address| address.secure).map(|address| (address.host, address.port))
}
