//! Entries, and the chain that seals them.
//!
//! `hash = SHA-256(previous hash, SHA-256(header), SHA-256(salt, body))` over exactly the bytes that are
//! stored, each field behind its length: a body can be withheld, its hash kept, and the chain still verifies.

use liengia_kernel::{CommuneId, DeviceId, EntryId, PersonId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Bytes of salt before each body, so that nobody can guess a short body from its hash.
pub(crate) const SALT_BYTES: usize = 16;

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person, through a phone, a desk or paper typed in for them.
    Person(PersonId),
    /// A bell, button or detector.
    Device(DeviceId),
    /// The program itself, by a rule.
    Node,
}

/// A text that names no actor.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an actor: person:ID, device:ID or node is needed")]
pub struct BadActor;

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Device(id) => write!(f, "device:{id}"),
            Self::Node => f.write_str("node"),
        }
    }
}

impl FromStr for Actor {
    type Err = BadActor;
    fn from_str(text: &str) -> Result<Self, BadActor> {
        match text.split_once(':') {
            None if text == "node" => Ok(Self::Node),
            Some(("person", id)) => id.parse().map(Self::Person).map_err(|_| BadActor),
            Some(("device", id)) => id.parse().map(Self::Device).map_err(|_| BadActor),
            _ => Err(BadActor),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What can happen in one capability: an enum with one variant a kind of entry.
///
/// The body of an entry is the event's JSON. It holds ids, times, counts and words of closed lists, never
/// personal data; `Pii` does not serialise, so an event that holds some does not compile.
pub trait Event: Serialize + DeserializeOwned {
    /// The capability, for instance `register`.
    const SLICE: &'static str;
    /// The version of the bodies that are written now; older ones must still be read.
    const VERSION: u16 = 1;

    /// What happened, for instance `household_moved`.
    fn kind(&self) -> &'static str;

    /// The id of what it happened to; its entries are its history, and the last one's `seq` its version.
    fn subject(&self) -> String;
}

/// An entry that is not yet in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The capability.
    pub slice: &'static str,
    /// What happened.
    pub kind: &'static str,
    /// The id of what it happened to.
    pub subject: String,
    /// The version of the body's shape.
    pub version: u16,
    /// The body, as JSON.
    pub body: String,
    /// Who did it and when, where that differs from the commit's context: many acts may share a commit.
    pub by: Option<(Actor, Timestamp)>,
}

impl Draft {
    /// The draft that says this happened.
    pub fn of<E: Event>(event: &E) -> Self {
        // Events are plain data with text keys, which JSON can always hold.
        let body = serde_json::to_string(event).expect("an event serialises");
        Self {
            slice: E::SLICE,
            kind: event.kind(),
            subject: event.subject(),
            version: E::VERSION,
            body,
            by: None,
        }
    }

    /// The same, done by this actor at this time.
    #[must_use]
    pub fn by(self, actor: Actor, at: Timestamp) -> Self {
        Self { by: Some((actor, at)), ..self }
    }
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose chain it is on.
    pub commune: CommuneId,
    /// Its place in the chain: 1, 2, 3 with no gaps.
    pub seq: u64,
    /// Its own id, for what must happen once per entry.
    pub id: EntryId,
    /// When it happened, by the node's wall clock.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What for.
    pub purpose: Arc<str>,
    /// The capability.
    pub slice: Arc<str>,
    /// What happened.
    pub kind: Arc<str>,
    /// The id of what it happened to.
    pub subject: Arc<str>,
    /// The version of the body's shape.
    pub version: u16,
    /// Counts the restores of this journal, from 0.
    pub epoch: u32,
    /// The body, or only its hash where it was withheld.
    pub body: Body,
    /// Seals this entry and, through the one before it, all earlier ones.
    pub hash: Hash,
}

/// The body of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The JSON, and the salt before it.
    Open {
        /// Random bytes before the JSON.
        salt: [u8; SALT_BYTES],
        /// The event.
        json: Arc<str>,
    },
    /// What remains of a withheld body: `SHA-256(salt, body)`.
    Withheld(Hash),
}

/// A body that the code cannot read: an entry of a newer version, or a withheld one.
#[derive(Debug, thiserror::Error)]
#[error("entry {seq} ({slice} {kind}) cannot be read: {why}")]
pub struct BadBody {
    seq: u64,
    slice: Arc<str>,
    kind: Arc<str>,
    why: String,
}

impl Entry {
    /// The event that this entry tells.
    pub fn event<E: Event>(&self) -> Result<E, BadBody> {
        let read = match &self.body {
            Body::Open { json, .. } => serde_json::from_str(json).map_err(|error| error.to_string()),
            Body::Withheld(_) => Err("its body is withheld".to_owned()),
        };
        read.map_err(|why| BadBody { seq: self.seq, slice: self.slice.clone(), kind: self.kind.clone(), why })
    }

