//! The topic scheme: `lg/<device>/<word>`. docs/reference/mqtt-topics.md describes it for people.
//!
//! Everything below `lg/<device>/` belongs to that device (or to the bridge or box whose id stands there) and to no
//! other. Words up are the device's, words down the node's; none is both.

use super::wire;
use liengia_kernel::DeviceId;
use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

/// The first level of every topic.
pub const ROOT: &str = "lg";

/// What a device says.
pub mod up {
    /// The alarm is raised.
    pub const PRESS: &str = "press";
    /// Nothing burns, says the home that its own detector warns.
    pub const CANCEL: &str = "cancel";
    /// A sign of life.
    pub const HEARTBEAT: &str = "heartbeat";
    /// What is the matter with the device; also its last will.
    pub const STATE: &str = "state";
    /// A bell rings.
    pub const RANG: &str = "rang";
    /// All of them.
    pub const ALL: [&str; 5] = [PRESS, CANCEL, HEARTBEAT, STATE, RANG];
}

/// What the node says.
pub mod down {
    /// Ring: fire.
    pub const RING: &str = "ring";
    /// Ring: practice. Never fire.
    pub const DRILL: &str = "drill";
    /// Ring for a moment: a ring test. Never fire.
    pub const TEST: &str = "test";
    /// Stop ringing.
    pub const QUIET: &str = "quiet";
    /// What became of a press.
    pub const ACK: &str = "ack";
    /// How to behave.
    pub const SET: &str = "set";
    /// All of them.
    pub const ALL: [&str; 6] = [RING, DRILL, TEST, QUIET, ACK, SET];
}

/// A topic below one device's part, or a filter there. A word of ours takes no memory of its own: each device has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub owner: DeviceId,
    /// What stands below `lg/<owner>/`.
    pub below: Cow<'static, str>,
}

impl Place {
    /// Where a topic or filter stands. None if it is nobody's, or more than one's.
    pub fn of(topic: &str) -> Option<Self> {
        let (owner, below) = self::owner(topic)?;
        let known = down::ALL.into_iter().find(|word| *word == below);
        Some(Self { owner, below: known.map_or_else(|| below.to_owned().into(), Cow::Borrowed) })
    }

    /// Whether a message there goes to whoever subscribed here.
    pub fn takes(&self, topic: &Self) -> bool {
        self.owner == topic.owner && wire::matches(&self.below, &topic.below)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&of(self.owner, &self.below))
    }
}

/// The topic of a device's word.
pub fn of(device: DeviceId, word: &str) -> String {
    let mut topic = String::with_capacity(ROOT.len() + 36 + word.len() + 2);
    // A string takes whatever is written to it.
    let _ = write!(topic, "{ROOT}/{device}/{word}");
    topic
}

/// Whose a topic or filter is, and what stands below. None if it is nobody's, or more than one's.
pub fn owner(topic: &str) -> Option<(DeviceId, &str)> {
    let (id, below) = topic.strip_prefix(ROOT)?.strip_prefix('/')?.split_once('/')?;
    Some((device(id)?, below))
}

/// The device of that id, written as this program writes it: 36 characters, small letters.
pub fn device(id: &str) -> Option<DeviceId> {
    let written = id.len() == 36 && !id.bytes().any(|byte| byte.is_ascii_uppercase());
    if written { id.parse().ok() } else { None }
}

/// Whether a word is a device's to say.
pub fn is_upward(word: &str) -> bool {
    up::ALL.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_one_owner_or_none() {
        let id = "0190b5f2-7c1e-7a3b-8d4e-5f60718293a4";
        let device: DeviceId = id.parse().unwrap();
        assert_eq!(owner(&format!("lg/{id}/ring")), Some((device, "ring")));
        assert_eq!(owner(&format!("lg/{id}/tele/STATE")), Some((device, "tele/STATE")));
        assert_eq!(owner(&of(device, "#")), Some((device, "#")));
        for nobodys in ["lg/+/ring", "lg/#", "#", "lg", "lg/", "other/x/ring", &format!("lg/{id}")] {
            assert_eq!(owner(nobodys), None, "{nobodys}");
        }
        assert_eq!(owner(&format!("lg/{}/ring", id.to_uppercase())), None);
        assert_eq!(owner(&format!("lg/{}/ring", id.replace('-', ""))), None);
    }

    #[test]
    fn no_word_goes_both_ways() {
        assert!(up::ALL.iter().all(|word| !down::ALL.contains(word)));
    }
}
