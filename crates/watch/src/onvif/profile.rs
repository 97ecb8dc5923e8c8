//! What a camera can send, and where (ONVIF Media2 and Media: `GetProfiles`, `GetStreamUri`).
//!
//! Promises: at most 64 profiles, with names that can be shown. The address of a stream is on the machine that was asked and
//! holds no user name and no password before its host; some makers put them into the path, so it is never logged.

use super::{
    Client, Flaw,
    flaw::printable,
    services::Service,
    xml::{Element, escaped},
};
use crate::rtsp::Target;
use std::cmp::Reverse;

/// How many profiles are read.
const MOST: usize = 64;
/// How much of a name is kept, in characters.
const NAME: usize = 64;
/// The longest token taken, in bytes: twice what the standard allows.
const TOKEN: usize = 128;
/// The largest pictures of a small stream, in pixels.
const SMALL: (u32, u32) = (720, 576);

/// How pictures are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// H.264.
    H264,
    /// H.265.
    H265,
    /// Another way, or none is told.
    Other,
}

/// One of the ways in which a camera sends its pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// What the camera calls it in requests.
    pub token: String,
    /// What the camera calls it for people: printable, at most 64 characters.
    pub name: String,
    /// How its pictures are coded.
    pub codec: Codec,
    /// Picture width in pixels; 0 if it is not told.
    pub width: u32,
    /// Picture height in pixels; 0 if it is not told.
    pub height: u32,
    /// Pictures a second at the most, if told.
    pub pictures_per_s: Option<f32>,
    /// Thousands of bits a second at the most, if told.
    pub kilobits_per_s: Option<u32>,
    /// Pictures from one key picture to the next, if told.
    pub key_interval: Option<u32>,
    /// Whether the camera can be turned in this profile.
    pub has_ptz: bool,
    /// The configuration of its video source, for masks.
    pub configuration: Option<String>,
    /// Its video source, for the pictures' settings.
    pub source: Option<String>,
}

impl Profile {
    const fn pixels(&self) -> u64 {
        self.width as u64 * self.height as u64
    }
}

/// The profiles to record and to look at from afar: the largest H.264 (else the largest H.265), and the largest other H.264
/// of at most 720x576. Of equals the first.
pub fn pick(profiles: &[Profile]) -> (Option<&Profile>, Option<&Profile>) {
    let of = |codec| profiles.iter().filter(move |profile| profile.codec == codec);
    // The smallest of what is turned over, for of equals that is the first.
    let main = of(Codec::H264).min_by_key(|profile| Reverse(profile.pixels()));
    let main = main.or_else(|| of(Codec::H265).min_by_key(|profile| Reverse(profile.pixels())));
    let small = of(Codec::H264).filter(|profile| {
        (1..=SMALL.0).contains(&profile.width)
            && (1..=SMALL.1).contains(&profile.height)
            && main.is_none_or(|main| main.token != profile.token)
    });
    (main, small.min_by_key(|profile| Reverse(profile.pixels())))
}

impl Client<'_> {
    /// What it can send, in its own order: by Media2 where it has that and it works, else by Media.
    pub fn profiles(&mut self) -> Result<Vec<Profile>, Flaw> {
        let can_turn = self.services.ptz.is_some();
        if self.services.media2.is_some() {
            let found = self.ask(Service::Media2, "GetProfiles", "<Type>All</Type>").map(|answer| {
                let profiles = answer.all("Profiles").take(MOST);
                profiles.filter_map(|profile| modern(profile, can_turn)).collect::<Vec<_>>()
            });
            match found {
                Ok(profiles) if !profiles.is_empty() => return Ok(profiles),
                // Some cameras have a Media2 that does not work.
                other if self.services.media.is_none() => return other,
                Ok(_) | Err(Flaw::NotSupported | Flaw::NotOnvif | Flaw::Refused { .. }) => {}
                Err(flaw) => return Err(flaw),
            }
        }
        let answer = self.ask(Service::Media, "GetProfiles", "")?;
        Ok(answer.all("Profiles").take(MOST).filter_map(|profile| older(profile, can_turn)).collect())
    }

    /// The address of a profile's stream by RTSP over TCP, without user name and password before its host. Its path may hold
    /// them with some makers: it is not to be logged.
    pub fn stream_uri(&mut self, profile: &str) -> Result<String, Flaw> {
        let token = escaped(profile);
        if self.services.media2.is_some() {
            let inner = format!("<Protocol>RTSP</Protocol><ProfileToken>{token}</ProfileToken>");
            match self.ask(Service::Media2, "GetStreamUri", &inner) {
                Ok(answer) => return self.stream(answer.text_at(&["Uri"])),
                Err(Flaw::NotSupported | Flaw::NotOnvif | Flaw::Refused { .. })
                    if self.services.media.is_some() => {}
                Err(flaw) => return Err(flaw),
            }
        }
        let inner = format!(
            "<StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>\
             </StreamSetup><ProfileToken>{token}</ProfileToken>"
        );
        let answer = self.ask(Service::Media, "GetStreamUri", &inner)?;
        self.stream(answer.text_at(&["MediaUri", "Uri"]))
    }

    /// A stream's address as the camera told it, on the machine that was asked.
    fn stream(&self, told: Option<&str>) -> Result<String, Flaw> {
        let target = told.and_then(|told| Target::parse(told).ok());
        let target =
            target.ok_or_else(|| Flaw::refused("it tells no address of the stream that can be used"))?;
        let (scheme, usual) = if target.secure { ("rtsps", 322) } else { ("rtsp", 554) };
        let host = &self.device.host;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let port = if target.port == usual { String::new() } else { format!(":{}", target.port) };
        Ok(format!("{scheme}://{host}{port}{}", target.path))
    }
}

