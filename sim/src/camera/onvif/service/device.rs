//! The device service: time, services, who made it.

use super::{Asked, Fault, reference, scopes};
use crate::camera::onvif::xml::escaped;

pub(super) fn answer(asked: &Asked<'_>) -> Result<String, Fault> {
    let device = &asked.alive.device;
    Ok(match asked.action.name.as_str() {
        "GetSystemDateAndTime" => time(asked),
        "GetServices" => services(asked),
        "GetCapabilities" => capabilities(asked),
        "GetServiceCapabilities" => "<tds:GetServiceCapabilitiesResponse><tds:Capabilities><tds:Network/>\
             <tds:Security UsernameToken=\"true\" HttpDigest=\"true\"/><tds:System/></tds:Capabilities>\
             </tds:GetServiceCapabilitiesResponse>"
            .to_owned(),
        "GetHostname" => "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>\
             <tt:Name>sim</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>"
            .to_owned(),
        "GetDeviceInformation" => format!(
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>liengia</tds:Manufacturer><tds:Model>{}</tds:Model>\
             <tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>{}</tds:SerialNumber>\
             <tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>",
            escaped(&device.model),
            reference(device),
        ),
        "GetScopes" => {
            let scope = |scope| {
                format!(
                    "<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{scope}</tt:ScopeItem></tds:Scopes>"
                )
            };
            let scopes: String = scopes(device).into_iter().map(scope).collect();
            format!("<tds:GetScopesResponse>{scopes}</tds:GetScopesResponse>")
        }
        _ => return Err(Fault::not_supported()),
    })
}

fn time(asked: &Asked<'_>) -> String {
    let utc = asked.now.at_offset(0);
    format!(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>\
         <tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC-7</tt:TZ></tt:TimeZone><tt:UTCDateTime>\
         <tt:Time><tt:Hour>{}</tt:Hour><tt:Minute>{}</tt:Minute><tt:Second>{}</tt:Second></tt:Time>\
         <tt:Date><tt:Year>{}</tt:Year><tt:Month>{}</tt:Month><tt:Day>{}</tt:Day></tt:Date></tt:UTCDateTime>\
         </tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.year(),
        utc.month(),
        utc.day(),
    )
}

fn services(asked: &Asked<'_>) -> String {
    let device = &asked.alive.device;
    let all = [
        ("http://www.onvif.org/ver10/device/wsdl", "device_service", true),
        ("http://www.onvif.org/ver10/media/wsdl", "media_service", true),
        ("http://www.onvif.org/ver20/media/wsdl", "media2_service", device.has_media2),
        ("http://www.onvif.org/ver20/ptz/wsdl", "ptz_service", device.has_ptz),
        ("http://www.onvif.org/ver20/imaging/wsdl", "imaging_service", true),
    ];
    let service = |(namespace, name, _): &(&str, &str, bool)| {
        format!(
            "<tds:Service><tds:Namespace>{namespace}</tds:Namespace><tds:XAddr>{}</tds:XAddr><tds:Version>\
             <tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>",
            asked.place(name),
        )
    };
    let services: String = all.iter().filter(|(_, _, has)| *has).map(service).collect();
    format!("<tds:GetServicesResponse>{services}</tds:GetServicesResponse>")
}

fn capabilities(asked: &Asked<'_>) -> String {
    let place =
        |name: &str, service| format!("<tt:{name}><tt:XAddr>{}</tt:XAddr></tt:{name}>", asked.place(service));
    let device = format!("<tt:Device><tt:XAddr>{}</tt:XAddr></tt:Device>", asked.place("device_service"));
    let media = format!(
        "<tt:Media><tt:XAddr>{}</tt:XAddr><tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast>\
         <tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>",
        asked.place("media_service"),
    );
    let ptz = if asked.alive.device.has_ptz { place("PTZ", "ptz_service") } else { String::new() };
    format!(
        "<tds:GetCapabilitiesResponse><tds:Capabilities>{device}{}{media}{ptz}</tds:Capabilities>\
         </tds:GetCapabilitiesResponse>",
        place("Imaging", "imaging_service"),
    )
}
