//! What a browser is asked, as `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read it.

use super::{
    message::host,
    verify::{EDDSA, ES256, RS256},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Milliseconds that the browser waits for the person.
const TIMEOUT: u32 = 300_000;

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Asks for a new passkey of this account; `there` are those that it has.
pub(crate) fn making(
    challenge: &[u8],
    origin: &str,
    (owner, name): (&[u8], &str),
    there: &[Vec<u8>],
) -> Value {
    let exclude: Vec<_> = there.iter().map(|id| json!({ "type": "public-key", "id": text(id) })).collect();
    let algorithms = [ES256, EDDSA, RS256].map(|alg| json!({ "type": "public-key", "alg": alg }));
    json!({
        "rp": { "id": host(origin), "name": "Liên Gia" },
        "user": { "id": text(owner), "name": name, "displayName": name },
        "challenge": text(challenge),
        "pubKeyCredParams": algorithms,
        "timeout": TIMEOUT,
        "excludeCredentials": exclude,
        "authenticatorSelection": {
            "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
        },
        "attestation": "none",
    })
}

/// Asks whichever passkey the person has for this host.
pub(crate) fn asking(challenge: &[u8], origin: &str) -> Value {
    json!({
        "challenge": text(challenge),
        "rpId": host(origin),
        "timeout": TIMEOUT,
        "allowCredentials": [],
        "userVerification": "required",
    })
}
