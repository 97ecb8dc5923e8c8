//! An authenticator in software.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ORIGIN: &str = "http://localhost:8080";
const PRESENT_AND_VERIFIED: u8 = 0x05;

pub fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

pub enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// An authenticator, honest unless a test bends it.
pub struct Authenticator {
    pub key: Key,
    pub id: Vec<u8>,
    pub owner: Vec<u8>,
    pub counter: u32,
    pub flags: u8,
    pub host: &'static str,
    pub origin: &'static str,
    pub cross_origin: bool,
}

impl Authenticator {
    fn new(key: Key) -> Self {
        Self {
            key,
            id: b"credential one".to_vec(),
            owner: Vec::new(),
            counter: 0,
            flags: PRESENT_AND_VERIFIED,
            host: "localhost",
            origin: ORIGIN,
            cross_origin: false,
        }
    }

    pub fn es256() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self::new(Key::Es256(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap()))
    }

    pub fn eddsa() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::new(Key::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()))
    }

    /// The public key in COSE: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` or `{1: 1, 3: -8, -1: 6, -2: x}`.
    pub fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20], x, &[0x22, 0x58, 0x20], y]
                    .concat()
            }
            Key::EdDsa(key) => {
                [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20], key.public_key().as_ref()]
                    .concat()
            }
        }
    }

    fn data(&self, extra: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.host).to_vec();
        data.push(self.flags | extra);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let client = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": self.cross_origin,
            "other_keys_can_be_added_here": "do not compare",
        });
        client.to_string().into_bytes()
    }

    fn credential(&self, response: &Value) -> Value {
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {}, "response": response,
        })
    }

    pub fn make(&mut self, options: &Value) -> Value {
        self.owner = bytes(&options["user"]["id"]);
        let mut data = self.data(0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &length, &data].concat();
        self.credential(&json!({
            "clientDataJSON": text(&self.client("webauthn.create", options)), "attestationObject": text(&object),
            "transports": ["internal"],
        }))
    }

    pub fn answer(&mut self, options: &Value) -> Value {
        let (data, client) = (self.data(0), self.client("webauthn.get", options));
        let message = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = match &self.key {
            Key::Es256(key) => key.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec(),
            Key::EdDsa(key) => key.sign(&message).as_ref().to_vec(),
        };
        self.credential(&json!({
            "clientDataJSON": text(&client), "authenticatorData": text(&data), "signature": text(&signature),
            "userHandle": text(&self.owner),
        }))
    }
}
