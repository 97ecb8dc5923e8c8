//! What the services of a device answer, by their names.
//!
//! Promises: an answer is the element that the standard names, or a fault of it. Who may ask was looked at before.

mod device;
mod imaging;
mod masks;
mod media;
mod media2;
mod ptz;

use super::{
    Alive, Device, http,
    state::State,
    xml::{Element, escaped},
};
use liengia_kernel::Timestamp;
use std::{net::SocketAddr, time::Duration};

/// A request to a device.
pub(super) struct Asked<'a> {
    pub(super) alive: &'a Alive,
    /// The element of the request.
    pub(super) action: &'a Element,
    /// Where it was asked.
    pub(super) here: SocketAddr,
    /// The device's own time.
    pub(super) now: Timestamp,
    pub(super) elapsed: Duration,
}

impl Asked<'_> {
    /// Where a service is, or seems to be.
    fn place(&self, service: &str) -> String {
        let device = &self.alive.device;
        let host = device.misbehaviour.wrong_host.clone().unwrap_or_else(|| self.here.ip().to_string());
        format!("http://{host}:{}/onvif/cam{}/{service}", self.here.port(), self.alive.number)
    }

    /// A text of the request.
    fn text(&self, name: &str) -> &str {
        self.action.text(name).unwrap_or_default()
    }
}

/// Why a request is refused (SOAP 1.2, 5.4).
pub(super) struct Fault {
    code: &'static str,
    subcode: &'static str,
    reason: &'static str,
}

impl Fault {
    pub(super) const fn not_well_formed() -> Self {
        Self { code: "Sender", subcode: "ter:WellFormed", reason: "Well-formed Error" }
    }

    pub(super) const fn not_authorized() -> Self {
        Self { code: "Sender", subcode: "ter:NotAuthorized", reason: "Sender not Authorized" }
    }

    const fn not_supported() -> Self {
        Self {
            code: "Receiver",
            subcode: "ter:ActionNotSupported",
            reason: "Optional Action Not Implemented",
        }
    }

    /// A value that does not fit.
    const fn value(reason: &'static str) -> Self {
        Self { code: "Sender", subcode: "ter:InvalidArgVal", reason }
    }

    /// The answer that says so.
    pub(super) fn answer(&self) -> Vec<u8> {
        let Self { code, subcode, reason } = self;
        let body = envelope(&format!(
            "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:{code}</SOAP-ENV:Value><SOAP-ENV:Subcode>\
             <SOAP-ENV:Value>{subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>\
             <SOAP-ENV:Text xml:lang=\"en\">{reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>"
        ));
        http::answer(if *code == "Sender" { 400 } else { 500 }, "", &body)
    }
}

/// The whole of an answer.
pub(super) fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope \
         xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tt=\"http://www.onvif.org/ver10/schema\" \
         xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" \
         xmlns:tr2=\"http://www.onvif.org/ver20/media/wsdl\" xmlns:tptz=\"http://www.onvif.org/ver20/ptz/wsdl\" \
         xmlns:timg=\"http://www.onvif.org/ver20/imaging/wsdl\" xmlns:ter=\"http://www.onvif.org/ver10/error\">\
         <SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
}

/// Whether everybody may ask this of the device service (ONVIF Core, 5.9.4.3: `PRE_AUTH`).
pub(super) fn is_open(action: &str) -> bool {
    matches!(
        action,
        "GetSystemDateAndTime" | "GetServices" | "GetCapabilities" | "GetServiceCapabilities" | "GetHostname"
    )
}

/// What stands in the body of the answer.
pub(super) fn answer(service: &str, asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    let device = &asked.alive.device;
    match service {
        "device_service" => device::answer(asked),
        "media_service" => media::answer(asked),
        "media2_service" if device.has_media2 => media2::answer(asked, state),
        "ptz_service" if device.has_ptz => ptz::answer(asked, state),
        "imaging_service" => imaging::answer(asked, state),
        _ => Err(Fault::not_supported()),
    }
}

/// What a device says of itself to everybody.
pub(super) fn scopes(device: &Device) -> Vec<String> {
    let coded = |text: &str| {
        text.bytes().fold(String::new(), |coded, byte| match byte {
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => coded + &char::from(byte).to_string(),
            byte => coded + &format!("%{byte:02X}"),
        })
    };
    let mut scopes = vec![
        "onvif://www.onvif.org/Profile/Streaming".to_owned(),
        "onvif://www.onvif.org/type/video_encoder".to_owned(),
        format!("onvif://www.onvif.org/name/{}", coded(&device.name)),
        format!("onvif://www.onvif.org/hardware/{}", coded(&device.model)),
    ];
    if device.has_media2 {
        scopes.push("onvif://www.onvif.org/Profile/T".to_owned());
    }
    scopes
}

/// What a device is called for ever.
pub(super) fn reference(device: &Device) -> String {
    let seed = device.seed;
    format!("5111a1b2-{:04x}-4000-8000-{:012x}", seed >> 48, seed & 0xffff_ffff_ffff)
}

/// A profile's stream, by its token.
fn stream<'a>(device: &'a Device, token: &str) -> Result<&'a super::Stream, Fault> {
    match token {
        "main" => Ok(&device.main),
        "sub" => Ok(&device.sub),
        _ => Err(Fault::value("no such profile")),
    }
}

/// The address of a profile's stream as the device tells it.
fn stream_uri(asked: &Asked<'_>) -> Result<String, Fault> {
    let device = &asked.alive.device;
    let url = &stream(device, asked.text("ProfileToken"))?.url;
    let Some((place, path)) =
        url.strip_prefix("rtsp://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return Ok(escaped(url));
    };
    let port = place.rsplit_once(':').map_or("554", |(_, port)| port);
    let place = match &device.misbehaviour.wrong_host {
        Some(host) => format!("{host}:{port}"),
        None => place.to_owned(),
    };
    let user = match &device.user {
        Some((user, password)) if device.misbehaviour.password_in_uri => format!("{user}:{password}@"),
        _ => String::new(),
    };
    Ok(escaped(&format!("rtsp://{user}{place}/{path}")))
}
