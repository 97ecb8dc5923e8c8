//! One camera, asked one thing after the other.
//!
//! Promises: the camera's time is asked before anything is signed, without signing. The password goes as a WS-Security proof,
//! or, where the camera asks for that (401), as a proof of HTTP Digest; never in plain, and never over and over again.

use super::{
    Address, Flaw, call,
    clock::Ahead,
    flaw::printable,
    http::Answer,
    services::{Service, Services},
    soap,
    xml::Element,
};
use crate::rtsp::Credentials;
use liengia_kernel::{Clock, Entropy};
use std::time::Duration;

/// How often one thing is said at the most: unsigned as HTTP knows it, signed, and signed for a fresh nonce.
const TURNS: u32 = 3;
/// How much of a name is kept, in characters.
const NAME: usize = 64;

/// What makes and drives a client.
pub(super) struct Ports<'a> {
    pub clock: &'a dyn Clock,
    pub entropy: &'a dyn Entropy,
    /// How long an exchange may take.
    pub patience: Duration,
    /// When all must be over, by the clock that never jumps.
    pub until: Option<Duration>,
}

/// How the camera wants to see the password.
enum SignIn {
    Token,
    Http(Box<Credentials>),
}

/// A camera that can be asked. It shows neither user name nor password.
pub struct Client<'a> {
    pub(super) device: Address,
    pub(super) services: Services,
    user: Option<(String, String)>,
    sign_in: SignIn,
    ahead: Option<Ahead>,
    ports: Ports<'a>,
}

/// Who made a camera (ONVIF Device, `GetDeviceInformation`): printable, at most 64 characters each, empty if not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maker {
    /// The maker's name.
    pub name: String,
    /// The model.
    pub model: String,
    /// The version of its program.
    pub firmware: String,
    /// Its number.
    pub serial: String,
}

impl<'a> Client<'a> {
    /// Asks a camera for its time and its services. `user` is a user name and a password; `patience` is how long each
    /// exchange may take, some seconds to connect left aside. [`Flaw::NotSupported`] if it has no pictures to show.
    pub fn connect(
        device: Address,
        user: Option<(String, String)>,
        patience: Duration,
        clock: &'a dyn Clock,
        entropy: &'a dyn Entropy,
    ) -> Result<Self, Flaw> {
        // It would break the line that it stands in; no camera has such a user.
        if user.as_ref().is_some_and(|(name, _)| name.chars().any(char::is_control)) {
            return Err(Flaw::NotAuthorized);
        }
        let ports = Ports { clock, entropy, patience, until: None };
        let services = Services::default();
        let mut client = Self { device, services, user: None, sign_in: SignIn::Token, ahead: None, ports };
        client.ahead = client.ask_time()?;
        client.user = user;
        client.services = client.ask_services()?;
        if client.services.any_media() { Ok(client) } else { Err(Flaw::NotSupported) }
    }

    /// From now on, all that is asked ends within this span, some seconds to connect left aside: what is asked later than
    /// that is a [`Flaw::Timeout`].
    pub fn end_within(&mut self, span: Duration) {
        self.ports.until = Some(self.ports.clock.elapsed().saturating_add(span));
    }

    /// How far its clock is ahead of ours, in milliseconds, to half a second; none if it tells no time.
    pub fn clock_error_ms(&self) -> Option<i64> {
        self.ahead.map(Ahead::error_ms)
    }

    /// Who made it.
    pub fn maker(&mut self) -> Result<Maker, Flaw> {
        let answer = self.ask(Service::Device, "GetDeviceInformation", "")?;
        let text = |name| printable(answer.text_at(&[name]).unwrap_or_default(), NAME);
        Ok(Maker {
            name: text("Manufacturer"),
            model: text("Model"),
            firmware: text("FirmwareVersion"),
            serial: text("SerialNumber"),
        })
    }

    /// Asks a service, and gives its answer. `inner` is what stands in the request, escaped.
    pub(super) fn ask(&mut self, service: Service, name: &str, inner: &str) -> Result<Element, Flaw> {
        let address = match service {
            Service::Device => Some(&self.device),
            Service::Media => self.services.media.as_ref(),
            Service::Media2 => self.services.media2.as_ref(),
            Service::Ptz => self.services.ptz.as_ref(),
            Service::Imaging => self.services.imaging.as_ref(),
        };
        let address = address.cloned().ok_or(Flaw::NotSupported)?;
        let action = format!("{}/{name}", service.namespace());
        let answer = self.say(&address, &action, &soap::asking(service.namespace(), name, inner))?;
        soap::answer(answer.status, &answer.body, name)
    }

