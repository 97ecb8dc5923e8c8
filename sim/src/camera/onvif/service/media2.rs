//! The media service of version 2: profiles, streams, and privacy masks (see [`masks`]).

use super::{
    Asked, Fault, masks,
    media::{motor, resolution, source},
    stream, stream_uri,
};
use crate::camera::onvif::{Stream, state::State, xml::Element};

pub(super) fn answer(asked: &Asked<'_>, state: &mut State) -> Result<String, Fault> {
    let device = &asked.alive.device;
    Ok(match asked.action.name.as_str() {
        "GetProfiles" => {
            let profiles = match asked.text("Token") {
                "" => profile(asked, "main", &device.main) + &profile(asked, "sub", &device.sub),
                token => profile(asked, token, stream(device, token)?),
            };
            format!("<tr2:GetProfilesResponse>{profiles}</tr2:GetProfilesResponse>")
        }
        "GetStreamUri" => {
            format!(
                "<tr2:GetStreamUriResponse><tr2:Uri>{}</tr2:Uri></tr2:GetStreamUriResponse>",
                stream_uri(asked)?
            )
        }
        "GetVideoSourceConfigurations" => format!(
            "<tr2:GetVideoSourceConfigurationsResponse><tr2:Configurations token=\"view\">{}</tr2:Configurations>\
             </tr2:GetVideoSourceConfigurationsResponse>",
            source(&device.main),
        ),
        _ => return masks::answer(asked, state),
    })
}

fn profile(asked: &Asked<'_>, token: &str, stream: &Stream) -> String {
    let kinds = asked.action.children.iter().filter(|child| child.name == "Type");
    let kinds: Vec<&str> = kinds.map(Element::own_text).collect();
    let has = |kind: &str| kinds.contains(&"All") || kinds.contains(&kind);
    let mut parts = Vec::new();
    if has("VideoSource") {
        let source = source(&asked.alive.device.main);
        parts.push(format!("<tr2:VideoSource token=\"view\">{source}</tr2:VideoSource>"));
    }
    if has("VideoEncoder") {
        parts.push(format!(
            "<tr2:VideoEncoder token=\"coder-{token}\" GovLength=\"{rate}\" Profile=\"Baseline\"><tt:Name>{token}</tt:Name>\
             <tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>{}<tt:RateControl ConstantBitRate=\"false\">\
             <tt:FrameRateLimit>{rate}</tt:FrameRateLimit><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>\
             <tt:Quality>5</tt:Quality></tr2:VideoEncoder>",
            resolution(stream),
            rate = stream.rate,
        ));
    }
    if has("PTZ") {
        parts.push(motor(asked, "PTZ").replace("tt:PTZ", "tr2:PTZ"));
    }
    let parts = parts.concat();
    format!(
        "<tr2:Profiles token=\"{token}\" fixed=\"true\"><tr2:Name>{token}</tr2:Name>\
         <tr2:Configurations>{parts}</tr2:Configurations></tr2:Profiles>"
    )
}
