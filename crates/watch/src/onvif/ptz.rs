//! Cameras that can be turned (ONVIF PTZ: presets, home, `ContinuousMove`, `Stop`).
//!
//! Promises: a movement always ends by itself, after 60 seconds at the most, even if nobody stops it.

use super::{Client, Flaw, flaw::printable, profile::token_of, services::Service, xml::escaped};
use std::time::Duration;

/// How many presets are read.
const MOST: usize = 256;
/// How much of a name is kept, in characters.
const NAME: usize = 64;
/// How long a movement goes on, in seconds.
const LONGEST: f32 = 60.0;

/// A direction of view that the camera keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What the camera calls it in requests.
    pub token: String,
    /// What people call it: printable, at most 64 characters.
    pub name: String,
}

/// How fast it turns; each from -1 to 1, of what the camera can.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speed {
    /// To the right.
    pub pan: f32,
    /// Upwards.
    pub tilt: f32,
    /// Closer.
    pub zoom: f32,
}

impl Client<'_> {
    /// The directions of view that it keeps, in its own order.
    pub fn presets(&mut self, profile: &str) -> Result<Vec<Preset>, Flaw> {
        let answer = self.ask(Service::Ptz, "GetPresets", &profile_token(profile))?;
        let presets = answer.all("Preset").take(MOST).filter_map(|preset| {
            let name = printable(preset.text_at(&["Name"]).unwrap_or_default(), NAME);
            Some(Preset { token: token_of(preset)?, name })
        });
        Ok(presets.collect())
    }

    /// Turns it to a direction of view that it keeps.
    pub fn goto_preset(&mut self, profile: &str, preset: &str) -> Result<(), Flaw> {
        let inner = format!("{}<PresetToken>{}</PresetToken>", profile_token(profile), escaped(preset));
        self.ask(Service::Ptz, "GotoPreset", &inner).map(drop)
    }

    /// Whether it has a direction of view to which it can be sent home.
    pub fn has_home(&mut self) -> Result<bool, Flaw> {
        let answer = self.ask(Service::Ptz, "GetNodes", "")?;
        Ok(answer.all("PTZNode").any(|node| matches!(node.text_at(&["HomeSupported"]), Some("true" | "1"))))
    }

    /// Turns it home.
    pub fn goto_home(&mut self, profile: &str) -> Result<(), Flaw> {
        self.ask(Service::Ptz, "GotoHomePosition", &profile_token(profile)).map(drop)
    }

    /// Turns it for so long, unless it is told something else before.
    pub fn turn(&mut self, profile: &str, speed: Speed, span: Duration) -> Result<(), Flaw> {
        let [pan, tilt, zoom] = [speed.pan, speed.tilt, speed.zoom].map(within);
        let seconds = span.as_secs_f32().clamp(0.1, LONGEST);
        let inner = format!(
            "{}<Velocity><tt:PanTilt x=\"{pan:.2}\" y=\"{tilt:.2}\"/><tt:Zoom x=\"{zoom:.2}\"/></Velocity>\
             <Timeout>PT{seconds:.1}S</Timeout>",
            profile_token(profile),
        );
        self.ask(Service::Ptz, "ContinuousMove", &inner).map(drop)
    }

    /// Stops every movement.
    pub fn stop(&mut self, profile: &str) -> Result<(), Flaw> {
        let inner = format!("{}<PanTilt>true</PanTilt><Zoom>true</Zoom>", profile_token(profile));
        self.ask(Service::Ptz, "Stop", &inner).map(drop)
    }
}

fn profile_token(profile: &str) -> String {
    format!("<ProfileToken>{}</ProfileToken>", escaped(profile))
}

/// A speed that a camera knows; what is no number is none.
const fn within(speed: f32) -> f32 {
    if speed.is_nan() { 0.0 } else { speed.clamp(-1.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_one_that_cameras_know() {
        let speeds = [f32::NAN, -7.0, f32::INFINITY, 0.5].map(|speed| within(speed).to_string());
        assert_eq!(speeds, ["0", "-1", "1", "0.5"]);
    }
}
