//! Time: microseconds of UTC since 1970, in code, in the database and in every message.

use jiff::{Timestamp as Instant, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, num::NonZeroU64, ops, str::FromStr, time::Duration};

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time, in microseconds UTC since 1970-01-01. Serialises as RFC 3339, for instance
/// `2026-08-19T01:01:22.000000Z`. An `Option` of it is no larger: a province holds hundreds of thousands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(
    /// Counted from the earliest, which is 1, so that 0 is free and the order is that of time.
    NonZeroU64,
);

/// The sign of microseconds: with it turned over, the order of numbers without a sign is the order of time.
const SIGN: u64 = 1 << 63;

impl Default for Timestamp {
    fn default() -> Self {
        Self::from_micros(0)
    }
}

/// A text that is not an RFC 3339 time.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a time: RFC 3339 is needed, like 2026-08-19T08:01:22+07:00")]
pub struct BadTimestamp;

impl Timestamp {
    /// The time that many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        // The earliest of all is taken for the one after it.
        match NonZeroU64::new(micros.cast_unsigned() ^ SIGN) {
            Some(counted) => Self(counted),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// The time that many seconds after 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        (self.0.get() ^ SIGN).cast_signed()
    }

    /// Whole seconds since 1970.
    pub const fn as_seconds(self) -> i64 {
        self.as_micros().div_euclid(MICROS_PER_SECOND)
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(
            u64::try_from(self.as_micros().saturating_sub(earlier.as_micros())).unwrap_or(0),
        )
    }

    /// The wall-clock reading at this offset from UTC, in hours.
    pub fn at_offset(self, hours: i8) -> jiff::civil::DateTime {
        Offset::constant(hours).to_datetime(self.instant())
    }

    fn instant(self) -> Instant {
        let limit = if self.as_micros() < 0 { Instant::MIN } else { Instant::MAX };
        Instant::from_microsecond(self.as_micros()).unwrap_or(limit)
    }
}

impl ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self::from_micros(
            self.as_micros().saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

impl ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self::from_micros(
            self.as_micros().saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.instant())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = BadTimestamp;
    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        text.parse::<Instant>()
            .map(|instant| Self::from_micros(instant.as_microsecond()))
            .map_err(|_| BadTimestamp)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::__dev::ComposeSchema for Timestamp {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Timestamp")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_there_and_back_to_the_microsecond() {
        let time = Timestamp::from_micros(1_787_101_282_000_001);
        assert_eq!(time.to_string().parse(), Ok(time));
        assert_eq!("2026-08-19T08:01:22+07:00".parse(), Ok(Timestamp::from_seconds(1_787_101_282)));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(BadTimestamp));
    }

    #[test]
    fn its_order_is_that_of_time_and_none_takes_no_room() {
        let times = [i64::MIN + 1, -1, 0, 1, i64::MAX].map(Timestamp::from_micros);
        assert!(times.is_sorted_by(|one, other| one < other));
        assert_eq!(times.map(Timestamp::as_micros), [i64::MIN + 1, -1, 0, 1, i64::MAX]);
        assert!(Timestamp::from_micros(i64::MIN) < times[1] && Timestamp::default() == times[2]);
        assert_eq!(size_of::<Option<Timestamp>>(), 8);
    }

    #[test]
    fn arithmetic_never_wraps() {
        let last = Timestamp::from_micros(i64::MAX);
        assert_eq!(last + Duration::from_secs(1), last);
        assert_eq!(Timestamp::from_seconds(1).since(Timestamp::from_seconds(2)), Duration::ZERO);
    }

    #[test]
    fn hanoi_reads_seven_hours_ahead() {
        assert_eq!(Timestamp::from_seconds(0).at_offset(7).to_string(), "1970-01-01T07:00:00");
    }
}