/// A token as the camera tells it, if it is one.
pub(super) fn token_of(element: &Element) -> Option<String> {
    let token = element.attribute("token")?;
    ((1..=TOKEN).contains(&token.len()) && !token.chars().any(char::is_control)).then(|| token.to_owned())
}

/// A profile of Media2.
fn modern(profile: &Element, can_turn: bool) -> Option<Profile> {
    let none = Element::default();
    let configurations = profile.child("Configurations").unwrap_or(&none);
    let coder = configurations.child("VideoEncoder").unwrap_or(&none);
    let interval = coder.attribute("GovLength").and_then(|length| length.parse().ok());
    let parts = Parts { coder, interval, source: configurations.child("VideoSource") };
    parts.profile(profile, can_turn && configurations.child("PTZ").is_some())
}

/// A profile of Media.
fn older(profile: &Element, can_turn: bool) -> Option<Profile> {
    let none = Element::default();
    let coder = profile.child("VideoEncoderConfiguration").unwrap_or(&none);
    let parts = Parts {
        coder,
        interval: coder.value_at(&["H264", "GovLength"]),
        source: profile.child("VideoSourceConfiguration"),
    };
    parts.profile(profile, can_turn && profile.child("PTZConfiguration").is_some())
}

/// What a profile is made of, in whatever words.
struct Parts<'a> {
    coder: &'a Element,
    interval: Option<u32>,
    source: Option<&'a Element>,
}

impl Parts<'_> {
    fn profile(&self, profile: &Element, has_ptz: bool) -> Option<Profile> {
        let coder = self.coder;
        let rate = |name| coder.value_at::<f32>(&["RateControl", name]).filter(|rate| *rate > 0.0);
        let codec = coder.text_at(&["Encoding"]).unwrap_or_default().to_ascii_uppercase();
        Some(Profile {
            token: token_of(profile)?,
            name: printable(profile.text_at(&["Name"]).unwrap_or_default(), NAME),
            codec: match codec.as_str() {
                "H264" | "VIDEO/H264" => Codec::H264,
                "H265" | "HEVC" | "VIDEO/H265" => Codec::H265,
                _ => Codec::Other,
            },
            width: coder.value_at(&["Resolution", "Width"]).unwrap_or(0),
            height: coder.value_at(&["Resolution", "Height"]).unwrap_or(0),
            pictures_per_s: rate("FrameRateLimit").filter(|rate| rate.is_finite()),
            kilobits_per_s: coder.value_at(&["RateControl", "BitrateLimit"]).filter(|rate| *rate > 0),
            key_interval: self.interval.filter(|interval| *interval > 0),
            has_ptz,
            configuration: self.source.and_then(token_of),
            source: self.source.and_then(|source| source.text_at(&["SourceToken"])).map(|source| {
                let whole = source.char_indices().take_while(|(at, _)| *at < TOKEN);
                whole.map(|(_, character)| character).collect()
            }),
        })
    }
}

#[cfg(test)]
#[path = "tests/profiles.rs"]
mod tests;
