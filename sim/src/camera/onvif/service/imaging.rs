//! The imaging service: how bright pictures are, and the filter against infrared light.

use super::{Asked, Fault};
use crate::camera::onvif::state::State;

pub(super) fn answer(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    if asked.text("VideoSourceToken") != "source" {
        return Err(Fault::value("no such video source"));
    }
    let imaging = &mut state.imaging;
    match asked.action.name.as_str() {
        "GetImagingSettings" => Ok(format!(
            "<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:Brightness>{}</tt:Brightness>\
             <tt:Contrast>{}</tt:Contrast><tt:IrCutFilter>{}</tt:IrCutFilter></timg:ImagingSettings>\
             </timg:GetImagingSettingsResponse>",
            imaging.brightness, imaging.contrast, imaging.ir_cut,
        )),
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
            (imaging.brightness, imaging.contrast) = (brightness, contrast);
            Ok("<timg:SetImagingSettingsResponse/>".to_owned())
        }
        _ => Err(Fault::not_supported()),
    }
}