    /// The hash that this entry must bear if the one before it bears `previous`.
    pub fn expected_hash(&self, previous: &Hash) -> Hash {
        let body = match &self.body {
            Body::Open { salt, json } => body_hash(salt, json.as_bytes()),
            Body::Withheld(hash) => *hash,
        };
        entry_hash(previous, &header_hash(self), &body)
    }
}

/// Every field of an entry but body and hash, as bytes.
pub(crate) struct Header<'a> {
    pub(crate) commune: [u8; 16],
    pub(crate) seq: u64,
    pub(crate) id: [u8; 16],
    pub(crate) at: i64,
    pub(crate) actor: &'a [u8],
    pub(crate) purpose: &'a [u8],
    pub(crate) slice: &'a [u8],
    pub(crate) kind: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) version: u16,
    pub(crate) epoch: u32,
}

impl Header<'_> {
    /// Appends the fields, each behind its length.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        field(&self.commune, out);
        field(&self.seq.to_be_bytes(), out);
        field(&self.id, out);
        field(&self.at.to_be_bytes(), out);
        field(self.actor, out);
        field(self.purpose, out);
        field(self.slice, out);
        field(self.kind, out);
        field(self.subject, out);
        field(&self.version.to_be_bytes(), out);
        field(&self.epoch.to_be_bytes(), out);
    }
}

/// Appends salt and body, each behind its length.
pub(crate) fn encode_body(salt: &[u8; SALT_BYTES], body: &[u8], out: &mut Vec<u8>) {
    field(salt, out);
    field(body, out);
}

fn field(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// `SHA-256(header)`: every field but body and hash, each behind its length.
pub fn header_hash(entry: &Entry) -> Hash {
    let actor = entry.actor.to_string();
    let header = Header {
        commune: *entry.commune.as_bytes(),
        seq: entry.seq,
        id: *entry.id.as_bytes(),
        at: entry.at.as_micros(),
        actor: actor.as_bytes(),
        purpose: entry.purpose.as_bytes(),
        slice: entry.slice.as_bytes(),
        kind: entry.kind.as_bytes(),
        subject: entry.subject.as_bytes(),
        version: entry.version,
        epoch: entry.epoch,
    };
    let mut bytes = Vec::with_capacity(320);
    header.encode(&mut bytes);
    Sha256::digest(&bytes).into()
}

/// `SHA-256(salt, body)`, each behind its length.
pub fn body_hash(salt: &[u8; SALT_BYTES], body: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(8 + SALT_BYTES + body.len());
    encode_body(salt, body, &mut bytes);
    Sha256::digest(&bytes).into()
}

/// `SHA-256(previous, header, body)`.
pub fn entry_hash(previous: &Hash, header: &Hash, body: &Hash) -> Hash {
    let mut bytes = [0; 96];
    bytes[..32].copy_from_slice(previous);
    bytes[32..64].copy_from_slice(header);
    bytes[64..].copy_from_slice(body);
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            commune: CommuneId::from_bytes([1; 16]),
            seq: 7,
            id: EntryId::from_bytes([2; 16]),
            at: Timestamp::from_seconds(1),
            actor: Actor::Node,
            purpose: "test".into(),
            slice: "register".into(),
            kind: "team_formed".into(),
            subject: "t".into(),
            version: 1,
            epoch: 0,
            body: Body::Open { salt: [3; SALT_BYTES], json: "{}".into() },
            hash: [0; 32],
        }
    }

    #[test]
    fn a_withheld_body_leaves_the_hash_as_it_was() {
        let open = entry();
        let withheld = Entry { body: Body::Withheld(body_hash(&[3; SALT_BYTES], b"{}")), ..entry() };
        assert_eq!(open.expected_hash(&[9; 32]), withheld.expected_hash(&[9; 32]));
    }

    #[test]
    fn letters_cannot_move_from_one_field_to_the_next() {
        let one = Entry { slice: "ab".into(), kind: "c".into(), ..entry() };
        let other = Entry { slice: "a".into(), kind: "bc".into(), ..entry() };
        assert_ne!(header_hash(&one), header_hash(&other));
    }

    #[test]
    fn actors_go_to_text_and_back() {
        let person = Actor::Person(PersonId::from_bytes([4; 16]));
        assert_eq!(person.to_string().parse(), Ok(person));
        assert_eq!("node".parse(), Ok(Actor::Node));
        assert_eq!("robot:1".parse::<Actor>(), Err(BadActor));
    }
}
