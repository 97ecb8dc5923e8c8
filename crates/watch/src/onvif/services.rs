//! Where the services of a camera are (ONVIF Device, `GetServices` and `GetCapabilities`).
//!
//! Promises: all of them lie on the machine that was asked.

use super::{Address, xml::Element};

/// The services that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Device,
    Media,
    Media2,
    Ptz,
    Imaging,
}

impl Service {
    /// What its requests are called by.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Device => "http://www.onvif.org/ver10/device/wsdl",
            Self::Media => "http://www.onvif.org/ver10/media/wsdl",
            Self::Media2 => "http://www.onvif.org/ver20/media/wsdl",
            Self::Ptz => "http://www.onvif.org/ver20/ptz/wsdl",
            Self::Imaging => "http://www.onvif.org/ver20/imaging/wsdl",
        }
    }
}

/// Where they are; those that a camera has not are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Services {
    pub media: Option<Address>,
    pub media2: Option<Address>,
    pub ptz: Option<Address>,
    pub imaging: Option<Address>,
}

impl Services {
    /// From the answer to `GetServices` of the device service at `device`.
    pub fn listed(answer: &Element, device: &Address) -> Self {
        let place = |service: Service| {
            let named = |found: &&Element| found.text_at(&["Namespace"]) == Some(service.namespace());
            let found = answer.all("Service").find(named)?;
            device.held(found.text_at(&["XAddr"])?)
        };
        Self {
            media: place(Service::Media),
            media2: place(Service::Media2),
            ptz: place(Service::Ptz),
            imaging: place(Service::Imaging),
        }
    }

    /// From the answer to `GetCapabilities`, which older cameras know; it tells nothing of Media2.
    pub fn capable(answer: &Element, device: &Address) -> Self {
        let place = |name| device.held(answer.text_at(&["Capabilities", name, "XAddr"])?);
        Self { media: place("Media"), media2: None, ptz: place("PTZ"), imaging: place("Imaging") }
    }

    /// Whether there is anything to be seen.
    pub const fn any_media(&self) -> bool {
        self.media.is_some() || self.media2.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::xml;

    #[test]
    fn services_are_found_by_their_namespaces() {
        let answer = xml::read(
            b"<tds:GetServicesResponse><tds:Service><tds:XAddr>http://10.0.0.1/onvif/Media2</tds:XAddr>\
              <tds:Namespace>http://www.onvif.org/ver20/media/wsdl</tds:Namespace></tds:Service><tds:Service>\
              <tds:Namespace> http://www.onvif.org/ver20/ptz/wsdl\n</tds:Namespace><tds:XAddr>http://192.0.2.7:81/ptz</tds:XAddr>\
              </tds:Service><tds:Service/></tds:GetServicesResponse>",
        );
        let services = Services::listed(&answer.unwrap(), &Address::parse("192.0.2.7:8000").unwrap());
        assert_eq!(services.media2.unwrap().to_string(), "http://192.0.2.7:8000/onvif/Media2");
        assert_eq!(services.ptz.unwrap().to_string(), "http://192.0.2.7:81/ptz");
        assert_eq!((services.media, services.imaging), (None, None));
    }

    #[test]
    fn older_cameras_tell_their_capabilities() {
        let answer = xml::read(
            b"<r><Capabilities><Device/><Media><XAddr>http://192.0.2.7/m</XAddr></Media><PTZ><XAddr>x</XAddr></PTZ></Capabilities></r>",
        );
        let services = Services::capable(&answer.unwrap(), &Address::parse("192.0.2.7").unwrap());
        assert!(services.any_media() && services.ptz.is_none());
    }
}
