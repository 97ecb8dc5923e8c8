//! Who is there: the question to all cameras of a network, and what one answers (WS-Discovery 1.1; ONVIF Core, 7.3).
//!
//! Promises: bytes in, a camera out. An address is kept only if it is that of the machine which answered, so that nobody in
//! the network can send us to another. Names can be shown: no control characters, at most 64 characters. It never opens a
//! socket.

use super::{
    Address,
    flaw::printable,
    xml::{self, Element},
};
use std::net::IpAddr;

/// The longest answer that is read, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;
/// How many addresses of a camera are kept.
const MOST_ADDRESSES: usize = 4;
/// How much of a name is kept, in characters.
const NAME: usize = 64;
/// The longest reference that is taken, in bytes.
const REFERENCE: usize = 256;

/// A camera that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The machine that answered.
    pub host: IpAddr,
    /// What it calls itself, for ever and wherever it is, most often `urn:uuid:..`.
    pub reference: String,
    /// Where its device service is; at least one.
    pub addresses: Vec<Address>,
    /// What its owner or maker calls it.
    pub name: Option<String>,
    /// What it is, most often the model.
    pub hardware: Option<String>,
}

/// The question, with a name of its own.
pub(super) fn probe(id: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" \
         xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" \
         xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><e:Header><w:MessageID>{id}</w:MessageID>\
         <w:To e:mustUnderstand=\"true\">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>\
         <w:Action e:mustUnderstand=\"true\">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>\
         <e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
    )
}

/// A name for a question (RFC 9562, 5.4), from random bytes.
pub(super) fn message_id(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(random));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// The cameras in an answer that came from `sender` to the question of this name. An answer to another question is none.
pub(super) fn answered(bytes: &[u8], sender: IpAddr, id: &str) -> Vec<Found> {
    if bytes.len() > LONGEST {
        return Vec::new();
    }
    let Some(envelope) = xml::read(bytes).filter(|root| root.name == "Envelope") else { return Vec::new() };
    let bare = |id: &str| id.trim_start_matches("urn:").trim_start_matches("uuid:").to_ascii_lowercase();
    if envelope.text_at(&["Header", "RelatesTo"]).is_some_and(|other| bare(other) != bare(id)) {
        return Vec::new();
    }
    let Some(matches) = envelope.at(&["Body", "ProbeMatches"]) else { return Vec::new() };
    matches.all("ProbeMatch").take(MOST_ADDRESSES).filter_map(|one| found(one, sender)).collect()
}

fn found(one: &Element, sender: IpAddr) -> Option<Found> {
    let reference = one.text_at(&["EndpointReference", "Address"])?;
    if reference.len() > REFERENCE || reference.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let here = |address: &Address| address.host.parse() == Ok(sender);
    let told = one.text_at(&["XAddrs"])?.split_whitespace();
    let addresses = told.filter(|told| told.contains("://")).filter_map(Address::parse).filter(here);
    let addresses: Vec<Address> = addresses.take(MOST_ADDRESSES).collect();
    let scopes = one.text_at(&["Scopes"]).unwrap_or_default();
    (!addresses.is_empty()).then(|| Found {
        host: sender,
        reference: reference.to_owned(),
        addresses,
        name: scope(scopes, "name"),
        hardware: scope(scopes, "hardware"),
    })
}

/// What the scope of this name says, as people read it.
fn scope(scopes: &str, name: &str) -> Option<String> {
    const BEFORE: &str = "onvif://www.onvif.org/";
    let value = scopes.split_whitespace().find_map(|scope| {
        let before = scope.get(..BEFORE.len()).filter(|before| before.eq_ignore_ascii_case(BEFORE))?;
        scope.strip_prefix(before)?.strip_prefix(name)?.strip_prefix('/')
    })?;
    Some(printable(&decoded(value), NAME)).filter(|value| !value.is_empty())
}

/// Without percent-coding (RFC 3986, 2.1); what is none stays as it is.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
        } else {
            bytes.push(b'%');
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
#[path = "tests/answers.rs"]
mod tests;
