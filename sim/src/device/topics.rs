//! The words that devices and the node have for each other: `lg/<device>/<word>`, as docs/reference/mqtt-topics.md
//! describes them. Kept here a second time on purpose: a simulated device must not learn its words from the node.

use liengia_kernel::DeviceId;

/// The alarm is raised.
pub(crate) const PRESS: &str = "press";
/// Nothing burns, says the home that its own detector warns.
pub(crate) const CANCEL: &str = "cancel";
/// A sign of life.
pub(crate) const HEARTBEAT: &str = "heartbeat";
/// The device is there, or (its last will) is not.
pub(crate) const STATE: &str = "state";
/// A bell rings.
pub(crate) const RANG: &str = "rang";

/// Ring: fire.
pub(crate) const RING: &str = "ring";
/// Ring: practice.
pub(crate) const DRILL: &str = "drill";
/// Ring for a moment.
pub(crate) const TEST: &str = "test";
/// Stop ringing.
pub(crate) const QUIET: &str = "quiet";
/// What became of a press.
pub(crate) const ACK: &str = "ack";
/// How to behave.
pub(crate) const SET: &str = "set";

/// The topic of a device's word.
pub(crate) fn of(device: DeviceId, word: &str) -> String {
    format!("lg/{device}/{word}")
}

/// The word of a device's topic.
pub(crate) fn word(topic: &str) -> &str {
    topic.rsplit('/').next().unwrap_or_default()
}
