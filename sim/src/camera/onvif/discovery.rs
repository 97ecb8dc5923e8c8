//! Answers to whoever asks for cameras in the network (WS-Discovery 1.1; ONVIF Core, 7.3).
//!
//! Promises: only a question for cameras is answered, with one datagram a device.

use super::{
    Alive, Running, service,
    xml::{self, escaped},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket},
    sync::atomic::Ordering,
    time::Duration,
};

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
const PORT: u16 = 3702;
const LOOK: Duration = Duration::from_millis(50);

/// A socket that hears what is asked in the network of this interface, besides others that do.
pub(super) fn join(interface: Ipv4Addr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, PORT).into())?;
    socket.join_multicast_v4(&GROUP, &interface)?;
    socket.set_read_timeout(Some(LOOK))?;
    Ok(socket.into())
}

/// Answers until all is over. `place` is where the devices listen.
pub(super) fn run(socket: &UdpSocket, place: SocketAddr, running: &Running) {
    let mut room = [0; 8192];
    while !running.stop.load(Ordering::Relaxed) {
        let Ok((many, sender)) = socket.recv_from(&mut room) else { continue };
        let Some(id) = asks(room.get(..many).unwrap_or_default()) else { continue };
        for alive in &running.devices {
            // Who asked and is gone asks again.
            let _ = socket.send_to(matches(alive, place, &id).as_bytes(), sender);
        }
    }
}

/// The name of a question for cameras.
fn asks(bytes: &[u8]) -> Option<String> {
    let envelope = xml::read(bytes)?;
    let probe = envelope.find("Body")?.children.first().filter(|first| first.name == "Probe")?;
    let kinds = probe.text("Types").unwrap_or_default();
    let ours = |kind: &str| kind.ends_with("NetworkVideoTransmitter") || kind.ends_with(":Device");
    let wanted = kinds.is_empty() || kinds.split_whitespace().any(ours);
    envelope.text("MessageID").filter(|_| wanted).map(str::to_owned)
}

/// A device's answer.
fn matches(alive: &Alive, place: SocketAddr, id: &str) -> String {
    let host = alive.device.misbehaviour.wrong_host.clone().unwrap_or_else(|| place.ip().to_string());
    let number = alive.number;
    let scopes = service::scopes(&alive.device).join(" ");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope \
         xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" \
         xmlns:wsdd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" \
         xmlns:tdn=\"http://www.onvif.org/ver10/network/wsdl\"><SOAP-ENV:Header>\
         <wsa:MessageID>urn:uuid:{reference}</wsa:MessageID><wsa:RelatesTo>{}</wsa:RelatesTo>\
         <wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>\
         <wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></SOAP-ENV:Header>\
         <SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch><wsa:EndpointReference>\
         <wsa:Address>urn:uuid:{reference}</wsa:Address></wsa:EndpointReference>\
         <wsdd:Types>tdn:NetworkVideoTransmitter</wsdd:Types><wsdd:Scopes>{scopes}</wsdd:Scopes>\
         <wsdd:XAddrs>http://{host}:{}/onvif/cam{number}/device_service</wsdd:XAddrs>\
         <wsdd:MetadataVersion>1</wsdd:MetadataVersion></wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body>\
         </SOAP-ENV:Envelope>",
        escaped(id),
        place.port(),
        reference = service::reference(&alive.device),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(kinds: &str) -> Option<String> {
        let text = format!(
            "<e:Envelope xmlns:e='e'><e:Header><a:MessageID>uuid:1</a:MessageID></e:Header><e:Body><d:Probe>\
             <d:Types>{kinds}</d:Types></d:Probe></e:Body></e:Envelope>"
        );
        asks(text.as_bytes())
    }

    #[test]
    fn only_a_question_for_cameras_is_answered() {
        for kinds in ["dn:NetworkVideoTransmitter", "tds:Device", "", "wsdp:X dn:NetworkVideoTransmitter"] {
            assert_eq!(probe(kinds).as_deref(), Some("uuid:1"), "{kinds}");
        }
        assert_eq!(probe("wprt:PrintDeviceType"), None);
        assert_eq!(asks(b"\xff\xfe"), None);
        assert_eq!(asks(b"<Envelope><Body><ProbeMatches/></Body></Envelope>"), None);
    }
}
