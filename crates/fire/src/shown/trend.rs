//! How a device did, as its home, the leader and the desk see it.

use crate::views::{self, Span};
use liengia_kernel::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// How a device did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeviceTrend {
    /// The hours of the last two days in which the node listened, the oldest first.
    pub hours: Vec<TrendSpan>,
    /// The days of the last quarter in which the node listened, by the place's clocks, the oldest first.
    pub days: Vec<TrendSpan>,
}

/// One hour or one day of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TrendSpan {
    /// When it began.
    pub starts_at: Timestamp,
    /// Heartbeats that were due while the node listened: one a minute.
    pub due: u32,
    /// Those among them that were heard.
    pub heard: u32,
    /// Its lowest charge, if it told one.
    pub battery_percent: Option<u8>,
    /// Its weakest signal, if it told one.
    pub signal_percent: Option<u8>,
    /// How often it fell silent for three minutes, or was opened or taken off.
    pub faults: u32,
    /// How often it was told to ring for a test.
    pub ring_tests: u32,
    /// How often it said that it rings, or somebody that they heard it.
    pub rings: u32,
}

impl DeviceTrend {
    /// The trend of a device that was paired then: before that nothing was due.
    pub(crate) fn new(paired_at: Timestamp, hours: &[views::TrendSpan], days: &[views::TrendSpan]) -> Self {
        let shown = |span: Span, pieces: &[views::TrendSpan]| {
            pieces.iter().filter_map(|piece| TrendSpan::new(paired_at, span, piece)).collect()
        };
        Self { hours: shown(Span::Hour, hours), days: shown(Span::Day, days) }
    }
}

impl TrendSpan {
    fn new(paired_at: Timestamp, span: Span, piece: &views::TrendSpan) -> Option<Self> {
        let paired = (piece.starts_at + span.lasts()).since(paired_at);
        let due = minutes(piece.listened.min(paired));
        (!paired.is_zero()).then_some(Self {
            starts_at: piece.starts_at,
            due,
            heard: minutes(piece.tally.heard).min(due),
            battery_percent: piece.tally.battery_percent,
            signal_percent: piece.tally.signal_percent,
            faults: piece.tally.faults,
            ring_tests: piece.tally.ring_tests,
            rings: piece.tally.rings,
        })
    }
}

/// Rounded: what was counted a second short is a minute all the same.
fn minutes(span: Duration) -> u32 {
    u32::try_from((span + Duration::from_secs(30)).as_secs() / 60).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Tally;

    const NINE: Timestamp = Timestamp::from_seconds(9 * 3_600);

    fn hour(listened: u64, heard: u64) -> views::TrendSpan {
        let tally = Tally { heard: Duration::from_secs(heard), ..Tally::default() };
        views::TrendSpan { starts_at: NINE, listened: Duration::from_secs(listened), tally }
    }

    fn counted(paired_at: Timestamp, piece: views::TrendSpan) -> Option<(u32, u32)> {
        TrendSpan::new(paired_at, Span::Hour, &piece).map(|span| (span.due, span.heard))
    }

    #[test]
    fn nothing_is_due_while_the_node_does_not_listen_or_before_the_device_is_there() {
        let long_ago = Timestamp::from_seconds(0);
        assert_eq!(counted(long_ago, hour(3_600, 3_570)), Some((60, 60)));
        assert_eq!(counted(long_ago, hour(1_800, 600)), Some((30, 10)));
        assert_eq!(counted(NINE + Duration::from_mins(50), hour(3_600, 700)), Some((10, 10)));
        assert_eq!(counted(NINE + Duration::from_hours(1), hour(3_600, 0)), None);
    }
}
