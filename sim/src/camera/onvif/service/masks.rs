//! Privacy masks of the media service of version 2.
//!
//! Promises: a device keeps no more masks than it says, of 16 corners each.

use super::{Asked, Fault};
use crate::camera::onvif::{
    Masking,
    state::{Mask, State, lock},
    xml::escaped,
};

/// How many masks any device keeps.
const MOST: u8 = 32;
const MOST_CORNERS: usize = 16;
/// How many masks one that ignores them says it has.
const SAID: u8 = 8;

pub(super) fn answer(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    let most = match asked.alive.device.masking {
        Masking::Cannot => return Err(Fault::not_supported()),
        Masking::Can { most } => most.min(MOST),
        Masking::Ignores | Masking::Shrinks => SAID,
    };
    let name = asked.action.name.as_str();
    if matches!(name, "GetMaskOptions" | "GetMasks")
        && !matches!(asked.text("ConfigurationToken"), "" | "view")
    {
        return Err(Fault::value("no such configuration"));
    }
    match name {
        "GetMaskOptions" => Ok(format!(
            "<tr2:GetMaskOptionsResponse><tr2:Options RectangleOnly=\"false\" SingleColorOnly=\"true\">\
             <tr2:MaxMasks>{most}</tr2:MaxMasks><tr2:MaxPoints>{MOST_CORNERS}</tr2:MaxPoints><tr2:Types>Color</tr2:Types>\
             <tr2:Color><tt:ColorList X=\"0\" Y=\"0\" Z=\"0\" Colorspace=\"http://www.onvif.org/ver10/colorspace/RGB\"/>\
             </tr2:Color></tr2:Options></tr2:GetMaskOptionsResponse>"
        )),
        "GetMasks" => {
            let masks: String = lock(&asked.alive.masks).iter().map(told).collect();
            Ok(format!("<tr2:GetMasksResponse>{masks}</tr2:GetMasksResponse>"))
        }
        "CreateMask" => create(asked, state, most),
        "SetMask" => set(asked),
        "DeleteMask" => {
            let mut masks = lock(&asked.alive.masks);
            let at = masks.iter().position(|mask| mask.token == asked.text("Token"));
            masks.remove(at.ok_or_else(|| Fault::value("no such mask"))?);
            Ok("<tr2:DeleteMaskResponse/>".to_owned())
        }
        _ => Err(Fault::not_supported()),
    }
}

fn told(mask: &Mask) -> String {
    let corner = |(x, y): &(f64, f64)| format!("<tt:Point x=\"{x}\" y=\"{y}\"/>");
    let corners: String = mask.corners.iter().map(corner).collect();
    format!(
        "<tr2:Masks token=\"{}\"><tr2:ConfigurationToken>view</tr2:ConfigurationToken><tr2:Polygon>{corners}</tr2:Polygon>\
         <tr2:Type>Color</tr2:Type><tr2:Color X=\"0\" Y=\"0\" Z=\"0\"/><tr2:Enabled>{}</tr2:Enabled></tr2:Masks>",
        escaped(&mask.token),
        mask.enabled,
    )
}

fn create(asked: &Asked<'_>, state: &mut State, most: u8) -> Result<String, Fault> {
    state.count += 1;
    let token = format!("mask-{}", state.count);
    let mask = Mask { token: token.clone(), ..drawn(asked)? };
    let mut masks = lock(&asked.alive.masks);
    if masks.len() >= usize::from(most) {
        return Err(Fault::value("the maximum number of masks is reached"));
    }
    if asked.alive.device.masking != Masking::Ignores {
        masks.push(mask);
    }
    Ok(format!("<tr2:CreateMaskResponse><tr2:Token>{token}</tr2:Token></tr2:CreateMaskResponse>"))
}

fn set(asked: &Asked<'_>) -> Result<String, Fault> {
    let token = asked.action.find("Mask").and_then(|mask| mask.attribute("token"));
    let mut masks = lock(&asked.alive.masks);
    let there = masks.iter_mut().find(|mask| Some(mask.token.as_str()) == token);
    let there = there.ok_or_else(|| Fault::value("no such mask"))?;
    if asked.alive.device.masking != Masking::Ignores {
        *there = Mask { token: there.token.clone(), ..drawn(asked)? };
    }
    Ok("<tr2:SetMaskResponse/>".to_owned())
}

/// The mask that a request draws, as this device keeps it.
fn drawn(asked: &Asked<'_>) -> Result<Mask, Fault> {
    let mask = asked.action.find("Mask").filter(|mask| mask.text("ConfigurationToken") == Some("view"));
    let mask = mask.ok_or_else(|| Fault::value("no such configuration"))?;
    if mask.text("Type") != Some("Color") {
        return Err(Fault::value("no such type of mask"));
    }
    let polygon = mask.find("Polygon").map(|polygon| polygon.children.as_slice()).unwrap_or_default();
    let within = |number: &f64| (-1.0..=1.0).contains(number);
    let shrink = |y: f64| if asked.alive.device.masking == Masking::Shrinks { y / 2.0 } else { y };
    let corner = |point: &super::Element| {
        Some((point.number("x").filter(within)?, shrink(point.number("y").filter(within)?)))
    };
    let corners: Option<Vec<(f64, f64)>> = polygon.iter().map(corner).collect();
    let corners = corners.filter(|corners| (3..=MOST_CORNERS).contains(&corners.len()));
    let corners = corners.ok_or_else(|| Fault::value("no polygon that can be drawn"))?;
    Ok(Mask { token: String::new(), corners, enabled: matches!(mask.text("Enabled"), Some("true" | "1")) })
}
