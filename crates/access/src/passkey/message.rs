//! What a browser sends about a passkey: read with bounds, nothing believed.

use super::{cbor::Cbor, verify::PublicKey};
use crate::AccessError;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Most bytes of a credential's id, by the standard.
const MAX_ID: usize = 1023;

/// Most bytes of any other part.
const MAX_PART: usize = 16 * 1024;

/// The person was there, the authenticator knew who it was, there is a new key, there are extensions.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// A `PublicKeyCredential` as `toJSON()` writes it. What is not needed is not read.
#[derive(Deserialize)]
pub(crate) struct Credential {
    #[serde(rename = "rawId")]
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: Option<String>,
    authenticator_data: Option<String>,
    signature: Option<String>,
    user_handle: Option<String>,
}

/// What the browser says that it was asked, and where.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// What the question was, and where the page that asked it came from.
pub(super) struct Asked<'a> {
    pub(super) challenge: &'a [u8],
    pub(super) origin: &'a str,
}

/// A passkey that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) id: Vec<u8>,
    pub(crate) key: PublicKey,
    pub(crate) counter: u32,
}

/// A signed answer.
pub(super) struct Answered {
    /// The passkey that is said to have answered.
    pub(super) id: Vec<u8>,
    /// Whom the passkey stands for, as it was told when it was made.
    pub(super) owner: Option<Vec<u8>>,
    pub(super) counter: u32,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

fn refused(why: &'static str) -> AccessError {
    AccessError::PasskeyRefused(why)
}

fn decode(text: &str) -> Result<Vec<u8>, AccessError> {
    let short = text.len() <= MAX_PART * 4 / 3;
    let bytes = short.then(|| BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()).flatten();
    bytes.ok_or(refused("a part cannot be read"))
}

impl Credential {
    fn id(&self) -> Result<Vec<u8>, AccessError> {
        let id = decode(&self.raw_id)?;
        let good = self.kind == "public-key" && (1..=MAX_ID).contains(&id.len());
        if good { Ok(id) } else { Err(refused("it is no public key")) }
    }

    /// Checks what the browser says that it was asked; gives the hash that the authenticator signs.
    fn check_client(&self, kind: &str, asked: &Asked<'_>) -> Result<[u8; 32], AccessError> {
        let bytes = decode(&self.response.client_data)?;
        let client: ClientData =
            serde_json::from_slice(&bytes).map_err(|_| refused("a part cannot be read"))?;
        if client.kind != kind {
            return Err(refused("it answers another kind of question"));
        }
        if decode(&client.challenge)? != asked.challenge {
            return Err(refused("it answers another question"));
        }
        if client.origin != asked.origin || client.cross_origin {
            return Err(refused("another page asked"));
        }
        Ok(Sha256::digest(&bytes).into())
    }

    /// A new passkey, as the answer to this question.
    pub(super) fn registered(&self, asked: &Asked<'_>) -> Result<Registered, AccessError> {
        self.check_client("webauthn.create", asked)?;
        let object =
            decode(self.response.attestation_object.as_deref().ok_or(refused("a part is missing"))?)?;
        let (object, _) = Cbor::read(&object).ok_or(refused("a part cannot be read"))?;
        let data = object.get(&Cbor::Text("authData")).and_then(Cbor::bytes);
        let data = AuthenticatorData::read(data.ok_or(refused("a part is missing"))?, asked)?;
        let (id, key) = data.key.ok_or(refused("there is no key in it"))?;
        if id != self.id()? {
            return Err(refused("it names two keys"));
        }
        Ok(Registered { id, key, counter: data.counter })
    }

    /// A signed answer to this question. Whether the signature holds is not known yet.
    pub(super) fn answered(&self, asked: &Asked<'_>) -> Result<Answered, AccessError> {
        let hash = self.check_client("webauthn.get", asked)?;
        let part = |part: &Option<String>| decode(part.as_deref().ok_or(refused("a part is missing"))?);
        let mut signed = part(&self.response.authenticator_data)?;
        let data = AuthenticatorData::read(&signed, asked)?;
        signed.extend_from_slice(&hash);
        Ok(Answered {
            id: self.id()?,
            owner: self.response.user_handle.as_deref().map(decode).transpose()?,
            counter: data.counter,
            signed,
            signature: part(&self.response.signature)?,
        })
    }
}

impl Answered {
    /// Whether this key signed it.
    pub(super) fn signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(&self.signed, &self.signature)
    }
}

/// What the authenticator says of itself and of the person.
struct AuthenticatorData {
    counter: u32,
    key: Option<(Vec<u8>, PublicKey)>,
}

impl AuthenticatorData {
    fn read(bytes: &[u8], asked: &Asked<'_>) -> Result<Self, AccessError> {
        let cut_short = refused("a part is cut short");
        let (relying_party, rest) = bytes.split_at_checked(32).ok_or(cut_short.clone())?;
        let (&[flags, a, b, c, d], mut rest) = rest.split_first_chunk::<5>().ok_or(cut_short.clone())?;
        if relying_party != Sha256::digest(host(asked.origin)).as_slice() {
            return Err(refused("it is for another host"));
        }
        if flags & PRESENT == 0 || flags & VERIFIED == 0 {
            return Err(refused("the authenticator did not check who it was"));
        }
        let mut key = None;
        if flags & HAS_KEY != 0 {
            let (head, after) = rest.split_at_checked(18).ok_or(cut_short.clone())?;
            let length = usize::from(head[16]) << 8 | usize::from(head[17]);
            let (id, after) = after.split_at_checked(length).ok_or(cut_short.clone())?;
            let (cose, after) = Cbor::read(after).ok_or(refused("the key cannot be read"))?;
            let public =
                PublicKey::from_cose(&cose).ok_or(refused("the key is of a kind that is not taken"))?;
            key = Some((id.to_vec(), public));
            rest = after;
        }
        if flags & HAS_EXTENSIONS != 0 {
            rest = Cbor::read(rest).ok_or(cut_short)?.1;
        }
        if !rest.is_empty() {
            return Err(refused("there is more than there should be"));
        }
        Ok(Self { counter: u32::from_be_bytes([a, b, c, d]), key })
    }
}

/// The host of an origin: what a passkey hangs on.
pub(super) fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}
