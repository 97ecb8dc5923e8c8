//! What a device did, hour by hour and day by day.

use liengia_journal::{Journal, QueryError, Row, Statement, Value, statement};
use liengia_kernel::{DeviceId, MICROS_PER_SECOND, Timestamp};
use std::time::Duration;

/// One hour.
pub const HOUR: Duration = Duration::from_hours(1);

/// How long a piece of a trend is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Span {
    /// An hour: of the last two days.
    Hour,
    /// A day, by the place's clocks: of the last quarter.
    Day,
}

impl Span {
    /// How long it is.
    pub const fn lasts(self) -> Duration {
        match self {
            Self::Hour => HOUR,
            Self::Day => Duration::from_hours(24),
        }
    }

    /// How far back it is kept.
    pub const fn kept(self) -> Duration {
        match self {
            Self::Hour => Duration::from_hours(48),
            Self::Day => Duration::from_hours(24 * 92),
        }
    }
}

/// When the hour or day began that holds this moment, where clocks are this many hours ahead of UTC.
pub fn begun(at: Timestamp, lasts: Duration, utc_offset_hours: i8) -> Timestamp {
    let offset = i64::from(utc_offset_hours) * 3_600 * MICROS_PER_SECOND;
    let lasts = i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX);
    let local = at.as_micros().saturating_add(offset);
    Timestamp::from_micros(local.div_euclid(lasts) * lasts - offset)
}

/// What was counted of a device in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The time for which signs of life stand.
    pub heard: Duration,
    /// The lowest charge that it told.
    pub battery_percent: Option<u8>,
    /// The lowest signal that it told.
    pub signal_percent: Option<u8>,
    /// How often it fell silent for too long, or was opened.
    pub faults: u32,
    /// How often it was told to ring for a test.
    pub ring_tests: u32,
    /// How often it said that it rings, or somebody that it was heard.
    pub rings: u32,
}

impl Tally {
    /// Adds what was counted in another part of the same time.
    pub fn add(&mut self, other: &Self) {
        let lowest = |one: Option<u8>, other: Option<u8>| one.into_iter().chain(other).min();
        self.heard += other.heard;
        self.battery_percent = lowest(self.battery_percent, other.battery_percent);
        self.signal_percent = lowest(self.signal_percent, other.signal_percent);
        self.faults += other.faults;
        self.ring_tests += other.ring_tests;
        self.rings += other.rings;
    }
}

/// A piece of a device's trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendSpan {
    /// When it began.
    pub starts_at: Timestamp,
    /// How long the node listened in it.
    pub listened: Duration,
    /// What it heard of the device.
    pub tally: Tally,
}

impl TrendSpan {
    /// A device's trend since then, the oldest piece first: every hour or day in which the node listened.
    pub async fn of(
        journal: &Journal,
        device: DeviceId,
        span: Span,
        since: Timestamp,
    ) -> Result<Vec<Self>, QueryError> {
        let sql = "SELECT n.starts_at, n.heard, d.heard, d.battery_percent, d.signal_percent, d.faults, d.ring_tests, \
                   d.rings FROM device_spans n LEFT JOIN device_spans d ON d.commune = n.commune AND d.device = $2 \
                   AND d.span = n.span AND d.starts_at = n.starts_at \
                   WHERE n.commune = $1 AND n.device = '' AND n.span = $3 AND n.starts_at >= $4 ORDER BY n.starts_at";
        let rows = journal.query(statement!(sql, journal.commune(), device, span.to_string(), since)).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<TrendSpan, QueryError> {
    let time = |column| {
        Ok::<_, QueryError>(row.maybe(column, Row::count)?.map_or(Duration::ZERO, Duration::from_micros))
    };
    let count = |column| {
        Ok::<_, QueryError>(
            row.maybe(column, Row::count)?.map_or(0, |count| count.try_into().unwrap_or(u32::MAX)),
        )
    };
    let percent = |column| {
        Ok::<_, QueryError>(row.maybe(column, Row::int)?.map(|percent| u8::try_from(percent).unwrap_or(100)))
    };
    Ok(TrendSpan {
        starts_at: row.time(0)?,
        listened: time(1)?,
        tally: Tally {
            heard: time(2)?,
            battery_percent: percent(3)?,
            signal_percent: percent(4)?,
            faults: count(5)?,
            ring_tests: count(6)?,
            rings: count(7)?,
        },
    })
}

/// Forgets a device that was taken away.
pub(crate) fn forget_trend(journal: &Journal, device: DeviceId) -> Statement {
    let values: [Value; 2] = [journal.commune().into(), device.into()];
    Statement::new("DELETE FROM device_spans WHERE commune = $1 AND device = $2", values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_places_own_midnight_and_an_hour_with_everybodys() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let evening = at("2026-08-19T17:30:00Z");
        assert_eq!(begun(evening, Span::Day.lasts(), 7), at("2026-08-19T17:00:00Z"));
        assert_eq!(begun(evening, Span::Day.lasts(), 0), at("2026-08-19T00:00:00Z"));
        assert_eq!(begun(evening, HOUR, 7), at("2026-08-19T17:00:00Z"));
    }
}
