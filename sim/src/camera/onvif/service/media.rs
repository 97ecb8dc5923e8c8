//! The media service, as older clients ask it: profiles, sources, streams.

use super::{Asked, Fault, stream, stream_uri};
use crate::camera::onvif::Stream;

pub(super) fn answer(asked: &Asked<'_>) -> Result<String, Fault> {
    let device = &asked.alive.device;
    Ok(match asked.action.name.as_str() {
        "GetProfiles" => {
            let profile = |token, stream| profile(asked, "Profiles", token, stream);
            let profiles = profile("main", &device.main) + &profile("sub", &device.sub);
            format!("<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>")
        }
        "GetProfile" => {
            let token = asked.text("ProfileToken");
            let profile = profile(asked, "Profile", token, stream(device, token)?);
            format!("<trt:GetProfileResponse>{profile}</trt:GetProfileResponse>")
        }
        "GetVideoSources" => format!(
            "<trt:GetVideoSourcesResponse><trt:VideoSources token=\"source\"><tt:Framerate>{}</tt:Framerate>{}\
             </trt:VideoSources></trt:GetVideoSourcesResponse>",
            device.main.rate,
            resolution(&device.main),
        ),
        "GetVideoSourceConfigurations" => format!(
            "<trt:GetVideoSourceConfigurationsResponse><trt:Configurations token=\"view\">{}</trt:Configurations>\
             </trt:GetVideoSourceConfigurationsResponse>",
            source(&device.main),
        ),
        "GetStreamUri" => format!(
            "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{}</tt:Uri><tt:InvalidAfterConnect>false\
             </tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>\
             </trt:MediaUri></trt:GetStreamUriResponse>",
            stream_uri(asked)?,
        ),
        _ => return Err(Fault::not_supported()),
    })
}

fn profile(asked: &Asked<'_>, element: &str, token: &str, stream: &Stream) -> String {
    let device = &asked.alive.device;
    format!(
        "<trt:{element} token=\"{token}\" fixed=\"true\"><tt:Name>{token}</tt:Name>\
         <tt:VideoSourceConfiguration token=\"view\">{}</tt:VideoSourceConfiguration>\
         <tt:VideoEncoderConfiguration token=\"coder-{token}\"><tt:Name>{token}</tt:Name><tt:UseCount>1</tt:UseCount>\
         <tt:Encoding>H264</tt:Encoding>{}<tt:Quality>5</tt:Quality><tt:RateControl><tt:FrameRateLimit>{rate}\
         </tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit>\
         </tt:RateControl><tt:H264><tt:GovLength>{rate}</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>\
         <tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>\
         <tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>\
         <tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>{}</trt:{element}>",
        source(&device.main),
        resolution(stream),
        motor(asked, "PTZConfiguration"),
        rate = stream.rate,
    )
}

pub(super) fn resolution(stream: &Stream) -> String {
    format!(
        "<tt:Resolution><tt:Width>{}</tt:Width><tt:Height>{}</tt:Height></tt:Resolution>",
        stream.width, stream.height
    )
}

/// What stands in the configuration of the video source.
pub(super) fn source(main: &Stream) -> String {
    format!(
        "<tt:Name>view</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>source</tt:SourceToken>\
         <tt:Bounds x=\"0\" y=\"0\" width=\"{}\" height=\"{}\"/>",
        main.width, main.height
    )
}

/// The configuration of the motor, if there is one.
pub(super) fn motor(asked: &Asked<'_>, element: &str) -> String {
    if !asked.alive.device.has_ptz {
        return String::new();
    }
    format!(
        "<tt:{element} token=\"motor\"><tt:Name>motor</tt:Name><tt:UseCount>2</tt:UseCount>\
         <tt:NodeToken>node</tt:NodeToken><tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></tt:{element}>"
    )
}
