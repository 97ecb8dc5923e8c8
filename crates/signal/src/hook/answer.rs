//! The way back: the key that a person pressed, signed by the gateway.
//!
//! Promises: an answer counts only with a signature of a known gateway, at most [`WINDOW`] old, and once. A gateway that
//! repeats its call because our answer was lost is told that all is well. What is remembered for that is bounded: where
//! more answers come than fit, the oldest are forgotten and calls as old as they are no longer taken, so that nothing can
//! be replayed. Pure: the time comes in as an argument.

use super::{gateway::Gateway, message::MessageId, secret::Secret};
use liengia_kernel::{MICROS_PER_SECOND, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How far the gateway's clock and ours may be apart, in seconds, either way.
pub const WINDOW: i64 = 300;
/// The longest body that is looked at, in bytes.
pub const LONGEST_ANSWER: usize = 4096;
/// The longest id of a call, in bytes.
const LONGEST_ID: usize = 256;
/// Calls that are remembered.
const REMEMBERED: usize = 20_000;

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// 1: I am coming.
    Coming,
    /// 2: I cannot come.
    Cannot,
    /// 3: everyone of my home is out.
    AllOut,
}

/// A call of a gateway, as it came in: three headers and the body.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// An answer that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The message that it answers; who got it, the caller knows.
    pub message: MessageId,
    /// The answer.
    pub answer: Answer,
    /// Which gateway brought it.
    pub gateway: String,
    /// The same call came before: say yes to the gateway and do nothing.
    pub repeated: bool,
}

/// Why a call does not count. None of the texts repeats what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The three headers are not what they must be, or the body is too long.
    #[error(
        "webhook-id, webhook-timestamp and webhook-signature are needed, and a body of at most 4,096 bytes"
    )]
    Malformed,
    /// No known gateway signed it.
    #[error("no gateway that this node knows has signed this; compare the secret on both sides")]
    NotSigned,
    /// The clocks are apart, or the call is old: by so many seconds, positive where ours is ahead.
    #[error("signed {0} seconds away from this node's clock, more than {WINDOW}; set both clocks")]
    NotNow(i64),
    /// A call with this id came before, with other content.
    #[error("another answer came before with the same webhook-id; give each call an id of its own")]
    OtherContent,
    /// Not `{"message_id": "...", "digit": 1}`.
    #[error("the body must be JSON with message_id, as it was sent, and digit: 1, 2 or 3")]
    NotAnAnswer,
}

#[derive(Deserialize)]
struct Body {
    message_id: String,
    digit: Digit,
}

/// Gateways hand keys on as numbers or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Digit {
    Number(u8),
    Text(String),
}

/// Judges the calls of gateways. One per node, behind a lock.
#[derive(Debug)]
pub struct Answers {
    secrets: Vec<(String, Secret)>,
    limit: usize,
    /// By the hash of a call's id: when it was signed, and the hash of its body.
    calls: BTreeMap<[u8; 32], (i64, [u8; 32])>,
    oldest_first: BTreeSet<(i64, [u8; 32])>,
    /// Calls signed at this second or before are not taken: some of them have been forgotten.
    floor: i64,
}

impl Answers {
    /// A judge that knows these gateways.
    pub fn of(gateways: &[Gateway]) -> Self {
        let secret = |gateway: &Gateway| (gateway.name().to_owned(), gateway.secret().clone());
        Self {
            secrets: gateways.iter().map(secret).collect(),
            limit: REMEMBERED,
            calls: BTreeMap::new(),
            oldest_first: BTreeSet::new(),
            floor: i64::MIN,
        }
    }

    /// Judges one call.
    pub fn hear(&mut self, call: &Signed<'_>, now: Timestamp) -> Result<Heard, Refusal> {
        let signed_at = well_formed(call)?;
        let gateway = self.signer(call)?;
        self.is_now(signed_at, now)?;
        let (message, answer) = read(call.body)?;
        let repeated = self.remember(call, signed_at, now)?;
        Ok(Heard { message, answer, gateway, repeated })
    }

    /// Forgets a call that was judged well and then not taken in after all, so that it may come again.
    pub fn forget(&mut self, id: &str) {
        let id = Sha256::digest(id).into();
        if let Some((signed_at, _)) = self.calls.remove(&id) {
            self.oldest_first.remove(&(signed_at, id));
        }
    }

    /// Calls remembered now.
    pub fn remembered(&self) -> usize {
        self.calls.len()
    }

    fn signer(&self, call: &Signed<'_>) -> Result<String, Refusal> {
        let signed = |(_, secret): &&(String, Secret)| {
            secret.verifies(call.id, call.timestamp, call.body, call.signature)
        };
        self.secrets.iter().find(signed).map(|(name, _)| name.clone()).ok_or(Refusal::NotSigned)
    }

    fn is_now(&self, signed_at: i64, now: Timestamp) -> Result<(), Refusal> {
        let apart = now.as_seconds().saturating_sub(signed_at);
        if apart.saturating_abs() > WINDOW || signed_at <= self.floor {
            return Err(Refusal::NotNow(apart));
        }
        Ok(())
    }

    /// Whether the same call came before.
    fn remember(&mut self, call: &Signed<'_>, signed_at: i64, now: Timestamp) -> Result<bool, Refusal> {
        self.forget_old(now);
        let id = Sha256::digest(call.id).into();
        let content = Sha256::digest(call.body).into();
        if let Some((before, same)) = self.calls.get(&id) {
            if *same != content {
                return Err(Refusal::OtherContent);
            }
            // Signed anew when it was repeated: remembered for as long as the newest could be replayed.
            self.oldest_first.remove(&(*before, id));
            let newest = signed_at.max(*before);
            self.calls.insert(id, (newest, content));
            self.oldest_first.insert((newest, id));
            return Ok(true);
        }
        if self.calls.len() >= self.limit
            && let Some((oldest, forgotten)) = self.oldest_first.pop_first()
        {
            self.calls.remove(&forgotten);
            self.floor = oldest;
        }
        self.calls.insert(id, (signed_at, content));
        self.oldest_first.insert((signed_at, id));
        Ok(false)
    }

    /// What is too old to be taken again need not be remembered.
    fn forget_old(&mut self, now: Timestamp) {
        let too_old = now.as_micros().div_euclid(MICROS_PER_SECOND).saturating_sub(WINDOW);
        while let Some(&(signed_at, id)) = self.oldest_first.first().filter(|(at, _)| *at < too_old) {
            self.oldest_first.remove(&(signed_at, id));
            self.calls.remove(&id);
        }
    }
}

/// The second of signing.
fn well_formed(call: &Signed<'_>) -> Result<i64, Refusal> {
    let has_id = (1..=LONGEST_ID).contains(&call.id.len());
    if !has_id || call.body.len() > LONGEST_ANSWER {
        return Err(Refusal::Malformed);
    }
    call.timestamp.parse().map_err(|_| Refusal::Malformed)
}

fn read(body: &[u8]) -> Result<(MessageId, Answer), Refusal> {
    let Body { message_id, digit } = serde_json::from_slice(body).map_err(|_| Refusal::NotAnAnswer)?;
    let message = message_id.parse().map_err(|_| Refusal::NotAnAnswer)?;
    let digit = match digit {
        Digit::Number(digit) => digit,
        Digit::Text(text) => text.trim().parse().map_err(|_| Refusal::NotAnAnswer)?,
    };
    let answer = match digit {
        1 => Answer::Coming,
        2 => Answer::Cannot,
        3 => Answer::AllOut,
        _ => return Err(Refusal::NotAnAnswer),
    };
    Ok((message, answer))
}

#[cfg(test)]
mod tests;
