//! The imaging service: how bright pictures are, the filter against infrared light, and wide dynamic range.

use super::{Asked, Fault};
use crate::camera::onvif::state::State;

const OPTIONS: &str = "<timg:ImagingOptions><tt:Brightness><tt:Min>0</tt:Min><tt:Max>100</tt:Max></tt:Brightness>\
    <tt:Contrast><tt:Min>0</tt:Min><tt:Max>100</tt:Max></tt:Contrast><tt:IrCutFilterModes>ON</tt:IrCutFilterModes>\
    <tt:IrCutFilterModes>OFF</tt:IrCutFilterModes><tt:IrCutFilterModes>AUTO</tt:IrCutFilterModes><tt:WideDynamicRange>\
    <tt:Mode>ON</tt:Mode><tt:Mode>OFF</tt:Mode></tt:WideDynamicRange></timg:ImagingOptions>";

pub(super) fn answer(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    if asked.text("VideoSourceToken") != "source" {
        return Err(Fault::value("no such video source"));
    }
    let imaging = &mut state.imaging;
    match asked.action.name.as_str() {
        "GetImagingSettings" => Ok(format!(
            "<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:Brightness>{}</tt:Brightness>\
             <tt:Contrast>{}</tt:Contrast><tt:IrCutFilter>{}</tt:IrCutFilter><tt:WideDynamicRange><tt:Mode>{}</tt:Mode>\
             </tt:WideDynamicRange></timg:ImagingSettings></timg:GetImagingSettingsResponse>",
            imaging.brightness, imaging.contrast, imaging.ir_cut, imaging.wide_range,
        )),
        "GetOptions" => Ok(format!("<timg:GetOptionsResponse>{OPTIONS}</timg:GetOptionsResponse>")),
        "SetImagingSettings" => {
            let number = |name, before| match asked.action.text(name) {
                None => Ok(before),
                Some(text) => {
                    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
                    number.ok_or_else(|| Fault::value("out of range"))
                }
            };
            let brightness = number("Brightness", imaging.brightness)?;
            let contrast = number("Contrast", imaging.contrast)?;
            imaging.ir_cut = match asked.action.text("IrCutFilter") {
                None => imaging.ir_cut,
                Some("ON") => "ON",
                Some("OFF") => "OFF",
                Some("AUTO") => "AUTO",
                Some(_) => return Err(Fault::value("no such filter")),
            };
            imaging.wide_range =
                match asked.action.find("WideDynamicRange").and_then(|wide| wide.text("Mode")) {
                    None => imaging.wide_range,
                    Some("ON") => "ON",
                    Some("OFF") => "OFF",
                    Some(_) => return Err(Fault::value("no such mode")),
                };
            (imaging.brightness, imaging.contrast) = (brightness, contrast);
            Ok("<timg:SetImagingSettingsResponse/>".to_owned())
        }
        _ => Err(Fault::not_supported()),
    }
}
