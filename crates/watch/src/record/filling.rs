//! The fragment that is being filled, and where it ends.

use super::Moment;
use crate::{rtp::Unit, segment::Builder};
use std::time::Duration;

/// A fragment is no longer than this by the camera's time, unless its pictures come in an order that allows no cut.
const LONGEST_FRAGMENT: Duration = Duration::from_secs(4);
/// Nor than this by the node's.
const OLDEST_FRAGMENT: Duration = Duration::from_secs(8);
/// A fragment that is younger and smaller than this goes on through a key picture.
const SHORTEST_FRAGMENT: Duration = Duration::from_millis(500);
/// See [`SHORTEST_FRAGMENT`]; in bytes.
const SMALLEST_FRAGMENT: u64 = 256 * 1024;
/// A longer pause between two pictures is a hole.
const HOLE: Duration = Duration::from_secs(2);

/// The fragment that is being filled.
pub(super) struct Filling {
    pub(super) builder: Builder,
    pub(super) wall_us: i64,
    pub(super) gap: bool,
    pub(super) began: Duration,
    /// When its first picture is shown, and the latest one so far, on the track's clock since the file's beginning.
    pub(super) first: i64,
    pub(super) latest: i64,
}

impl Filling {
    /// Whether something is missing before a picture that is shown then; `rate` units are a second.
    pub(super) fn is_far_from(&self, shown: i64, rate: i64) -> bool {
        !self.builder.is_empty() && shown.saturating_sub(self.latest) > units(rate, HOLE)
    }

    /// Whether the picture begins the next fragment; `gap` if something is missing before it.
    pub(super) fn ends_before(&self, unit: &Unit, shown: i64, rate: i64, gap: bool, now: Moment) -> bool {
        if self.builder.is_empty() {
            return false;
        }
        let age = now.elapsed.saturating_sub(self.began);
        let long = shown.saturating_sub(self.first);
        let ripe = age >= SHORTEST_FRAGMENT
            || long >= units(rate, SHORTEST_FRAGMENT)
            || self.builder.length() >= SMALLEST_FRAGMENT;
        let old = long >= units(rate, LONGEST_FRAGMENT) || age >= OLDEST_FRAGMENT;
        let may = shown > self.latest;
        (unit.key && ripe) || (may && (old || (gap && ripe) || self.builder.is_full()))
    }
}

fn units(rate: i64, span: Duration) -> i64 {
    rate.saturating_mul(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)) / 1_000
}
