//! How bright pictures are, and whether the camera sees by night (ONVIF Imaging).
//!
//! Promises: only what is given is changed.

use super::{Client, Flaw, services::Service, xml::escaped};
use std::fmt::Write as _;

/// The filter that keeps infrared light out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrCut {
    /// In: true colours, by day.
    On,
    /// Out: sees by infrared light.
    Off,
    /// As the camera finds it right.
    Auto,
}

/// Settings of a video source, each if told or to be changed; the numbers are the camera's own, mostly 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Imaging {
    /// How bright.
    pub brightness: Option<f32>,
    /// How far light and dark lie apart.
    pub contrast: Option<f32>,
    /// The filter that keeps infrared light out.
    pub ir_cut: Option<IrCut>,
}

impl Client<'_> {
    /// The settings of a video source (`Profile::source`).
    pub fn imaging(&mut self, source: &str) -> Result<Imaging, Flaw> {
        let answer = self.ask(Service::Imaging, "GetImagingSettings", &source_token(source))?;
        let number =
            |name| answer.value_at::<f32>(&["ImagingSettings", name]).filter(|number| number.is_finite());
        Ok(Imaging {
            brightness: number("Brightness"),
            contrast: number("Contrast"),
            ir_cut: match answer.text_at(&["ImagingSettings", "IrCutFilter"]) {
                Some("ON") => Some(IrCut::On),
                Some("OFF") => Some(IrCut::Off),
                Some("AUTO") => Some(IrCut::Auto),
                _ => None,
            },
        })
    }

    /// Changes the settings that are given, for good.
    pub fn set_imaging(&mut self, source: &str, imaging: Imaging) -> Result<(), Flaw> {
        let mut settings = String::new();
        // The order is that of the schema. Writing to a string never fails.
        for (name, number) in [("Brightness", imaging.brightness), ("Contrast", imaging.contrast)] {
            if let Some(number) = number.filter(|number| number.is_finite()) {
                let _ = write!(settings, "<tt:{name}>{number}</tt:{name}>");
            }
        }
        if let Some(filter) = imaging.ir_cut {
            let word = match filter {
                IrCut::On => "ON",
                IrCut::Off => "OFF",
                IrCut::Auto => "AUTO",
            };
            let _ = write!(settings, "<tt:IrCutFilter>{word}</tt:IrCutFilter>");
        }
        let inner = format!(
            "{}<ImagingSettings>{settings}</ImagingSettings><ForcePersistence>true</ForcePersistence>",
            source_token(source),
        );
        self.ask(Service::Imaging, "SetImagingSettings", &inner).map(drop)
    }
}

fn source_token(source: &str) -> String {
    format!("<VideoSourceToken>{}</VideoSourceToken>", escaped(source))
}
