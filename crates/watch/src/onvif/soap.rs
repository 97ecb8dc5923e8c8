//! Envelopes: what is asked, signed, and what is answered (SOAP 1.2; WS-Security `UsernameToken` Profile 1.0, 3).
//!
//! Promises: the password is in an envelope only as a proof that holds for one nonce and one moment. An answer is the
//! element that was asked for, or a [`Flaw`].

use super::{
    Flaw,
    xml::{self, Element, escaped},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

const ENVELOPE: &str = "http://www.w3.org/2003/05/soap-envelope";
/// What the types of all services are called by.
const SCHEMA: &str = "http://www.onvif.org/ver10/schema";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const DIGEST: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/// The element of the body that asks for `name`; `inner` may use the prefix `tt` for the types of all services. Without
/// prefixes of our own, as the tool writes it that makers test their cameras with: some cameras cannot read others.
pub(super) fn asking(namespace: &str, name: &str, inner: &str) -> String {
    format!("<{name} xmlns=\"{namespace}\" xmlns:tt=\"{SCHEMA}\">{inner}</{name}>")
}

/// The whole envelope.
pub(super) fn envelope(header: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{ENVELOPE}\">\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// The header that signs an envelope; `created` is a time of the camera's clock (`xs:dateTime`, UTC).
pub(super) fn token(user: &str, password: &str, nonce: [u8; 16], created: &str) -> String {
    let mut hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    for part in [&nonce, created.as_bytes(), password.as_bytes()] {
        hash.update(part);
    }
    let (proof, nonce) = (STANDARD.encode(hash.finish()), STANDARD.encode(nonce));
    let user = escaped(user);
    format!(
        "<Security s:mustUnderstand=\"1\" xmlns=\"{WSSE}\"><UsernameToken><Username>{user}</Username>\
         <Password Type=\"{DIGEST}\">{proof}</Password><Nonce EncodingType=\"{BASE64}\">{nonce}</Nonce>\
         <Created xmlns=\"{WSU}\">{created}</Created></UsernameToken></Security>"
    )
}

/// The element in the body of an answer, which must answer what `asked` for. `status` is that of HTTP.
pub(super) fn answer(status: u16, body: &[u8], asked: &str) -> Result<Element, Flaw> {
    let envelope = xml::read(body).filter(|root| root.name == "Envelope");
    let mut children = envelope.map(|root| root.children).unwrap_or_default();
    let body = children.iter_mut().find(|child| child.name == "Body");
    let answers = body.map(|body| std::mem::take(&mut body.children)).unwrap_or_default();
    // Some cameras put something of their own before it.
    let wanted =
        |found: &Element| found.name == "Fault" || found.name.strip_suffix("Response") == Some(asked);
    match answers.into_iter().find(wanted) {
        Some(fault) if fault.name == "Fault" => Err(flaw(&fault)),
        Some(answer) if (200..300).contains(&status) => Ok(answer),
        _ if matches!(status, 401 | 403) => Err(Flaw::NotAuthorized),
        _ => Err(Flaw::NotOnvif),
    }
}

/// What a fault says (SOAP 1.2, 5.4; ONVIF Core, 5.8), also one of SOAP 1.1.
fn flaw(fault: &Element) -> Flaw {
    let mut codes = Vec::new();
    let mut code = fault.child("Code");
    while let Some(found) = code {
        codes.extend(found.text_at(&["Value"]));
        code = found.child("Subcode");
    }
    codes.extend(fault.text_at(&["faultcode"]));
    let says = |words: &[&str]| {
        let bare = |code: &&str| code.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        codes.iter().map(bare).any(|code| words.contains(&code.as_str()))
    };
    let reason = fault.text_at(&["Reason", "Text"]).or_else(|| fault.text_at(&["faultstring"]));
    let told = reason.unwrap_or_default().to_ascii_lowercase();
    if says(&[
        "notauthorized",
        "failedauthentication",
        "invalidsecurity",
        "failedcheck",
        "invalidsecuritytoken",
    ]) || told.contains("not authorized")
        || told.contains("unauthorized")
    {
        Flaw::NotAuthorized
    } else if says(&[
        "actionnotsupported",
        "optionalactionnotimplemented",
        "actionnotimplemented",
        "unknownaction",
        "nosuchservice",
    ]) {
        Flaw::NotSupported
    } else {
        Flaw::refused(reason.or(codes.last().copied()).unwrap_or("without saying why"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_the_onvif_programmers_guide() {
        // ONVIF Application Programmer's Guide 1.0, 6.1.1.3.
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&STANDARD.decode("LKqI6G/AikKCQrN0zqZFlg==").unwrap());
        let token = token("user", "userpassword", nonce, "2010-09-16T07:50:45Z");
        assert!(token.contains(">tuOSpGlFlIXsozq4HFNeeGeFLEI=</Password>"), "{token}");
        assert!(!token.contains("userpassword"));
    }

    fn fault(code: &str, reason: &str) -> Flaw {
        let body = format!(
            "<e:Envelope xmlns:e='{ENVELOPE}'><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode>\
             <e:Value>{code}</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang='en'>{reason}</e:Text></e:Reason>\
             </e:Fault></e:Body></e:Envelope>"
        );
        answer(400, body.as_bytes(), "GetProfiles").unwrap_err()
    }

    #[test]
    fn faults_are_told_in_plain_words() {
        assert_eq!(fault("ter:NotAuthorized", "Sender not Authorized"), Flaw::NotAuthorized);
        assert_eq!(fault("wsse:FailedAuthentication", "no"), Flaw::NotAuthorized);
        assert_eq!(
            fault(
                "ter:InvalidArgVal",
                "The action requested requires authorization and the sender is not authorized"
            ),
            Flaw::NotAuthorized
        );
        assert_eq!(fault("ter:ActionNotSupported", "Optional Action Not Implemented"), Flaw::NotSupported);
        let other = fault("ter:InvalidArgVal", "No\r\nsuch\u{9b} token");
        assert_eq!(other, Flaw::Refused { reason: "Nosuch token".into() });
        let old = "<Envelope><Body><Fault><faultcode>ns:Client</faultcode><faultstring>x</faultstring></Fault></Body></Envelope>";
        assert_eq!(answer(500, old.as_bytes(), "A"), Err(Flaw::Refused { reason: "x".into() }));
    }

    #[test]
    fn only_what_was_asked_for_is_an_answer() {
        let body =
            b"<a:Envelope><a:Header><x/></a:Header><a:Body><t:GetProfilesResponse/></a:Body></a:Envelope>";
        assert_eq!(answer(200, body, "GetProfiles").unwrap().name, "GetProfilesResponse");
        assert_eq!(answer(200, body, "GetServices"), Err(Flaw::NotOnvif));
        assert_eq!(answer(401, b"", "GetServices"), Err(Flaw::NotAuthorized));
        assert_eq!(answer(200, b"<html><body>Login</body></html>", "GetServices"), Err(Flaw::NotOnvif));
        assert_eq!(answer(302, b"", "GetServices"), Err(Flaw::NotOnvif));
    }
}
