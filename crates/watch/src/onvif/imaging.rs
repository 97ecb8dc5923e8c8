//! How bright pictures are, and whether the camera sees by night (ONVIF Imaging).
//!
//! Promises: only what is given is changed.

use super::{
    Client, Flaw,
    services::Service,
    xml::{Element, escaped},
};
use crate::event::{Imaging, ImagingOptions, IrCut, Range};
use std::fmt::Write as _;

const SWITCHED: [(&str, bool); 2] = [("ON", true), ("OFF", false)];
const FILTERS: [(&str, IrCut); 3] = [("ON", IrCut::On), ("OFF", IrCut::Off), ("AUTO", IrCut::Auto)];

fn named<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
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
            ir_cut: answer
                .text_at(&["ImagingSettings", "IrCutFilter"])
                .and_then(|text| named(&FILTERS, text)),
            wide_range: answer
                .text_at(&["ImagingSettings", "WideDynamicRange", "Mode"])
                .and_then(|text| named(&SWITCHED, text)),
        })
    }

    /// What a video source can be told.
    pub fn imaging_options(&mut self, source: &str) -> Result<ImagingOptions, Flaw> {
        let answer = self.ask(Service::Imaging, "GetOptions", &source_token(source))?;
        let none = Element::default();
        let options = answer.child("ImagingOptions").unwrap_or(&none);
        let range = |name| {
            let edge = |end| options.value_at::<f32>(&[name, end]).filter(|number| number.is_finite());
            let (least, most) = edge("Min").zip(edge("Max"))?;
            (least < most).then_some(Range { least, most })
        };
        let modes = options.all("IrCutFilterModes").filter_map(Element::text);
        let wide = options.child("WideDynamicRange").unwrap_or(&none);
        let wide: Vec<_> =
            wide.all("Mode").filter_map(Element::text).filter_map(|text| named(&SWITCHED, text)).collect();
        Ok(ImagingOptions {
            brightness: range("Brightness"),
            contrast: range("Contrast"),
            ir_cut: modes.filter_map(|text| named(&FILTERS, text)).take(FILTERS.len()).collect(),
            wide_range: wide.contains(&true) && wide.contains(&false),
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
        if let Some((word, _)) = FILTERS.iter().find(|(_, filter)| Some(*filter) == imaging.ir_cut) {
            let _ = write!(settings, "<tt:IrCutFilter>{word}</tt:IrCutFilter>");
        }
        if let Some((word, _)) = SWITCHED.iter().find(|(_, on)| Some(*on) == imaging.wide_range) {
            let _ = write!(settings, "<tt:WideDynamicRange><tt:Mode>{word}</tt:Mode></tt:WideDynamicRange>");
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