    /// The camera's clock. Some cameras want even this signed, which needs their time: then it is taken to be right.
    fn ask_time(&mut self) -> Result<Option<Ahead>, Flaw> {
        let asked = self.ports.clock.now();
        match self.ask(Service::Device, "GetSystemDateAndTime", "") {
            Ok(answer) => Ok(Ahead::read(&answer, asked, self.ports.clock.now())),
            Err(Flaw::NotAuthorized | Flaw::NotSupported | Flaw::Refused { .. }) => Ok(None),
            Err(flaw) => Err(flaw),
        }
    }

    fn ask_services(&mut self) -> Result<Services, Flaw> {
        let inner = "<IncludeCapability>false</IncludeCapability>";
        match self.ask(Service::Device, "GetServices", inner) {
            Ok(answer) => {
                let services = Services::listed(&answer, &self.device);
                if services.any_media() {
                    return Ok(services);
                }
            }
            Err(Flaw::NotSupported | Flaw::Refused { .. } | Flaw::NotOnvif) => {}
            Err(flaw) => return Err(flaw),
        }
        let answer = self.ask(Service::Device, "GetCapabilities", "<Category>All</Category>")?;
        Ok(Services::capable(&answer, &self.device))
    }

    /// Says it, signed as the camera wants it.
    fn say(&mut self, address: &Address, action: &str, body: &str) -> Result<Answer, Flaw> {
        for _ in 0..TURNS {
            let authorization = self.authorization(&address.path)?;
            let header = self.token().unwrap_or_default();
            let envelope = soap::envelope(&header, body);
            let request = call::Request {
                address,
                action,
                authorization: authorization.as_deref(),
                envelope: &envelope,
            };
            let answer = call::exchange(&request, self.patience()?, self.ports.clock)?;
            if answer.status != 401 {
                if let SignIn::Http(credentials) = &mut self.sign_in {
                    credentials.accepted();
                }
                return Ok(answer);
            }
            self.refused(&answer, authorization.is_some())?;
        }
        Err(Flaw::NotAuthorized)
    }

    /// How long the next exchange may take.
    fn patience(&self) -> Result<Duration, Flaw> {
        let left = self.ports.until.map(|until| until.saturating_sub(self.ports.clock.elapsed()));
        let patience = left.map_or(self.ports.patience, |left| left.min(self.ports.patience));
        if patience.is_zero() { Err(Flaw::Timeout) } else { Ok(patience) }
    }

    /// The header that signs an envelope, where envelopes are signed.
    fn token(&self) -> Option<String> {
        let (SignIn::Token, Some((user, password))) = (&self.sign_in, &self.user) else { return None };
        let mut nonce = [0; 16];
        self.ports.entropy.fill(&mut nonce);
        let created = self.ahead.unwrap_or(Ahead::unknown()).shown(self.ports.clock.now());
        Some(soap::token(user, password, nonce, &created))
    }

    /// The value of the Authorization field, where HTTP signs.
    fn authorization(&mut self, path: &str) -> Result<Option<String>, Flaw> {
        let SignIn::Http(credentials) = &mut self.sign_in else { return Ok(None) };
        let line = credentials.authorization("POST", path);
        if line.as_ref().is_some_and(|line| !line.starts_with("Digest ")) {
            return Err(Flaw::WantsPlain);
        }
        Ok(line)
    }

    /// Takes in that it answered 401. When this is well, it is to be said again.
    fn refused(&mut self, answer: &Answer, signed: bool) -> Result<(), Flaw> {
        let user = self.user.as_ref().ok_or(Flaw::NotAuthorized)?;
        let mut fields = answer.all("WWW-Authenticate").peekable();
        if fields.peek().is_none() {
            return Err(Flaw::NotAuthorized);
        }
        if let SignIn::Token = self.sign_in {
            let mut cnonce = [0; 8];
            self.ports.entropy.fill(&mut cnonce);
            let credentials = Credentials::new(Some(user.clone()), u64::from_le_bytes(cnonce));
            self.sign_in = SignIn::Http(Box::new(credentials));
        }
        let SignIn::Http(credentials) = &mut self.sign_in else { return Err(Flaw::NotAuthorized) };
        Ok(credentials.refused(fields, signed)?)
    }
}
