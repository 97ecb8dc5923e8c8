//! The PTZ service: presets, home and movements.

use super::{Asked, Fault, stream};
use crate::camera::onvif::{
    state::{MOST_PRESETS, Position, State},
    xml::escaped,
};
use std::time::Duration;

/// How long it turns where nothing is said of that.
const USUAL: Duration = Duration::from_secs(5);
/// How much of a name it keeps, in characters.
const NAME: usize = 64;

pub(super) fn answer(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    let name = asked.action.name.as_str();
    if matches!(
        name,
        "GetPresets"
            | "SetPreset"
            | "GotoPreset"
            | "GotoHomePosition"
            | "SetHomePosition"
            | "ContinuousMove"
            | "AbsoluteMove"
            | "Stop"
            | "GetStatus"
    ) {
        stream(&asked.alive.device, asked.text("ProfileToken"))?;
    }
    match name {
        "GetNodes" => return Ok(format!("<tptz:GetNodesResponse>{NODE}</tptz:GetNodesResponse>")),
        "GetConfigurations" => {
            let configuration = "<tptz:PTZConfiguration token=\"motor\"><tt:Name>motor</tt:Name><tt:UseCount>2</tt:UseCount>\
                <tt:NodeToken>node</tt:NodeToken><tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></tptz:PTZConfiguration>";
            return Ok(format!(
                "<tptz:GetConfigurationsResponse>{configuration}</tptz:GetConfigurationsResponse>"
            ));
        }
        "GetPresets" => return Ok(presets(state)),
        "GetStatus" => return Ok(status(asked, state)),
        "SetPreset" => return set_preset(asked, state),
        "GotoPreset" => {
            let found = state.presets.iter().find(|(token, ..)| token == asked.text("PresetToken"));
            let (_, _, at) = found.ok_or_else(|| Fault::value("no such preset"))?;
            state.ptz.look(*at);
        }
        "GotoHomePosition" => state.ptz.look(state.home),
        "SetHomePosition" => state.home = state.ptz.at(asked.elapsed),
        "ContinuousMove" => {
            let speed = vector(asked, "Velocity")?;
            let span = span(asked.text("Timeout")).ok_or_else(|| Fault::value("no such time"))?;
            state.ptz.turn(speed, asked.elapsed, span);
        }
        "AbsoluteMove" => state.ptz.look(vector(asked, "Position")?),
        "Stop" => {
            let at = state.ptz.at(asked.elapsed);
            state.ptz.look(at);
        }
        _ => return Err(Fault::not_supported()),
    }
    Ok(format!("<tptz:{name}Response/>"))
}

const NODE: &str = "<tptz:PTZNode token=\"node\" FixedHomePosition=\"false\"><tt:Name>node</tt:Name>\
    <tt:SupportedPTZSpaces><tt:ContinuousPanTiltVelocitySpace>\
    <tt:URI>http://www.onvif.org/ver10/tptz/PanTiltSpaces/VelocityGenericSpace</tt:URI>\
    <tt:XRange><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:XRange><tt:YRange><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:YRange>\
    </tt:ContinuousPanTiltVelocitySpace></tt:SupportedPTZSpaces>\
    <tt:MaximumNumberOfPresets>32</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode>";

/// A direction or a speed in the request.
fn vector(asked: &Asked<'_>, name: &str) -> Result<Position, Fault> {
    let wrong = || Fault::value("out of range");
    let vector = asked.action.find(name).ok_or_else(wrong)?;
    let number = |element: &str, axis| match vector.find(element) {
        None => Some(0.0),
        Some(found) => found.number(axis).filter(|number| (-1.0..=1.0).contains(number)),
    };
    let pan = number("PanTilt", "x").ok_or_else(wrong)?;
    let tilt = number("PanTilt", "y").ok_or_else(wrong)?;
    Ok(Position { pan, tilt, zoom: number("Zoom", "x").ok_or_else(wrong)? })
}

/// A span as `xs:duration` has it, of seconds and minutes.
fn span(text: &str) -> Option<Duration> {
    if text.is_empty() {
        return Some(USUAL);
    }
    let rest = text.strip_prefix("PT")?;
    let (minutes, rest) = rest.split_once('M').unwrap_or(("0", rest));
    let seconds = if rest.is_empty() { 0.0 } else { rest.strip_suffix('S')?.parse::<f64>().ok()? };
    let seconds = minutes.parse::<f64>().ok()?.mul_add(60.0, seconds);
    (0.0..=3600.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

fn place(element: &str, at: &Position) -> String {
    format!(
        "<tt:{element}><tt:PanTilt x=\"{}\" y=\"{}\" space=\"http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace\"/>\
         <tt:Zoom x=\"{}\" space=\"http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace\"/></tt:{element}>",
        at.pan, at.tilt, at.zoom
    )
}

fn presets(state: &State) -> String {
    let preset = |(token, name, at): &(String, String, Position)| {
        format!(
            "<tptz:Preset token=\"{}\"><tt:Name>{}</tt:Name>{}</tptz:Preset>",
            escaped(token),
            escaped(name),
            place("PTZPosition", at)
        )
    };
    let presets: String = state.presets.iter().map(preset).collect();
    format!("<tptz:GetPresetsResponse>{presets}</tptz:GetPresetsResponse>")
}

fn status(asked: &Asked<'_>, state: &State) -> String {
    let moves = if state.ptz.turns(asked.elapsed) { "MOVING" } else { "IDLE" };
    format!(
        "<tptz:GetStatusResponse><tptz:PTZStatus>{}<tt:MoveStatus><tt:PanTilt>{moves}</tt:PanTilt><tt:Zoom>{moves}</tt:Zoom>\
         </tt:MoveStatus><tt:UtcTime>{}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>",
        place("Position", &state.ptz.at(asked.elapsed)),
        asked.now,
    )
}

fn set_preset(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    let at = state.ptz.at(asked.elapsed);
    let name: String = asked.text("PresetName").chars().take(NAME).collect();
    let known = state.presets.iter_mut().find(|(token, ..)| token == asked.text("PresetToken"));
    let token = if let Some((token, there, place)) = known {
        (*there, *place) = (name, at);
        token.clone()
    } else if state.presets.len() < MOST_PRESETS {
        state.count += 1;
        let token = format!("preset-{}", state.count);
        state.presets.push((token.clone(), name, at));
        token
    } else {
        return Err(Fault::value("the maximum number of presets is reached"));
    };
    Ok(format!(
        "<tptz:SetPresetResponse><tptz:PresetToken>{}</tptz:PresetToken></tptz:SetPresetResponse>",
        escaped(&token)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_xml_schema_has_them() {
        assert_eq!(span("PT1M2.5S"), Some(Duration::from_millis(62_500)));
        assert_eq!((span(""), span("PT0S")), (Some(USUAL), Some(Duration::ZERO)));
        for wrong in ["5", "P1D", "PT-1S", "PTnanS", "PT1e9S", "PT5"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
